//! Thousands of made-up orders and entries of the books, and a plain computation over them.

use std::collections::HashMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::{
    customers, orders,
    sea_orm_active_enums::{FinancialStatus, FulfillmentStatus, OrderStatus, TransactionType},
    transactions,
};
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use service::zone::{self, Tz};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::house::{ask, at, cents, empty};
use crate::{client::Client, read::random::Rng};

const ORDERS: usize = 5_000;
const CUSTOMERS: usize = 700;
const ENTRIES: usize = 2_000;
/// Rows of a statement.
const BATCH: usize = 250;
const NOW: &str = "2026-11-20T10:00:00Z";

struct Order {
    customer: usize,
    /// None for a draft.
    placed: Option<DateTime<Utc>>,
    status: OrderStatus,
    financial: FinancialStatus,
    /// In hundredths.
    worth: i64,
}

struct Entry {
    kind: TransactionType,
    day: NaiveDate,
    amount: i64,
    /// The entry that it takes back.
    reverses: Option<usize>,
}

struct House {
    /// When each customer was added, and whether they were erased.
    customers: Vec<(DateTime<Utc>, bool)>,
    orders: Vec<Order>,
    entries: Vec<Entry>,
}

impl House {
    fn random(rng: &mut Rng) -> Self {
        // The clocks change within it.
        let moment = |rng: &mut Rng| at("2026-07-01T00:00:00Z") + Duration::minutes(rng.below(142 * 24 * 60) as i64);
        let customers = (0..CUSTOMERS).map(|_| (moment(rng), rng.below(20) == 0)).collect();
        let order = |rng: &mut Rng| {
            use FinancialStatus::{Paid, PartiallyRefunded, Pending, Refunded, Voided};
            let status = match rng.below(10) {
                0 => OrderStatus::Draft,
                1 => OrderStatus::Cancelled,
                _ => OrderStatus::Confirmed,
            };
            let financial = [Paid, Paid, Paid, PartiallyRefunded, Pending, Refunded, Voided][rng.below(7)];
            let placed = (status != OrderStatus::Draft).then(|| moment(rng));
            Order { customer: rng.below(CUSTOMERS + 20), placed, status, financial, worth: rng.below(100_000) as i64 }
        };
        let orders = (0..ORDERS).map(|_| order(rng)).collect();
        let mut entries: Vec<Entry> = Vec::new();
        for number in 0..ENTRIES {
            use TransactionType::{Adjustment, Expense, Refund, Revenue};
            let kind = [Revenue, Revenue, Refund, Expense, Adjustment][rng.below(5)];
            let day = moment(rng).date_naive();
            // An entry is taken back once, and whole.
            let target = number.checked_sub(7).filter(|_| number % 50 == 49);
            let target =
                target.filter(|target| entries[*target].kind != Adjustment && entries[*target].reverses.is_none());
            let entry = match target {
                Some(target) => {
                    Entry { kind: Adjustment, day, amount: -entries[target].amount, reverses: Some(target) }
                }
                None => Entry { kind, day, amount: rng.below(50_000) as i64 + 1, reverses: None },
            };
            entries.push(entry);
        }
        Self { customers, orders, entries }
    }

