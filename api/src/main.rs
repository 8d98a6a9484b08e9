//! The `vividwalls` command.

use std::process::ExitCode;

/// Many small allocations per request, from several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    api::commands::run()
}
