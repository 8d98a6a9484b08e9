//! The times at which recipients did something: each is set once.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::campaign_recipients;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use super::{EngagementKind, Met};
use crate::{
    Result, UnitOfWork,
    database::{Column, columns},
};

/// When a recipient did something.
pub(super) fn of(recipient: &campaign_recipients::Model, kind: EngagementKind) -> Option<DateTime<Utc>> {
    let at = match kind {
        EngagementKind::Delivered => recipient.delivered_at,
        EngagementKind::Opened => recipient.opened_at,
        EngagementKind::Clicked => recipient.clicked_at,
        EngagementKind::Bounced => recipient.bounced_at,
        EngagementKind::Complained => recipient.complained_at,
        EngagementKind::Unsubscribed => recipient.unsubscribed_at,
    };
    at.map(|at| at.to_utc())
}

/// The new times of a recipient.
#[derive(Default)]
struct Times {
    id: Uuid,
    delivered_at: Option<DateTime<Utc>>,
    opened_at: Option<DateTime<Utc>>,
    clicked_at: Option<DateTime<Utc>>,
    bounced_at: Option<DateTime<Utc>>,
    complained_at: Option<DateTime<Utc>>,
    unsubscribed_at: Option<DateTime<Utc>>,
}

impl Times {
    fn set(&mut self, kind: EngagementKind, at: DateTime<Utc>) {
        let place = match kind {
            EngagementKind::Delivered => &mut self.delivered_at,
            EngagementKind::Opened => &mut self.opened_at,
            EngagementKind::Clicked => &mut self.clicked_at,
            EngagementKind::Bounced => &mut self.bounced_at,
            EngagementKind::Complained => &mut self.complained_at,
            EngagementKind::Unsubscribed => &mut self.unsubscribed_at,
        };
        *place = Some(at);
    }
}

fn columns() -> Vec<Column<Times>> {
    let times = columns!(Times: delivered_at, opened_at, clicked_at, bounced_at, complained_at, unsubscribed_at);
    columns!(Times: id).into_iter().chain(times.map(Column::keeping)).collect()
}

/// Writes the times that nobody else has written meanwhile.
pub(super) async fn write(unit: &UnitOfWork, new: &[Met<'_>]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let ids = new.iter().map(|met| met.recipient.id);
    let locked = campaign_recipients::Entity::find()
        .filter(campaign_recipients::Column::Id.is_in(ids))
        .order_by_asc(campaign_recipients::Column::Id)
        .lock(LockType::NoKeyUpdate);
    let locked = locked.all(unit.txn().await?).await?;
    let locked: HashMap<Uuid, campaign_recipients::Model> = locked.into_iter().map(|row| (row.id, row)).collect();
    let mut changed: BTreeMap<Uuid, Times> = BTreeMap::new();
    for met in new {
        let id = met.recipient.id;
        if locked.get(&id).is_some_and(|row| of(row, met.kind).is_none()) {
            changed.entry(id).or_insert_with(|| Times { id, ..Times::default() }).set(met.kind, met.at);
        }
    }
    if !changed.is_empty() {
        unit.update("campaign_recipients", &columns(), &[("updated_at", unit.now().into())], changed.values());
    }
    Ok(())
}
