//! The stock of variants under its lock, and what follows from a change of it.
//!
//! - [`Shelves`]: changed here, written by `save`; `lock` reads it, `known` for several calls at once. `alert`: what is
//!   told when little is left.
//!
//! Whoever changes stock locks it, decides in Rust, and leaves the rest to [`Shelves::save`]: the variants' sums, the
//! journal, events, alerts.

mod alert;
mod known;
mod lock;
mod save;

pub(super) use alert::{is_low, restocking_key};

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::StockPolicy;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    movement::{Cause, Movement},
    reservation::Reservations,
};
use crate::{
    Error, Result,
    events::EventKind,
    refusal::{Code, Refusal},
};

/// The quantities of a stock row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantities {
    /// Free to sell.
    pub available: i32,
    /// Promised.
    pub reserved: i32,
    /// On its way into stock.
    pub incoming: i32,
}

impl Quantities {
    /// What is there: free to sell or promised.
    pub fn on_hand(self) -> i32 {
        self.available.saturating_add(self.reserved)
    }
}

/// A stock row.
#[derive(Clone, Debug)]
pub(super) struct Level {
    /// Its key.
    pub(super) id: Uuid,
    /// Of what.
    pub(super) variant_id: Uuid,
    /// Where.
    pub(super) location: String,
    /// The quantities now.
    pub(super) now: Quantities,
    /// The quantities that are in the database.
    pub(super) before: Quantities,
    reorder_point: Option<i32>,
    reorder_quantity: Option<i32>,
    counted_at: Option<DateTime<Utc>>,
    version: i32,
    is_new: bool,
}

/// A variant whose stock is locked.
#[derive(Clone, Debug)]
pub(super) struct Variant {
    /// Its key.
    pub(super) id: Uuid,
    /// Its SKU.
    pub(super) sku: Option<String>,
    /// What happens when nothing is left.
    pub(super) policy: StockPolicy,
    /// How many pieces there will ever be.
    pub(super) edition_size: Option<i32>,
    edition_sold: i32,
    /// What is free to sell at all locations, as the database has it.
    available: i32,
}

/// What happened to a stock row.
#[derive(Debug)]
struct Told {
    level: Uuid,
    /// The quantities then.
    now: Quantities,
    kind: EventKind,
    more: Map<String, Json>,
}

/// The stock of some variants, locked.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    variants: BTreeMap<Uuid, Variant>,
    levels: BTreeMap<Uuid, Level>,
    places: BTreeMap<(Uuid, String), Uuid>,
    movements: Vec<Movement>,
    told: Vec<Told>,
    reservations: Vec<Reservations>,
}

impl Shelves {
    /// A variant; refused if there is none.
    pub(super) fn variant(&self, id: Uuid) -> Result<&Variant> {
        self.variants.get(&id).ok_or(Error::NotFound("variant", id))
    }

    /// A stock row by its key.
    pub(super) fn level(&self, id: Uuid) -> Result<&Level> {
        self.levels.get(&id).ok_or_else(|| Error::internal(format!("the stock row {id} is not locked")))
    }

    /// The stock row of a variant at a location, if there is one.
    pub(super) fn at(&self, variant: Uuid, location: &str) -> Option<&Level> {
        self.levels.get(self.places.get(&(variant, location.to_owned()))?)
    }

    /// The same, made if there is none.
    pub(super) fn at_or_new(&mut self, variant: Uuid, location: &str) -> &Level {
        let place = (variant, location.to_owned());
        let id = *self.places.entry(place).or_insert_with(Uuid::now_v7);
        self.levels.entry(id).or_insert_with(|| Level {
            id,
            variant_id: variant,
            location: location.to_owned(),
            now: Quantities::default(),
            before: Quantities::default(),
            reorder_point: None,
            reorder_quantity: None,
            counted_at: None,
            version: 0,
            is_new: true,
        })
    }

    /// The stock rows of a variant.
    fn of(&self, variant: Uuid) -> impl Iterator<Item = &Level> {
        let places = self.places.range((variant, String::new())..);
        let places = places.take_while(move |((of, _), _)| *of == variant);
        places.filter_map(move |(_, level)| self.levels.get(level))
    }

    /// How many pieces of a variant are free, wherever they are.
    pub(super) fn available(&self, variant: Uuid) -> i64 {
        self.of(variant).map(|level| i64::from(level.now.available)).sum()
    }

    /// The variants of which more is free at some location than before.
    pub(super) fn freed(&self) -> Vec<Uuid> {
        let freed = self.levels.values().filter(|level| level.now.available > level.before.available);
        let mut variants: Vec<Uuid> = freed.map(|level| level.variant_id).collect();
        variants.sort_unstable();
        variants.dedup();
        variants
    }

