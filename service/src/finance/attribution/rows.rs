//! Writing shares. What stays the same keeps its rows.

use std::collections::HashMap;

use entity::{
    revenue_attribution,
    sea_orm_active_enums::{AttributionModel, EventAggregate},
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::model::{Credited, Share};
use crate::{
    Result, UnitOfWork,
    database::{Column, columns},
    events::{Event, EventKind},
    state,
};

/// A share to be written.
#[derive(Clone, Debug)]
pub(super) struct NewShare {
    id: Uuid,
    pub(super) transaction_id: Uuid,
    of: Credited,
    pub(super) model: AttributionModel,
    pub(super) percentage: Decimal,
    touchpoint_data: Json,
}

impl NewShare {
    /// A share of the credit for a transaction. `of` is the number of all touches in the window.
    pub(super) fn computed(transaction: Uuid, model: AttributionModel, share: Share, of: usize, days: i32) -> Self {
        Self {
            id: Uuid::now_v7(),
            transaction_id: transaction,
            of: share.of,
            model,
            percentage: share.percentage,
            touchpoint_data: json!({ "touches": share.touches, "of": of, "windowDays": days }),
        }
    }

    /// A share that somebody gives.
    pub(super) fn by_hand(transaction: Uuid, of: Credited, percentage: Decimal) -> Self {
        Self {
            id: Uuid::now_v7(),
            transaction_id: transaction,
            of,
            model: AttributionModel::Manual,
            percentage,
            touchpoint_data: json!({}),
        }
    }

    fn is(&self, row: &revenue_attribution::Model) -> bool {
        self.of == (Credited { agent: row.agent_id, campaign: row.campaign_id })
            && self.percentage == row.attribution_percentage
            && self.touchpoint_data == row.touchpoint_data
    }
}

/// Makes the shares of transactions, which are locked, by some models those that are wanted; the ids of all of them.
pub(super) async fn replace(
    unit: &mut UnitOfWork,
    transactions: &[Uuid],
    models: &[AttributionModel],
    wanted: &[NewShare],
) -> Result<Vec<Uuid>> {
    let mut there: HashMap<(Uuid, AttributionModel), Vec<revenue_attribution::Model>> = HashMap::new();
    for row in read(unit, transactions, models).await? {
        there.entry((row.transaction_id, row.attribution_model)).or_default().push(row);
    }
    let (mut ids, mut new, mut gone, mut changed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for transaction in transactions {
        let mut has_changed = false;
        for model in models {
            let rows = there.remove(&(*transaction, *model)).unwrap_or_default();
            let of_both = |share: &&NewShare| share.transaction_id == *transaction && share.model == *model;
            let shares: Vec<&NewShare> = wanted.iter().filter(of_both).collect();
            if rows.len() == shares.len() && shares.iter().zip(&rows).all(|(share, row)| share.is(row)) {
                ids.extend(rows.iter().map(|row| row.id));
                continue;
            }
            has_changed = true;
            gone.extend(rows.iter().map(|row| row.id));
            ids.extend(shares.iter().map(|share| share.id));
            new.extend(shares.into_iter().cloned());
        }
        changed.extend(has_changed.then_some(*transaction));
    }
    if !gone.is_empty() {
        let mut sql = unit.sql();
        sql.push("DELETE FROM revenue_attribution WHERE id").is_any(&gone);
        unit.execute(sql).await?;
    }
    insert(unit, &new);
    for transaction in changed {
        tell(unit, transaction, models);
    }
    Ok(ids)
}

/// The existing shares, in the order in which they were written.
async fn read(
    unit: &UnitOfWork,
    transactions: &[Uuid],
    models: &[AttributionModel],
) -> Result<Vec<revenue_attribution::Model>> {
    let found = revenue_attribution::Entity::find()
        .filter(revenue_attribution::Column::TransactionId.is_in(transactions.iter().copied()))
        .order_by_asc(revenue_attribution::Column::Id);
    let mut rows = found.all(unit.txn().await?).await?;
    rows.retain(|row| models.contains(&row.attribution_model));
    Ok(rows)
}

fn insert(unit: &UnitOfWork, shares: &[NewShare]) {
    if shares.is_empty() {
        return;
    }
    let columns: Vec<Column<NewShare>> = columns!(NewShare:
        id,
        transaction_id,
        agent_id = of.agent,
        campaign_id = of.campaign,
        attribution_model = model,
        attribution_percentage = percentage,
        touchpoint_data,
    )
    .into();
    unit.insert("revenue_attribution", &columns, &[("created_at", unit.now().into())], shares);
}

fn tell(unit: &mut UnitOfWork, transaction: Uuid, models: &[AttributionModel]) {
    let models: Vec<String> = models.iter().map(state::name).collect();
    unit.emit(Event {
        kind: EventKind::TransactionAttributed,
        aggregate_type: EventAggregate::Transaction,
        aggregate_id: transaction,
        aggregate_version: 0,
        agent_id: None,
        execution_id: None,
        changes: Map::from_iter([("models".to_owned(), Json::from(models))]),
    });
}
