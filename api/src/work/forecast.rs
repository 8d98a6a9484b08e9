//! Whether goals will be reached in time.

use std::collections::HashMap;

use async_graphql::{Context, SimpleObject};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use service::{
    Result,
    database::Sql,
    goals::forecast::{Aim, Forecast, forecast},
    zone::{self, Tz},
};
use uuid::Uuid;

use super::GoalStatus;
use crate::{
    read::{
        load::{Aggregate, aggregate},
        scalars::Date,
    },
    write,
};

/// How a goal will be if it goes on as it did.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct GoalForecast {
    /// What it gains a day: `currentValue` / days since `createdAt`, at least 1; with 4 digits.
    pace: Decimal,
    /// What it will be on `targetDate`: `currentValue` + `pace` × days left.
    expected: Decimal,
    /// Whether `expected` is `targetValue` or more.
    is_on_track: bool,
    /// The day on which it will reach `targetValue`; null if it does not move, or after the year 9999.
    reached_on: Option<Date>,
}

/// The time zone of the shop, the same for all goals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Zone;

impl Aggregate for Zone {
    type Value = Tz;

    fn write(&self, sql: &mut Sql, _: &[Uuid]) {
        zone::write_of_shop(sql);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Tz>> {
        Ok(HashMap::from([(Uuid::nil(), zone::read_of_shop(rows)?)]))
    }
}

pub(super) async fn of(
    ctx: &Context<'_>,
    status: GoalStatus,
    created_at: DateTime<Utc>,
    current: Decimal,
    target: Option<Decimal>,
    target_date: Option<Date>,
) -> Result<Option<GoalForecast>> {
    let (GoalStatus::Active, Some(target), Some(target_date)) = (status, target, target_date) else { return Ok(None) };
    let zone = aggregate(ctx, Zone, Uuid::nil()).await?;
    let aim = Aim { created_at, current, target, target_date: target_date.0 };
    let found = forecast(&aim, zone, write::service(ctx)?.clock().now());
    Ok(found.map(|Forecast { pace, expected, is_on_track, reached_on }| GoalForecast {
        pace,
        expected,
        is_on_track,
        reached_on: reached_on.map(Date),
    }))
}
