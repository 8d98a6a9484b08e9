//! Campaigns: what is sent to whom, when, and what it costs.
//!
//! - [`create`], [`update`]: a campaign itself; `fields`: what it can be. [`schedule`], [`launch`], [`status`]: how it
//!   moves between its states (`state`); `ready`: what it needs for its launch.
//! - `recipients`: to whom it is sent, a row for each address. `queue`: their tasks, as many a minute as may be.
//!   [`send`]: what the workers of these tasks report. `lost`: recipients whose task ended without a report.
//! - [`engage`]: what recipients did with their messages. [`touch`]: other meetings with customers.
//! - [`spend`]: what campaigns cost; `book`: messages in the books; `budget`: campaigns that reached their budget.
//! - `ended`: campaigns that have nothing left to do.
//!
//! Tasks are locked first, then customers, lists, the campaign, its recipients, and slices of budgets. Counts of
//! messages and the money spent do not move a campaign's version.

mod book;
mod budget;
pub mod create;
mod ended;
pub mod engage;
mod fields;
pub mod launch;
mod lost;
mod queue;
mod ready;
mod recipients;
pub mod schedule;
pub mod send;
pub mod spend;
mod state;
pub mod status;
pub mod touch;
pub mod update;

use entity::{campaigns, sea_orm_active_enums::EventAggregate};
use sea_orm::{EntityTrait, QuerySelect, sea_query::LockType};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

pub(crate) use self::{
    book::{book_due, write_unbooked},
    ended::{complete_due, write_ended},
    launch::{launch_due, write_due},
    lost::{give_up, write_lost},
    queue::{queue, write_waiting},
};
use crate::{
    Error, Result, UnitOfWork,
    events::{Event, EventKind},
};

/// What a campaign is called in a sentence.
const NOUN: &str = "campaign";

/// Reads a campaign and locks it, so that others may go on to refer to it.
async fn lock(unit: &UnitOfWork, id: Uuid) -> Result<campaigns::Model> {
    let found = campaigns::Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(unit.txn().await?).await?;
    found.ok_or(Error::NotFound(NOUN, id))
}

/// Tells what happened to a campaign; `version` is the one that it has got by it, 0 if it has got none.
fn tell<const N: usize>(
    unit: &mut UnitOfWork,
    kind: EventKind,
    campaign: &campaigns::Model,
    version: i32,
    changes: [(&str, Json); N],
) {
    unit.emit(Event {
        kind,
        aggregate_type: EventAggregate::Campaign,
        aggregate_id: campaign.id,
        aggregate_version: version,
        agent_id: campaign.owner_agent_id,
        execution_id: None,
        changes: Map::from_iter(changes.map(|(name, value)| (name.to_owned(), value))),
    });
}
