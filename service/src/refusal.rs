//! What the domain refuses: data for the caller, who can act on it.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// For programs.
    pub code: Code,
    /// For people: what is wrong, and with what.
    pub message: String,
    /// Where in the input.
    pub path: Vec<String>,
    /// What a program may need to go on.
    pub facts: Box<Facts>,
}

/// The codes of refusals, each said once: hands them to a macro that declares an enum.
#[macro_export]
macro_rules! refusal_codes {
    ($declare:ident) => {
        $declare! {
            /// A value breaks a rule.
            Invalid,
            /// No object has this id.
            NotFound,
            /// The caller's API key does not act for this object, or its agent lacks the capability that the operation needs.
            Forbidden,
            /// There is already an object with this name or key.
            AlreadyExists,
            /// A name or `ref` in the input does not exist.
            UnknownReference,
            /// The row was changed since the caller read it.
            VersionConflict,
            /// The object's state does not allow it.
            InvalidTransition,
            /// The lease has ended, or another worker has the task.
            StaleLease,
            /// It would create a cycle.
            Cycle,
            /// Neither the agent hierarchy nor a collaboration allows it.
            NotPermitted,
            /// The agent is not active.
            AgentInactive,
            /// The agent has tasks that have not ended.
            OpenTasks,
            /// A limit would be exceeded.
            LimitReached,
            /// The idempotency key was used with another input.
            IdempotencyConflict,
            /// The deadline has passed.
            DeadlinePassed,
            /// It was decided before.
            AlreadyDecided,
            /// There is not enough stock.
            InsufficientStock,
            /// The quantity was changed since the caller read it.
            StaleQuantity,
            /// The hold has ended.
            HoldGone,
            /// The product or variant cannot be bought.
            NotForSale,
            /// The variant has no price in the currency.
            NoPrice,
            /// The total is not the one that the caller expects.
            PriceChanged,
            /// The discount does not apply.
            DiscountRefused,
            /// The amount is more than there is.
            AmountExceeded,
            /// The agent needs an approval for it.
            ApprovalRequired,
            /// Something refers to it.
            InUse,
            /// The books are closed for that day.
            ClosedPeriod,
            /// The owner of the address does not want messages, or the address takes none.
            Suppressed,
            /// There is not enough free money in the budget.
            BudgetExceeded,
        }
    };
}

macro_rules! declare {
    ($($(#[$doc:meta])* $code:ident,)+) => {
        /// The kinds of refusals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* $code,)+
        }
    };
}

refusal_codes!(declare);

impl Code {
    /// The code as the API shows it.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(letter.to_ascii_uppercase());
        }
        name
    }
}

/// What a program may need to go on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Facts {
    /// The code says it all.
    #[default]
    None,
    /// The version that the row has now.
    Version(i32),
    /// The states.
    Transition {
        /// Where it stands.
        from: String,
        /// Where it was to go.
        to: String,
        /// Where it can go.
        allowed: Vec<String>,
    },
    /// The circle, from a member back to it.
    Cycle(Vec<String>),
    /// All lines that the stock does not cover.
    ShortLines(Vec<ShortLine>),
    /// The quantity that there is now.
    Quantity(i32),
    /// The totals.
    Total {
        /// What the caller expects.
        expected: Decimal,
        /// What it is.
        total: Decimal,
    },
    /// The discount.
    Discount {
        /// Its code, as it was asked for.
        code: String,
        /// Why it does not apply, in a word or two for programs: `EXPIRED`.
        reason: String,
    },
    /// The amounts.
    Amount {
        /// What was asked for.
        asked: Decimal,
        /// What there is.
        available: Decimal,
        /// Their currency.
        currency: String,
    },
    /// What the agent may do by itself.
    Authority {
        /// The most that it may.
        limit: Decimal,
        /// What it asked for.
        asked: Decimal,
    },
    /// What refers to it, as GraphQL calls the type: `OrderItem`.
    UsedBy(String),
    /// The last day that is closed.
    ClosedUntil(NaiveDate),
    /// What was said last of the address.
    Suppressed {
        /// What, as the API shows states: `WITHDRAWN`.
        state: String,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// The part of a budget.
    Budget {
        /// Its id.
        slice_id: Uuid,
        /// What was asked for, in the currency of the budget.
        asked: Decimal,
        /// What is free.
        available: Decimal,
    },
}

/// A line that the stock does not cover.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShortLine {
    /// The variant.
    pub variant_id: Uuid,
    /// Its SKU.
    pub sku: Option<String>,
    /// The location that was asked for; none for any.
    pub location: Option<String>,
    /// How many pieces were asked for.
    pub requested: i32,
    /// How many there are.
    pub available: i32,
}

impl Refusal {
    /// A refusal without facts.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), path: Vec::new(), facts: Box::default() }
    }

    /// A bad value of a field.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(Code::Invalid, message).at([field])
    }

    /// Says where in the input.
    pub fn at<P: ToString>(mut self, path: impl IntoIterator<Item = P>) -> Self {
        self.path = path.into_iter().map(|part| part.to_string()).collect();
        self
    }

    /// Says that the place is below another one: an item of a batch, a part of a larger input.
    pub fn under<P: ToString>(mut self, outer: impl IntoIterator<Item = P>) -> Self {
        self.path.splice(..0, outer.into_iter().map(|part| part.to_string()));
        self
    }

    /// Adds what a program may need.
    pub fn with(mut self, facts: Facts) -> Self {
        *self.facts = facts;
        self
    }
}

/// Errors that may be about a place in the input.
pub trait Located: Sized {
    /// Says where in the input, unless it is said already.
    fn located<P: ToString>(self, path: impl IntoIterator<Item = P>) -> Self;

    /// Says that the place is below another one.
    fn below<P: ToString>(self, outer: impl IntoIterator<Item = P>) -> Self;
}

impl Located for Refusal {
    fn located<P: ToString>(self, path: impl IntoIterator<Item = P>) -> Self {
        if self.path.is_empty() { self.at(path) } else { self }
    }

    fn below<P: ToString>(self, outer: impl IntoIterator<Item = P>) -> Self {
        self.under(outer)
    }
}

/// Results whose error may be about a place in the input.
pub trait At {
    /// Says where in the input the refused value is, unless it is said already.
    fn at<P: ToString>(self, path: impl IntoIterator<Item = P>) -> Self;

    /// Says that the place is below another one.
    fn under<P: ToString>(self, outer: impl IntoIterator<Item = P>) -> Self;
}

impl<T, E: Located> At for Result<T, E> {
    fn at<P: ToString>(self, path: impl IntoIterator<Item = P>) -> Self {
        self.map_err(|error| error.located(path))
    }

    fn under<P: ToString>(self, outer: impl IntoIterator<Item = P>) -> Self {
        self.map_err(|error| error.below(outer))
    }
}
