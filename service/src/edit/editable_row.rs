//! The tables whose rows are edited.

use entity::{
    agent_capabilities, agent_collaborations, agents, budget_slices, budgets, campaigns, configurations, content,
    customer_interactions, customer_segments, customers, discounts, email_lists, fulfillments, goals, inventory, kpis,
    orders, payments, prices, product_variants, products, refunds, reports, returns,
    sea_orm_active_enums::EventAggregate, shipping_methods, tax_rates, webhook_endpoints, workflows,
};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, ModelTrait, PrimaryKeyTrait, prelude::DateTimeWithTimeZone,
};
use uuid::Uuid;

use crate::events::EventKind;

/// A row that people or agents edit.
pub(crate) trait EditableRow:
    ModelTrait<
        Entity: EntityTrait<
            Model = Self,
            PrimaryKey: PrimaryKeyTrait<ValueType = Uuid>,
            ActiveModel: ActiveModelTrait<Entity = <Self as ModelTrait>::Entity> + Send,
        >,
    > + IntoActiveModel<<<Self as ModelTrait>::Entity as EntityTrait>::ActiveModel>
    + Send
    + Sync
{
    /// What it is called in a sentence.
    const NOUN: &'static str;
    /// Its GraphQL type.
    const TYPE: &'static str;
    /// What its events are about, and the event of a new one; none for what is not told of.
    const EVENT: Option<(EventAggregate, EventKind)>;
    /// The columns with personal data: events and audit entries, which outlive the person's wish to be forgotten, say
    /// only that they changed.
    const PERSONAL: &'static [&'static str];

    /// Its key.
    fn id(&self) -> Uuid;

    /// Counts its changes.
    fn version(&self) -> i32;

    /// The agent that it concerns.
    fn agent(&self) -> Option<Uuid>;

    /// The object that its events are about, and that object's version after the change: the row itself, or what it is
    /// a part of, which does not change with it.
    fn aggregate(&self) -> (Uuid, i32);

    /// An id that is in each of its events, by its name there.
    fn named(&self) -> Option<(&'static str, Uuid)>;

    /// Counts a change.
    fn touch(&mut self, now: DateTimeWithTimeZone);
}

/// Declares tables: `table: noun, type, event, agent`, then, in this order, the columns with personal data, the object
/// that the row is a part of, and the id that is in its events.
macro_rules! editable_rows {
    (@aggregate $row:ident) => { ($row.id, $row.version) };
    (@aggregate $row:ident $whole:ident) => { ($row.$whole, 0) };
    (@named $row:ident) => { None };
    (@named $row:ident $id:ident $name:literal) => { Some(($name, $row.$id)) };
    ($(
        $table:ident: $noun:literal, $ty:literal, $event:expr, |$row:ident| $agent:expr
        $(, personal [$($column:literal),+])?
        $(, part of $whole:ident)?
        $(, with $id:ident as $name:literal)?;
    )+) => {$(
        impl EditableRow for $table::Model {
            const NOUN: &'static str = $noun;
            const TYPE: &'static str = $ty;
            const EVENT: Option<(EventAggregate, EventKind)> = $event;
            const PERSONAL: &'static [&'static str] = &[$($($column),+)?];

            fn id(&self) -> Uuid {
                self.id
            }

            fn version(&self) -> i32 {
                self.version
            }

            fn agent(&self) -> Option<Uuid> {
                let $row = self;
                $agent
            }

            fn aggregate(&self) -> (Uuid, i32) {
                editable_rows!(@aggregate self $($whole)?)
            }

            fn named(&self) -> Option<(&'static str, Uuid)> {
                editable_rows!(@named self $($id $name)?)
            }

            fn touch(&mut self, now: DateTimeWithTimeZone) {
                self.version += 1;
                self.updated_at = now;
            }
        }
    )+};
}

