//! A valid row of every table, to be spoiled in one place at a time.
//!
//! Values are SQL literals that both engines read. `@agents` stands for the id of the first row of `agents`,
//! `@agents:7` for that of its seventh; `#` becomes the number of the row, `#day` a day of its own, where a value must be
//! unique.

mod required;

use chrono::{Days, NaiveDate};
use sea_orm::{ConnectionTrait, DbErr};
use tests::{Engine, TestDatabase};

use required::required;

/// A row to insert.
pub(crate) struct Row {
    table: &'static str,
    number: usize,
    values: Vec<(String, String)>,
}

impl Row {
    /// The row of this number, valid next to every other number.
    pub(crate) fn new(table: &'static str, number: usize) -> Self {
        let values = required(table).iter().map(|(column, value)| ((*column).to_owned(), (*value).to_owned()));
        let mut row = Self { table, number, values: values.collect() };
        if !COMPOSITE.contains(&table) {
            row = row.set("id", &format!("@{table}:{number}"));
        }
        if !UNCHANGING.contains(&table) {
            row = row.set("updated_at", NOW);
        }
        row.set("created_at", NOW)
    }

    pub(crate) fn set(mut self, column: &str, value: &str) -> Self {
        self.values.retain(|(name, _)| name != column);
        self.values.push((column.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn with<'a>(self, values: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> Self {
        values.into_iter().fold(self, |row, (column, value)| row.set(column, value))
    }

    /// Inserts the row, and before it the parent that it shares with no other row.
    pub(super) async fn insert(&self, db: &TestDatabase) -> Result<(), DbErr> {
        let parent = match self.table {
            "customer_segment_members" => Some("customers"),
            "product_metrics" => Some("products"),
            "task_dependencies" => Some("tasks"),
            "fulfillment_lines" | "return_lines" | "refund_lines" => Some("order_items"),
            "discount_uses" => Some("orders"),
            "approval_uses" => Some("approvals"),
            "budget_slices" => Some("budgets"),
            _ => None,
        };
        if let Some(parent) = parent.filter(|_| self.number > 1) {
            Box::pin(Row::new(parent, self.number).insert(db)).await?;
        }
        self.insert_only(db).await
    }

    /// Inserts the row, whose parents are there.
    pub(crate) async fn insert_only(&self, db: &TestDatabase) -> Result<(), DbErr> {
        db.connection().execute_unprepared(&self.sql(db)).await.map(drop)
    }

    /// The statement that inserts the row.
    pub(super) fn sql(&self, db: &TestDatabase) -> String {
        let columns: Vec<_> = self.values.iter().map(|(column, _)| format!(r#""{column}""#)).collect();
        let own = |value: &str| value.replace("#day", &day(self.number)).replace('#', &self.number.to_string());
        let values: Vec<_> = self.values.iter().map(|(_, value)| literal(db, &own(value))).collect();
        format!(r#"INSERT INTO "{}" ({}) VALUES ({})"#, self.table, columns.join(", "), values.join(", "))
    }
}

/// The first row of every table, and a second one of some. The numbers up to 9 are taken.
pub(crate) async fn insert_all(db: &TestDatabase) {
    for table in TABLES {
        let mut row = Row::new(table, 1);
        if table == "agents" {
            row = row.set("type", "'orchestrator'").set("parent_id", "NULL");
        }
        row.insert(db).await.unwrap_or_else(|error| panic!("{table}: {error}"));
        if matches!(table, "agents" | "tasks" | "customers" | "orders" | "order_items" | "approvals" | "budgets") {
            Row::new(table, 2).insert(db).await.expect("a second one");
        }
    }
}

/// `@table` and `@table:number` as the engine writes an id; anything else as it is.
pub(super) fn literal(db: &TestDatabase, value: &str) -> String {
    let Some(reference) = value.strip_prefix('@') else { return value.to_owned() };
    let (table, number) = reference.split_once(':').unwrap_or((reference, "1"));
    let table = TABLES.iter().position(|name| *name == table).expect("a table of the schema");
    let number: usize = number.parse().expect("a number");
    match db.engine() {
        Engine::Postgres => format!("'{:08x}-0000-7000-8000-{number:012x}'", table + 1),
        Engine::Sqlite => format!("X'{:08x}000070008000{number:012x}'", table + 1),
    }
}

/// The day of a row.
fn day(number: usize) -> String {
    let day = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day") + Days::new(number as u64);
    day.to_string()
}

pub(crate) const NOW: &str = "'2026-05-04T03:02:01+00:00'";

/// In the order of their dependencies.
pub(crate) const TABLES: [&str; 67] = [
    "agents",
    "agent_capabilities",
    "agent_collaborations",
    "goals",
    "workflows",
    "workflow_executions",
    "tasks",
    "products",
    "product_variants",
    "inventory",
    "product_metrics",
    "customers",
    "customer_aliases",
    "customer_segments",
    "customer_segment_members",
    "customer_interactions",
    "consents",
    "orders",
    "order_items",
    "stock_reservations",
    "stock_movements",
    "order_numbers",
    "fulfillments",
    "fulfillment_lines",
    "returns",
    "return_lines",
    "discounts",
    "discount_uses",
    "prices",
    "exchange_rates",
    "tax_rates",
    "shipping_methods",
    "payments",
    "refunds",
    "refund_lines",
    "payment_entries",
    "email_lists",
    "email_subscribers",
    "budgets",
    "budget_slices",
    "campaigns",
    "content",
    "campaign_recipients",
    "touchpoints",
    "budget_reservations",
    "kpis",
    "kpi_measurements",
    "reports",
    "transactions",
    "revenue_attribution",
    "inbound_webhooks",
    "webhook_endpoints",
    "webhook_deliveries",
    "bulk_jobs",
    "bulk_chunks",
    "system_events",
    "configurations",
    "task_dependencies",
    "task_attempts",
    "task_keys",
    "approvals",
    "approval_uses",
    "api_keys",
    "audit_entries",
    "idempotency_keys",
    "events",
    "servers",
];

/// The tables without a column `id`.
pub(super) const COMPOSITE: [&str; 13] = [
    "customer_aliases",
    "customer_segment_members",
    "email_subscribers",
    "task_dependencies",
    "task_keys",
    "idempotency_keys",
    "events",
    "order_numbers",
    "fulfillment_lines",
    "return_lines",
    "refund_lines",
    "approval_uses",
    "bulk_chunks",
];

/// The tables without a column `updated_at`.
const UNCHANGING: [&str; 20] = [
    "consents",
    "touchpoints",
    "kpi_measurements",
    "transactions",
    "revenue_attribution",
    "system_events",
    "task_dependencies",
    "task_attempts",
    "audit_entries",
    "idempotency_keys",
    "events",
    "servers",
    "stock_movements",
    "order_numbers",
    "fulfillment_lines",
    "discount_uses",
    "refund_lines",
    "payment_entries",
    "approval_uses",
    "bulk_chunks",
];