    /// Refuses more pieces than can be counted.
    pub(super) fn check_count(&self, variant: Uuid, more: i32, field: &str) -> Result<(), Refusal> {
        match self.on_hand(variant) + i64::from(more) > i64::from(i32::MAX) {
            true => Err(Refusal::invalid(field, format!("a variant has at most {} pieces on hand", i32::MAX))),
            false => Ok(()),
        }
    }

    /// The same, and more pieces than the edition has.
    pub(super) fn check_room(&self, variant: &Variant, more: i32, field: &str) -> Result<(), Refusal> {
        self.check_count(variant.id, more, field)?;
        let (Some(size), sold) = (variant.edition_size, variant.edition_sold) else { return Ok(()) };
        let on_hand = self.on_hand(variant.id) + i64::from(more);
        match more > 0 && on_hand + i64::from(sold) > i64::from(size) {
            true => Err(Refusal::invalid(
                field,
                format!("the edition has {size} pieces: {sold} are sold, and {on_hand} would be on hand"),
            )),
            false => Ok(()),
        }
    }

    /// How many pieces of a variant are there, promised or not.
    fn on_hand(&self, variant: Uuid) -> i64 {
        self.of(variant).map(|level| i64::from(level.now.available) + i64::from(level.now.reserved)).sum()
    }

    /// Promises pieces that are free.
    pub(super) fn promise(&mut self, level: Uuid, quantity: i32) -> Result<()> {
        self.shift(level, |now| {
            now.available = now.available.checked_sub(quantity)?;
            now.reserved = now.reserved.checked_add(quantity)?;
            Some(())
        })
    }

    /// Frees pieces that were promised.
    pub(super) fn free(&mut self, level: Uuid, quantity: i32) -> Result<()> {
        self.shift(level, |now| {
            now.reserved = now.reserved.checked_sub(quantity)?;
            now.available = now.available.checked_add(quantity)?;
            Some(())
        })
    }

    /// Adds pieces that are free, or takes some away.
    pub(super) fn add(&mut self, level: Uuid, quantity: i32, cause: Cause) -> Result<()> {
        self.shift(level, |now| {
            now.available = now.available.checked_add(quantity)?;
            Some(())
        })?;
        self.note(level, quantity, cause)
    }

    /// Lets promised pieces leave.
    pub(super) fn take_out(&mut self, level: Uuid, quantity: i32, cause: Cause) -> Result<()> {
        self.shift(level, |now| {
            now.reserved = now.reserved.checked_sub(quantity)?;
            Some(())
        })?;
        self.note(level, quantity.saturating_neg(), cause)
    }

    /// Says how many pieces are on their way.
    pub(super) fn expect(&mut self, level: Uuid, incoming: i32) -> Result<()> {
        self.shift(level, |now| {
            now.incoming = incoming;
            Some(())
        })
    }

    /// Says when the pieces of a row were counted.
    pub(super) fn count(&mut self, level: Uuid, at: DateTime<Utc>) {
        if let Some(level) = self.levels.get_mut(&level) {
            level.counted_at = Some(at);
        }
    }

    /// Tells of a row, with its quantities now and what else is to be known.
    pub(super) fn tell(&mut self, level: Uuid, kind: EventKind, more: Json) {
        let more = match more {
            Json::Object(more) => more,
            _ => Map::new(),
        };
        let now = self.levels.get(&level).map(|level| level.now).unwrap_or_default();
        self.told.push(Told { level, now, kind, more });
    }

    /// Takes care of reservations that are to be written with the rows, after them.
    pub(super) fn keep(&mut self, reservations: Reservations) {
        self.reservations.push(reservations);
    }

    fn shift(&mut self, level: Uuid, change: impl FnOnce(&mut Quantities) -> Option<()>) -> Result<()> {
        let level = self.levels.get_mut(&level).ok_or_else(|| Error::internal("a stock row is not locked"))?;
        let mut now = level.now;
        // A row that was written past the rules may hold less than was promised of it.
        let fits = change(&mut now).is_some() && now.available >= 0 && now.reserved >= 0 && now.incoming >= 0;
        if !fits {
            let message = format!("the stock at {:?} has fewer pieces than are reserved", level.location);
            return Err(Refusal::new(Code::Invalid, message).into());
        }
        level.now = now;
        Ok(())
    }

    fn note(&mut self, level: Uuid, quantity: i32, cause: Cause) -> Result<()> {
        if quantity == 0 {
            return Ok(());
        }
        let Level { variant_id, location, .. } = self.level(level)?;
        let movement = Movement::new(self.variant(*variant_id)?, location, quantity, cause);
        self.movements.push(movement);
        Ok(())
    }
}
