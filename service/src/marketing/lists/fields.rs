//! What a list can be.

use entity::{email_lists, sea_orm_active_enums::EmailListType};

use crate::{
    Result, UnitOfWork,
    catalog::fields::{body, required},
    edit::check,
    refusal::{Code, Facts, Refusal},
    segments::{criteria::Criteria, schedule},
};

/// The most characters of a description.
const DESCRIPTION: usize = 10_000;

/// Waits until nobody else adds or changes a list: two calls do not take the same name.
pub(super) async fn hold_all(unit: &UnitOfWork) -> Result<()> {
    unit.lock_name("email_lists").await
}

/// Refuses what no list can be, and takes blanks away.
pub(super) async fn check(unit: &UnitOfWork, list: &mut email_lists::Model) -> Result<()> {
    list.name = required("name", &list.name, check::NAME)?;
    list.description = body(list.description.as_deref());
    if let Some(description) = &list.description {
        check::text("description", description, DESCRIPTION)?;
    }
    schedule::check_refresh(list.refresh_minutes)?;
    check_type(list)?;
    check_name(unit, list).await
}

/// Refuses criteria that cannot be used, name nothing, or name the list itself: each recomputation would undo the one
/// before.
pub(super) async fn check_criteria(unit: &UnitOfWork, list: &email_lists::Model) -> Result<()> {
    let Some(criteria) = &list.criteria else { return Ok(()) };
    let criteria = Criteria::parse(criteria, "criteria")?;
    if let Some(named) = criteria.lists().find(|named| named.id == list.id) {
        let circle = Facts::Cycle(vec![list.name.clone(), list.name.clone()]);
        let refusal = Refusal::new(Code::Cycle, "the list would depend on itself").at(&named.path);
        return Err(refusal.with(circle).into());
    }
    criteria.check_references(unit).await
}

/// What finds subscribers by itself belongs to dynamic lists, how people subscribe to static ones.
fn check_type(list: &email_lists::Model) -> Result<(), Refusal> {
    let is_dynamic = list.r#type == EmailListType::Dynamic;
    if is_dynamic != list.criteria.is_some() {
        let message = if is_dynamic { "a dynamic list needs criteria" } else { "only a dynamic list has criteria" };
        return Err(check::invalid("criteria", message));
    }
    if !is_dynamic && list.refresh_minutes.is_some() {
        return Err(check::invalid("refreshMinutes", "only a dynamic list is refreshed"));
    }
    match is_dynamic && list.double_opt_in {
        true => Err(check::invalid("doubleOptIn", "a dynamic list cannot have double opt-in: nobody subscribes to it")),
        false => Ok(()),
    }
}

/// Refuses a name that another list has.
async fn check_name(unit: &UnitOfWork, list: &email_lists::Model) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM email_lists WHERE name = ").bind(list.name.as_str()).push(" AND id <> ").bind(list.id);
    match unit.rows(sql).await?.is_empty() {
        true => Ok(()),
        false => {
            let message = format!("there is already an email list named {:?}", list.name);
            Err(Refusal::new(Code::AlreadyExists, message).at(["name"]).into())
        }
    }
}
