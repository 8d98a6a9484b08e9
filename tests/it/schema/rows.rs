//! A valid row of every table, to be spoiled in one place at a time.
//!
//! Values are SQL literals that both engines read. `@agents` stands for the id of the first row of `agents`,
//! `@agents:7` for that of its seventh; `#` becomes the number of the row, where a value must be unique.

use sea_orm::{ConnectionTrait, DbErr};
use tests::{Engine, TestDatabase};

type Value = (&'static str, &'static str);

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
        let values: Vec<_> =
            self.values.iter().map(|(_, value)| literal(db, &value.replace('#', &self.number.to_string()))).collect();
        format!(r#"INSERT INTO "{}" ({}) VALUES ({})"#, self.table, columns.join(", "), values.join(", "))
    }
}

/// The first row of every table, and a second agent, task and customer. The numbers up to 9 are taken.
pub(crate) async fn insert_all(db: &TestDatabase) {
    for table in TABLES {
        let mut row = Row::new(table, 1);
        if table == "agents" {
            row = row.set("type", "'orchestrator'").set("parent_id", "NULL");
        }
        row.insert(db).await.unwrap_or_else(|error| panic!("{table}: {error}"));
        if matches!(table, "agents" | "tasks" | "customers") {
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

pub(crate) const NOW: &str = "'2026-05-04T03:02:01+00:00'";

/// In the order of their dependencies.
pub(crate) const TABLES: [&str; 38] = [
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
    "customer_segments",
    "customer_segment_members",
    "customer_interactions",
    "orders",
    "order_items",
    "campaigns",
    "content",
    "email_lists",
    "email_subscribers",
    "kpis",
    "kpi_measurements",
    "reports",
    "transactions",
    "budgets",
    "revenue_attribution",
    "system_events",
    "configurations",
    "task_dependencies",
    "task_attempts",
    "task_keys",
    "approvals",
    "api_keys",
    "audit_entries",
    "idempotency_keys",
    "events",
    "servers",
];

/// The tables without a column `id`.
pub(super) const COMPOSITE: [&str; 6] =
    ["customer_segment_members", "email_subscribers", "task_dependencies", "task_keys", "idempotency_keys", "events"];

/// The tables without a column `updated_at`.
const UNCHANGING: [&str; 10] = [
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
];

/// The columns without a default, beside the key and the times.
fn required(table: &str) -> &'static [Value] {
    match table {
        "agents" => &[("name", "'agent #'"), ("type", "'specialist'"), ("parent_id", "@agents")],
        "agent_capabilities" => {
            &[("agent_id", "@agents"), ("capability_type", "'mcp_tool'"), ("capability_name", "'tool #'")]
        }
        "agent_collaborations" => &[
            ("requesting_agent_id", "@agents"),
            ("responding_agent_id", "@agents:2"),
            ("collaboration_type", "'inquiry #'"),
        ],
        "goals" => &[("name", "'goal'"), ("type", "'growth'"), ("status", "'active'")],
        "workflows" => &[("name", "'workflow #'"), ("owner_agent_id", "@agents"), ("trigger_type", "'manual'")],
        "workflow_executions" => &[("workflow_id", "@workflows"), ("status", "'running'")],
        "tasks" => &[("assigned_agent_id", "@agents"), ("task_type", "'report'"), ("status", "'pending'")],
        "products" => {
            &[("handle", "'product-#'"), ("title", "'product'"), ("base_price", "400"), ("status", "'active'")]
        }
        "product_variants" => &[("product_id", "@products"), ("title", "'variant'"), ("price", "400")],
        "inventory" => &[("product_variant_id", "@product_variants"), ("location", "'shelf #'")],
        "product_metrics" => {
            &[("product_id", "@products:#"), ("period_start", "'2026-05-01'"), ("period_end", "'2026-05-31'")]
        }
        "customers" => &[("email", "'customer-#@example.com'")],
        "customer_segments" => &[("name", "'segment #'"), ("type", "'online'")],
        "customer_segment_members" => {
            &[("customer_id", "@customers:#"), ("segment_id", "@customer_segments"), ("assigned_at", NOW)]
        }
        "customer_interactions" => {
            &[("customer_id", "@customers"), ("interaction_type", "'inquiry'"), ("channel", "'email'")]
        }
        "orders" => &[
            ("order_number", "'#'"),
            ("status", "'pending'"),
            ("subtotal_amount", "400"),
            ("total_amount", "400"),
            ("fulfillment_status", "'unfulfilled'"),
            ("financial_status", "'pending'"),
        ],
        "order_items" => &[
            ("order_id", "@orders"),
            ("title", "'variant'"),
            ("quantity", "2"),
            ("price", "200"),
            ("total_amount", "400"),
        ],
        "campaigns" => &[("name", "'campaign'"), ("type", "'email'"), ("status", "'draft'")],
        "content" => &[("type", "'newsletter'"), ("status", "'draft'")],
        "email_lists" => &[("name", "'list #'"), ("type", "'static'")],
        "email_subscribers" => &[
            ("email", "'reader-#@example.com'"),
            ("list_id", "@email_lists"),
            ("status", "'subscribed'"),
            ("subscribed_at", NOW),
        ],
        "kpis" => &[
            ("name", "'kpi #'"),
            ("category", "'sales'"),
            ("metric", "'revenue'"),
            ("formula", "'the sum'"),
            ("frequency", "'daily'"),
        ],
        "kpi_measurements" => &[("kpi_id", "@kpis"), ("measured_at", NOW), ("value", "1")],
        "reports" => &[("name", "'report'"), ("type", "'daily'"), ("generated_at", NOW)],
        "transactions" => {
            &[("type", "'revenue'"), ("category", "'sales'"), ("amount", "400"), ("transaction_date", "'2026-05-04'")]
        }
        "budgets" => &[
            ("name", "'budget'"),
            ("category", "'category #'"),
            ("fiscal_year", "2026"),
            ("fiscal_month", "5"),
            ("allocated_amount", "1000"),
        ],
        "revenue_attribution" => &[
            ("transaction_id", "@transactions"),
            ("agent_id", "@agents"),
            ("attribution_model", "'linear'"),
            ("attribution_percentage", "50"),
        ],
        "system_events" => &[("event_type", "'started'"), ("severity", "'info'"), ("message", "'started'")],
        "configurations" => &[("key", "'key #'"), ("value", "'1'")],
        "task_dependencies" => &[("task_id", "@tasks:#"), ("depends_on_id", "@tasks:2"), ("on_failure", "'fail'")],
        "task_attempts" => &[
            ("task_id", "@tasks"),
            ("number", "#"),
            ("started_at", NOW),
            ("ended_at", "'2026-05-04T03:12:01+00:00'"),
            ("outcome", "'completed'"),
        ],
        "task_keys" => &[("key", "'key #'"), ("task_id", "@tasks")],
        "approvals" => &[
            ("task_id", "@tasks"),
            ("subject", "'a discount'"),
            ("requested_by", "'a key'"),
            ("status", "'approved'"),
            ("on_deadline", "'fail'"),
            ("decided_at", NOW),
        ],
        "api_keys" => &[
            ("name", "'key'"),
            ("prefix", "'prefix #'"),
            ("hash", "'hash #'"),
            ("role", "'agent'"),
            ("agent_id", "@agents"),
        ],
        "audit_entries" => &[("principal", "'a key'"), ("operation", "'UpdateAgent'"), ("object_type", "'Agent'")],
        "idempotency_keys" => {
            &[("caller", "'a key'"), ("key", "'key #'"), ("operation", "'UpdateAgent'"), ("input_hash", "'hash'")]
        }
        "events" => &[
            ("transaction_number", "1"),
            ("kind", "'task.created'"),
            ("aggregate_type", "'task'"),
            ("aggregate_id", "@tasks"),
            ("aggregate_version", "1"),
            ("principal", "'a key'"),
        ],
        "servers" => &[("version", "'0.1.0'"), ("seen_at", NOW)],
        other => panic!("{other} is no table of the schema"),
    }
}
