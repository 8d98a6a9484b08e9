//! What the benches stand on.
//!
//! - [`Target`], [`Client`]: a client that takes little of the processor; [`texts`], [`numbers`]: what it reads
//! - [`over_threads`], [`over_tasks`]: a round of calls over several connections; [`Round`]: what came of it;
//!   [`Figures`]: what several rounds come to
//! - [`Worker`], [`lives`]: what workers do; [`resident`], [`resident_during`]: the memory of a process
//! - [`number`], [`seconds`], [`rounds`]: what the environment says of all this

mod client;
mod environment;
mod figures;
mod load;
mod memory;
mod worker;

pub use client::{Client, Target, numbers, texts};
pub use environment::{number, rounds, seconds};
pub use figures::{Figures, report};
pub use load::{Round, over_tasks, over_threads};
pub use memory::{resident, resident_during};
pub use worker::{Worker, lives};
