//! The macros that declare what can be done.
//!
//! - `verbs`: verbs of the service as mutations, with their inputs and payloads.
//! - `input`: the fields of inputs, and what stands inside of them.
//! - `object`: what stands inside of payloads.

mod input;
mod object;
mod verbs;
