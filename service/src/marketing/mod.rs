//! Marketing: whom the company writes to, and what.
//!
//! - [`lists`]: e-mail lists, and who is on them.
//! - [`content`]: what is written. [`campaign`]: what is sent to whom, and what came of it.

pub mod campaign;
pub mod content;
pub mod lists;
