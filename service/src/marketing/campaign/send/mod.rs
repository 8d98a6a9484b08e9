//! Sending a message: what the worker of a recipient's task reports before and after it.
//!
//! - [`begin`]: whether the message may be sent now; `objection`: whether its recipient wants it. [`complete`]: whether
//!   it was sent. `recipient`: the recipient of a task. [`message`]: where a message goes, read when it is shown.
//!
//! A recipient is written to once: whoever begins a second time, after a crash, does not know whether the first message
//! was sent. It is sent again only where the campaign says that the provider recognizes a repetition by its key.

pub mod begin;
pub mod complete;
pub mod message;
mod objection;
mod recipient;
