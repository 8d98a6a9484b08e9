//! What changed in a row, as GraphQL shows it.

use chrono::SecondsFormat;
use sea_orm::{EntityTrait, IdenStatic, Iterable, ModelTrait, Value, sea_query::OptionEnum};
use serde_json::{Map, Value as Json};

use super::EditableRow;

/// What stands for personal data.
pub(crate) const HIDDEN: &str = "•••";

/// What says when and how often a row was changed, not what.
const COUNTED: [&str; 3] = ["version", "created_at", "updated_at"];

/// The values of `after` that `before` has not; all of them without a `before`. Of personal data only that it changed.
pub(super) fn between<R: EditableRow>(before: Option<&R>, after: Option<&R>) -> Map<String, Json> {
    let columns = <R::Entity as EntityTrait>::Column::iter();
    let changed = columns.filter(|column| !COUNTED.contains(&column.as_str())).filter_map(|column| {
        let value = after?.get(column);
        let same = before.is_some_and(|before| before.get(column) == value);
        (!same).then(|| (camel(column.as_str()), shown_in::<R>(column.as_str(), &value)))
    });
    changed.collect()
}

/// All of a row, as GraphQL shows it.
pub(crate) fn document<M: ModelTrait>(row: &M) -> Map<String, Json> {
    let columns = <M::Entity as EntityTrait>::Column::iter();
    columns.map(|column| (camel(column.as_str()), shown(&row.get(column)))).collect()
}

/// A value of a column of a table.
fn shown_in<R: EditableRow>(column: &str, value: &Value) -> Json {
    match shown(value) {
        Json::Null => Json::Null,
        _ if R::PERSONAL.contains(&column) => HIDDEN.into(),
        value => value,
    }
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
        Value::BigInt(Some(it)) => (*it).into(),
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::{returns, sea_orm_active_enums::ReturnStatus};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn of_personal_data_is_shown_only_that_it_changed() {
        let before = returns::Model {
            id: Uuid::nil(),
            order_id: Uuid::nil(),
            status: ReturnStatus::Requested,
            reason: "too small".to_owned(),
            note: None,
            decided_at: None,
            received_at: None,
            version: 1,
            created_at: DateTime::UNIX_EPOCH.into(),
            updated_at: DateTime::UNIX_EPOCH.into(),
        };
        let after = returns::Model { note: Some("Ring at Mrs. Smith's".to_owned()), ..before.clone() };
        assert_eq!(Json::from(between(Some(&before), Some(&after))), serde_json::json!({ "note": HIDDEN }));
        assert_eq!(Json::from(between(Some(&after), Some(&before))), serde_json::json!({ "note": null }));
        let all = between(None, Some(&after));
        assert_eq!((&all["note"], &all["reason"]), (&Json::from(HIDDEN), &Json::from("too small")));
    }
}
