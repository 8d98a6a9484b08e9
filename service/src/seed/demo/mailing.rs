//! Lists of addresses and who is on them.

use entity::{
    customers, email_lists, email_subscribers,
    sea_orm_active_enums::{
        ConsentChannel,
        EmailListType::{self, Dynamic, Static},
        SubscriptionStatus::{self, Bounced, Complained, Pending, Subscribed, Unsubscribed},
    },
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::builder::{DAY, DemoBuilder, rng};
use crate::customers::address;

/// The newsletter's place among the lists.
pub(super) const WEEKLY: usize = 1;

/// Readers who are not customers.
const STRANGERS: [(&str, SubscriptionStatus); 9] = [
    ("ana.reader", Subscribed),
    ("ben.walls", Subscribed),
    ("carol.studio", Subscribed),
    ("dan.gallery", Subscribed),
    ("eve.lofts", Unsubscribed),
    ("frank.moved", Bounced),
    ("grace.annoyed", Complained),
    ("hugo.new", Pending),
    ("iris.new", Pending),
];

pub(super) fn build(demo: &mut DemoBuilder) {
    let trade = list(demo, "Trade letter", "New pieces and terms for designers and hotels.", Static, None, true);
    let weekly = list(demo, "Wednesday letter", "One thought, one room, one piece, every week.", Static, None, true);
    let spent = json!({ "field": "totalSpent", "op": "gte", "value": "2000.00" });
    let first = list(demo, "First look", "Whoever spent 2,000 USD or more.", Dynamic, Some(spent), true);
    list(demo, "Opening night", "Guests of the opening. Kept for the record.", Static, None, false);
    let gone = leavers(demo);
    subscribe_customers(demo, weekly, &gone, |_| true);
    subscribe_customers(demo, trade, &gone, |customer| customer.company.is_some());
    subscribe_customers(demo, first, &gone, |customer| customer.total_spent >= Decimal::from(2_000));
    for (order, (name, status)) in (0..).zip(STRANGERS) {
        let since = demo.ago((100 - order * 11) * DAY);
        subscribe(demo, weekly, format!("{name}@example.com"), None, status, since);
    }
    let subscribers = &demo.rows.email_subscribers;
    for list in &mut demo.rows.email_lists {
        let count = subscribers.iter().filter(|row| row.list_id == list.id && row.status == Subscribed).count();
        list.subscriber_count = i32::try_from(count).unwrap_or(i32::MAX);
    }
}

fn list(
    demo: &mut DemoBuilder,
    name: &str,
    description: &str,
    kind: EmailListType,
    criteria: Option<Value>,
    is_active: bool,
) -> Uuid {
    let created = demo.ago(190 * DAY);
    let id = demo.id("email_lists", created);
    demo.rows.email_lists.push(email_lists::Model {
        id,
        name: name.to_owned(),
        description: Some(description.to_owned()),
        r#type: kind,
        criteria,
        is_active,
        subscriber_count: 0,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        double_opt_in: name.starts_with("Wednesday"),
        refresh_minutes: None,
        next_compute_at: None,
    });
    id
}

/// Customers who accepted marketing and then wanted to hear nothing more, from any list.
fn leavers(demo: &DemoBuilder) -> Vec<Uuid> {
    let mut rng = rng("subscribers");
    let accepting = demo.rows.customers.iter().filter(|customer| customer.accepts_marketing);
    accepting.filter(|_| rng.percent(8)).map(|customer| customer.id).collect()
}

fn subscribe_customers(demo: &mut DemoBuilder, list: Uuid, gone: &[Uuid], wants: fn(&customers::Model) -> bool) {
    let readers = demo.rows.customers.iter().filter(|customer| customer.accepts_marketing && wants(customer));
    let readers: Vec<customers::Model> = readers.cloned().collect();
    for reader in readers {
        let status = if gone.contains(&reader.id) { Unsubscribed } else { Subscribed };
        subscribe(demo, list, reader.email, Some(reader.id), status, reader.created_at.to_utc());
    }
}

fn subscribe(
    demo: &mut DemoBuilder,
    list: Uuid,
    email: String,
    customer: Option<Uuid>,
    status: SubscriptionStatus,
    since: chrono::DateTime<chrono::Utc>,
) {
    // Half of the time that passed since then.
    let left = since + (demo.now - since) / 2;
    let gone = matches!(status, Unsubscribed | Bounced | Complained);
    let address_hash = Some(address::hash(ConsentChannel::Email, &email));
    demo.rows.email_subscribers.push(email_subscribers::Model {
        email,
        list_id: list,
        customer_id: customer,
        status,
        subscribed_at: since.into(),
        unsubscribed_at: (status == Unsubscribed).then(|| left.into()),
        created_at: since.into(),
        updated_at: if gone { left.into() } else { since.into() },
        address_hash,
        source: if customer.is_some() { "checkout" } else { "form" }.to_owned(),
        confirmed_at: (status != Pending).then(|| since.into()),
    });
}
