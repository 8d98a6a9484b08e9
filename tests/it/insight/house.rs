//! A small shop in Berlin in the autumn of 2026, whose figures were worked out by hand.

use chrono::{DateTime, Utc};
use entity::{
    agents, campaigns, customers, orders, revenue_attribution,
    sea_orm_active_enums::{
        AgentType, AttributionModel, CampaignStatus, CampaignType, FinancialStatus, FulfillmentStatus, OrderStatus,
        TransactionType::{self, Adjustment, Expense, Refund, Revenue},
    },
    transactions,
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use service::clock::Clock;
use tests::TestDatabase;
use uuid::Uuid;

use crate::client::Client;

/// When the shop is looked at.
const NOW: &str = "2026-12-05T10:00:00Z";

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

pub(super) fn cents(hundredths: i64) -> Decimal {
    Decimal::new(hundredths, 2)
}

/// The shop, opened.
pub(super) async fn open(db: &TestDatabase) -> Client {
    open_at(db, NOW).await.client
}

/// The same, looked at some other time, with those who work in it.
pub(super) async fn open_at(db: &TestDatabase, now: &str) -> Opened {
    let client = empty(db, now).await;
    let house = House { db, marketer: Uuid::now_v7(), seller: Uuid::now_v7(), campaign: Uuid::now_v7() };
    house.people().await;
    house.trade().await;
    Opened { client, marketer: house.marketer, seller: house.seller }
}

/// A shop in Berlin without anything in it.
pub(super) async fn empty(db: &TestDatabase, now: &str) -> Client {
    let client = Client::open(db, Clock::standing(at(now))).await;
    client.done("setConfiguration", json!({ "key": "shop.timeZone", "value": "Europe/Berlin" }), "__typename").await;
    client
}

/// The shop, and its agents.
pub(super) struct Opened {
    pub(super) client: Client,
    pub(super) marketer: Uuid,
    pub(super) seller: Uuid,
}

/// What a query answers.
pub(super) async fn ask(client: &Client, query: &str) -> Value {
    client.query(query, json!({})).await
}

struct House<'a> {
    db: &'a TestDatabase,
    /// M of the examples.
    marketer: Uuid,
    /// S of the examples.
    seller: Uuid,
    /// X of the examples.
    campaign: Uuid,
}

