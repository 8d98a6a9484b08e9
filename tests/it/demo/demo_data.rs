//! The demo data.

use std::collections::BTreeSet;

use entity::*;
use rust_decimal::Decimal;
use sea_orm::{DatabaseConnection, EntityTrait, Iterable, PaginatorTrait, QueryOrder};
use service::{database::Database, seed};
use tests::on_both_engines;

use super::{assert_consistent, at};
use crate::client::connect;

const NOW: &str = "2026-03-14T15:09:26.535897Z";

on_both_engines! {
    async fn is_inserted_once_and_consistent(db: &TestDatabase) {
        let database = connect(db).await;
        assert!(seed::is_empty(&database).await.expect("counted"));
        let summary = seed::demo(&database, at(NOW)).await.expect("inserted").expect("it was empty");
        assert_eq!(summary.rows.len(), 59);
        assert!(summary.rows.iter().all(|(_, rows)| *rows > 0), "{summary:?}");
        assert_consistent(&database).await;

        let before = everything(database.reader()).await;
        assert!(!seed::is_empty(&database).await.expect("counted"));
        assert_eq!(seed::demo(&database, at("2026-05-01T00:00:00Z")).await.expect("refused"), None);
        assert_eq!(everything(database.reader()).await, before);
    }

    async fn is_the_same_for_the_same_time(db: &TestDatabase) {
        let first = connect(db).await;
        seed::demo(&first, at(NOW)).await.expect("inserted");
        let other = tests::TestDatabase::migrated(db.engine()).await.expect("a second database");
        let second = connect(&other).await;
        seed::demo(&second, at(NOW)).await.expect("inserted");
        assert_eq!(everything(first.reader()).await, everything(second.reader()).await);
        second.close().await;
        other.remove().await;
    }

    async fn is_inserted_once_by_many_at_once(db: &TestDatabase) {
        let writers = (0..4).map(async |second| {
            let database = connect(db).await;
            seed::demo(&database, at(&format!("2026-03-14T15:09:0{second}Z"))).await.expect("inserted or refused")
        });
        let inserted = futures::future::join_all(writers).await;
        assert_eq!(inserted.iter().flatten().count(), 1, "{inserted:?}");
        assert_consistent(&connect(db).await).await;
    }

    async fn keeps_its_promises(db: &TestDatabase) {
        let database = connect(db).await;
        seed::demo(&database, at(NOW)).await.expect("inserted");
        let db = database.reader();
        every_status_occurs(db).await;

        let customers = customers::Entity::find().all(db).await.expect("customers");
        let again = customers.iter().filter(|customer| customer.orders_count > 1).count();
        assert!((22..=28).contains(&(again * 100 / customers.len())), "{again} of {} bought again", customers.len());

        let orders = orders::Entity::find().order_by_asc(orders::Column::TotalAmount).all(db).await.expect("orders");
        assert!((60..=80).contains(&orders.len()), "{} orders", orders.len());
        let median = orders[orders.len() / 2].total_amount;
        assert!(median >= Decimal::from(400) && median <= Decimal::from(800), "a typical order is {median}");
        let trade: Vec<_> = orders.iter().map(|order| order.total_amount).filter(|total| *total > Decimal::from(2_500)).collect();
        let average = trade.iter().sum::<Decimal>() / Decimal::from(trade.len());
        assert!(average >= Decimal::from(3_300) && average <= Decimal::from(3_900), "a trade order is {average}");

        let measured = kpi_measurements::Entity::find().all(db).await.expect("measurements");
        let metrics: BTreeSet<_> = measured.iter().map(|measurement| measurement.kpi_id).collect();
        assert_eq!(metrics.len() as u64, kpis::Entity::find().count(db).await.expect("indicators"));
        assert!(measured.iter().all(|measurement| measurement.period_end.is_none_or(|end| end <= at(NOW))));
    }
}

/// Ends of months and years, and a leap day: the periods of the demo data move with its clock.
#[tokio::test]
async fn is_consistent_at_awkward_times() {
    for now in ["2026-01-01T00:00:00Z", "2028-02-29T23:59:59.999999Z", "2026-07-31T00:00:01Z", "2026-12-31T12:00:00Z"] {
        let db = tests::TestDatabase::migrated(tests::Engine::Sqlite).await.expect("a database");
        let database = connect(&db).await;
        seed::demo(&database, at(now)).await.expect("inserted").expect("it was empty");
        assert_consistent(&database).await;
        assert_nothing_is_later(&database, now).await;
        database.close().await;
        db.remove().await;
    }
}

