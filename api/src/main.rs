//! The `vividwalls` command.
fn main() {}
