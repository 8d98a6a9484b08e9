//! The numbers of a report as JSON: those that are not 0.

use serde_json::{Map, Value as Json};

use super::Report;
use crate::{Result, value};

/// The numbers of a report. A report can be read from them.
pub(super) fn counts(report: &Report) -> Result<Json> {
    Ok(without_zeros(value::json(report)?))
}

/// What was added to the numbers of outcomes.
pub(super) fn between(before: &Report, after: &Report) -> Map<String, Json> {
    let read = |report: &Report| value::json(report).unwrap_or_default();
    let (before, after) = (read(before), read(after));
    let mut added = match without_zeros(difference(&before, &after)) {
        Json::Object(added) => added,
        _ => Map::new(),
    };
    // These are no outcomes.
    for name in ["rows", "refusals"] {
        added.remove(name);
    }
    added
}

fn difference(before: &Json, after: &Json) -> Json {
    match (before, after) {
        (Json::Object(before), Json::Object(after)) => {
            let one = |(name, after): (&String, &Json)| Some((name.clone(), difference(before.get(name)?, after)));
            Json::Object(after.iter().filter_map(one).collect())
        }
        (Json::Number(before), Json::Number(after)) => {
            let number = |number: &serde_json::Number| number.as_u64().unwrap_or_default();
            number(after).saturating_sub(number(before)).into()
        }
        _ => Json::Null,
    }
}

/// Without what is 0, false, null or empty.
fn without_zeros(value: Json) -> Json {
    let Json::Object(members) = value else { return value };
    let kept = members.into_iter().map(|(name, value)| (name, without_zeros(value))).filter(|(_, value)| match value {
        Json::Number(number) => number.as_u64() != Some(0),
        Json::Bool(is_so) => *is_so,
        Json::Object(members) => !members.is_empty(),
        Json::Null => false,
        _ => true,
    });
    Json::Object(kept.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::import::Counts;

    #[test]
    fn only_what_was_counted_is_told() {
        let before = Report { rows: 2, products: Counts { created: 1, ..Counts::default() }, ..Report::default() };
        let mut after = Report { rows: 5, refusals: 1, images_skipped: 1, ..before };
        after.products.created = 2;
        after.variants.refused = 3;
        let counted = json!({
            "rows": 5, "refusals": 1, "imagesSkipped": 1, "products": { "created": 2 }, "variants": { "refused": 3 },
        });
        assert_eq!(counts(&after).expect("counted"), counted);
        assert_eq!(serde_json::from_value::<Report>(counted).expect("read"), after);
        let added = json!({ "imagesSkipped": 1, "products": { "created": 1 }, "variants": { "refused": 3 } });
        assert_eq!(Json::Object(between(&before, &after)), added);
        assert!(between(&after, &after).is_empty());
    }
}
