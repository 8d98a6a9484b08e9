//! What can happen.

use crate::database::{Cell, CellType};

macro_rules! declare {
    ($($(#[$doc:meta])* $kind:ident = $name:literal,)+) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventKind {
            $($(#[$doc])* $kind,)+
            /// A kind that this version does not know: a newer one wrote it.
            Other,
        }

        impl EventKind {
            /// All kinds that this version knows.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// What it is called in the log.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                    Self::Other => "",
                }
            }

            pub(super) fn parse(name: &str) -> Self {
                match name {
                    $($name => Self::$kind,)+
                    _ => Self::Other,
                }
            }
        }
    };
}

crate::event_kinds!(declare);

impl EventKind {
    /// Whether a task may be claimed because of it. What only frees a slot of an agent with a limit (a task that ends or
    /// waits) is left out: where it is emitted the limit is not known, every end would wake all who wait, and they find
    /// the slot at their next look.
    pub(crate) const fn makes_claimable(self) -> bool {
        matches!(
            self,
            Self::TaskCreated
                | Self::TaskUnblocked
                | Self::TaskResumed
                | Self::TaskReleased
                // At once, if there is no delay.
                | Self::TaskRetrying
                | Self::TaskRedriven
                | Self::TaskReassigned
                | Self::ExecutionResumed
                | Self::ExecutionStarted
                | Self::AgentActivated
                // Its limit may be higher.
                | Self::AgentUpdated
        )
    }
}

impl Cell for EventKind {
    const KIND: CellType = CellType::Text;

    fn write(&self, text: &mut String) -> bool {
        self.name().write(text)
    }
}
