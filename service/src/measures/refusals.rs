//! Calls that are refused.

use prometheus_client::registry::Registry;

use super::labels::Counters;
use crate::{Error, access::Operation};

/// How often each operation was refused.
#[derive(Debug, Default)]
pub struct Refusals(Counters<1>);

impl Refusals {
    /// Notes an error, if it is a refusal: of the input, by the rules, or by the role.
    pub fn note(&self, operation: Operation, error: &Error) {
        if matches!(error, Error::Invalid(_) | Error::Refused(_) | Error::NotFound(..) | Error::Forbidden(_)) {
            self.0.get_or_create(&[("operation", operation.name())]).inc();
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Mutations that were refused as a whole: `userErrors`, or a role that may not call them";
        registry.register("refusals", help, self.0.clone());
    }
}
