//! The recipient of a task.

use chrono::{DateTime, Utc};
use entity::{campaign_recipients, sea_orm_active_enums::RecipientStatus};
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    database::{Column, columns},
    edit::check,
    refusal::Refusal,
};

/// The campaign that a task sends a message of. The task is locked. The path of a refusal is `taskId`.
pub(super) async fn campaign_of(unit: &UnitOfWork, task: Uuid) -> Result<Uuid> {
    let mut sql = unit.sql();
    sql.push("SELECT campaign_id AS id FROM campaign_recipients WHERE task_id = ").bind(task);
    let found: Vec<Uuid> = unit.ids(sql).await?;
    found.first().copied().ok_or_else(|| no_message().into())
}

/// Locks the recipient of a task.
pub(super) async fn lock(unit: &UnitOfWork, task: Uuid) -> Result<campaign_recipients::Model> {
    let found = campaign_recipients::Entity::find().filter(campaign_recipients::Column::TaskId.eq(task));
    let found = found.lock(LockType::NoKeyUpdate).one(unit.txn().await?).await?;
    found.ok_or_else(|| no_message().into())
}

fn no_message() -> Refusal {
    check::invalid("taskId", "the task does not send a message of a campaign")
}

/// What changes of a recipient.
struct Row {
    id: Uuid,
    skip_reason: Option<String>,
    task_id: Option<Uuid>,
    send_attempts: i32,
    provider_message_id: Option<String>,
    sent_at: Option<DateTime<Utc>>,
}

fn columns() -> Vec<Column<Row>> {
    columns!(Row: id, skip_reason, task_id, send_attempts, provider_message_id, sent_at).into()
}

/// Writes a recipient that is locked, and moves it to another state.
pub(super) fn save(unit: &UnitOfWork, recipient: &campaign_recipients::Model, status: RecipientStatus) {
    let row = Row {
        id: recipient.id,
        skip_reason: recipient.skip_reason.clone(),
        task_id: recipient.task_id,
        send_attempts: recipient.send_attempts,
        provider_message_id: recipient.provider_message_id.clone(),
        sent_at: recipient.sent_at.map(|at| at.to_utc()),
    };
    let same = [("status", status.to_value().into()), ("updated_at", unit.now().into())];
    unit.update("campaign_recipients", &columns(), &same, [&row]);
}
