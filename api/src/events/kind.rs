//! The kinds of events, as GraphQL shows them.

use async_graphql::Enum;

macro_rules! declare {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)+) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        #[graphql(remote = "service::events::EventKind")]
        pub enum EventKind {
            $($(#[$doc])* $kind,)+
            /// A kind that this server does not know: a newer version recorded it.
            Other,
        }
    };
}

service::event_kinds!(declare);
