//! Entering a transaction into the books, with all that follows from it.

use entity::{
    sea_orm_active_enums::{EventAggregate, TransactionType},
    transactions,
};
use sea_orm::ActiveEnum;
use serde_json::{Map, Value as Json, json};

pub(crate) use super::entry::Entry;
use super::{
    budget::{self, Fact, Spending},
    campaign,
    cost::Cost,
};
use crate::{
    Result, UnitOfWork,
    database::{Column, columns},
    events::{Event, EventKind},
    money::stored,
    refusal::At,
    settings, state,
};

/// Enters a transaction. An expense counts on its campaign, and on a budget: on the slice that it names, or else on the
/// root of the budget of its category and month, if there is one. The campaign's `spent` moves in the database: whoever
/// writes the campaign afterwards must read it again. It may be locked before this call, slices must not.
pub(crate) async fn record(unit: &mut UnitOfWork, entry: Entry) -> Result<transactions::Model> {
    let settings = settings::load(unit).await?;
    let mut row = entry.row(unit, &settings).await.at(["currency"])?;
    if row.r#type == TransactionType::Expense {
        let cost = Cost::of(&row);
        if let Some(campaign) = row.campaign_id {
            campaign::add(unit, &settings, campaign, &cost).await.at(["currency"])?;
        }
        let (category, day) = (row.category.clone(), row.transaction_date);
        row.budget_slice_id = match entry.slice_id.filter(|_| !entry.is_fact) {
            Some(slice) => {
                let (agent, approval) = (entry.agent_id, entry.approval_id);
                let spending = Spending { slice, category, day, cost, agent, approval };
                budget::spend(unit, &settings, &spending).await?;
                Some(slice)
            }
            None => {
                let fact = Fact { slice: entry.slice_id, category, day, cost };
                budget::spend_fact(unit, &settings, &fact).await?
            }
        };
    }
    enter(unit, &row);
    tell(unit, EventKind::TransactionRecorded, &row, Map::new());
    Ok(row)
}

/// Writes a new transaction.
pub(super) fn enter(unit: &UnitOfWork, row: &transactions::Model) {
    let columns: Vec<Column<transactions::Model>> = columns!(transactions::Model:
        id,
        category,
        amount,
        currency,
        description,
        order_id,
        customer_id,
        agent_id,
        campaign_id,
        payment_method,
        external_id,
        transaction_date,
        created_at,
        reverses_id,
        report_amount,
        budget_slice_id,
    )
    .into();
    unit.insert("transactions", &columns, &[("type", row.r#type.to_value().into())], [row]);
}

/// Tells of a transaction. Its description is left out: it may name persons.
pub(super) fn tell(unit: &mut UnitOfWork, kind: EventKind, row: &transactions::Model, more: Map<String, Json>) {
    let told = json!({
        "type": state::name(&row.r#type),
        "category": row.category,
        "amount": stored(row.amount).to_string(),
        "currency": row.currency,
        "transactionDate": row.transaction_date,
        "orderId": row.order_id,
        "campaignId": row.campaign_id,
        "budgetSliceId": row.budget_slice_id,
    });
    let mut changes = match told {
        Json::Object(members) => members,
        _ => Map::new(),
    };
    changes.extend(more);
    unit.emit(Event {
        kind,
        aggregate_type: EventAggregate::Transaction,
        aggregate_id: row.id,
        aggregate_version: 0,
        agent_id: row.agent_id,
        execution_id: None,
        changes,
    });
}
