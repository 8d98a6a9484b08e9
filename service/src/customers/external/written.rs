//! Writing the customers at hand, with their events and audit entries.

use entity::{
    customers,
    sea_orm_active_enums::{CustomerAliasKind, EventAggregate},
};

use super::{
    locked::{Held, Locked},
    taken::is_same,
};
use crate::{
    Result, UnitOfWork,
    access::Operation,
    customers::{alias, buyer, consent, lookup, totals},
    database::{Column, columns},
    edit::{self, EditableRow},
    events::{Event, EventKind},
};

impl Locked {
    /// Writes what the database does not have yet.
    pub(super) async fn write(&mut self, unit: &mut UnitOfWork) -> Result<()> {
        let now = unit.now().into();
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for Held { before, now: row } in &mut self.held {
            match &*before {
                Some(known) if *known == *row => continue,
                Some(known) => {
                    // A change of something else in the other system needs no event.
                    if !is_same(known, row) {
                        row.touch(now);
                        tell(unit, Some(known), row);
                    }
                    changed.push(row.clone());
                }
                None => {
                    tell(unit, None, row);
                    new.push(row.clone());
                }
            }
            totals::is_written_again(unit, row.id);
            *before = Some(row.clone());
        }
        if !changed.is_empty() {
            unit.update("customers", &changed_columns(), &[], &changed);
        }
        if !new.is_empty() {
            unit.insert("customers", &buyer::columns(), &[], &new);
        }
        self.freed.clear();
        unit.memory().forget::<lookup::Known>();
        unit.write_now().await
    }

    /// Records the consents, and by what else customers are known.
    pub(super) async fn record(&self, unit: &mut UnitOfWork) -> Result<()> {
        alias::add(unit, CustomerAliasKind::Shopify, &self.led).await?;
        consent::record_all(unit, &self.consents.records).await.map(drop)
    }
}

/// The columns that another system may change; the first is the key.
fn changed_columns() -> Vec<Column<customers::Model>> {
    columns!(customers::Model:
        id,
        shopify_customer_id,
        email,
        first_name,
        last_name,
        company,
        phone,
        tags,
        accepts_marketing,
        version,
        updated_at,
        note,
        source_updated_at,
        email_hash,
        phone_hash,
    )
    .into()
}

fn tell(unit: &mut UnitOfWork, before: Option<&customers::Model>, after: &customers::Model) {
    let (operation, kind) = match before {
        Some(_) => (Operation::UpdateCustomer, EventKind::CustomerUpdated),
        None => (Operation::CreateCustomer, EventKind::CustomerCreated),
    };
    let changes = edit::changes(before, after);
    let was = before.map(|before| edit::changes(Some(after), before));
    unit.record(operation, customers::Model::TYPE, after.id, was, &changes);
    unit.emit(Event {
        kind,
        aggregate_type: EventAggregate::Customer,
        aggregate_id: after.id,
        aggregate_version: after.version,
        agent_id: None,
        execution_id: None,
        changes,
    });
}
