//! From which stock rows the pieces of lines come.

use std::collections::BTreeMap;

use entity::sea_orm_active_enums::{ReservationStatus, StockPolicy};
use uuid::Uuid;

use super::{
    Demand, Taken,
    shelves::{Level, Shelves, Variant},
};
use crate::{
    Result,
    refusal::{Code, Facts, Refusal, ShortLine},
};

/// The most short lines that a message names; its facts have all of them.
const MOST_NAMED: usize = 5;

/// Promises the pieces that lines want, or refuses all of it. A line gets its pieces from the first of `locations` that
/// has all of them, else from several. What is missing may be backordered, where that is allowed.
pub(super) fn plan(
    shelves: &mut Shelves,
    locations: &[String],
    demands: &[Demand],
    may_wait: bool,
) -> Result<Vec<Taken>> {
    let mut taken = Vec::with_capacity(demands.len());
    let mut missing = Missing::default();
    // Those with a location first: others can go elsewhere.
    let (bound, free): (Vec<&Demand>, Vec<&Demand>) = demands.iter().partition(|demand| demand.location.is_some());
    for demand in bound.into_iter().chain(free) {
        let (variant_id, line) = (demand.variant_id, demand.line);
        let policy = shelves.variant(variant_id)?.policy;
        let piece = |inventory_id, location, quantity, status| Taken {
            line,
            variant_id,
            inventory_id,
            location,
            quantity,
            status,
            held: None,
        };
        if policy == StockPolicy::Untracked {
            taken.push(piece(None, None, demand.quantity, None));
            continue;
        }
        let locations = demand.location.as_ref().map_or(locations, std::slice::from_ref);
        let mut left = demand.quantity;
        for (level, location) in places(shelves, variant_id, locations, left) {
            let quantity = shelves.level(level)?.now.available.min(left);
            if quantity > 0 {
                shelves.promise(level, quantity)?;
                taken.push(piece(Some(level), Some(location), quantity, Some(ReservationStatus::Ordered)));
                left -= quantity;
            }
        }
        let waits = may_wait && policy == StockPolicy::Backorder;
        if waits && left > 0 {
            taken.push(piece(None, None, left, Some(ReservationStatus::Backordered)));
            left = 0;
        }
        missing.note(demand, left);
    }
    missing.check(shelves)?;
    taken.sort_by_key(|piece| piece.line);
    Ok(taken)
}

/// Where pieces of a variant are: the first location that has the whole quantity, else all in their order.
pub(super) fn places(shelves: &Shelves, variant: Uuid, locations: &[String], wanted: i32) -> Vec<(Uuid, String)> {
    let levels: Vec<&Level> = locations.iter().filter_map(|location| shelves.at(variant, location)).collect();
    let whole = levels.iter().find(|level| level.now.available >= wanted);
    let place = |level: &&Level| (level.id, level.location.clone());
    whole.map_or_else(|| levels.iter().map(place).collect(), |whole| vec![place(whole)])
}

/// What lines of a variant and location want, and what of it is missing.
#[derive(Default)]
struct Missing(BTreeMap<(Uuid, Option<String>), (i32, i32)>);

impl Missing {
    fn note(&mut self, demand: &Demand, missing: i32) {
        let (wanted, short) = self.0.entry((demand.variant_id, demand.location.clone())).or_default();
        *wanted = wanted.saturating_add(demand.quantity);
        *short = short.saturating_add(missing);
    }

    fn check(self, shelves: &Shelves) -> Result<()> {
        let mut lines = Vec::new();
        for ((variant_id, location), (wanted, missing)) in self.0 {
            if missing > 0 {
                let variant = shelves.variant(variant_id)?;
                lines.push(short_line(variant, location, wanted, wanted - missing));
            }
        }
        Ok(check_short(lines)?)
    }
}

/// A line that stock does not cover.
pub(super) fn short_line(variant: &Variant, location: Option<String>, requested: i32, available: i32) -> ShortLine {
    ShortLine { variant_id: variant.id, sku: variant.sku.clone(), location, requested, available }
}

/// Refuses lines that stock does not cover, if there are any.
pub(super) fn check_short(lines: Vec<ShortLine>) -> Result<(), Refusal> {
    match lines.is_empty() {
        true => Ok(()),
        false => Err(insufficient(lines)),
    }
}

/// A refusal of lines that stock does not cover.
pub(super) fn insufficient(lines: Vec<ShortLine>) -> Refusal {
    let name = |line: &ShortLine| {
        let name = line.sku.clone().unwrap_or_else(|| line.variant_id.to_string());
        format!("{name} has {} of {}", line.available, line.requested)
    };
    let mut named: Vec<String> = lines.iter().take(MOST_NAMED).map(name).collect();
    if lines.len() > MOST_NAMED {
        named.push(format!("and {} more", lines.len() - MOST_NAMED));
    }
    let message = format!("there is not enough stock: {}", named.join(", "));
    Refusal::new(Code::InsufficientStock, message).with(Facts::ShortLines(lines))
}
