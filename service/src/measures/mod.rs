//! What is counted and timed here, for whoever watches the server. Labels have values of ours only, never a client's.
//!
//! - [`Measures`]: all of it, under its names. [`labels`]: what families are made of.
//! - `statements`: statements and waiting for connections. `retries`: what is tried again. `work`: how tasks end.
//!   `refusals`: calls that are refused. `servers`: those that use the database.

pub mod labels;
mod refusals;
mod retries;
mod servers;
mod statements;
mod work;

use prometheus_client::registry::Registry;

pub use refusals::Refusals;
pub(crate) use retries::Retries;
pub(crate) use servers::Servers;
pub(crate) use statements::{Pool, Statements};
pub(crate) use work::{TaskEnd, Work};

/// What is counted and timed over one database.
#[derive(Debug, Default)]
pub struct Measures {
    pub(crate) statements: Statements,
    pub(crate) retries: Retries,
    pub(crate) work: Work,
    pub(crate) servers: Servers,
    /// Calls that are refused.
    pub refusals: Refusals,
}

impl Measures {
    /// Says what each is called.
    pub fn register(&self, registry: &mut Registry) {
        self.statements.register(registry);
        self.retries.register(registry);
        self.work.register(registry);
        self.servers.register(registry);
        self.refusals.register(registry);
    }
}
