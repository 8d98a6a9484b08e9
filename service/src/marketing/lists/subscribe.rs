//! How addresses come onto lists.
//!
//! Where a list wants it, the owner of the address confirms it, and nothing is sent before. Addresses that left, or
//! take no messages, come back by their owner only, with evidence of a later time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    email_lists, email_subscribers,
    sea_orm_active_enums::{ConsentChannel, ConsentState, EmailListType, SubscriptionStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    CountChange, NOUN, add_to_counts, link,
    subscription::{left, lock_owners},
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{self, ItemResult, OnError},
    customers::{
        address,
        consent::{self, LatestConsents, Record},
        hold_addresses,
    },
    database::{Column, columns},
    edit::check,
    events::EventKind,
    links::{self, Purpose},
    refusal::{At, Located, Refusal},
    value,
};

/// The most characters of a source.
const SOURCE: usize = 50;
/// The most bytes of what proves a consent.
const EVIDENCE: usize = 16 << 10;

/// Subscribes addresses to lists.
#[derive(Clone, Debug, Serialize)]
pub struct Subscribe {
    /// Which addresses to which lists.
    pub items: Vec<Subscription>,
    /// What happens to the others when one is refused.
    pub on_error: OnError,
}

/// An address for a list.
#[derive(Clone, Debug, Serialize)]
pub struct Subscription {
    /// The address.
    pub email: String,
    /// The list.
    pub list_id: Uuid,
    /// Who says that its owner wants it.
    pub source: String,
    /// What proves it, an object.
    pub evidence: Json,
}

/// What became of an address: it is kept without the address itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Subscribed {
    /// The list.
    pub list: Uuid,
    /// Whether messages are sent now.
    pub status: SubscriptionStatus,
    /// What the owner confirms it with, if that is needed.
    pub confirmation_token: Option<String>,
}

impl Verb for Subscribe {
    type Outcome = Vec<ItemResult<Subscribed>>;
    const OPERATION: Operation = Operation::Subscribe;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        batch::check_size("items", self.items.len())?;
        let wanted: Vec<Result<Wanted>> = self.items.iter().map(Wanted::of).collect();
        let mut lists = LockedLists::open(unit, &wanted.iter().flatten().collect::<Vec<_>>()).await?;
        let results = wanted.into_iter().map(|wanted| lists.subscribe(unit, &wanted?));
        let results = batch::collect(self.on_error, results)?;
        lists.write(unit).await?;
        Ok(results)
    }
}

/// A subscription that can be looked at.
pub(super) struct Wanted {
    pub(super) email: String,
    pub(super) hash: String,
    pub(super) list_id: Uuid,
    pub(super) source: String,
    pub(super) evidence: Json,
    /// When the owner consented; none: now.
    pub(super) occurred_at: Option<DateTime<Utc>>,
    /// Whether the owner confirmed it elsewhere.
    pub(super) is_confirmed: bool,
}

impl Wanted {
    fn of(item: &Subscription) -> Result<Self> {
        value::check(item)?;
        let email = address::normal(&item.email);
        address::check_email("email", &email)?;
        check::text("source", &item.source, SOURCE)?;
        check::object("evidence", &item.evidence, EVIDENCE)?;
        Ok(Self {
            hash: address::hash(ConsentChannel::Email, &email),
            email,
            list_id: item.list_id,
            source: item.source.trim().to_lowercase(),
            evidence: item.evidence.clone(),
            occurred_at: None,
            is_confirmed: false,
        })
    }
}

/// What a subscription is known by: list and address.
type Key = (Uuid, String);

/// A row to be written.
struct Row {
    email: String,
    list_id: Uuid,
    customer_id: Option<Uuid>,
    status: SubscriptionStatus,
    source: String,
    address_hash: String,
}

/// What is known of addresses and lists, which are locked, and what is to be written.
pub(super) struct LockedLists {
    owners: HashMap<String, Uuid>,
    lists: HashMap<Uuid, email_lists::Model>,
    there: HashMap<Key, email_subscribers::Model>,
    latest: LatestConsents,
    /// The hashes of addresses that are granted by this call.
    granted: HashSet<String>,
    records: Vec<Record>,
    rows: HashMap<Key, Row>,
}

impl LockedLists {
    pub(super) async fn open(unit: &UnitOfWork, known: &[&Wanted]) -> Result<Self> {
        let hashes: Vec<&str> = known.iter().map(|wanted| wanted.hash.as_str()).collect();
        let addresses: Vec<(ConsentChannel, &str)> = hashes.iter().map(|hash| (ConsentChannel::Email, *hash)).collect();
        hold_addresses(unit, &hashes).await?;
        let owners = lock_owners(unit, &hashes).await?;
        let named: HashSet<Uuid> = known.iter().map(|wanted| wanted.list_id).collect();
        let lists = email_lists::Entity::find().filter(email_lists::Column::Id.is_in(named));
        let lists = lists.order_by_asc(email_lists::Column::Id).lock_exclusive().all(unit.txn().await?).await?;
        let emails: HashSet<&str> = known.iter().map(|wanted| wanted.email.as_str()).collect();
        let there = email_subscribers::Entity::find()
            .filter(email_subscribers::Column::ListId.is_in(lists.iter().map(|list| list.id)))
            .filter(email_subscribers::Column::Email.is_in(emails));
        let there = there.all(unit.txn().await?).await?;
        Ok(Self {
            owners,
            lists: lists.into_iter().map(|list| (list.id, list)).collect(),
            there: there.into_iter().map(|row| ((row.list_id, row.email.clone()), row)).collect(),
            latest: consent::latest(unit, &addresses).await?,
            granted: HashSet::new(),
            records: Vec::new(),
            rows: HashMap::new(),
        })
    }

