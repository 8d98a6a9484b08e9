//! What the decision about submitted content does to it, in the same transaction.

use entity::{content, sea_orm_active_enums::ContentStatus};
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{effect_key, fields};
use crate::{
    Result, UnitOfWork,
    access::Operation,
    edit::{self, check},
    events::EventKind,
    followup,
    refusal::Refusal,
    work::merge_patch,
};

/// How it was decided.
#[derive(Clone, Debug)]
pub(crate) enum Review {
    /// It may be published, after a change of its title, body or metadata if there is one: a merge patch.
    Approved(Option<Json>),
    /// It is a draft again.
    Returned,
}

/// Decides about content for which a task waits, if it was submitted with that task and is still in review. The path of
/// a refusal is `patch`.
pub(crate) async fn review(unit: &mut UnitOfWork, id: Uuid, task: Uuid, review: &Review) -> Result<()> {
    if !is_of(unit, task, id).await? {
        return Ok(());
    }
    let found = content::Entity::find_by_id(id).lock_exclusive().one(unit.txn().await?).await?;
    let Some(before) = found.filter(|content| content.status == ContentStatus::InReview) else { return Ok(()) };
    let mut content = before.clone();
    let kind = match review {
        Review::Approved(patch) => {
            if let Some(patch) = patch {
                apply(&mut content, patch)?;
            }
            content.status = ContentStatus::Approved;
            EventKind::ContentApproved
        }
        Review::Returned => {
            content.status = ContentStatus::Draft;
            EventKind::ContentReturned
        }
    };
    content.reviewed_by = Some(unit.principal().name.clone());
    content.reviewed_at = Some(unit.now().into());
    edit::update(unit, Operation::DecideApproval, kind, &before, content).await.map(drop)
}

/// Whether a task is the one that publishes the content: others may ask for decisions about it, too.
async fn is_of(unit: &UnitOfWork, task: Uuid, content: Uuid) -> Result<bool> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM tasks WHERE id = ").bind(task);
    sql.push(" AND unique_key = ").bind(followup::unique_key(&effect_key(content)));
    Ok(!unit.rows(sql).await?.is_empty())
}

/// Changes what it says.
fn apply(content: &mut content::Model, patch: &Json) -> Result<(), Refusal> {
    let mut document = json!({ "title": content.title, "body": content.body, "metadata": content.metadata });
    merge_patch::apply(&mut document, patch);
    content.title = text(&document, "title")?;
    content.body = text(&document, "body")?;
    content.metadata = document.get("metadata").cloned().unwrap_or_else(|| json!({}));
    fields::check(content).map_err(|refusal| refusal.under(["patch"]))
}

/// A text of a document, none if it was removed.
fn text(document: &Json, name: &str) -> Result<Option<String>, Refusal> {
    match document.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(check::invalid(name, format!("`{name}` must be a text")).under(["patch"])),
    }
}