editable_rows! {
    agents: "agent", "Agent", Some((EventAggregate::Agent, EventKind::AgentCreated)), |row| Some(row.id);
    agent_capabilities: "capability", "AgentCapability", None, |row| Some(row.agent_id);
    agent_collaborations: "collaboration", "AgentCollaboration", None, |row| Some(row.requesting_agent_id);
    goals: "goal", "Goal", Some((EventAggregate::Goal, EventKind::GoalCreated)), |row| row.owner_agent_id;
    workflows: "workflow", "Workflow", Some((EventAggregate::Workflow, EventKind::WorkflowRegistered)), |row| Some(row.owner_agent_id);
    configurations: "configuration", "Configuration", None, |row| row.updated_by_agent_id;
    reports: "report", "Report", None, |row| row.created_by_agent_id;
    products: "product", "Product", Some((EventAggregate::Product, EventKind::ProductCreated)), |_row| None;
    product_variants: "variant", "ProductVariant", Some((EventAggregate::Product, EventKind::ProductUpdated)),
        |_row| None, part of product_id, with id as "variantId";
    inventory: "inventory level", "InventoryLevel", Some((EventAggregate::Stock, EventKind::StockSet)), |_row| None,
        with product_variant_id as "variantId";
    discounts: "discount", "Discount", None, |_row| None;
    prices: "price", "VariantPrice", None, |_row| None;
    tax_rates: "tax rate", "TaxRate", None, |_row| None;
    shipping_methods: "shipping method", "ShippingMethod", None, |_row| None;
    customers: "customer", "Customer", Some((EventAggregate::Customer, EventKind::CustomerCreated)), |_row| None,
        personal ["email", "first_name", "last_name", "company", "phone", "note", "email_hash", "phone_hash"];
    customer_interactions: "interaction", "CustomerInteraction",
        Some((EventAggregate::Customer, EventKind::InteractionLogged)), |row| row.agent_id,
        personal ["content", "outcome", "metadata"], part of customer_id, with id as "interactionId";
    customer_segments: "segment", "CustomerSegment", Some((EventAggregate::Segment, EventKind::SegmentCreated)),
        |_row| None;
    campaigns: "campaign", "Campaign", Some((EventAggregate::Campaign, EventKind::CampaignCreated)),
        |row| row.owner_agent_id;
    content: "content", "ContentItem", Some((EventAggregate::Content, EventKind::ContentCreated)),
        |row| row.created_by_agent_id;
    email_lists: "email list", "EmailList", Some((EventAggregate::List, EventKind::ListCreated)), |_row| None;
    kpis: "KPI", "Kpi", Some((EventAggregate::Kpi, EventKind::KpiCreated)), |row| row.owner_agent_id;
    budgets: "budget", "Budget", Some((EventAggregate::Budget, EventKind::BudgetCreated)), |row| row.owner_agent_id;
    budget_slices: "budget slice", "BudgetSlice", Some((EventAggregate::Budget, EventKind::BudgetAllocated)),
        |row| row.agent_id, part of budget_id, with id as "sliceId";
    orders: "order", "Order", Some((EventAggregate::Order, EventKind::OrderDrafted)), |row| row.placed_by_agent_id,
        personal ["email", "shipping_address", "billing_address", "note"];
    fulfillments: "fulfillment", "Fulfillment", Some((EventAggregate::Order, EventKind::FulfillmentCreated)),
        |_row| None, personal ["tracking_number", "tracking_url"], part of order_id, with id as "fulfillmentId";
    returns: "return", "OrderReturn", Some((EventAggregate::Order, EventKind::ReturnRequested)), |_row| None,
        personal ["note"], part of order_id, with id as "returnId";
    payments: "payment", "Payment", Some((EventAggregate::Payment, EventKind::PaymentCreated)), |_row| None,
        with order_id as "orderId";
    refunds: "refund", "Refund", Some((EventAggregate::Order, EventKind::RefundRequested)), |row| row.agent_id,
        personal ["reason"], part of order_id, with id as "refundId";
    // Only administrators read these: a URL or a query may hold a secret.
    webhook_endpoints: "webhook endpoint", "WebhookEndpoint",
        Some((EventAggregate::Webhook, EventKind::WebhookEndpointCreated)), |_row| None, personal ["url", "query"];
}
