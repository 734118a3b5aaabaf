//! Repairs garbled Chinese text (乱码, mojibake) and normalizes Chinese text.

pub mod codec;
pub mod convert;
pub mod edit;
pub mod model;
pub mod normalize;
pub mod repair;
pub mod report;
pub mod scan;

mod cleaner;

pub use cleaner::Cleaner;
pub use report::{Report, Reported};
