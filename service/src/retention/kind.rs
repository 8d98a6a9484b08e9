//! What is removed when it is old, and when that is.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::sea_orm_active_enums::{DeliveryStatus, EventSeverity, ReservationStatus};

use super::CHUNK;
use crate::{
    database::Sql,
    events::PRUNED,
    jobs,
    webhooks::{inbox, outbox},
};

/// How long it is known of a basket that it has ended.
const ENDED_RESERVATIONS: TimeDelta = TimeDelta::days(30);
/// How long it is known that a number was given to an order: the order itself has it.
const ORDER_NUMBERS: TimeDelta = TimeDelta::days(1);
/// How long the payloads of received webhooks are kept after their end.
const INBOUND_PAYLOADS: TimeDelta = TimeDelta::days(30);
/// How long it is known what became of a webhook that was sent.
const ENDED_DELIVERIES: TimeDelta = TimeDelta::days(30);
/// How long the files of a bulk job are kept after its end.
const JOB_FILES: TimeDelta = TimeDelta::days(30);

/// How long things are kept, at least; zero is for ever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retention {
    /// Events.
    pub events: Duration,
    /// Idempotency keys, with the outcomes of their calls.
    pub idempotency_keys: Duration,
    /// System events of the severities debug and info. The database keeps them for 29 days whatever this says.
    pub minor_system_events: Duration,
    /// Other system events. The database keeps them for 399 days whatever this says.
    pub system_events: Duration,
    /// The audit log. The database keeps it for 399 days whatever this says.
    pub audit: Duration,
}

