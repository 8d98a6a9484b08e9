//! How large a document may be.

use service::principal::{Principal, Role};

/// The longest name of an operation, in bytes: it goes into the log.
pub(super) const OPERATION_NAME: usize = 128;

/// The limits of one query document.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Names, punctuators and values in the text: bounds the cost of parsing and validating it.
    pub tokens: usize,
    /// Fields within fields, fragments followed.
    pub depth: usize,
    /// Selections after every fragment is expanded: bounds the cost of validating and answering.
    pub fields: u64,
    /// Rows that all lists together could return with the page sizes asked for.
    pub rows: u64,
    /// Points that an operation could cost.
    pub points: u64,
}

impl Limits {
    /// Those of a principal. The smaller roles belong to many clients.
    pub fn of(&self, principal: &Principal) -> Self {
        let (rows, points) = match (principal.key, principal.role) {
            (None, _) => (self.rows, self.points),
            (Some(_), Role::Agent) => (100_000, 10_000),
            (Some(_), Role::Viewer) => (100_000, 20_000),
            (Some(_), Role::Admin | Role::Operator | Role::Orchestrator) => (self.rows, 100_000),
        };
        Self { rows: self.rows.min(rows), points: self.points.min(points), ..*self }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { tokens: 15_000, depth: 16, fields: 5_000, rows: 500_000, points: 1_000_000 }
    }
}
