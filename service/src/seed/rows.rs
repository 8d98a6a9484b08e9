//! The rows of all tables in memory, and how they are written.

use entity::*;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, PaginatorTrait,
    QueryFilter, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::Summary;
use crate::Result;

/// The fewer of what the engines bind to one statement: SQLite's.
const BINDS: usize = 32_766;
/// Longer statements gain nothing and cost memory.
const ROWS: usize = 1_000;

/// Declares [`Rows`]; the tables stand in an order in which each refers to earlier ones only.
macro_rules! rows {
    ($($table:ident)*) => {
        /// Some rows of each table.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub(super) struct Rows {
            $(pub(super) $table: Vec<$table::Model>,)*
        }

        impl Rows {
            /// Writes them all and counts them into the summary.
            pub(super) async fn write(mut self, db: &impl ConnectionTrait, summary: &mut Summary) -> Result<()> {
                let sent = self.take_contents();
                $(
                    let count = self.$table.len();
                    insert::<$table::Entity, _>(db, self.$table).await?;
                    summary.add(stringify!($table), count as u64);
                )*
                for (campaign, content) in sent {
                    let campaign = campaigns::Entity::update_many().filter(campaigns::Column::Id.eq(campaign));
                    campaign.col_expr(campaigns::Column::ContentId, Expr::value(content)).exec(db).await?;
                }
                Ok(())
            }
        }

        /// Whether no table has a row.
        pub(super) async fn is_empty(db: &impl ConnectionTrait) -> Result<bool> {
            $(
                if $table::Entity::find().limit(1).count(db).await? > 0 {
                    return Ok(false);
                }
            )*
            Ok(true)
        }
    };
}

rows! {
    agents agent_capabilities agent_collaborations
    goals workflows workflow_executions tasks task_dependencies task_attempts approvals approval_uses
    products product_variants inventory product_metrics
    customers customer_aliases customer_segments customer_segment_members customer_interactions consents
    prices discounts tax_rates shipping_methods exchange_rates
    orders order_items discount_uses
    stock_reservations stock_movements fulfillments fulfillment_lines returns return_lines
    payments refunds refund_lines payment_entries
    email_lists email_subscribers budgets budget_slices
    campaigns content campaign_recipients touchpoints budget_reservations
    kpis kpi_measurements reports
    transactions revenue_attribution
    inbound_webhooks webhook_endpoints webhook_deliveries bulk_jobs
    system_events configurations
}

impl Rows {
    /// Takes from each campaign what it sends: content that may itself name the campaign, and is written later.
    fn take_contents(&mut self) -> Vec<(Uuid, Uuid)> {
        let contents = self.campaigns.iter_mut();
        contents.filter_map(|campaign| Some((campaign.id, campaign.content_id.take()?))).collect()
    }
}

/// Inserts whole rows, as many to a statement as both engines take.
async fn insert<E, A>(db: &impl ConnectionTrait, rows: Vec<E::Model>) -> Result<()>
where
    E: EntityTrait<ActiveModel = A>,
    E::Model: IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = E>,
{
    let most = ROWS.min(BINDS / E::Column::iter().count().max(1));
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let batch = rows.by_ref().take(most).map(IntoActiveModel::into_active_model);
        E::insert_many(batch).exec_without_returning(db).await?;
    }
    Ok(())
}
