//! Fixed limits that several parts share.

/// How many rows may stand above a row of a hierarchy (agents, goals): as many as are read and written.
pub const LEVELS_ABOVE: u32 = 64;
/// How deep tasks nest.
pub const TASK_DEPTH: usize = 16;
/// How many children a task has.
pub const TASK_CHILDREN: i64 = 1000;
/// How many tasks one redrive opens.
pub const REDRIVE: i32 = 1000;
/// How many attempts a task may have.
pub const ATTEMPTS: i32 = 100;
