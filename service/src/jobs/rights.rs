//! With whose rights jobs work: with those of who created them, as long as these last.

use entity::{api_keys, bulk_jobs, sea_orm_active_enums::BulkJobKind};
use sea_orm::EntityTrait;
use uuid::Uuid;

use super::kind;
use crate::{
    Result, UnitOfWork, access,
    principal::{Principal, Role},
    refusal::{Code, Refusal},
};

/// Who created a job, with the rights of the key that they used.
pub(super) async fn requester(unit: &UnitOfWork, job: &bulk_jobs::Model) -> Result<Principal> {
    let name = job.requested_by.clone();
    // Only whoever sits at the machine has none.
    let Some(key) = job.requesting_key_id else {
        return Ok(Principal { name, key: None, role: Role::Admin, agent: None });
    };
    // A key that was deleted may do nothing.
    let (role, agent) = find(unit, key).await?.map_or((Role::Viewer, None), |found| (found.role, found.agent_id));
    Ok(Principal { name, key: Some(key), role, agent })
}

/// Refuses the work of a job that is done as somebody who may not do it, or no longer: asked in the work's own
/// transaction.
pub(super) async fn check(unit: &UnitOfWork, kind: BulkJobKind) -> Result<()> {
    if let Some(key) = unit.principal().key {
        let found = find(unit, key).await?;
        let is_valid = |key: api_keys::Model| {
            key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end.to_utc() > unit.now())
        };
        if !found.is_some_and(is_valid) {
            let message = "the API key with which the job was created has expired or was revoked";
            return Err(Refusal::new(Code::Forbidden, message).into());
        }
    }
    check_areas(unit, kind).await
}

/// Refuses an agent without the capabilities that a job needs.
pub(super) async fn check_areas(unit: &UnitOfWork, kind: BulkJobKind) -> Result<()> {
    for area in kind::areas(kind) {
        access::check_capability(unit, *area).await?;
    }
    Ok(())
}

/// Refuses the job of somebody else, but for administrators: whoever chooses its file acts with the rights of who
/// created it.
pub(super) async fn check_own(unit: &UnitOfWork, job: &bulk_jobs::Model) -> Result<()> {
    let principal = unit.principal();
    if principal.role == Role::Admin || requester(unit, job).await?.family() == principal.family() {
        return Ok(());
    }
    let message = "the job is somebody else's: only who created it, or an administrator, sends its file and starts it";
    Err(Refusal::new(Code::Forbidden, message).at(["id"]).into())
}

async fn find(unit: &UnitOfWork, key: Uuid) -> Result<Option<api_keys::Model>> {
    Ok(api_keys::Entity::find_by_id(key).one(unit.txn().await?).await?)
}
