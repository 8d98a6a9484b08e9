//! Subscriptions that a file brings: as [`subscribe`](super::subscribe), but never against what an address said before.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{ConsentChannel, ConsentState, SubscriptionStatus};
use serde_json::json;
use uuid::Uuid;

use super::subscribe::{LockedLists, Wanted};
use crate::{
    Result, UnitOfWork,
    customers::address,
    edit::check,
    refusal::{Code, Facts, Refusal},
    state,
};

/// A subscription that a file brings.
#[derive(Clone, Debug)]
pub(crate) struct ExternalSubscription {
    /// The address, in lower case.
    pub(crate) email: String,
    /// The name of the list.
    pub(crate) list: String,
    /// Where the owner of the address consented.
    pub(crate) consent_source: Option<String>,
    /// When.
    pub(crate) consented_at: Option<DateTime<Utc>>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The address is on the list now, and was not before.
    Created,
    /// It was waiting for a confirmation, and is on the list now.
    Updated,
    /// It was on the list.
    Unchanged,
    /// Its owner said no before: nothing was taken.
    Suppressed,
    /// Its owner was erased: nothing was taken.
    Erased,
}

/// A list by its name.
struct List {
    id: Uuid,
    double_opt_in: bool,
}

/// Takes subscriptions over, in a few statements whatever their number. One that is refused writes nothing; `stops`
/// leaves out those after it.
pub(crate) async fn put_all(
    unit: &mut UnitOfWork,
    all: &[ExternalSubscription],
    stops: bool,
) -> Result<Vec<Result<Outcome, Refusal>>> {
    let lists = find_lists(unit, all).await?;
    let wanted: Vec<Result<Wanted, Refusal>> = all.iter().map(|said| wanted(said, &lists, unit.now())).collect();
    let mut lists = LockedLists::open(unit, &wanted.iter().flatten().collect::<Vec<_>>()).await?;
    let mut done = Vec::with_capacity(all.len());
    for wanted in &wanted {
        let outcome = match wanted {
            Ok(wanted) => put(unit, &mut lists, wanted)?,
            Err(refusal) => Err(refusal.clone()),
        };
        let is_refused = outcome.is_err();
        done.push(outcome);
        if stops && is_refused {
            break;
        }
    }
    lists.write(unit).await?;
    Ok(done)
}

fn put(unit: &UnitOfWork, lists: &mut LockedLists, wanted: &Wanted) -> Result<Result<Outcome, Refusal>> {
    let before = lists.status(wanted);
    let refusal = match lists.subscribe(unit, wanted) {
        Ok(_) => {
            return Ok(Ok(match before {
                None => Outcome::Created,
                Some(SubscriptionStatus::Subscribed) => Outcome::Unchanged,
                Some(_) => Outcome::Updated,
            }));
        }
        Err(error) => error.into_refusal()?,
    };
    Ok(match &*refusal.facts {
        Facts::Suppressed { state, .. } if *state == state::name(&ConsentState::Erased) => Ok(Outcome::Erased),
        Facts::Suppressed { .. } => Ok(Outcome::Suppressed),
        _ => Err(refusal),
    })
}

async fn find_lists(unit: &UnitOfWork, all: &[ExternalSubscription]) -> Result<HashMap<String, List>> {
    let names: Vec<&str> = all.iter().map(|said| said.list.as_str()).collect();
    let mut sql = unit.sql();
    sql.push("SELECT id, name, double_opt_in FROM email_lists WHERE name").is_any_text(&names);
    let mut lists = HashMap::new();
    for row in unit.rows(sql).await? {
        let list = List { id: row.try_get_by("id")?, double_opt_in: row.try_get_by("double_opt_in")? };
        lists.insert(row.try_get_by("name")?, list);
    }
    Ok(lists)
}

/// A subscription with its list.
fn wanted(said: &ExternalSubscription, lists: &HashMap<String, List>, now: DateTime<Utc>) -> Result<Wanted, Refusal> {
    let list = lists.get(&said.list);
    let list = list.ok_or_else(|| Refusal::new(Code::NotFound, "there is no list of this name").at(["list"]))?;
    if said.consented_at.is_some_and(|at| at > now) {
        return Err(check::invalid("consentedAt", "the time is in the future"));
    }
    let is_confirmed = said.consent_source.is_some() && said.consented_at.is_some();
    if list.double_opt_in && !is_confirmed {
        let message = "this list needs a confirmation: give the source and the time of the consent";
        return Err(check::invalid("consentSource", message));
    }
    Ok(Wanted {
        email: said.email.clone(),
        hash: address::hash(ConsentChannel::Email, &said.email),
        list_id: list.id,
        // Whatever the file names: only the owner of the address comes back by own words.
        source: "import".to_owned(),
        evidence: json!({ "file": "subscribers", "source": said.consent_source }),
        occurred_at: said.consented_at,
        is_confirmed,
    })
}
