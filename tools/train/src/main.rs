//! Trains the language model.
fn main() {}
