//! JSON merge patches (RFC 7396, section 2).

use serde_json::{Map, Value as Json};

/// Changes a document by a patch.
pub(crate) fn apply(target: &mut Json, patch: &Json) {
    let Json::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Json::Object(Map::new());
    }
    let Json::Object(target) = target else { return };
    for (name, value) in members {
        match value {
            Json::Null => drop(target.remove(name)),
            value => apply(target.entry(name.clone()).or_insert(Json::Null), value),
        }
    }
}
