//! Holds: pieces kept for a basket until it becomes an order, or its time is over.

use chrono::TimeDelta;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Demand, Held,
    ahead::lock_ahead,
    hold,
    item::{Names, check_location, names_variant},
};
use crate::{
    Joint, Result, UnitOfWork, Verb, access::Operation, batch::check_size, edit::check, refusal::At, settings,
    shared::Queued,
};

/// The longest hold, in seconds.
const LONGEST: i32 = 86_400;

/// Holds stock for a basket: all its lines, or none.
#[derive(Clone, Debug, Serialize)]
pub struct Reserve {
    /// What is wanted.
    pub lines: Vec<Line>,
    /// For how long.
    pub ttl_seconds: i32,
    /// The caller's name of the basket.
    pub reference: Option<String>,
}

/// Pieces of a variant that are wanted.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The variant.
    pub variant_id: Option<Uuid>,
    /// Or its SKU.
    pub sku: Option<String>,
    /// How many.
    pub quantity: i32,
    /// The location. Default: the shop's locations in their order.
    pub location: Option<String>,
}

/// Extends a hold, counted from now.
#[derive(Clone, Debug, Serialize)]
pub struct Extend {
    /// The hold.
    pub hold_id: Uuid,
    /// For how long.
    pub ttl_seconds: i32,
}

/// Gives back what a hold keeps.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// The hold.
    pub hold_id: Uuid,
}

impl Verb for Reserve {
    type Outcome = Held;
    const OPERATION: Operation = Operation::ReserveStock;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Held> {
        let ttl = ttl(self.ttl_seconds)?;
        if let Some(reference) = &self.reference {
            check::text("reference", reference, check::NAME)?;
        }
        if self.lines.is_empty() {
            return Err(check::invalid("lines", "a hold has at least one line").into());
        }
        check_size("lines", self.lines.len())?;
        let names = Names::read(unit, &self.lines).await?;
        let mut demands = Vec::with_capacity(self.lines.len());
        for (index, line) in self.lines.iter().enumerate() {
            demands.push(line.demand(&names, index).under(["lines", &index.to_string()])?);
        }
        let settings = settings::load(unit).await?;
        let held = hold(unit, &settings, &demands, ttl, self.reference.as_deref()).await;
        let held = held.map_err(|error| error.named(|id| self.place(&demands, id))).at(["lines"])?;
        match held.reservations.is_empty() {
            true => {
                Err(check::invalid("lines", "the stock of these variants is not tracked: they need no hold").into())
            }
            false => Ok(held),
        }
    }
}

impl Queued for Reserve {}

impl Joint for Reserve {
    fn weight(&self) -> usize {
        self.lines.len().max(1)
    }

    async fn prepare(unit: &mut UnitOfWork, calls: &[&Self]) -> Result<()> {
        settings::load(unit).await?;
        let lines: Vec<&Line> = calls.iter().flat_map(|call| &call.lines).collect();
        let names = Names::read_ahead(unit, &lines).await?;
        let variants: Vec<Uuid> = lines.iter().filter_map(|line| names.variant(line).ok()).collect();
        lock_ahead(unit, &[], &variants).await
    }
}

impl Reserve {
    /// Where the input names a variant that is not there.
    fn place(&self, demands: &[Demand], id: Uuid) -> Option<Vec<String>> {
        let line = demands.iter().find(|demand| demand.variant_id == id)?.line;
        Some(vec!["lines".to_owned(), line.to_string(), "variantId".to_owned()])
    }
}

names_variant!(Line);

impl Line {
    fn demand(&self, names: &Names, line: usize) -> Result<Demand> {
        check::within("quantity", self.quantity, 1..=i32::MAX)?;
        if let Some(location) = &self.location {
            check_location("location", location)?;
        }
        let variant_id = names.variant(self)?;
        Ok(Demand { line, variant_id, quantity: self.quantity, location: self.location.clone() })
    }
}

impl Verb for Extend {
    type Outcome = Held;
    const OPERATION: Operation = Operation::ExtendHold;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Held> {
        let ttl = ttl(self.ttl_seconds)?;
        hold::extend(unit, self.hold_id, ttl).await.at(["holdId"])
    }
}

impl Verb for Release {
    /// The rows that kept the pieces.
    type Outcome = Vec<Uuid>;
    const OPERATION: Operation = Operation::ReleaseHold;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Uuid>> {
        hold::release_hold(unit, self.hold_id).await.at(["holdId"])
    }
}

fn ttl(seconds: i32) -> Result<TimeDelta> {
    check::within("ttlSeconds", seconds, 1..=LONGEST)?;
    Ok(TimeDelta::seconds(seconds.into()))
}