async fn assert_nothing_is_later(database: &Database, now: &str) {
    let now = at(now);
    macro_rules! assert_none_later {
        ($($table:ident)*) => {$(
            for row in $table::Entity::find().all(database.reader()).await.expect("rows") {
                assert!(row.created_at <= now, "{row:?}");
            }
        )*};
    }
    assert_none_later! {
        agents goals workflow_executions tasks task_attempts approvals approval_uses products customers customer_aliases
        customer_interactions consents touchpoints
        prices discounts tax_rates shipping_methods exchange_rates orders order_items discount_uses stock_reservations
        stock_movements fulfillments fulfillment_lines returns return_lines payments refunds refund_lines payment_entries
        campaigns campaign_recipients content email_subscribers kpi_measurements product_metrics reports transactions
        budgets budget_slices budget_reservations revenue_attribution inbound_webhooks webhook_endpoints
        webhook_deliveries bulk_jobs system_events
    }
    for task in tasks::Entity::find().all(database.reader()).await.expect("tasks") {
        assert!(
            task.completed_at.is_none_or(|end| end <= now && task.started_at.is_some_and(|start| start <= end)),
            "{task:?}"
        );
    }
    for row in workflow_executions::Entity::find().all(database.reader()).await.expect("executions") {
        assert!(row.completed_at.is_none_or(|end| end <= now), "{row:?}");
        assert_eq!(row.id.get_version_num(), 7);
    }
}

async fn every_status_occurs(db: &DatabaseConnection) {
    use entity::sea_orm_active_enums::*;
    macro_rules! assert_all_occur {
        ($($table:ident.$column:ident: $kind:ident)*) => {$(
            let rows = $table::Entity::find().all(db).await.expect("rows");
            for value in $kind::iter() {
                assert!(rows.iter().any(|row| row.$column == value), "no {} is {value:?}", stringify!($table));
            }
        )*};
    }
    assert_all_occur! {
        agents.r#type: AgentType
        goals.r#type: GoalType goals.status: GoalStatus
        workflows.trigger_type: WorkflowTriggerType
        workflow_executions.status: ExecutionStatus tasks.status: TaskStatus
        products.status: ProductStatus product_variants.stock_policy: StockPolicy
        discounts.kind: DiscountKind discounts.target: DiscountTarget
        stock_reservations.status: ReservationStatus stock_movements.kind: StockMovementKind
        fulfillments.status: ParcelStatus returns.status: ReturnStatus
        payments.status: PaymentStatus payment_entries.kind: PaymentEntryKind refunds.status: RefundStatus
        orders.status: OrderStatus orders.fulfillment_status: FulfillmentStatus orders.financial_status: FinancialStatus
        customer_segments.r#type: SegmentType customer_interactions.channel: InteractionChannel
        customer_aliases.kind: CustomerAliasKind consents.channel: ConsentChannel consents.state: ConsentState
        campaigns.r#type: CampaignType campaigns.status: CampaignStatus content.status: ContentStatus
        email_lists.r#type: EmailListType email_subscribers.status: SubscriptionStatus
        kpis.metric: KpiMetric
        budget_reservations.status: BudgetReservationStatus
        transactions.r#type: TransactionType revenue_attribution.attribution_model: AttributionModel
        system_events.severity: EventSeverity
    }
}

/// All rows of all tables as text.
async fn everything(db: &DatabaseConnection) -> Vec<String> {
    let mut tables = Vec::new();
    macro_rules! dump {
        ($($table:ident)*) => {$(
            let rows = $table::Entity::find().all(db).await.expect("rows");
            let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
            rows.sort_unstable();
            tables.push(format!("{}: {rows:?}", stringify!($table)));
        )*};
    }
    dump! {
        agents agent_capabilities agent_collaborations goals workflows workflow_executions tasks task_dependencies
        task_attempts approvals approval_uses products
        product_variants inventory product_metrics customers customer_segments customer_segment_members
        customer_aliases customer_interactions consents touchpoints prices discounts tax_rates shipping_methods
        exchange_rates orders order_items discount_uses
        stock_reservations stock_movements fulfillments fulfillment_lines returns return_lines payments refunds
        refund_lines payment_entries campaigns campaign_recipients content email_lists email_subscribers kpis
        kpi_measurements reports transactions budgets budget_slices budget_reservations revenue_attribution
        inbound_webhooks webhook_endpoints webhook_deliveries bulk_jobs system_events configurations
    }
    tables
}
