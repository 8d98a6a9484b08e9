//! Lists of addresses and who is on them.

use entity::{
    customers, email_lists, email_subscribers,
    sea_orm_active_enums::{
        EmailListType::{self, Dynamic, Static},
        SubscriptionStatus::{self, Bounced, Complained, Pending, Subscribed, Unsubscribed},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::house::{DAY, House, dice};

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

pub(super) fn plant(house: &mut House) {
    let trade = list(house, "Trade letter", "New pieces and terms for designers and hotels.", Static, None, true);
    let weekly = list(house, "Wednesday letter", "One thought, one room, one piece, every week.", Static, None, true);
    let vip =
        list(house, "First look", "Whoever spent 2,000 USD or more.", Dynamic, Some(json!({ "vip": true })), true);
    list(house, "Opening night", "Guests of the opening. Kept for the record.", Static, None, false);
    subscribe_customers(house, weekly, |customer| customer.accepts_marketing);
    subscribe_customers(house, trade, |customer| customer.accepts_marketing && customer.company.is_some());
    subscribe_customers(house, vip, |customer| customer.accepts_marketing && customer.vip_status);
    for (order, (name, status)) in (0..).zip(STRANGERS) {
        let since = house.ago((100 - order * 11) * DAY);
        subscribe(house, weekly, format!("{name}@example.com"), None, status, since);
    }
    let subscribers = &house.rows.email_subscribers;
    for list in &mut house.rows.email_lists {
        let count = subscribers.iter().filter(|row| row.list_id == list.id && row.status == Subscribed).count();
        list.subscriber_count = i32::try_from(count).unwrap_or(i32::MAX);
    }
}

fn list(
    house: &mut House,
    name: &str,
    description: &str,
    kind: EmailListType,
    criteria: Option<Value>,
    is_active: bool,
) -> Uuid {
    let created = house.ago(190 * DAY);
    let id = house.id("email_lists", created);
    house.rows.email_lists.push(email_lists::Model {
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
    });
    id
}

fn subscribe_customers(house: &mut House, list: Uuid, wants: fn(&customers::Model) -> bool) {
    let mut dice = dice("subscribers");
    let readers: Vec<customers::Model> =
        house.rows.customers.iter().filter(|customer| wants(customer)).cloned().collect();
    for reader in readers {
        let status = if dice.percent(8) { Unsubscribed } else { Subscribed };
        subscribe(house, list, reader.email, Some(reader.id), status, reader.created_at.to_utc());
    }
}

fn subscribe(
    house: &mut House,
    list: Uuid,
    email: String,
    customer: Option<Uuid>,
    status: SubscriptionStatus,
    since: chrono::DateTime<chrono::Utc>,
) {
    // Half of the time that passed since then.
    let left = since + (house.now - since) / 2;
    let gone = matches!(status, Unsubscribed | Bounced | Complained);
    house.rows.email_subscribers.push(email_subscribers::Model {
        email,
        list_id: list,
        customer_id: customer,
        status,
        subscribed_at: since.into(),
        unsubscribed_at: (status == Unsubscribed).then(|| left.into()),
        created_at: since.into(),
        updated_at: if gone { left.into() } else { since.into() },
    });
}
