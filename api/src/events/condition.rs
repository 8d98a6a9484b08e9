//! What filters of events are made of.

use async_graphql::{InputType, Value};
use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums;
use service::events::{self, Filter};
use uuid::Uuid;

use super::{EventKind, filter::EventAggregate};
use crate::read::scalars::{Id, Moment};

/// Declares filters: the object that the events are about, if there is only one, and of each condition the field of
/// [`Filter`] that it sets, and how its value is converted.
macro_rules! filters {
    (@of) => { ::service::events::Filter::default() };
    (@of $aggregate:ident) => {
        $crate::events::condition::of($crate::events::filter::EventAggregate::$aggregate)
    };
    ($(
        $(#[$doc:meta])*
        $name:ident $(of $aggregate:ident)? {
            $($(#[$field_doc:meta])* $field:ident: $ty:ty => $target:ident by $convert:path,)+
        }
    )+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, ::async_graphql::InputObject)]
        pub struct $name {
            $($(#[$field_doc])* $field: Option<$ty>,)+
        }

        impl From<$name> for ::service::events::Filter {
            fn from(filter: $name) -> Self {
                Self { $($target: filter.$field.map($convert),)+ ..filters!(@of $($aggregate)?) }
            }
        }
    )+};
}

pub(super) use filters;

/// All events of one kind of objects.
pub(super) fn of(aggregate: EventAggregate) -> Filter {
    Filter { aggregate_types: Some(types(vec![aggregate])), ..Filter::default() }
}

pub(super) fn types(types: Vec<EventAggregate>) -> Vec<sea_orm_active_enums::EventAggregate> {
    types.into_iter().map(Into::into).collect()
}

pub(super) fn kinds(kinds: Vec<EventKind>) -> Vec<events::EventKind> {
    kinds.into_iter().map(Into::into).collect()
}

pub(super) fn key(id: Id) -> Uuid {
    id.0
}

pub(super) fn keys(ids: Vec<Id>) -> Vec<Uuid> {
    ids.into_iter().map(key).collect()
}

pub(super) fn time(moment: Moment) -> DateTime<Utc> {
    moment.0
}

/// The statuses that an event may set.
pub(super) fn statuses<T: InputType>(statuses: Vec<T>) -> (&'static str, Vec<String>) {
    ("status", statuses.into_iter().map(name).collect())
}

/// The variants that an event may name.
pub(super) fn variants(ids: Vec<Id>) -> (&'static str, Vec<String>) {
    ("variantId", ids.into_iter().map(|id| id.0.to_string()).collect())
}

/// The name of an enum value, as the changes of an event have it.
pub(super) fn name<T: InputType>(value: T) -> String {
    match value.to_value() {
        Value::Enum(name) => name.to_string(),
        other => other.to_string(),
    }
}
