//! The `vividwalls` command from outside: the real binary, a real socket, real signals.
//!
//! - `process`: starting it, each on a database of its own.
//! - `client`: HTTP as it is on the wire.

mod answers;
mod cli;
mod client;
mod crash;
mod database;
mod keys;
mod limits;
mod process;
mod protocol;
mod shutdown;
