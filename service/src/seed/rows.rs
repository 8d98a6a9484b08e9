//! The rows of all tables in memory, and how they are written.

use entity::*;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, PaginatorTrait, QuerySelect};

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
            pub(super) async fn write(self, db: &impl ConnectionTrait, summary: &mut Summary) -> Result<()> {
                $(
                    let count = self.$table.len();
                    insert::<$table::Entity, _>(db, self.$table).await?;
                    summary.add(stringify!($table), count as u64);
                )*
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
    customers customer_segments customer_segment_members customer_interactions
    prices discounts tax_rates shipping_methods exchange_rates
    orders order_items discount_uses
    stock_reservations stock_movements fulfillments fulfillment_lines returns return_lines
    payments refunds refund_lines payment_entries
    campaigns content email_lists email_subscribers
    kpis kpi_measurements reports
    transactions budgets revenue_attribution
    system_events configurations
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
