//! The values of records, as text that both engines read.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use entity::sea_orm_active_enums::{
    AttemptOutcome, AttributionModel, BudgetReservationStatus, ConsentChannel, ConsentState, DeliveryStatus,
    DependencyFailure, DiscountKind, DiscountTarget, EventAggregate, FinancialStatus, FulfillmentStatus, OrderStatus,
    ParcelStatus, PaymentEntryKind, PaymentStatus, ProductStatus, RefundStatus, ReservationStatus, ReturnStatus,
    StockMovementKind, StockPolicy, SubscriptionStatus, TaskStatus, TaskWait,
};
use rust_decimal::Decimal;
use sea_orm::{ActiveEnum, prelude::DateTimeWithTimeZone};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::value::{NUL, is_storable};

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CellType {
    /// A UUID.
    Id,
    /// A text.
    Text,
    /// Yes or no.
    Bool,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// An exact number.
    Decimal,
    /// A day.
    Date,
    /// A moment, in UTC.
    Time,
    /// A JSON document.
    Json,
    /// A value of the enum with this name.
    Enum(&'static str),
}

impl CellType {
    pub(super) fn postgres(self) -> &'static str {
        match self {
            Self::Id => "uuid",
            Self::Text => "text",
            Self::Bool => "boolean",
            Self::Integer => "integer",
            Self::Long => "bigint",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Time => "timestamptz",
            Self::Json => "jsonb",
            Self::Enum(name) => name,
        }
    }

    /// The value of a JSON document's text.
    pub(super) fn sqlite(self, value: &str) -> String {
        match self {
            Self::Id => format!("unhex({value})"),
            Self::Decimal => format!("CAST({value} AS REAL)"),
            Self::Text
            | Self::Bool
            | Self::Integer
            | Self::Long
            | Self::Date
            | Self::Time
            | Self::Json
            | Self::Enum(_) => value.to_owned(),
        }
    }

    /// Why a value of it, written as text, cannot be stored.
    pub(super) fn unstorable(self, text: &str) -> Option<&'static str> {
        match self {
            Self::Text if !is_storable(text) => Some(NUL),
            Self::Json if escapes_nul(text) => Some(NUL),
            _ => None,
        }
    }

    /// Whether the text may hold what means something in a list.
    pub(super) fn is_quoted(self) -> bool {
        matches!(self, Self::Text | Self::Json)
    }
}

/// Whether JSON has U+0000 in it, which is always escaped there; a backslash may be escaped as well.
fn escapes_nul(json: &str) -> bool {
    let is_escape = |place: usize| {
        let before = json[..place].bytes().rev().take_while(|byte| *byte == b'\\').count();
        before.is_multiple_of(2)
    };
    json.match_indices("\\u0000").any(|(place, _)| is_escape(place))
}

/// Adds a value to a JSON document.
pub(super) fn write_json(kind: CellType, text: &str, json: &mut String) {
    match kind {
        CellType::Text => json.push_str(&Json::from(text).to_string()),
        CellType::Bool | CellType::Integer | CellType::Long | CellType::Json => json.push_str(text),
        CellType::Id | CellType::Decimal | CellType::Date | CellType::Time | CellType::Enum(_) => {
            json.push('"');
            json.push_str(text);
            json.push('"');
        }
    }
}

/// A value of a record.
pub(crate) trait Cell {
    /// What sort of value.
    const KIND: CellType;

    /// Writes it; false is NULL.
    fn write(&self, text: &mut String) -> bool;
}

impl<C: Cell> Cell for Option<C> {
    const KIND: CellType = C::KIND;

    fn write(&self, text: &mut String) -> bool {
        self.as_ref().is_some_and(|value| value.write(text))
    }
}

impl<C: Cell> Cell for &C {
    const KIND: CellType = C::KIND;

    fn write(&self, text: &mut String) -> bool {
        (**self).write(text)
    }
}

/// 32 digits: both engines take them without dashes.
impl Cell for Uuid {
    const KIND: CellType = CellType::Id;

    fn write(&self, text: &mut String) -> bool {
        text.push_str(self.simple().encode_lower(&mut Self::encode_buffer()));
        true
    }
}

impl Cell for &str {
    const KIND: CellType = CellType::Text;

    fn write(&self, text: &mut String) -> bool {
        text.push_str(self);
        true
    }
}

impl Cell for String {
    const KIND: CellType = CellType::Text;

    fn write(&self, text: &mut String) -> bool {
        text.push_str(self);
        true
    }
}

/// With the zone that every time has in a SQLite file.
impl Cell for DateTime<Utc> {
    const KIND: CellType = CellType::Time;

    fn write(&self, text: &mut String) -> bool {
        text.push_str(&self.to_rfc3339_opts(SecondsFormat::AutoSi, false));
        true
    }
}

impl Cell for DateTimeWithTimeZone {
    const KIND: CellType = CellType::Time;

    fn write(&self, text: &mut String) -> bool {
        self.to_utc().write(text)
    }
}

macro_rules! displayed {
    ($($of:ty: $kind:ident),+) => {
        $(impl Cell for $of {
            const KIND: CellType = CellType::$kind;

            fn write(&self, text: &mut String) -> bool {
                // Writing to a string cannot fail.
                write!(text, "{self}").is_ok()
            }
        })+
    };
}

displayed!(bool: Bool, i32: Integer, i64: Long, Decimal: Decimal, NaiveDate: Date, Json: Json);

impl Cell for Map<String, Json> {
    const KIND: CellType = CellType::Json;

    fn write(&self, text: &mut String) -> bool {
        let written = serde_json::to_string(self);
        written.map(|json| text.push_str(&json)).is_ok()
    }
}

macro_rules! enums {
    ($($of:ident: $name:literal),+ $(,)?) => {
        $(impl Cell for $of {
            const KIND: CellType = CellType::Enum($name);

            fn write(&self, text: &mut String) -> bool {
                text.push_str(&self.to_value().value);
                true
            }
        })+
    };
}

enums! {
    AttemptOutcome: "attempt_outcome",
    AttributionModel: "attribution_model",
    BudgetReservationStatus: "budget_reservation_status",
    ConsentChannel: "consent_channel",
    ConsentState: "consent_state",
    DeliveryStatus: "delivery_status",
    DependencyFailure: "dependency_failure",
    DiscountKind: "discount_kind",
    DiscountTarget: "discount_target",
    EventAggregate: "event_aggregate",
    FinancialStatus: "financial_status",
    FulfillmentStatus: "fulfillment_status",
    OrderStatus: "order_status",
    ParcelStatus: "parcel_status",
    PaymentEntryKind: "payment_entry_kind",
    PaymentStatus: "payment_status",
    ProductStatus: "product_status",
    RefundStatus: "refund_status",
    ReservationStatus: "reservation_status",
    ReturnStatus: "return_status",
    StockMovementKind: "stock_movement_kind",
    StockPolicy: "stock_policy",
    SubscriptionStatus: "subscription_status",
    TaskStatus: "task_status",
    TaskWait: "task_wait",
}
