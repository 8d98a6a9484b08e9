//! The tables as Rust types.
