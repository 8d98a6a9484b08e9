//! Whether those who come are who they say.

use prometheus_client::registry::Registry;
use service::{Error, Result, measures::labels::Counters};

/// Requests and sockets by how they show who sends them.
#[derive(Debug, Default)]
pub(crate) struct Authentications(Counters<2>);

/// What somebody shows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AuthMethod {
    /// An API key.
    Key,
    /// A ticket in the address.
    Ticket,
    /// Nothing.
    Nothing,
}

impl AuthMethod {
    const fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Ticket => "ticket",
            Self::Nothing => "none",
        }
    }
}

impl Authentications {
    /// Notes whether somebody was let in.
    pub(crate) fn note<T>(&self, method: AuthMethod, outcome: &Result<T>) {
        let result = match outcome {
            Ok(_) => "accepted",
            Err(Error::Unauthenticated(_)) => "refused",
            Err(_) => "failed",
        };
        self.0.get_or_create(&[("method", method.name()), ("result", result)]).inc();
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Requests and sockets that showed who they are, by method and result";
        registry.register("authentications", help, self.0.clone());
    }
}
