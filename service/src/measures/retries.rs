//! Transactions that lost against another one.

use prometheus_client::registry::Registry;

use super::labels::{Counters, counters};

/// How often something was tried again, and why.
#[derive(Debug)]
pub(crate) struct Retries(Counters<1>);

const COLLISION: &str = "collision";
const DUPLICATE: &str = "duplicate";
const GIVEN_UP: &str = "given_up";

impl Default for Retries {
    fn default() -> Self {
        Self(counters("reason", &[COLLISION, DUPLICATE, GIVEN_UP]))
    }
}

impl Retries {
    /// Another transaction won, or wrote first what must be unique.
    pub(crate) fn again(&self, is_collision: bool) {
        self.count(if is_collision { COLLISION } else { DUPLICATE });
    }

    /// It was tried often enough.
    pub(crate) fn given_up(&self) {
        self.count(GIVEN_UP);
    }

    fn count(&self, reason: &'static str) {
        self.0.get_or_create(&[("reason", reason)]).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Transactions that were tried again, or given up, because of another transaction";
        registry.register("db_retries", help, self.0.clone());
    }
}
