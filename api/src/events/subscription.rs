//! The log as it grows.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Subscription};
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use service::{
    Result,
    clock::Clock,
    events::{BeforePage, Cursor, Filter, Follower, Logged},
    measures::Measures,
};

use super::{
    delivery::{
        AgentEvent, ApprovalEvent, BudgetEvent, CampaignEvent, CustomerEvent, Delivery, ExecutionEvent, JobEvent,
        OrderEvent, ProductEvent, StockEvent, SystemEventNotice, TaskEvent,
    },
    filter::{AgentEventFilter, ApprovalEventFilter, ExecutionEventFilter, TaskEventFilter, at_least},
    resume_point::ResumePoint,
    shop_filter::{
        BudgetEventFilter, CampaignEventFilter, CustomerEventFilter, JobEventFilter, OrderEventFilter,
        ProductEventFilter, StockEventFilter,
    },
};
use crate::{
    read::{
        argument,
        load::RowReader,
        optional::Optional,
        resource::{Identified, Resource},
        row::Row,
    },
    system::EventSeverity,
    write,
};

crate::fallbacks! {
    /// The lowest severity.
    Least: EventSeverity = EventSeverity::Debug;
}

/// The root fields of those who watch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subscription;

type Deliveries<D> = BoxStream<'static, Result<D>>;

/// Live events: each one is delivered once, in the order of the log.
#[Subscription]
impl Subscription {
    /// Events of tasks, as they happen.
    async fn task_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<TaskEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<TaskEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of executions, as they happen.
    async fn execution_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<ExecutionEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<ExecutionEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of agents, as they happen.
    async fn agent_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<AgentEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<AgentEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of approvals, as they happen.
    async fn approval_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<ApprovalEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<ApprovalEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of products and their variants, as they happen.
    async fn product_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<ProductEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<ProductEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of stock, as they happen.
    async fn stock_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<StockEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<StockEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of orders, their parcels, returns and refunds, as they happen.
    async fn order_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<OrderEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<OrderEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of customers and interactions with them, as they happen.
    async fn customer_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<CustomerEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<CustomerEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of campaigns, as they happen.
    async fn campaign_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<CampaignEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<CampaignEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of budgets and their parts, as they happen.
    async fn budget_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<BudgetEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<BudgetEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// Events of bulk jobs, as they happen.
    async fn job_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only events that match.")] filter: Option<JobEventFilter>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<JobEvent>> {
        watch(ctx, after, filter.unwrap_or_default()).await
    }

    /// System events recorded by `recordSystemEvent`, as they happen.
    async fn system_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Lowest severity to deliver.", default)] min_severity: Optional<EventSeverity, Least>,
        #[graphql(desc = "Replay events after this cursor; default: only new ones.")] after: Option<String>,
    ) -> Result<Deliveries<SystemEventNotice>> {
        watch(ctx, after, at_least(min_severity.value)).await
    }
}

async fn watch<D>(ctx: &Context<'_>, after: Option<String>, filter: impl Into<Filter>) -> Result<Deliveries<D>>
where
    D: Delivery,
    D::Object: Identified,
{
    argument::check(ctx, &["filter"])?;
    let (service, _) = write::acting(ctx)?;
    let place = ctx.data_opt::<Arc<ResumePoint>>().cloned().unwrap_or_default();
    let after: Option<Cursor> = place.resume().or(after.as_deref()).map(str::parse).transpose()?;
    let present = RowReader::below(ctx, D::Object::TABLE, D::FIELD)?;
    let mut follower = service.log().follow(after, filter.into()).await?;
    place.begin();
    if let Some(before_page) = ctx.data_opt::<BeforePage>() {
        follower = follower.before_each_page(before_page.clone());
    }
    let watcher =
        Watcher { follower, present, measures: Arc::clone(service.measures()), clock: service.clock().clone() };
    let pages = stream::try_unfold(watcher, Watcher::next);
    let deliveries = pages.map_ok(|page| stream::iter(page.into_iter().map(Ok))).try_flatten();
    let reach = move |(cursor, delivery)| {
        place.reach(cursor);
        delivery
    };
    Ok(deliveries.map_ok(reach).boxed())
}

/// Makes deliveries of events.
struct Watcher {
    follower: Follower,
    present: Option<RowReader>,
    measures: Arc<Measures>,
    clock: Clock,
}

impl Watcher {
    /// The next deliveries; what they are about is read for all of them together.
    async fn next<D: Delivery>(mut self) -> Result<Option<(Vec<(Cursor, D)>, Self)>> {
        let events = self.follower.next().await?;
        let mut objects = HashMap::new();
        if let Some(present) = &self.present {
            objects = present.read(events.iter().map(|event| event.aggregate_id)).await?;
        }
        if self.follower.has_caught_up()
            && let Some(oldest) = events.first()
        {
            self.measures.deliveries.note(self.clock.now() - oldest.occurred_at);
        }
        let deliver = |event: Arc<Logged>| {
            let object = objects.get(&event.aggregate_id).cloned().map(Row::from);
            (event.cursor, D::new(event, object))
        };
        Ok(Some((events.into_iter().map(deliver).collect(), self)))
    }
}
