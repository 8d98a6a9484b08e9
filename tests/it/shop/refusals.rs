//! What calls may be refused for.

use serde_json::Value;

/// What our rules say to a call that came too late, or asked for too much.
const EXPECTED: [&str; 8] = [
    "AMOUNT_EXCEEDED",
    "HOLD_GONE",
    "INSUFFICIENT_STOCK",
    "INVALID",
    "INVALID_TRANSITION",
    "NOT_FOR_SALE",
    "NOT_FOUND",
    "STALE_QUANTITY",
];

/// Fails if a payload, or one of its results, was refused for anything else: by a rule of the database, for example,
/// which our own must not let anybody meet.
pub(super) fn check_refusals(call: &str, payload: &Value) {
    let of = |owner: &Value| owner["userErrors"].as_array().cloned().unwrap_or_default();
    let results = payload["results"].as_array().cloned().unwrap_or_default();
    for refused in results.iter().chain([payload]).flat_map(of) {
        let (code, message) = (refused["code"].as_str(), refused["message"].as_str());
        assert!(code.is_some_and(|code| EXPECTED.contains(&code)), "{call}: {refused}");
        assert!(message.is_some_and(|message| !message.contains("breaks the rule")), "{call}: {refused}");
    }
}
