//! What a subscription delivers: an event, and the object it is about as it is now.

use std::sync::Arc;

use async_graphql::Object;
use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use service::events::Logged;

use super::EventKind;
use crate::{
    agents::Agent,
    catalog::{InventoryLevel, Product},
    connections::BulkJob,
    customers::Customer,
    finance::Budget,
    marketing::Campaign,
    orders::Order,
    read::{row::Row, scalars::Id},
    system::SystemEvent,
    work::{Approval, Task, WorkflowExecution},
};

/// What is made of an event for those who watch.
pub(super) trait Delivery: Send + 'static {
    /// What the event is about.
    type Object;
    /// The field that has it.
    const FIELD: &'static str;

    fn new(event: Arc<Logged>, object: Option<Row<Self::Object>>) -> Self;
}

/// Declares deliveries: the name of the type, the field with the object, and the object's type.
macro_rules! deliveries {
    ($($(#[$doc:meta])* $name:ident($field:ident, $text:literal: $object:ident);)+) => { ::pastey::paste! {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            event: Arc<Logged>,
            object: Option<Row<$object>>,
        }

        impl Delivery for $name {
            type Object = $object;
            const FIELD: &'static str = $text;

            fn new(event: Arc<Logged>, object: Option<Row<$object>>) -> Self {
                Self { event, object }
            }
        }

        $(#[$doc])*
        #[Object]
        impl $name {
            /// Cursor; pass it as `after` to resume.
            async fn cursor(&self) -> String {
                self.event.cursor.to_string()
            }

            /// Kind of event.
            async fn kind(&self) -> EventKind {
                self.event.kind.into()
            }

            /// The changed values, keyed by field name.
            async fn changes(&self) -> &Json {
                &self.event.changes
            }

            /// Who did it: the principal's name, as in the audit log.
            async fn principal(&self) -> &str {
                &self.event.principal
            }

            /// When the event happened.
            async fn occurred_at(&self) -> DateTime<Utc> {
                self.event.occurred_at
            }

            #[doc = "Id of the object the event is about."]
            async fn [<$field _id>](&self) -> Id {
                Id(self.event.aggregate_id)
            }

            #[doc = "The object in its current state, which may be newer than the event; null if it was deleted."]
            async fn $field(&self) -> Option<&Row<$object>> {
                self.object.as_ref()
            }
        }
    )+} };
}

deliveries! {
    /// Something that happened to a task.
    TaskEvent(task, "task": Task);
    /// Something that happened to an execution.
    ExecutionEvent(execution, "execution": WorkflowExecution);
    /// Something that happened to an agent.
    AgentEvent(agent, "agent": Agent);
    /// Something that happened to an approval.
    ApprovalEvent(approval, "approval": Approval);
    /// Something that happened to a product or one of its variants.
    ProductEvent(product, "product": Product);
    /// Something that happened to the stock of a variant at one location.
    StockEvent(inventory_level, "inventoryLevel": InventoryLevel);
    /// Something that happened to an order, or to one of its parcels, returns and refunds.
    OrderEvent(order, "order": Order);
    /// Something that happened to a customer, or an interaction with one.
    CustomerEvent(customer, "customer": Customer);
    /// Something that happened to a campaign.
    CampaignEvent(campaign, "campaign": Campaign);
    /// Something that happened to a budget or a part of one.
    BudgetEvent(budget, "budget": Budget);
    /// Something that happened to a bulk job.
    JobEvent(job, "job": BulkJob);
    /// A system event that was recorded.
    SystemEventNotice(system_event, "systemEvent": SystemEvent);
}
