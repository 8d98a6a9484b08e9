//! Who acts.

pub use entity::sea_orm_active_enums::Role;
use uuid::Uuid;

/// The name of the server itself, which no key can have.
const SERVER: &str = "server";
/// The name of who needs no key, which no key can have.
const LOCAL: &str = "local";

/// Whether a role decides for the company. Agents do not, nor does who directs them.
pub(crate) const fn is_person(role: Role) -> bool {
    matches!(role, Role::Operator | Role::Admin)
}

/// Another system whose webhooks the server receives and acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The shop at Shopify.
    Shopify,
    /// The payment provider Stripe.
    Stripe,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Shopify, Self::Stripe];

    /// How it is written down: in `inbound_webhooks`, and as the name of its principal.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shopify => "shopify",
            Self::Stripe => "stripe",
        }
    }

    /// The one with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
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
        Self { name: LOCAL.to_owned(), key: None, role: Role::Admin, agent: None }
    }

    /// The server itself: its sweeper and its schedules.
    pub fn server() -> Self {
        Self { name: SERVER.to_owned(), key: None, role: Role::Admin, agent: None }
    }

    /// Another system, as which the server does what a webhook says.
    pub fn connection(source: Source) -> Self {
        Self { name: source.name().to_owned(), key: None, role: Role::Admin, agent: None }
    }

    /// Whether no key can have this name: it is written down for who needs none.
    pub(crate) fn is_reserved(name: &str) -> bool {
        name == SERVER || name == LOCAL || Source::named(name).is_some()
    }

    /// Whether it is the server itself.
    pub fn is_server(&self) -> bool {
        self.key.is_none() && self.name == SERVER
    }

    /// Whom a repeated call is compared with.
    pub fn caller(&self) -> String {
        self.key.map_or_else(|| self.name.clone(), |key| key.to_string())
    }

    /// One client, whatever key it uses: all that is shared out between clients is shared out by this. The keys of an
    /// agent, which have the same rights, are one client; every other key is one by itself.
    pub fn family(&self) -> String {
        match (self.role, self.agent) {
            (Role::Agent, Some(agent)) => format!("agent {agent}"),
            _ => self.caller(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_an_agent_are_one_client() {
        let key = |key, role, agent: Option<u128>| Principal {
            name: "k".to_owned(),
            key: Some(Uuid::from_u128(key)),
            role,
            agent: agent.map(Uuid::from_u128),
        };
        let (first, second) = (key(1, Role::Agent, Some(7)), key(2, Role::Agent, Some(7)));
        assert_eq!(first.family(), second.family());
        assert_ne!(first.caller(), second.caller());
        let others = [key(3, Role::Agent, Some(8)), key(7, Role::Viewer, None), key(4, Role::Viewer, None)];
        for (index, other) in others.iter().enumerate() {
            assert_ne!(other.family(), first.family());
            assert!(others[..index].iter().all(|before| before.family() != other.family()));
        }
    }
}