/// What is removed when it is old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Events.
    Events,
    /// Idempotency keys.
    IdempotencyKeys,
    /// Unique keys of tasks whose window is over.
    UniqueKeys,
    /// System events of the severities debug and info.
    MinorSystemEvents,
    /// Other system events.
    SystemEvents,
    /// Entries of the audit log.
    AuditEntries,
    /// Reservations of baskets that were released or whose time was over.
    EndedReservations,
    /// Numbers that were given to orders, all but the last.
    OrderNumbers,
    /// Webhooks that were sent, or given up.
    EndedDeliveries,
    /// Webhooks to endpoints that were deleted.
    OrphanedDeliveries,
    /// Files of bulk jobs that have ended, or were never started.
    JobFiles,
    /// What was told in webhooks that were received and processed, or given up. That they were received stays.
    InboundPayloads,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Events,
        Self::IdempotencyKeys,
        Self::UniqueKeys,
        Self::MinorSystemEvents,
        Self::SystemEvents,
        Self::AuditEntries,
        Self::EndedReservations,
        Self::OrderNumbers,
        Self::EndedDeliveries,
        Self::OrphanedDeliveries,
        Self::JobFiles,
        Self::InboundPayloads,
    ];

    /// What they are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::IdempotencyKeys => "idempotency keys",
            Self::UniqueKeys => "unique keys",
            Self::MinorSystemEvents => "system events (debug, info)",
            Self::SystemEvents => "system events (warning, error, critical)",
            Self::AuditEntries => "audit entries",
            Self::EndedReservations => "ended reservations",
            Self::OrderNumbers => "order numbers",
            Self::EndedDeliveries => "ended webhook deliveries",
            Self::OrphanedDeliveries => "webhook deliveries of deleted endpoints",
            Self::JobFiles => "pieces of files of bulk jobs",
            Self::InboundPayloads => "payloads of received webhooks",
        }
    }

    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::IdempotencyKeys => "idempotency_keys",
            Self::UniqueKeys => "task_keys",
            Self::MinorSystemEvents | Self::SystemEvents => "system_events",
            Self::AuditEntries => "audit_entries",
            Self::EndedReservations => "stock_reservations",
            Self::OrderNumbers => "order_numbers",
            Self::EndedDeliveries | Self::OrphanedDeliveries => "webhook_deliveries",
            Self::JobFiles => "bulk_chunks",
            Self::InboundPayloads => "inbound_webhooks",
        }
    }

    fn time(self) -> &'static str {
        match self {
            Self::UniqueKeys => "expires_at",
            Self::EndedReservations => "updated_at",
            Self::InboundPayloads => "processed_at",
            _ => "created_at",
        }
    }

    /// In which order they go: by their time, or by what has an index and follows it.
    fn order(self) -> &'static str {
        if self == Self::OrderNumbers { "position" } else { self.time() }
    }

    /// Up to which time of theirs they are old; none are without one.
    pub(super) fn until(self, retention: Retention, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let age = match self {
            Self::Events => retention.events,
            Self::IdempotencyKeys => retention.idempotency_keys,
            // The time is that of their end; or they may go at any time.
            Self::UniqueKeys | Self::OrphanedDeliveries => return Some(now),
            Self::EndedReservations => return now.checked_sub_signed(ENDED_RESERVATIONS),
            Self::OrderNumbers => return now.checked_sub_signed(ORDER_NUMBERS),
            Self::EndedDeliveries => return now.checked_sub_signed(ENDED_DELIVERIES),
            Self::JobFiles => return now.checked_sub_signed(JOB_FILES),
            Self::InboundPayloads => return now.checked_sub_signed(INBOUND_PAYLOADS),
            Self::MinorSystemEvents => retention.minor_system_events,
            Self::SystemEvents => retention.system_events,
            Self::AuditEntries => retention.audit,
        };
        let age = TimeDelta::from_std(age).ok().filter(|age| !age.is_zero())?;
        now.checked_sub_signed(age)
    }

    /// Adds the condition that a row is one of these, and as old.
    pub(super) fn write_old(self, sql: &mut Sql, until: DateTime<Utc>) {
        match self {
            Self::Events => {
                sql.push("kind <> ").bind(PRUNED).push(" AND ");
            }
            Self::MinorSystemEvents => {
                sql.push("severity").is_one_of(&[EventSeverity::Debug, EventSeverity::Info]).push(" AND ");
            }
            Self::SystemEvents => {
                let severities = [EventSeverity::Warning, EventSeverity::Error, EventSeverity::Critical];
                sql.push("severity").is_one_of(&severities).push(" AND ");
            }
            Self::EndedReservations => {
                sql.push("order_id IS NULL AND expires_at IS NULL AND status");
                sql.is_one_of(&[ReservationStatus::Released, ReservationStatus::Expired]).push(" AND ");
            }
            Self::EndedDeliveries => {
                sql.push("status").is_one_of(&[DeliveryStatus::Delivered, DeliveryStatus::Dead]).push(" AND ");
            }
            Self::InboundPayloads => {
                sql.push(inbox::KEPT).push(" AND ");
            }
            Self::OrphanedDeliveries => return outbox::retention::write_orphaned(sql),
            // The time is that of the job.
            Self::JobFiles => return jobs::write_old_files(sql, until),
            Self::OrderNumbers => {
                sql.push("position < (SELECT max(position) FROM order_numbers) AND ");
            }
            Self::IdempotencyKeys | Self::UniqueKeys | Self::AuditEntries => {}
        }
        sql.write(format_args!("{} <= ", self.time())).bind(until);
    }

    /// How many are removed by one transaction, about.
    pub(super) fn step(self) -> u32 {
        if self == Self::JobFiles { jobs::PIECES } else { CHUNK }
    }

    /// Writes the removal of the first of them, as many as a step.
    pub(super) fn write_removal(self, sql: &mut Sql, until: DateTime<Utc>) {
        if self == Self::JobFiles {
            return jobs::write_file_removal(sql, until);
        }
        let (table, order) = (self.table(), self.order());
        match self {
            Self::InboundPayloads => sql.write(format_args!("UPDATE {table} SET payload = '{{}}' WHERE ")),
            _ => sql.write(format_args!("DELETE FROM {table} WHERE ")),
        };
        self.write_old(sql, until);
        sql.write(format_args!(" AND {order} <= (SELECT max(at) FROM (SELECT {order} AS at FROM {table}"));
        // By another order than that of the time, what is old is looked for among the first ones only.
        if order == self.time() {
            sql.push(" WHERE ");
            self.write_old(sql, until);
        }
        sql.write(format_args!(" ORDER BY {order} LIMIT {CHUNK}) AS first)"));
    }
}
