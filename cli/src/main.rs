//! The qingwen command.
fn main() {}
