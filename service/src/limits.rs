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

/// How many payments an order may have, those that failed included.
pub const PAYMENTS_PER_ORDER: usize = 100;

/// How far away the deadline of an approval is at least, in minutes.
pub const APPROVAL_DEADLINE_MINUTES: i64 = 5;

/// How urgent a task or a collaboration is, of 1 to 10, unless its creator says.
pub const PRIORITY: i32 = 5;
/// In how many minutes a task is to be done, or a collaboration answered, unless its creator says.
pub const SLA_MINUTES: i32 = 60;
/// How many attempts a task has unless its creator says.
pub const MAX_ATTEMPTS: i32 = 3;
/// How long a task waits after its first failed attempt, in seconds, unless its creator says.
pub const BACKOFF_SECONDS: i32 = 10;
/// The longest such wait, in seconds, unless its creator says.
pub const BACKOFF_CAP_SECONDS: i32 = 3600;
