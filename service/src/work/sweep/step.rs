//! The steps of a sweep: what each looks for, and how it changes what it found.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{BATCH, tasks};
use crate::{
    Result, Service, UnitOfWork, analytics,
    database::{Sql, row},
    finance::budget,
    marketing::{campaign, lists},
    orders, segments, settings, stock,
};

/// A kind of rows that are due.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Leases,
    Stops,
    Waits,
    Approvals,
    Breaches,
    Orders,
    Holds,
    Backorders,
    Reservations,
    Segments,
    Lists,
    Launches,
    Messages,
    Lost,
    Campaigns,
    Bookings,
    Measurements,
}

impl Step {
    /// How many are changed in one transaction.
    pub(super) fn at_once(self) -> usize {
        match self {
            // An order locks much: its stock, its customer, who refunds it.
            Self::Orders => 10,
            // Each looks at all customers, or makes many rows.
            Self::Segments | Self::Lists | Self::Launches | Self::Messages => 1,
            // Each is an expense, on one budget often.
            Self::Campaigns | Self::Bookings => 10,
            _ => BATCH,
        }
    }

    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Leases => "a task whose lease has expired",
            Self::Stops => "a task that is to be stopped",
            Self::Waits => "a task that waited too long",
            Self::Approvals => "an overdue approval",
            Self::Breaches => "a task that missed its deadline",
            Self::Orders => "an order whose time is over",
            Self::Holds => "held stock whose time is over",
            Self::Backorders => "a variant that somebody waits for",
            Self::Reservations => "a reservation of a budget whose time is over",
            Self::Segments => "a segment whose members are due",
            Self::Lists => "an e-mail list whose subscribers are due",
            Self::Launches => "a campaign whose time has come",
            Self::Messages => "a campaign with messages to send",
            Self::Lost => "a recipient whose task has ended",
            Self::Campaigns => "a campaign that has nothing left to do",
            Self::Bookings => "a campaign whose messages are not booked",
            Self::Measurements => "a KPI of which a period is over",
        }
    }

    /// The first candidates, but those.
    pub(super) async fn find(self, service: &Service, but: &[Uuid]) -> Result<Vec<Uuid>> {
        let (database, now) = (service.database(), service.clock().now());
        let mut sql = Sql::new(database.engine());
        sql.push("SELECT c.id FROM (");
        match self {
            Self::Leases => tasks::write_lapsed(&mut sql, now),
            Self::Stops => tasks::write_stops(&mut sql, now),
            Self::Waits => tasks::write_waits(&mut sql, now),
            Self::Approvals => tasks::write_approvals(&mut sql, now),
            Self::Breaches => tasks::write_breaches(&mut sql, now),
            Self::Orders => orders::write_expired(&mut sql, now),
            Self::Holds => stock::write_lapsed(&mut sql, now),
            Self::Reservations => budget::write_lapsed(&mut sql, now),
            Self::Segments => segments::write_due(&mut sql, now),
            Self::Lists => lists::write_due(&mut sql, now),
            Self::Launches => campaign::write_due(&mut sql, now),
            Self::Messages => campaign::write_waiting(&mut sql),
            Self::Lost => campaign::write_lost(&mut sql),
            Self::Campaigns => {
                let settings = settings::load(&service.source()).await?;
                campaign::write_ended(&mut sql, &settings, now)
            }
            Self::Bookings => {
                let settings = settings::load(&service.source()).await?;
                campaign::write_unbooked(&mut sql, &settings, now)
            }
            Self::Measurements => {
                let settings = settings::load(&service.source()).await?;
                analytics::write_due(&mut sql, &settings, now)
            }
            Self::Backorders => {
                let locations = settings::load(&service.source()).await?.locations;
                stock::write_unserved(&mut sql, &locations)
            }
        };
        sql.push(") AS c");
        if !but.is_empty() {
            sql.push(" WHERE NOT c.id").is_any(but);
        }
        sql.write(format_args!(" ORDER BY c.due LIMIT {BATCH}"));
        row::ids(&database.reader().query_all_raw(sql.into_statement()?).await?)
    }

    /// Changes those that still are what was looked for; how many.
    pub(super) async fn change(self, unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
        match self {
            Self::Leases => tasks::leases(unit, ids).await,
            Self::Stops => tasks::stops(unit, ids).await,
            Self::Waits => tasks::waits(unit, ids).await,
            Self::Approvals => tasks::approvals(unit, ids).await,
            Self::Breaches => tasks::breaches(unit, ids).await,
            Self::Orders => orders::expire(unit, ids).await,
            Self::Holds => stock::expire(unit, ids).await,
            Self::Backorders => stock::serve_waiting(unit, ids).await,
            Self::Reservations => budget::expire(unit, ids).await,
            Self::Segments => segments::recompute_due(unit, ids).await,
            Self::Lists => lists::recompute_due(unit, ids).await,
            Self::Launches => campaign::launch_due(unit, ids).await,
            Self::Messages => campaign::queue(unit, ids).await,
            Self::Lost => campaign::give_up(unit, ids).await,
            Self::Campaigns => campaign::complete_due(unit, ids).await,
            Self::Bookings => campaign::book_due(unit, ids).await,
            Self::Measurements => analytics::measure_due(unit, ids).await,
        }
    }
}
