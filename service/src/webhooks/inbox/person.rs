//! Whom a payload names: it is found by that when the person is erased.

use entity::sea_orm_active_enums::ConsentChannel;
use serde_json::Value as Json;

use crate::customers::address;

/// The hash of the first e-mail address in a payload: that of the object itself, else one further inside.
pub(super) fn email_hash(payload: &Json) -> Option<String> {
    let mut level = vec![payload];
    while !level.is_empty() {
        if let Some(email) = level.iter().find_map(|value| email_of(value)) {
            return Some(address::hash(ConsentChannel::Email, email));
        }
        level = level.into_iter().flat_map(inside).collect();
    }
    None
}

/// The address that an object names itself.
fn email_of(value: &Json) -> Option<&str> {
    let is_email = |name: &str| name.ends_with("email") || name.ends_with("email_address");
    let mut members = value.as_object()?.iter().filter(|(name, _)| is_email(name));
    members.find_map(|(_, value)| value.as_str().filter(|text| text.contains('@')))
}

/// What stands in an object or a list.
fn inside(value: &Json) -> Vec<&Json> {
    match value {
        Json::Object(members) => members.values().collect(),
        Json::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_outermost_address_counts() {
        let ann = Some(address::hash(ConsentChannel::Email, "ann@example.com"));
        for payload in [
            json!({ "email": "Ann@Example.com ", "customer": { "email": "bob@example.com" } }),
            json!({ "email": null, "customer": { "email": "ann@example.com" } }),
            json!({ "email": "", "contact_email": "ann@example.com" }),
            json!({ "customer_id": 1, "email_address": "ann@example.com" }),
            json!({ "data": { "object": { "charges": [{ "billing_details": { "email": "ann@example.com" } }] } } }),
        ] {
            assert_eq!(email_hash(&payload), ann, "{payload}");
        }
        for payload in [json!({}), json!({ "email": 1, "note": "ann@example.com" }), json!([null, { "email": "-" }])] {
            assert_eq!(email_hash(&payload), None, "{payload}");
        }
    }
}
