//! The tables behind the types: what the generated entities say of them.

use std::sync::LazyLock;

use api::{
    agents::{Agent, AgentCapability, AgentCollaboration},
    analytics::{Kpi, KpiMeasurement, Report},
    catalog::{InventoryLevel, Product, ProductMetric, ProductVariant},
    connections::{BulkJob, WebhookDelivery},
    customers::{Customer, CustomerInteraction, CustomerSegment, CustomerSegmentMember, Touchpoint},
    finance::{Budget, BudgetReservation, BudgetSlice, RevenueAttribution, Transaction},
    marketing::{Campaign, CampaignRecipient, ContentItem, EmailList, EmailSubscriber},
    orders::{Fulfillment, FulfillmentLine, Order, OrderItem, OrderReturn, OrderReturnLine},
    payments::{Payment, PaymentEntry, Refund, RefundLine},
    pricing::{Discount, DiscountUse, ExchangeRate, ShippingMethod, TaxRate, VariantPrice},
    read::resource::Resource,
    stock::{StockMovement, StockReservation},
    system::{Configuration, SystemEvent},
    work::{Approval, Goal, Task, TaskAttempt, TaskDependency, Workflow, WorkflowExecution},
};
use sea_orm::{ColumnTrait, ColumnType, EntityTrait, IdenStatic, Iterable};

/// A table and the type that shows it.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) node: &'static str,
    pub(super) columns: Vec<Column>,
    /// The columns that the type declares.
    pub(super) shown: Vec<&'static str>,
}

/// A column of the generated entity.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) ty: ColumnType,
    pub(super) nullable: bool,
}

impl Table {
    fn of<R: Resource>() -> Self {
        let column = |column: <R::Entity as EntityTrait>::Column| {
            let definition = column.def();
            let ty = definition.get_column_type().clone();
            Column { name: IdenStatic::as_str(&column), ty, nullable: definition.is_null() }
        };
        let columns = <R::Entity as EntityTrait>::Column::iter().map(column).collect();
        let shown = R::TABLE.columns().iter().map(|column| column.name).collect();
        Self { name: R::TABLE.name, node: R::TABLE.object, columns, shown }
    }
}

macro_rules! tables {
    ($($node:ident),* $(,)?) => {
        /// Every table.
        pub(super) static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| vec![$(Table::of::<$node>()),*]);
    };
}

tables!(
    Agent,
    AgentCapability,
    AgentCollaboration,
    Goal,
    Workflow,
    WorkflowExecution,
    Task,
    Product,
    ProductVariant,
    InventoryLevel,
    ProductMetric,
    VariantPrice,
    Discount,
    DiscountUse,
    TaxRate,
    ShippingMethod,
    ExchangeRate,
    StockReservation,
    StockMovement,
    Order,
    OrderItem,
    Fulfillment,
    FulfillmentLine,
    OrderReturn,
    OrderReturnLine,
    Payment,
    PaymentEntry,
    Refund,
    RefundLine,
    Customer,
    CustomerSegment,
    CustomerSegmentMember,
    CustomerInteraction,
    Touchpoint,
    Campaign,
    CampaignRecipient,
    ContentItem,
    EmailList,
    EmailSubscriber,
    Kpi,
    KpiMeasurement,
    Report,
    Transaction,
    Budget,
    BudgetSlice,
    BudgetReservation,
    RevenueAttribution,
    WebhookDelivery,
    BulkJob,
    SystemEvent,
    Configuration,
    TaskDependency,
    TaskAttempt,
    Approval,
);

/// The tables that are no lists of their own: of the engine, of identity and of the servers, what only the service
/// counts or finds by, and what not everybody reads.
pub(super) const ASIDE: [&str; 13] = [
    "task_keys",
    "api_keys",
    "audit_entries",
    "idempotency_keys",
    "events",
    "servers",
    "order_numbers",
    "approval_uses",
    "customer_aliases",
    "consents",
    "inbound_webhooks",
    "webhook_endpoints",
    "bulk_chunks",
];

/// The columns that nobody is shown.
pub(super) const HIDDEN: [(&str, &str); 10] = [
    ("tasks", "lease_token"),
    ("approvals", "requesting_key_id"),
    ("customers", "email_hash"),
    ("customers", "phone_hash"),
    ("email_subscribers", "address_hash"),
    ("campaign_recipients", "address_hash"),
    ("inbound_webhooks", "email_hash"),
    ("webhook_deliveries", "transaction_number"),
    ("webhook_deliveries", "position"),
    ("bulk_jobs", "requesting_key_id"),
];
