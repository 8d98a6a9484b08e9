//! What changed in a row, as GraphQL shows it.

use chrono::SecondsFormat;
use sea_orm::{EntityTrait, IdenStatic, Iterable, ModelTrait, Value, sea_query::OptionEnum};
use serde_json::{Map, Value as Json};

/// What says when and how often a row was changed, not what.
const COUNTED: [&str; 3] = ["version", "created_at", "updated_at"];

/// The values of `after` that `before` has not; all of them without a `before`.
pub(super) fn between<M: ModelTrait>(before: Option<&M>, after: Option<&M>) -> Map<String, Json> {
    let columns = <M::Entity as EntityTrait>::Column::iter();
    let changed = columns.filter(|column| !COUNTED.contains(&column.as_str())).filter_map(|column| {
        let value = after?.get(column);
        let same = before.is_some_and(|before| before.get(column) == value);
        (!same).then(|| (camel(column.as_str()), shown(&value)))
    });
    changed.collect()
}

fn camel(column: &str) -> String {
    let mut upper = false;
    let letters = column.chars().filter_map(|letter| match letter {
        '_' => {
            upper = true;
            None
        }
        _ => Some(if std::mem::take(&mut upper) { letter.to_ascii_uppercase() } else { letter }),
    });
    letters.collect()
}

fn shown(value: &Value) -> Json {
    match value {
        Value::Enum(OptionEnum::Some(it)) => it.value.to_uppercase().into(),
        value => stored(value),
    }
}

/// A value as JSON, in the words of the database.
pub(crate) fn stored(value: &Value) -> Json {
    match value {
        Value::Bool(Some(it)) => (*it).into(),
        Value::Int(Some(it)) => (*it).into(),
        Value::String(Some(it)) => it.as_str().into(),
        Value::Enum(OptionEnum::Some(it)) => it.value.to_string().into(),
        Value::Uuid(Some(it)) => it.to_string().into(),
        Value::Decimal(Some(it)) => it.to_string().into(),
        Value::Json(Some(it)) => it.as_ref().clone(),
        Value::ChronoDate(Some(it)) => it.to_string().into(),
        Value::ChronoDateTimeWithTimeZone(Some(it)) => it.to_utc().to_rfc3339_opts(SecondsFormat::Micros, true).into(),
        _ => Json::Null,
    }
}
