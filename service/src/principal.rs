//! Who acts.

pub use entity::sea_orm_active_enums::Role;
use uuid::Uuid;

/// The name of the server itself, which no key can have.
const SERVER: &str = "server";

/// Whether a role decides for the company. Agents do not, nor does who directs them.
pub(crate) const fn is_person(role: Role) -> bool {
    matches!(role, Role::Operator | Role::Admin)
}

/// A person, a service or an agent, as which a request acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// How it is written down: `local`, or the name of its key.
    pub name: String,
    /// The key it came with; none on the way that needs no key.
    pub key: Option<Uuid>,
    /// What it may do.
    pub role: Role,
    /// The one agent that it acts for, of the role `agent` only.
    pub agent: Option<Uuid>,
}

impl Principal {
    /// Whoever sits at the machine, while no key was made.
    pub fn local() -> Self {
        Self { name: "local".to_owned(), key: None, role: Role::Admin, agent: None }
    }

    /// The server itself: its sweeper and its schedules.
    pub fn server() -> Self {
        Self { name: SERVER.to_owned(), key: None, role: Role::Admin, agent: None }
    }

    /// Whether it is the server itself.
    pub fn is_server(&self) -> bool {
        self.key.is_none() && self.name == SERVER
    }

    /// Whom a repeated call is compared with.
    pub fn caller(&self) -> String {
        self.key.map_or_else(|| self.name.clone(), |key| key.to_string())
    }
}
