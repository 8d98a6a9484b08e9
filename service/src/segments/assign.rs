//! Members by hand: they stay whatever the criteria say.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::customer_segment_members;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CountChange, NOUN, add_to_counts};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{self, ItemResult, OnError},
    customers,
    database::{Column, columns},
    edit::check,
    events::EventKind,
    refusal::{Located, Refusal},
};

/// How well members fit where nobody says it.
const SCORE: i32 = 50;

/// Assigns customers to segments by hand.
#[derive(Clone, Debug, Serialize)]
pub struct Assign {
    /// Whom to where.
    pub items: Vec<Assignment>,
    /// What happens to the others when one is refused.
    pub on_error: OnError,
}

/// A customer for a segment.
#[derive(Clone, Debug, Serialize)]
pub struct Assignment {
    /// The customer.
    pub customer_id: Uuid,
    /// The segment.
    pub segment_id: Uuid,
    /// How well the customer fits, from 0 to 100; none: as before, of a new member 50.
    pub score: Option<Decimal>,
}

/// Takes customers out of segments that they were assigned to by hand.
#[derive(Clone, Debug, Serialize)]
pub struct Unassign {
    /// Whom from where.
    pub items: Vec<Membership>,
    /// What happens to the others when one is refused.
    pub on_error: OnError,
}

/// A customer in a segment.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Membership {
    /// The customer.
    pub customer_id: Uuid,
    /// The segment.
    pub segment_id: Uuid,
}

impl Verb for Assign {
    type Outcome = Vec<ItemResult<Membership>>;
    const OPERATION: Operation = Operation::AssignSegment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        batch::check_size("items", self.items.len())?;
        let named: Vec<_> = self.items.iter().map(|item| (item.customer_id, item.segment_id)).collect();
        let mut members = Members::lock(unit, &named).await?;
        let results = batch::collect(self.on_error, self.items.iter().map(|item| members.assign(item)))?;
        members.write_assigned(unit).await?;
        Ok(results)
    }
}

impl Verb for Unassign {
    type Outcome = Vec<ItemResult<Membership>>;
    const OPERATION: Operation = Operation::UnassignSegment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        batch::check_size("items", self.items.len())?;
        let named: Vec<_> = self.items.iter().map(|item| (item.customer_id, item.segment_id)).collect();
        let mut members = Members::lock(unit, &named).await?;
        let results = batch::collect(self.on_error, self.items.iter().map(|item| members.unassign(item)))?;
        members.write_unassigned(unit).await?;
        Ok(results)
    }
}

/// What a member is known by: the segment and the customer.
type Key = (Uuid, Uuid);

/// The members that a call is about, under the locks of their segments.
struct Members {
    customers: HashMap<Uuid, customers::Found>,
    segments: BTreeSet<Uuid>,
    there: HashMap<Key, customer_segment_members::Model>,
    changed: BTreeMap<Key, Decimal>,
}

/// A row to be written.
struct Row {
    customer_id: Uuid,
    segment_id: Uuid,
    score: Decimal,
}

impl Members {
    /// Customers are held, then segments are locked.
    async fn lock(unit: &UnitOfWork, named: &[(Uuid, Uuid)]) -> Result<Self> {
        let customers: Vec<Uuid> = named.iter().map(|(customer, _)| *customer).collect();
        let segments: BTreeSet<Uuid> = named.iter().map(|(_, segment)| *segment).collect();
        let customers = customers::find_all(unit, &customers).await?;
        let mut sql = unit.sql();
        sql.push("SELECT id FROM customer_segments WHERE id").is_any(&segments.into_iter().collect::<Vec<_>>());
        sql.push(" ORDER BY id").for_update();
        let segments: BTreeSet<Uuid> = unit.ids(sql).await?;
        let known = customers.values().map(|found| found.id);
        let there = customer_segment_members::Entity::find()
            .filter(customer_segment_members::Column::SegmentId.is_in(segments.iter().copied()))
            .filter(customer_segment_members::Column::CustomerId.is_in(known));
        let there = there.all(unit.txn().await?).await?;
        let there = there.into_iter().map(|row| ((row.segment_id, row.customer_id), row)).collect();
        Ok(Self { customers, segments, there, changed: BTreeMap::new() })
    }

    fn find(&self, customer: Uuid, segment: Uuid) -> Result<customers::Found> {
        let found = self.customers.get(&customer);
        let found = found.ok_or_else(|| Error::NotFound("customer", customer).located(["customerId"]))?;
        match self.segments.contains(&segment) {
            true => Ok(*found),
            false => Err(Error::NotFound(NOUN, segment).located(["segmentId"])),
        }
    }

