//! Repairs garbled Chinese text (乱码, mojibake) and normalizes Chinese text.
//!
//! Text flows one way, through stages that can each be used alone:
//!
//! ```text
//! scan → repair → normalize → convert → report
//! ```
//!
//! - [`repair`] finds text that was decoded wrongly, reads its bytes in the encoding they were in, and
//!   restores lost ones from context.
//! - [`normalize`] applies named steps: Unicode form, punctuation and more.
//! - [`convert`] converts between traditional and simplified Chinese exactly as OpenCC does, and to
//!   simplified better than that; [`opencc`] has the interface of the crate `opencc-rust`.
//! - [`Cleaner`] runs the stages in order; [`Report`] says what they did, replays and inverts it.
//!
//! Under them lie [`codec`] (code pages, forwards and backwards), [`model`] (how likely a character is in
//! its context) and [`scan`] (which lines deserve a look).
//!
//! ```
//! use qingwen::{Cleaner, repair::{Options, Repairer}};
//!
//! // The whole pipeline. Clean text comes back borrowed.
//! assert_eq!(Cleaner::mission().clean("圖書館"), "图书馆");
//!
//! // One stage alone, with its account: UTF-8 that was read as GBK.
//! let staged = Repairer::new(Options { min_confidence: 0.0 }).repair("鍒濆\u{e750}鍖栦腑");
//! assert_eq!(staged.text, "初始化中");
//! assert_eq!(staged.edits[0].cause, "utf-8>gbk");
//! ```
//!
//! A text is worked on as one document, in memory: of a stream, hand over whole lines, some hundred kilobytes at a
//! time. Text that needs nothing comes back borrowed. Bytes are to be decoded before; [`detect`] says from what. A
//! [`Cleaner`] is made once, and shared or cloned for every thread.
//!
//! Without optimization repair is many times slower: `[profile.dev.package.qingwen]` with `opt-level = 2` helps.
//!
//! The library does no I/O, keeps no state, never panics on any text, and gives the same answer on every
//! machine: decisions are made in integers.

pub mod codec;
pub mod convert;
pub mod detect;
pub mod edit;
pub mod model;
pub mod normalize;
pub mod opencc;
pub mod repair;
pub mod report;
pub mod scan;

mod cleaner;
mod flags;
mod fused;
mod window;

pub use cleaner::Cleaner;
pub use report::{Report, Reported};
