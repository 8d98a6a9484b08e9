//! Figures of agents and of the work.
//!
//! - [`now`]: what agents do and have to do. [`ended`]: how work ended, compared with a plain computation over
//!   [`tries`].
//! - [`cost`]: statements and plans.

mod cost;
mod ended;
mod now;
mod tries;
