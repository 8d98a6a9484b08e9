//! What the domain refuses, as GraphQL shows it.

use async_graphql::{Enum, Interface, SimpleObject};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use service::refusal::{self, Facts, Refusal};

use crate::read::scalars::{Date, Id};

macro_rules! declare {
    ($($(#[$doc:meta])* $code:ident,)+) => {
        /// Code of a user error, for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
        #[graphql(remote = "service::refusal::Code")]
        pub enum ErrorCode {
            $($(#[$doc])* $code,)+
        }
    };
}

service::refusal_codes!(declare);

/// Declares the types of errors: the fields that all have are declared once.
macro_rules! errors {
    ($(
        $(#[$doc:meta])*
        $variant:ident($error:ident) { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* }
    )+) => {
        /// Why a mutation was refused. Nothing was written.
        #[derive(Clone, Debug, Interface)]
        #[graphql(
            field(name = "code", ty = "&ErrorCode", desc = "Error code, for programs."),
            field(name = "message", ty = "&String", desc = "Error message, for people."),
            field(
                name = "path",
                ty = "&Vec<String>",
                desc = "Path to the value in the input, such as `[\"items\", \"0\", \"taskId\"]`. Empty if no single value is at fault."
            )
        )]
        pub enum UserError {
            $($(#[$doc])* $variant($error),)+
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Debug, SimpleObject)]
            pub struct $error {
                /// Error code, for programs.
                code: ErrorCode,
                /// Error message, for people.
                message: String,
                /// Path to the value in the input, such as `["items", "0", "taskId"]`. Empty if no single value is at fault.
                path: Vec<String>,
                $($(#[$field_doc])* $field: $ty,)*
            }
        )+
    };
}

errors! {
    /// An error without further details.
    General(GeneralError) {}
    /// The row has changed since you read it.
    Version(VersionConflictError) {
        /// Current version of the row.
        current: i32,
    }
    /// The current state does not allow it.
    Transition(InvalidTransitionError) {
        /// Current state.
        from: String,
        /// Requested state.
        to: String,
        /// States that can follow the current one.
        allowed: Vec<String>,
    }
    /// It would create a cycle.
    Cycle(CycleError) {
        /// Members of the cycle; the first is also the last.
        cycle: Vec<String>,
    }
    /// There is not enough stock.
    InsufficientStock(InsufficientStockError) {
        /// All lines that the stock does not cover.
        lines: Vec<ShortLine>,
    }
    /// The quantity has changed since you read it.
    StaleQuantity(StaleQuantityError) {
        /// Current quantity.
        current: i32,
    }
    /// The total is not the one that you expect.
    PriceChanged(PriceChangedError) {
        /// The total that you expect.
        expected: Decimal,
        /// Current total.
        total: Decimal,
    }
    /// A discount does not apply.
    DiscountRefused(DiscountRefusedError) {
        /// The code of the discount.
        discount_code: String,
        /// Why it does not apply, for programs.
        reason: String,
    }
    /// The amount is more than there is.
    AmountExceeded(AmountExceededError) {
        /// The amount that you asked for.
        asked: Decimal,
        /// The amount that there is.
        available: Decimal,
        /// Currency of both (ISO 4217).
        currency: String,
    }
    /// The agent may do this only with an approval.
    ApprovalRequired(ApprovalRequiredError) {
        /// The most that the agent may do without one.
        limit: Decimal,
        /// What you asked for.
        asked: Decimal,
    }
    /// Something refers to the object.
    InUse(InUseError) {
        /// Type of the objects that refer to it.
        by: String,
    }
    /// The books are closed for that day.
    ClosedPeriod(ClosedPeriodError) {
        /// Last day that is closed.
        until: Date,
    }
    /// The owner of the address does not want messages, or the address takes none.
    Suppressed(SuppressedError) {
        /// Latest state of the consent.
        state: String,
        /// When the address got this state.
        since: DateTime<Utc>,
    }
    /// There is not enough free money in the budget.
    BudgetExceeded(BudgetExceededError) {
        /// The budget slice that lacks the money.
        slice_id: Id,
        /// The amount that you asked for, in the currency of the budget.
        asked: Decimal,
        /// The amount that is free.
        available: Decimal,
    }
}

/// A line that the stock does not cover.
#[derive(Clone, Debug, SimpleObject)]
pub struct ShortLine {
    /// The variant.
    variant_id: Id,
    /// Its SKU; null if it has none.
    sku: Option<String>,
    /// The location that you asked for; null for any.
    location: Option<String>,
    /// Quantity that you asked for.
    requested: i32,
    /// Quantity that is available.
    available: i32,
}

impl From<refusal::ShortLine> for ShortLine {
    fn from(line: refusal::ShortLine) -> Self {
        let refusal::ShortLine { variant_id, sku, location, requested, available } = line;
        Self { variant_id: Id(variant_id), sku, location, requested, available }
    }
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { code, message, path, facts } = refusal;
        let code = ErrorCode::from(code);
        match *facts {
            Facts::None => Self::General(GeneralError { code, message, path }),
            Facts::Version(current) => Self::Version(VersionConflictError { code, message, path, current }),
            Facts::Transition { from, to, allowed } => {
                Self::Transition(InvalidTransitionError { code, message, path, from, to, allowed })
            }
            Facts::Cycle(cycle) => Self::Cycle(CycleError { code, message, path, cycle }),
            Facts::ShortLines(lines) => {
                let lines = lines.into_iter().map(ShortLine::from).collect();
                Self::InsufficientStock(InsufficientStockError { code, message, path, lines })
            }
            Facts::Quantity(current) => Self::StaleQuantity(StaleQuantityError { code, message, path, current }),
            Facts::Total { expected, total } => {
                Self::PriceChanged(PriceChangedError { code, message, path, expected, total })
            }
            Facts::Discount { code: discount_code, reason } => {
                Self::DiscountRefused(DiscountRefusedError { code, message, path, discount_code, reason })
            }
            Facts::Amount { asked, available, currency } => {
                Self::AmountExceeded(AmountExceededError { code, message, path, asked, available, currency })
            }
            Facts::Authority { limit, asked } => {
                Self::ApprovalRequired(ApprovalRequiredError { code, message, path, limit, asked })
            }
            Facts::UsedBy(by) => Self::InUse(InUseError { code, message, path, by }),
            Facts::ClosedUntil(until) => {
                Self::ClosedPeriod(ClosedPeriodError { code, message, path, until: Date(until) })
            }
            Facts::Suppressed { state, since } => {
                Self::Suppressed(SuppressedError { code, message, path, state, since })
            }
            Facts::Budget { slice_id, asked, available } => {
                let slice_id = Id(slice_id);
                Self::BudgetExceeded(BudgetExceededError { code, message, path, slice_id, asked, available })
            }
        }
    }
}
