//! The customers who have some addresses, locked: what they are told to accept follows from consents.

use entity::sea_orm_active_enums::{ConsentChannel, ConsentState, EventAggregate};
use serde_json::{Map, json};
use uuid::Uuid;

use super::{consent::Record, totals};
use crate::{
    Result, UnitOfWork,
    database::{Column, columns},
    events::{Event, EventKind},
    state,
};

/// A customer who has an address.
#[derive(Debug)]
struct Holder {
    id: Uuid,
    email_hash: Option<String>,
    phone_hash: Option<String>,
    accepts_marketing: bool,
    version: i32,
    has_changed: bool,
}

impl Holder {
    fn has(&self, channel: ConsentChannel, hash: &str) -> bool {
        let own = if channel == ConsentChannel::Email { &self.email_hash } else { &self.phone_hash };
        own.as_deref() == Some(hash)
    }
}

/// The customers who have some addresses.
#[derive(Debug)]
pub(super) struct Holders(Vec<Holder>);

impl Holders {
    /// Locks the customers who have these addresses, each a channel and a hash.
    pub(super) async fn lock(unit: &UnitOfWork, addresses: &[(ConsentChannel, &str)]) -> Result<Self> {
        let of = |is_email: bool| -> Vec<&str> {
            let some = addresses.iter().filter(|(channel, _)| (*channel == ConsentChannel::Email) == is_email);
            some.map(|(_, hash)| *hash).collect()
        };
        let (emails, phones) = (of(true), of(false));
        let mut sql = unit.sql();
        sql.push("SELECT id, email_hash, phone_hash, accepts_marketing, version FROM customers WHERE ");
        if !emails.is_empty() {
            sql.push("email_hash").is_any_text(&emails);
        }
        if !emails.is_empty() && !phones.is_empty() {
            sql.push(" OR ");
        }
        if !phones.is_empty() {
            sql.push("phone_hash").is_any_text(&phones);
        }
        sql.push(" ORDER BY id").for_update();
        let rows = unit.rows(sql).await?;
        let holders = rows.iter().map(|row| -> Result<Holder> {
            Ok(Holder {
                id: row.try_get_by("id")?,
                email_hash: row.try_get_by("email_hash")?,
                phone_hash: row.try_get_by("phone_hash")?,
                accepts_marketing: row.try_get_by("accepts_marketing")?,
                version: row.try_get_by("version")?,
                has_changed: false,
            })
        });
        Ok(Self(holders.collect::<Result<_>>()?))
    }

    /// The customer who has an address, if it is one alone: families share a telephone.
    pub(super) fn of(&self, channel: ConsentChannel, hash: &str) -> Option<Uuid> {
        let mut found = self.0.iter().filter(|holder| holder.has(channel, hash));
        let first = found.next()?;
        found.next().is_none().then_some(first.id)
    }

    /// Whether a customer has one of the addresses.
    pub(super) fn include(&self, customer: Uuid) -> bool {
        self.0.iter().any(|holder| holder.id == customer)
    }

    /// Takes over a consent that counts now, and tells of it.
    pub(super) fn follow(&mut self, unit: &mut UnitOfWork, record: &Record) {
        for holder in self.0.iter_mut().filter(|holder| holder.has(record.channel, &record.hash)) {
            let mut changes = Map::new();
            changes.insert("channel".to_owned(), json!(state::name(&record.channel)));
            changes.insert("state".to_owned(), json!(state::name(&record.state)));
            if record.channel == ConsentChannel::Email {
                holder.accepts_marketing = record.state == ConsentState::Granted;
                changes.insert("acceptsMarketing".to_owned(), holder.accepts_marketing.into());
            }
            holder.version = holder.version.saturating_add(1);
            holder.has_changed = true;
            unit.emit(Event {
                kind: EventKind::CustomerConsentChanged,
                aggregate_type: EventAggregate::Customer,
                aggregate_id: holder.id,
                aggregate_version: holder.version,
                agent_id: None,
                execution_id: None,
                changes,
            });
        }
    }

    /// Writes the customers that changed.
    pub(super) fn write(&self, unit: &UnitOfWork) {
        let changed: Vec<&Holder> = self.0.iter().filter(|holder| holder.has_changed).collect();
        if changed.is_empty() {
            return;
        }
        for holder in &changed {
            totals::is_written_again(unit, holder.id);
        }
        unit.update("customers", &columns(), &[("updated_at", unit.now().into())], changed);
    }
}

fn columns() -> Vec<Column<Holder>> {
    columns!(Holder: id, accepts_marketing, version).into()
}