    async fn insert(&self, db: &TestDatabase) {
        let ids: Vec<Uuid> = self.customers.iter().map(|_| Uuid::now_v7()).collect();
        let row = |(id, (made, erased)): (&Uuid, &(DateTime<Utc>, bool))| customers::ActiveModel {
            id: Set(*id),
            email: Set(format!("{id}@example.com")),
            tags: Set(json!([])),
            erased_at: Set(erased.then_some((*made).into())),
            created_at: Set((*made).into()),
            updated_at: Set((*made).into()),
            ..Default::default()
        };
        let rows: Vec<_> = ids.iter().zip(&self.customers).map(row).collect();
        for rows in rows.chunks(BATCH) {
            customers::Entity::insert_many(rows.to_vec())
                .exec_without_returning(db.connection())
                .await
                .expect("customers");
        }
        let row = |(number, order): (usize, &Order)| {
            let made = order.placed.unwrap_or(at("2026-07-01T00:00:00Z"));
            orders::ActiveModel {
                id: Set(Uuid::now_v7()),
                order_number: Set(format!("R{number}")),
                customer_id: Set(ids.get(order.customer).copied()),
                status: Set(order.status),
                financial_status: Set(order.financial),
                fulfillment_status: Set(FulfillmentStatus::Unfulfilled),
                subtotal_amount: Set(cents(order.worth)),
                total_amount: Set(cents(order.worth)),
                report_amount: Set(cents(order.worth)),
                currency: Set("USD".to_owned()),
                tags: Set(json!([])),
                discount_codes: Set(json!([])),
                placed_at: Set(order.placed.map(Into::into)),
                cancelled_at: Set((order.status == OrderStatus::Cancelled).then_some(made.into())),
                created_at: Set(made.into()),
                updated_at: Set(made.into()),
                ..Default::default()
            }
        };
        let rows: Vec<_> = self.orders.iter().enumerate().map(row).collect();
        for rows in rows.chunks(BATCH) {
            orders::Entity::insert_many(rows.to_vec()).exec_without_returning(db.connection()).await.expect("orders");
        }
        let ids: Vec<Uuid> = self.entries.iter().map(|_| Uuid::now_v7()).collect();
        let row = |(id, entry): (&Uuid, &Entry)| transactions::ActiveModel {
            id: Set(*id),
            r#type: Set(entry.kind),
            category: Set("any".to_owned()),
            amount: Set(cents(entry.amount)),
            report_amount: Set(Some(cents(entry.amount))),
            currency: Set("USD".to_owned()),
            reverses_id: Set(entry.reverses.and_then(|target| ids.get(target).copied())),
            transaction_date: Set(entry.day),
            created_at: Set(at(NOW).into()),
            ..Default::default()
        };
        let rows: Vec<_> = ids.iter().zip(&self.entries).map(row).collect();
        for rows in rows.chunks(BATCH) {
            transactions::Entity::insert_many(rows.to_vec())
                .exec_without_returning(db.connection())
                .await
                .expect("entries");
        }
    }

    /// The metrics of some days where the clocks are those of a zone, by their fields.
    fn measure(&self, first: NaiveDate, end: NaiveDate, zone: Tz) -> Value {
        let midnight = |day: NaiveDate| zone::start_of(day, zone);
        let (start, until) = (midnight(first), midnight(end));
        let lies = |at: DateTime<Utc>| start <= at && at < until;
        let placed = || {
            let is_placed = |order: &&Order| order.status == OrderStatus::Confirmed;
            self.orders.iter().filter(is_placed).filter_map(|order| Some((order, order.placed?)))
        };
        let own: Vec<i64> = placed().filter(|(_, at)| lies(*at)).map(|(order, _)| order.worth).collect();
        let (mut firsts, mut bought): (HashMap<usize, DateTime<Utc>>, HashMap<usize, usize>) = Default::default();
        for (order, at) in placed().filter(|(order, _)| order.customer < CUSTOMERS) {
            let first = firsts.entry(order.customer).or_insert(at);
            *first = at.min(*first);
            let counts = !matches!(order.financial, FinancialStatus::Refunded | FinancialStatus::Voided);
            if counts && at < until {
                *bought.entry(order.customer).or_default() += 1;
            }
        }
        let ever: i64 = placed().filter(|(_, at)| *at < until).map(|(order, _)| order.worth).sum();
        let known = firsts.values().filter(|at| **at < until).count();
        let sum = |kind: TransactionType| -> i64 {
            let of = |entry: &Entry| entry.reverses.map_or(entry.kind, |target| self.entries[target].kind);
            let within = |entry: &&Entry| first <= entry.day && entry.day < end && of(entry) == kind;
            self.entries.iter().filter(within).map(|entry| entry.amount).sum()
        };
        let (revenue, refunds, expenses) =
            (sum(TransactionType::Revenue), sum(TransactionType::Refund), sum(TransactionType::Expense));
        let added = self.customers.iter().filter(|(made, erased)| !erased && lies(*made)).count();
        let sales: i64 = own.iter().sum();
        json!({
            "revenue": money(revenue - refunds),
            "expenses": money(expenses),
            "profit": money(revenue - refunds - expenses + sum(TransactionType::Adjustment)),
            "refundRate": quotient(refunds, revenue, 4),
            "sales": money(sales),
            "orders": own.len().to_string(),
            "averageOrderValue": quotient(sales, own.len() as i64 * 100, 2),
            "newCustomers": added.to_string(),
            "firstBuyers": firsts.values().filter(|at| lies(**at)).count().to_string(),
            "lifetimeValue": quotient(ever, known as i64 * 100, 2),
            "repeatCustomerRate": quotient(bought.values().filter(|orders| **orders > 1).count() as i64, bought.len() as i64, 4),
        })
    }
}

