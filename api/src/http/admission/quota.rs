//! What clients may spend and do at once, by their roles.

use service::principal::{Principal, Role};

/// What a client may spend and do at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    /// Points in a full bucket; nothing where there is no bucket.
    pub(super) bucket: Option<Bucket>,
    /// Queries at once.
    pub(super) at_once: usize,
    /// Queries that wait for their turn.
    pub(super) waiting: usize,
}

/// How many points there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) struct Bucket {
    pub(in crate::http) capacity: u32,
    /// Points that are there when a client comes.
    pub(super) initial: u32,
    /// Points restored in a second.
    pub(in crate::http) restored: u32,
}

impl Quota {
    /// The quota of a principal at one of `servers` servers. The capacity is not divided, since a dear operation must fit.
    pub(super) fn of(principal: &Principal, servers: u32) -> Self {
        let (capacity, restored, at_once, waiting) = match (principal.key, principal.role) {
            (None, _) => return Self { bucket: None, at_once: 32, waiting: 64 },
            (Some(_), Role::Agent | Role::Viewer) => (100_000, 10_000, 8, 32),
            (Some(_), Role::Operator | Role::Admin) => (200_000, 20_000, 16, 32),
            (Some(_), Role::Orchestrator) => (1_000_000, 200_000, 16, 64),
        };
        let (initial, restored) = (capacity / servers, (restored / servers).max(1));
        Self { bucket: Some(Bucket { capacity, initial, restored }), at_once, waiting }
    }
}
