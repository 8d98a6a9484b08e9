//! Merging customers who turn out to be one person: everything of them moves to one, and what they were known by leads
//! there.
//!
//! Orders are locked before customers, and no order can be added to a customer who is locked. One that was added
//! between the two has the call tried again, and so has whoever wants to add one to a customer who is gone by then.

use std::collections::HashSet;

use entity::{customers, sea_orm_active_enums::EventAggregate};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{NOUN, alias, carried, check_not_erased, moved, totals};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, EditableRow, check},
    events::{Event, EventKind},
    orders,
    refusal::{At, Code, Refusal},
    settings,
};

/// The most customers that are merged into one at once.
const MOST: usize = 20;

/// Merges customers into another one.
#[derive(Clone, Debug, Serialize)]
pub struct Merge {
    /// The customer who stays.
    pub into_id: Uuid,
    /// The customers who go.
    pub from_ids: Vec<Uuid>,
    /// The versions that the caller has seen: of the customer who stays, then of those who go, in their order. Empty
    /// for any.
    pub expected_versions: Vec<i32>,
}

impl Verb for Merge {
    /// The customer who stays.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::MergeCustomers;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        self.check()?;
        let settings = settings::load(unit).await?;
        let orders = orders::lock_of_customers(unit, &self.from_ids).await?;
        let customers = self.lock(unit).await?;
        orders::check_all_of_customers(unit, &self.from_ids, &orders).await?;
        let (before, gone) = self.apart(customers)?;

        // The triggers of what is only added to let a customer go to where the alias leads.
        alias::lead(unit, &gone, before.id).await?;
        carried::carry_over(unit, &before, &gone).await?;
        orders::hand_over(unit, &orders, before.id);
        let emails: Vec<&str> = gone.iter().chain([&before]).map(|customer| customer.email.as_str()).collect();
        moved::all(unit, &self.from_ids, before.id, &emails).await?;
        self.tell(unit, &before, &gone).await?;
        let mut sql = unit.sql();
        sql.push("DELETE FROM customers WHERE id").is_any(&self.from_ids);
        unit.execute(sql).await?;
        totals::follow(unit, &settings, before.id).await?;
        Ok(before.id)
    }
}

impl Merge {
    fn check(&self) -> Result<(), Refusal> {
        if self.from_ids.is_empty() {
            return Err(check::invalid("fromIds", "`fromIds` is empty"));
        }
        if self.from_ids.len() > MOST {
            let message = format!("`fromIds` has {} entries, at most {MOST} are allowed", self.from_ids.len());
            return Err(Refusal::new(Code::LimitReached, message).at(["fromIds"]));
        }
        let mut named = HashSet::from([self.into_id]);
        if let Some(index) = self.from_ids.iter().position(|id| !named.insert(*id)) {
            let message = "each customer can be named only once";
            return Err(check::invalid("fromIds", message).at(["fromIds", &index.to_string()]));
        }
        let expected = self.expected_versions.len();
        match expected == 0 || expected == self.from_ids.len() + 1 {
            true => Ok(()),
            false => {
                let message = "`expectedVersions` must have the version of `intoId`, then those of all `fromIds`";
                Err(check::invalid("expectedVersions", message))
            }
        }
    }

    /// Reads the customers and locks them, in the order of their ids: nothing can be added to them any more.
    async fn lock(&self, unit: &UnitOfWork) -> Result<Vec<customers::Model>> {
        let ids = self.from_ids.iter().copied().chain([self.into_id]);
        let found = customers::Entity::find().filter(customers::Column::Id.is_in(ids));
        Ok(found.order_by_asc(customers::Column::Id).lock_exclusive().all(unit.txn().await?).await?)
    }

    /// The customer who stays and those who go, as the caller has seen them.
    fn apart(&self, mut locked: Vec<customers::Model>) -> Result<(customers::Model, Vec<customers::Model>)> {
        let mut take = |place: usize, id: Uuid| -> Result<customers::Model> {
            let found = locked.iter().position(|customer| customer.id == id);
            let customer = locked.swap_remove(found.ok_or(Error::NotFound(NOUN, id))?);
            let expected = self.expected_versions.get(place).copied();
            let checked = edit::check_version(expected, customer.version);
            checked.map_err(|refusal| refusal.at(["expectedVersions", &place.to_string()]))?;
            check_not_erased(&customer)?;
            Ok(customer)
        };
        let into = take(0, self.into_id).at(["intoId"])?;
        let mut gone = Vec::with_capacity(self.from_ids.len());
        for (index, id) in self.from_ids.iter().enumerate() {
            gone.push(take(index + 1, *id).at(["fromIds", &index.to_string()])?);
        }
        Ok((into, gone))
    }

    /// Writes down and tells what became of the customers, and counts the change of the one who stays.
    async fn tell(&self, unit: &mut UnitOfWork, before: &customers::Model, gone: &[customers::Model]) -> Result<()> {
        // What is carried over may have counted a change already.
        let version = next_version(unit, before.id).await?;
        let merged = Map::from_iter([("fromIds".to_owned(), json!(self.from_ids))]);
        unit.record(Self::OPERATION, customers::Model::TYPE, before.id, Json::Null, &merged);
        emit(unit, before.id, version, merged);
        for customer in gone {
            let was = edit::changes(None, customer);
            unit.record(Self::OPERATION, customers::Model::TYPE, customer.id, was, Json::Null);
            let led = Map::from_iter([("intoId".to_owned(), json!(before.id))]);
            emit(unit, customer.id, customer.version.saturating_add(1), led);
        }
        Ok(())
    }
}

/// Counts a change of a customer; the version after it.
async fn next_version(unit: &UnitOfWork, customer: Uuid) -> Result<i32> {
    let mut sql = unit.sql();
    sql.push("UPDATE customers SET version = version + 1, updated_at = ").bind(unit.now());
    sql.push(" WHERE id = ").bind(customer).push(" RETURNING version");
    let rows = unit.returning(sql).await?;
    let row = rows.first().ok_or(Error::NotFound(NOUN, customer))?;
    Ok(row.try_get_by("version")?)
}

fn emit(unit: &mut UnitOfWork, customer: Uuid, version: i32, changes: Map<String, Json>) {
    unit.emit(Event {
        kind: EventKind::CustomerMerged,
        aggregate_type: EventAggregate::Customer,
        aggregate_id: customer,
        aggregate_version: version,
        agent_id: None,
        execution_id: None,
        changes,
    });
}
