//! Adjusting stock.

use super::result::StockResult;
use crate::mutation::prelude::*;

input! {
    /// A correction of the available stock of a variant at a location.
    AdjustStockItemInput => service::stock::adjust::Correction {
        /// The variant. Give this or `sku`.
        variant_id: Option<Id>,
        /// SKU of the variant.
        sku: Option<String>,
        /// Location of the stock. Its inventory level is created if there is none.
        location: String,
        /// Number of pieces to add to the available ones; negative to take some off. Refused (INSUFFICIENT_STOCK) if
        /// fewer are available.
        delta: i32,
        /// Reason, for the journal. At most 255 characters.
        reason: Option<String>,
    }
}

verbs! {
    /// Corrects stock by a number of pieces. Pieces that become available go to backordered pieces of open orders
    /// first.
    adjust_stock = perform(service::stock::adjust::Adjust) {
        /// The corrections, at most 1000 items.
        items: Vec<AdjustStockItemInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[StockResult];
}
