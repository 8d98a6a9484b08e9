//! What a database can hold of a payload. A sender must not be refused for a character or a number: it would send the
//! same again, and give up in the end.

use serde_json::{Map, Value as Json};

use crate::value::{self, storable};

/// Replaces what cannot be stored: characters by a sign for that, numbers by their text.
pub(super) fn clean(value: Json) -> Json {
    match value {
        Json::String(text) => Json::String(storable(text)),
        Json::Array(items) => items.into_iter().map(clean).collect(),
        Json::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (storable(name), clean(value)));
            Json::Object(members.collect::<Map<_, _>>())
        }
        Json::Number(number) if value::check_field("", &Json::Number(number.clone())).is_err() => {
            Json::String(number.to_string())
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_stored_is_replaced() {
        let sent = json!({ "a\u{0}": ["\u{0}b", 1, 1.5, null, true, 1e300], "c": { "d": "e" } });
        let stored = json!({ "a\u{fffd}": ["\u{fffd}b", 1, 1.5, null, true, "1e+300"], "c": { "d": "e" } });
        assert_eq!(clean(sent), stored);
    }
}
