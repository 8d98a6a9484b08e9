//! Which role may do what: one table, asked by every operation of the service.
//!
//! - `operation`: the table. `area`: what an agent's capabilities add to its role. [`Scope`]: for whom. [`allowed`]: what
//!   somebody may do.

mod area;
mod scope;

use uuid::Uuid;

pub(crate) use self::area::{check_area, check_capability};
pub use self::{
    area::{Area, allowed},
    operation::Operation,
    scope::{Scope, within},
};
use crate::{Error, Result, principal::Principal};

/// Declares the operations: `Name: ROLES`, and `in Area` where an agent also needs the capability of that area.
macro_rules! operations {
    (@area) => { None };
    (@area $area:ident) => { Some(Area::$area) };
    ($($(#[$doc:meta])* $operation:ident: $roles:ident $(in $area:ident)?,)+) => {
        /// What a principal can do. Reading is open to every role, but for what stands here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Operation {
            $($(#[$doc])* $operation,)+
        }

        impl Operation {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$operation),+];

            /// Its name, as the GraphQL field has it in upper camel case.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$operation => stringify!($operation),)+
                }
            }

            /// Its name, as the GraphQL field has it.
            pub fn field(self) -> String {
                let (first, rest) = self.name().split_at(1);
                first.to_ascii_lowercase() + rest
            }

            /// The roles that may do it.
            pub fn roles(self) -> &'static [Role] {
                match self {
                    $(Self::$operation => $roles,)+
                }
            }

            /// The area whose capability an agent needs for it.
            pub fn area(self) -> Option<Area> {
                match self {
                    $(Self::$operation => operations!(@area $($area)?),)+
                }
            }
        }
    };
}

// Below the macro, which it uses.
mod operation;

/// Refuses what the principal's role may not do.
pub fn check(principal: &Principal, operation: Operation) -> Result<()> {
    match operation.roles().contains(&principal.role) {
        true => Ok(()),
        false => {
            let roles: Vec<String> = operation.roles().iter().map(|role| format!("{role:?}").to_lowercase()).collect();
            let (name, role) = (operation.field(), format!("{:?}", principal.role).to_lowercase());
            let message = match &roles[..] {
                [only] => format!("`{name}` needs the role {only}, this key has the role {role}"),
                _ => format!("`{name}` needs one of the roles {}, this key has the role {role}", roles.join(", ")),
            };
            Err(Error::Forbidden(message))
        }
    }
}

/// The agent of a key of the role `agent`.
fn own_agent(principal: &Principal) -> Result<Uuid> {
    principal.agent.ok_or_else(|| Error::internal("a key of the role agent without an agent"))
}
