//! The `vividwalls` command from outside: the real binary, a real socket, real signals.
//!
//! `process` starts it, each on a database of its own.

mod answers;
mod cli;
mod connections;
mod crash;
mod database;
mod http2;
mod keys;
mod limits;
mod monitoring;
mod process;
mod protocol;
mod servers;
mod shutdown;
