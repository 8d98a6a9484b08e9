//! What operations may cost, what they come to, and which may not begin.

use prometheus_client::{
    metrics::{family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use service::{
    measures::labels::{Counters, Labels},
    principal::{Principal, Role},
};

use super::Held;

/// Bounds of costs, in points.
const POINTS: [f64; 9] = [10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 10_000.0, 100_000.0, 1_000_000.0];

/// Operations that were let begin, and those that were not. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Admissions {
    costs: Family<Labels<1>, Histogram>,
    requested: Histogram,
    actual: Histogram,
    refused: Counters<2>,
    memory: Gauge,
}

/// What is missing for an operation to begin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Missing {
    /// The client has spent its points.
    Points,
    /// As many of its operations run and wait as may.
    Turn,
    /// Memory for the answer.
    Memory,
}

impl Missing {
    const ALL: [Self; 3] = [Self::Points, Self::Turn, Self::Memory];

    const fn name(self) -> &'static str {
        match self {
            Self::Points => "points",
            Self::Turn => "turn",
            Self::Memory => "memory",
        }
    }
}

/// Who asks, as a label has it: whoever comes without a key is the local administrator.
const ROLES: [&str; 6] = ["local", "viewer", "operator", "admin", "orchestrator", "agent"];

fn role(principal: &Principal) -> &'static str {
    match (principal.key, principal.role) {
        (None, _) => ROLES[0],
        (Some(_), Role::Viewer) => ROLES[1],
        (Some(_), Role::Operator) => ROLES[2],
        (Some(_), Role::Admin) => ROLES[3],
        (Some(_), Role::Orchestrator) => ROLES[4],
        (Some(_), Role::Agent) => ROLES[5],
    }
}

impl Default for Admissions {
    fn default() -> Self {
        let costs: Family<Labels<1>, Histogram> =
            Family::new_with_constructor((|| Histogram::new(POINTS)) as fn() -> Histogram);
        let cost = |kind| costs.get_or_create_owned(&[("kind", kind)]);
        let (requested, actual) = (cost("requested"), cost("actual"));
        let refused: Counters<2> = Counters::default();
        for role in ROLES {
            for missing in Missing::ALL {
                refused.get_or_create(&[("role", role), ("reason", missing.name())]).inc_by(0);
            }
        }
        Self { costs, requested, actual, refused, memory: Gauge::default() }
    }
}

impl Admissions {
    /// Notes an operation that begins, with what it could cost.
    pub(crate) fn began(&self, points: u64) {
        self.requested.observe(points as f64);
    }

    /// Notes what an operation came to.
    pub(crate) fn came_to(&self, points: u64) {
        self.actual.observe(points as f64);
    }

    /// Notes an operation that may not begin.
    pub(crate) fn refused(&self, principal: &Principal, missing: Missing) {
        self.refused.get_or_create(&[("role", role(principal)), ("reason", missing.name())]).inc();
    }

    /// Memory that an answer may take, until it is dropped.
    pub(crate) fn memory(&self, kibibytes: u32) -> Held {
        Held::of(&self.memory, i64::from(kibibytes) * 1024)
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let costs = "Points that operations could cost when they began, and that they came to";
        registry.register("request_cost", costs, self.costs.clone());
        let refused = "Operations that could not begin now, by what was missing";
        registry.register("throttled", refused, self.refused.clone());
        let memory = "Memory set aside for answers that are being put together";
        registry.register_with_unit("answer_memory", memory, Unit::Bytes, self.memory.clone());
    }
}