    fn assign(&mut self, item: &Assignment) -> Result<Membership> {
        let customer = self.find(item.customer_id, item.segment_id)?;
        if customer.is_erased {
            return Err(Refusal::invalid("customerId", "the customer was erased").into());
        }
        if let Some(score) = item.score {
            check_score(score)?;
        }
        let key = (item.segment_id, customer.id);
        let before = self.changed.get(&key).copied().or_else(|| self.there.get(&key).map(|row| row.score));
        self.changed.insert(key, item.score.or(before).unwrap_or_else(|| SCORE.into()));
        Ok(Membership { customer_id: customer.id, segment_id: item.segment_id })
    }

    fn unassign(&mut self, item: &Membership) -> Result<Membership> {
        let customer = self.find(item.customer_id, item.segment_id)?;
        let key = (item.segment_id, customer.id);
        if let Some(row) = self.there.get(&key) {
            if !row.is_manual {
                let message = "the customer is a member by the criteria of the segment: change the criteria";
                return Err(Refusal::invalid("customerId", message).into());
            }
            self.changed.insert(key, row.score);
        }
        Ok(Membership { customer_id: customer.id, segment_id: item.segment_id })
    }

    async fn write_assigned(&self, unit: &mut UnitOfWork) -> Result<()> {
        let rows = self.rows();
        if rows.is_empty() {
            return Ok(());
        }
        let now: Value = unit.now().into();
        let times = ["assigned_at", "created_at", "updated_at"].map(|name| (name, now.clone()));
        let same: Vec<(&str, Value)> = times.into_iter().chain([("is_manual", true.into())]).collect();
        let mut sql = unit.sql();
        sql.insert("customer_segment_members", &row_columns(), &same, &rows);
        // SQLite needs the condition to tell this from a join.
        sql.push(" WHERE TRUE ON CONFLICT (customer_id, segment_id) DO UPDATE SET score = excluded.score, ");
        sql.push("is_manual = TRUE, updated_at = excluded.updated_at");
        unit.execute(sql).await?;
        self.tell(unit, EventKind::SegmentAssigned, "assigned", |is_member| i32::from(!is_member)).await
    }

    async fn write_unassigned(&self, unit: &mut UnitOfWork) -> Result<()> {
        let rows = self.rows();
        if rows.is_empty() {
            return Ok(());
        }
        let mut sql = unit.sql();
        sql.push("DELETE FROM customer_segment_members WHERE (segment_id, customer_id) IN ");
        sql.push("(SELECT k.segment_id, k.customer_id FROM ").records(&row_columns(), &rows).push(")");
        unit.execute(sql).await?;
        self.tell(unit, EventKind::SegmentUnassigned, "unassigned", |is_member| -i32::from(is_member)).await
    }

    fn rows(&self) -> Vec<Row> {
        let row = |((segment_id, customer_id), score): (&Key, &Decimal)| Row {
            customer_id: *customer_id,
            segment_id: *segment_id,
            score: *score,
        };
        self.changed.iter().map(row).collect()
    }

    /// Counts the members, and tells of those that changed. `added` says what a change adds to the number: it gets
    /// whether the customer was a member before.
    async fn tell(&self, unit: &mut UnitOfWork, kind: EventKind, name: &str, added: fn(bool) -> i32) -> Result<()> {
        let mut sums: BTreeMap<Uuid, i32> = BTreeMap::new();
        for key in self.changed.keys() {
            *sums.entry(key.0).or_default() += added(self.there.contains_key(key));
        }
        let changes: Vec<CountChange> =
            sums.into_iter().map(|(segment, added)| CountChange { segment, added }).collect();
        for counted in add_to_counts(unit, &changes).await? {
            let changed = self.changed.keys().filter(|(segment, _)| *segment == counted.segment).count();
            counted.tell(unit, kind, [(name, changed.into())]);
        }
        Ok(())
    }
}

fn row_columns() -> Vec<Column<Row>> {
    columns!(Row: customer_id, segment_id, score).into()
}

/// Refuses what is no score.
fn check_score(score: Decimal) -> Result<(), Refusal> {
    let fits = score >= Decimal::ZERO && score <= Decimal::ONE_HUNDRED && score.normalize().scale() <= 2;
    match fits {
        true => Ok(()),
        false => {
            let message = "`score` is not between 0 and 100, with at most two digits behind the point";
            Err(check::invalid("score", message))
        }
    }
}