    /// The status of an address on a list by now, if it has one.
    pub(super) fn status(&self, wanted: &Wanted) -> Option<SubscriptionStatus> {
        let key = (wanted.list_id, wanted.email.clone());
        self.rows.get(&key).map(|row| row.status).or_else(|| self.there.get(&key).map(|row| row.status))
    }

    pub(super) fn subscribe(&mut self, unit: &UnitOfWork, wanted: &Wanted) -> Result<Subscribed> {
        let id = wanted.list_id;
        let list = self.lists.get(&id).ok_or_else(|| Error::NotFound(NOUN, id).located(["listId"]))?;
        check_list(list)?;
        let key = (id, wanted.email.clone());
        let before = self.status(wanted);
        let record = Record {
            channel: ConsentChannel::Email,
            hash: wanted.hash.clone(),
            customer_id: self.owners.get(&wanted.hash).copied(),
            state: ConsentState::Granted,
            source: wanted.source.clone(),
            evidence: wanted.evidence.clone(),
            occurred_at: wanted.occurred_at.unwrap_or_else(|| unit.now()),
        };
        if !self.rows.contains_key(&key) {
            consent::check(&record, self.there.get(&key).and_then(left)).at(["email"])?;
        }
        let is_granted =
            self.granted.contains(&wanted.hash) || self.latest.is_granted(ConsentChannel::Email, &wanted.hash);
        if !is_granted {
            consent::check(&record, self.latest.of(ConsentChannel::Email, &wanted.hash)).at(["email"])?;
        }
        let status = match before {
            Some(SubscriptionStatus::Subscribed) => SubscriptionStatus::Subscribed,
            _ if list.double_opt_in && !wanted.is_confirmed => SubscriptionStatus::Pending,
            _ => SubscriptionStatus::Subscribed,
        };
        let confirmation_token = match status {
            SubscriptionStatus::Pending => {
                let links = links::required(unit).at(["listId"])?;
                Some(link::sign(links, Purpose::ConfirmSubscription, Some(id), &wanted.hash))
            }
            _ => None,
        };
        if status == SubscriptionStatus::Subscribed && !is_granted {
            self.granted.insert(wanted.hash.clone());
            self.records.push(record);
        }
        if before != Some(status) {
            self.rows.insert(key, self.row(wanted, status));
        }
        Ok(Subscribed { list: id, status, confirmation_token })
    }

    fn row(&self, wanted: &Wanted, status: SubscriptionStatus) -> Row {
        Row {
            email: wanted.email.clone(),
            list_id: wanted.list_id,
            customer_id: self.owners.get(&wanted.hash).copied(),
            status,
            source: wanted.source.clone(),
            address_hash: wanted.hash.clone(),
        }
    }

    pub(super) async fn write(self, unit: &mut UnitOfWork) -> Result<()> {
        for recorded in consent::record_all(unit, &self.records).await? {
            recorded?;
        }
        if self.rows.is_empty() {
            return Ok(());
        }
        let now: Value = unit.now().into();
        let times = ["subscribed_at", "created_at", "updated_at"].map(|name| (name, now.clone()));
        let mut sql = unit.sql();
        sql.insert("email_subscribers", &row_columns(), &times, self.rows.values());
        // SQLite needs the condition to tell this from a join.
        sql.push(" WHERE TRUE ON CONFLICT (email, list_id) DO UPDATE SET status = excluded.status, ");
        sql.push("source = excluded.source, address_hash = excluded.address_hash, ");
        sql.push("customer_id = COALESCE(excluded.customer_id, email_subscribers.customer_id), ");
        sql.push("subscribed_at = excluded.subscribed_at, updated_at = excluded.updated_at, ");
        sql.push("unsubscribed_at = NULL, confirmed_at = NULL");
        unit.execute(sql).await?;
        for counted in add_to_counts(unit, &self.count_changes()).await? {
            let number = |status: SubscriptionStatus| {
                let is_one = |row: &&Row| row.list_id == counted.list && row.status == status;
                Json::from(self.rows.values().filter(is_one).count())
            };
            let changes = [
                ("subscribed", number(SubscriptionStatus::Subscribed)),
                ("pending", number(SubscriptionStatus::Pending)),
            ];
            counted.tell(unit, EventKind::ListSubscribed, changes);
        }
        Ok(())
    }

    /// How many more are subscribed to each list: a row is only written where its status changes.
    fn count_changes(&self) -> Vec<CountChange> {
        let mut added: HashMap<Uuid, i32> = HashMap::new();
        for (key, row) in &self.rows {
            *added.entry(key.0).or_default() += i32::from(row.status == SubscriptionStatus::Subscribed);
        }
        added.into_iter().map(|(list, added)| CountChange { list, added }).collect()
    }
}

/// Refuses a list that nobody can subscribe to.
fn check_list(list: &email_lists::Model) -> Result<(), Refusal> {
    if list.r#type == EmailListType::Dynamic {
        return Err(check::invalid("listId", "nobody subscribes to a dynamic list: its criteria decide who is on it"));
    }
    match list.is_active {
        true => Ok(()),
        false => Err(check::invalid("listId", "the list is not active")),
    }
}

fn row_columns() -> Vec<Column<Row>> {
    columns!(Row: email, list_id, customer_id, status, source, address_hash).into()
}