impl House<'_> {
    async fn people(&self) {
        for (id, name, kind) in [(self.marketer, "M", AgentType::Orchestrator), (self.seller, "S", AgentType::Director)]
        {
            let agent = agents::ActiveModel {
                id: Set(id),
                name: Set(name.to_owned()),
                r#type: Set(kind),
                parent_id: Set((kind == AgentType::Director).then_some(self.marketer)),
                created_at: Set(at("2026-09-01T08:00:00Z").into()),
                updated_at: Set(at("2026-09-01T08:00:00Z").into()),
                ..Default::default()
            };
            agent.insert(self.db.connection()).await.expect("an agent");
        }
        let campaign = campaigns::ActiveModel {
            id: Set(self.campaign),
            name: Set("X".to_owned()),
            r#type: Set(CampaignType::Ads),
            status: Set(CampaignStatus::Active),
            created_at: Set(at("2026-09-01T08:00:00Z").into()),
            updated_at: Set(at("2026-09-01T08:00:00Z").into()),
            ..Default::default()
        };
        campaign.insert(self.db.connection()).await.expect("a campaign");
    }

    async fn trade(&self) {
        let ada = self.customer("ada", "2026-09-30T22:30:00Z").await;
        let ben = self.customer("ben", "2026-10-10T12:00:00Z").await;
        let cleo = self.customer("cleo", "2026-10-31T23:30:00Z").await;
        self.customer("dan", "2026-11-20T12:00:00Z").await;
        let (paid, some) = (FinancialStatus::Paid, FinancialStatus::PartiallyRefunded);
        let first = self.order("O1", ada, "2026-09-30T22:30:00Z", 10_010, 0, paid).await;
        let second = self.order("O2", ben, "2026-10-10T12:00:00Z", 20_020, 5_005, some).await;
        let third = self.order("O3", ada, "2026-10-25T00:30:00Z", 10_030, 0, paid).await;
        let fourth = self.order("O4", cleo, "2026-10-31T23:30:00Z", 30_030, 0, paid).await;
        self.order("O5", ben, "2026-11-05T10:00:00Z", 99_999, 0, FinancialStatus::Voided).await;
        self.order("O6", ada, "2026-11-15T10:00:00Z", 5_005, 0, FinancialStatus::Pending).await;

        let first = self.entry(Revenue, "2026-10-01", 10_010, Some((first, ada)), None).await;
        let sold = self.entry(Revenue, "2026-10-10", 20_020, Some((second, ben)), None).await;
        self.entry(Revenue, "2026-10-25", 10_030, Some((third, ada)), None).await;
        let last = self.entry(Revenue, "2026-11-01", 30_030, Some((fourth, cleo)), None).await;
        self.entry(Refund, "2026-11-02", 5_005, Some((second, ben)), None).await;
        self.spend("2026-10-12", 12_000, Some(self.campaign)).await;
        self.spend("2026-11-03", 8_000, Some(self.campaign)).await;
        let wrong = self.spend("2026-10-30", 2_000, None).await;
        self.entry(Adjustment, "2026-11-21", -2_000, None, Some(wrong)).await;
        self.entry(Adjustment, "2026-11-20", -10, None, None).await;

        self.credit(first, self.marketer, 10_000).await;
        self.credit(sold, self.marketer, 5_000).await;
        self.credit(sold, self.seller, 5_000).await;
        self.credit(last, self.marketer, 3_333).await;
        self.credit(last, self.seller, 6_667).await;
    }

    async fn customer(&self, name: &str, created: &str) -> Uuid {
        let id = Uuid::now_v7();
        let customer = customers::ActiveModel {
            id: Set(id),
            email: Set(format!("{name}@example.com")),
            tags: Set(json!([])),
            created_at: Set(at(created).into()),
            updated_at: Set(at(created).into()),
            ..Default::default()
        };
        customer.insert(self.db.connection()).await.expect("a customer");
        id
    }

    async fn order(
        &self,
        number: &str,
        customer: Uuid,
        placed: &str,
        total: i64,
        refunded: i64,
        financial: FinancialStatus,
    ) -> Uuid {
        let id = Uuid::now_v7();
        let status = match financial {
            FinancialStatus::Voided => OrderStatus::Cancelled,
            FinancialStatus::Pending => OrderStatus::Pending,
            _ => OrderStatus::Confirmed,
        };
        let captured = if status == OrderStatus::Confirmed { total } else { 0 };
        let order = orders::ActiveModel {
            id: Set(id),
            order_number: Set(number.to_owned()),
            customer_id: Set(Some(customer)),
            status: Set(status),
            financial_status: Set(financial),
            fulfillment_status: Set(FulfillmentStatus::Unfulfilled),
            subtotal_amount: Set(cents(total)),
            total_amount: Set(cents(total)),
            captured_amount: Set(cents(captured)),
            refunded_amount: Set(cents(refunded)),
            report_amount: Set(cents(total - refunded)),
            currency: Set("USD".to_owned()),
            tags: Set(json!([])),
            discount_codes: Set(json!([])),
            placed_at: Set(Some(at(placed).into())),
            cancelled_at: Set((status == OrderStatus::Cancelled).then(|| at(placed).into())),
            created_at: Set(at(placed).into()),
            updated_at: Set(at(placed).into()),
            ..Default::default()
        };
        order.insert(self.db.connection()).await.expect("an order");
        id
    }

    async fn entry(
        &self,
        kind: TransactionType,
        day: &str,
        amount: i64,
        order: Option<(Uuid, Uuid)>,
        reverses: Option<Uuid>,
    ) -> Uuid {
        let category = if reverses.is_some() { "adjustment" } else { "sales" };
        self.book(kind, category, day, amount, order, None, reverses).await
    }

    async fn spend(&self, day: &str, amount: i64, campaign: Option<Uuid>) -> Uuid {
        self.book(Expense, "marketing", day, amount, None, campaign, None).await
    }

    #[expect(clippy::too_many_arguments, reason = "a row")]
    async fn book(
        &self,
        kind: TransactionType,
        category: &str,
        day: &str,
        amount: i64,
        order: Option<(Uuid, Uuid)>,
        campaign: Option<Uuid>,
        reverses: Option<Uuid>,
    ) -> Uuid {
        let id = Uuid::now_v7();
        let entry = transactions::ActiveModel {
            id: Set(id),
            r#type: Set(kind),
            category: Set(category.to_owned()),
            amount: Set(cents(amount)),
            report_amount: Set(Some(cents(amount))),
            currency: Set("USD".to_owned()),
            order_id: Set(order.map(|(order, _)| order)),
            customer_id: Set(order.map(|(_, customer)| customer)),
            agent_id: Set((kind == Expense).then_some(self.marketer)),
            campaign_id: Set(campaign),
            reverses_id: Set(reverses),
            transaction_date: Set(day.parse().expect("a day")),
            created_at: Set(at(NOW).into()),
            ..Default::default()
        };
        entry.insert(self.db.connection()).await.expect("an entry");
        id
    }

    /// The marketer's share is that of the campaign.
    async fn credit(&self, sold: Uuid, agent: Uuid, hundredths: i64) {
        let share = revenue_attribution::ActiveModel {
            id: Set(Uuid::now_v7()),
            transaction_id: Set(sold),
            agent_id: Set(agent),
            campaign_id: Set((agent == self.marketer).then_some(self.campaign)),
            attribution_model: Set(AttributionModel::LastTouch),
            attribution_percentage: Set(Decimal::new(hundredths, 2)),
            touchpoint_data: Set(json!({})),
            created_at: Set(at(NOW).into()),
        };
        share.insert(self.db.connection()).await.expect("a share");
    }
}
