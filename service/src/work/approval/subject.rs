//! The object that an approval is about: once approved, it permits one call on that object.

use entity::{
    approvals,
    sea_orm_active_enums::{ApprovalDeadline, ApprovalStatus},
};
use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork,
    marketing::content::{self, Review},
    refusal::{Located, Refusal},
};

/// The types of such objects, as GraphQL calls them, each with its noun and its table.
const TYPES: [(&str, &str, &str); 9] = [
    ("Budget", "budget", "budgets"),
    ("Campaign", "campaign", "campaigns"),
    ("Content", "content", "content"),
    ("Customer", "customer", "customers"),
    ("Order", "order", "orders"),
    ("OrderReturn", "return", "returns"),
    ("Payment", "payment", "payments"),
    ("Product", "product", "products"),
    ("Refund", "refund", "refunds"),
];

/// Refuses a type that is none of these, an object that is not there, and one without the other.
pub(super) async fn check(unit: &UnitOfWork, subject_type: Option<&str>, id: Option<Uuid>) -> Result<()> {
    let (name, id) = match (subject_type, id) {
        (None, None) => return Ok(()),
        (Some(name), Some(id)) => (name, id),
        _ => return Err(Refusal::invalid("subjectId", "`subjectType` and `subjectId` belong together").into()),
    };
    let Some((_, noun, table)) = TYPES.iter().find(|(known, ..)| *known == name) else {
        let known: Vec<&str> = TYPES.iter().map(|(known, ..)| *known).collect();
        let message = format!("`subjectType` must be one of {}", known.join(", "));
        return Err(Refusal::invalid("subjectType", message).into());
    };
    let mut sql = unit.sql();
    sql.write(format_args!("SELECT id FROM {table} WHERE id = ")).bind(id);
    match unit.rows(sql).await?.is_empty() {
        true => Err(Error::NotFound(noun, id).located(["subjectId"])),
        false => Ok(()),
    }
}

/// Does to the object what was decided: content that was submitted is approved, or a draft again.
pub(super) async fn follow(unit: &mut UnitOfWork, approval: &approvals::Model) -> Result<()> {
    let review = match approval.status {
        ApprovalStatus::Approved => Review::Approved(None),
        ApprovalStatus::Edited => Review::Approved(approval.patch.clone()),
        ApprovalStatus::Expired if approval.on_deadline == ApprovalDeadline::Resume => Review::Approved(None),
        ApprovalStatus::Rejected | ApprovalStatus::Expired | ApprovalStatus::Cancelled => Review::Returned,
        ApprovalStatus::Pending => return Ok(()),
    };
    review_content(unit, approval.task_id, approval.subject_type.as_deref(), approval.subject_id, &review).await
}

/// The same for an approval of a task that was cancelled.
pub(super) async fn give_up(
    unit: &mut UnitOfWork,
    task: Uuid,
    subject_type: Option<&str>,
    id: Option<Uuid>,
) -> Result<()> {
    review_content(unit, task, subject_type, id, &Review::Returned).await
}

async fn review_content(
    unit: &mut UnitOfWork,
    task: Uuid,
    subject_type: Option<&str>,
    id: Option<Uuid>,
    review: &Review,
) -> Result<()> {
    match id.filter(|_| subject_type == Some(content::SUBJECT)) {
        Some(id) => content::review(unit, id, task, review).await,
        None => Ok(()),
    }
}