fn money(hundredths: i64) -> Value {
    json!(cents(hundredths).to_string())
}

fn quotient(part: i64, whole: i64, digits: u32) -> Value {
    let quotient = Decimal::from(part).checked_div(Decimal::from(whole));
    let rounded = quotient.map(|quotient| {
        let mut rounded = quotient.round_dp_with_strategy(digits, MidpointAwayFromZero);
        rounded.rescale(digits);
        rounded.to_string()
    });
    json!(rounded)
}

/// The metrics as the server has them.
async fn summary(client: &Client, first: NaiveDate, end: NaiveDate, zone: Tz, fields: &Value) -> Value {
    let selected: String =
        fields.as_object().expect("metrics").keys().map(|field| format!("{field} {{ value }} ")).collect();
    let query = format!(
        "{{ executiveSummary(period: {{ dates: {{ from: \"{first}\", until: \"{end}\" }} }}, timeZone: \"{zone}\") {{ {selected} }} }}"
    );
    let found = ask(client, &query).await["executiveSummary"].take();
    found.as_object().expect("metrics").iter().map(|(field, figure)| (field.clone(), figure["value"].clone())).collect()
}

on_both_engines! {
    async fn figures_are_those_of_a_plain_computation(db: &TestDatabase) {
        let client = empty(db, NOW).await;
        let mut rng = Rng(14);
        let house = House::random(&mut rng);
        house.insert(db).await;
        let day = |rng: &mut Rng| at("2026-06-25T00:00:00Z").date_naive() + Duration::days(rng.below(145) as i64);
        for turn in 0..12 {
            let zone = [Tz::Europe__Berlin, Tz::UTC, Tz::America__New_York, Tz::Australia__Lord_Howe][turn % 4];
            let (first, other) = (day(&mut rng), day(&mut rng));
            let (first, end) = (first.min(other), first.max(other) + Duration::days(1));
            let expected = house.measure(first, end, zone);
            assert_eq!(summary(&client, first, end, zone, &expected).await, expected, "{first} to {end} in {zone}");
        }
        // The same over many periods at once.
        let first = at("2026-10-12T00:00:00Z").date_naive();
        for (metric, field) in [("REPEAT_CUSTOMER_RATE", "repeatCustomerRate"), ("LIFETIME_VALUE", "lifetimeValue"), ("FIRST_BUYERS", "firstBuyers"), ("REVENUE", "revenue")] {
            let query = format!("{{ series(metric: {metric}, period: {{ dates: {{ from: \"{first}\", until: \"2026-11-09\" }} }}, interval: WEEK) {{ value }} }}");
            let found = ask(&client, &query).await["series"].take();
            let weeks = (0..4).map(|week| first + Duration::weeks(week));
            let expected: Vec<Value> = weeks.map(|week| house.measure(week, week + Duration::weeks(1), Tz::Europe__Berlin)[field].clone()).collect();
            let found: Vec<Value> = found.as_array().expect("points").iter().map(|point| point["value"].clone()).collect();
            assert_eq!(found, expected, "{metric}");
        }
    }
}
