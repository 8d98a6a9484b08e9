//! A segment whose criteria name other segments must not depend on itself by them.

use std::collections::HashMap;

use entity::customer_segments;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value as Json;
use uuid::Uuid;

use super::criteria::{Criteria, Reference};
use crate::{
    Result, UnitOfWork,
    refusal::{Code, Facts, Refusal},
};

/// A segment on the way from another one.
struct Step {
    name: String,
    /// The segment that names it; none for those that the criteria themselves name.
    from: Option<Uuid>,
}

/// Refuses criteria of a segment that lead back to it. No other segment may change meanwhile.
pub(super) async fn check(unit: &UnitOfWork, segment: &customer_segments::Model, criteria: &Criteria) -> Result<()> {
    let mut steps: HashMap<Uuid, Step> = HashMap::new();
    let mut next: HashMap<Uuid, Option<Uuid>> = criteria.segments().map(|named| (named.id, None)).collect();
    if let Some(named) = criteria.segments().find(|named| named.id == segment.id) {
        return Err(circle(segment, named, Vec::new()).into());
    }
    while !next.is_empty() {
        let found = customer_segments::Entity::find().filter(customer_segments::Column::Id.is_in(next.keys().copied()));
        let mut later = HashMap::new();
        for row in found.all(unit.txn().await?).await? {
            let names = named_in(&row.criteria);
            let from = next.get(&row.id).copied().flatten();
            steps.insert(row.id, Step { name: row.name, from });
            if names.contains(&segment.id) {
                let (first, way) = way_to(&steps, row.id);
                let named = criteria.segments().find(|named| named.id == first);
                return named.map_or(Ok(()), |named| Err(circle(segment, named, way).into()));
            }
            later.extend(names.into_iter().map(|id| (id, Some(row.id))));
        }
        later.retain(|id, _| !steps.contains_key(id));
        next = later;
    }
    Ok(())
}

/// The first segment on the way to one, and the names of all on it.
fn way_to(steps: &HashMap<Uuid, Step>, last: Uuid) -> (Uuid, Vec<String>) {
    let (mut first, mut way) = (last, Vec::new());
    let mut at = Some(last);
    while let Some((id, step)) = at.and_then(|id| Some((id, steps.get(&id)?))) {
        first = id;
        way.push(step.name.clone());
        at = step.from;
    }
    way.reverse();
    (first, way)
}

fn circle(segment: &customer_segments::Model, named: &Reference, way: Vec<String>) -> Refusal {
    let own = || std::iter::once(segment.name.clone());
    let circle: Vec<String> = own().chain(way).chain(own()).collect();
    let message = format!("the segment would depend on itself: {}", circle.join(" → "));
    Refusal::new(Code::Cycle, message).at(&named.path).with(Facts::Cycle(circle))
}

/// The segments that stored criteria name, whatever else they say.
fn named_in(criteria: &Json) -> Vec<Uuid> {
    match criteria {
        Json::Array(items) => items.iter().flat_map(named_in).collect(),
        Json::Object(members) if members.get("field").and_then(Json::as_str) == Some("inSegment") => {
            members.get("id").and_then(Json::as_str).and_then(|id| Uuid::parse_str(id).ok()).into_iter().collect()
        }
        Json::Object(members) => members.values().flat_map(named_in).collect(),
        _ => Vec::new(),
    }
}
