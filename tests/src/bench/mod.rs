//! What the benches stand on.
//!
//! - [`Target`], [`Client`]: a client that takes little of the processor; [`texts`], [`numbers`]: what it reads
//! - [`over_threads`], [`over_tasks`]: a round of calls over several connections; [`Round`]: what came of it;
//!   [`Figures`]: what several rounds come to
//! - [`number`], [`seconds`], [`rounds`]: what the environment says of all this

mod client;
mod environment;
mod figures;
mod load;

pub use client::{Client, Target, numbers, texts};
pub use environment::{number, rounds, seconds};
pub use figures::{Figures, report};
pub use load::{Round, over_tasks, over_threads};
