//! The results of changes of stock.

use async_graphql::Context;
use service::{
    Result,
    batch::ItemResult,
    stock::{Changed, Quantities},
};

use crate::{
    catalog::InventoryLevel,
    mutation::prelude::*,
    write::{error::UserError, payload::Answer},
};

object! {
    /// Quantities of a variant at one location.
    StockQuantities(Quantities) -> quantities {
        /// Quantity available for sale.
        available: i32 = quantities.available,
        /// Quantity reserved for baskets and orders.
        reserved: i32 = quantities.reserved,
        /// Quantity that is there: available and reserved.
        on_hand: i32 = quantities.on_hand(),
        /// Quantity on its way into stock.
        incoming: i32 = quantities.incoming,
    }
}

impl Answer<Option<StockQuantities>> for Option<Quantities> {
    async fn answer(&self, _: &Context<'_>) -> Result<Option<StockQuantities>> {
        Ok(self.map(StockQuantities))
    }
}

object! {
    /// The result of one item of a change of stock. Items succeed or fail on their own.
    StockResult(ItemResult<Changed>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The stock as it is now. Null if the item was refused.
        inventory_level: Option<Row<InventoryLevel>> = item.outcome.map(|changed| changed.inventory_level),
        /// The quantities before the change. Null if the item was refused.
        before: Option<StockQuantities> = item.outcome.map(|changed| changed.before),
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}
