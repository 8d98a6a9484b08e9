//! Receiving stock.

use super::result::StockResult;
use crate::mutation::prelude::*;

input! {
    /// Pieces of a variant that came in.
    ReceiveStockItemInput => service::stock::receive::Receipt {
        /// The variant. Give this or `sku`.
        variant_id: Option<Id>,
        /// SKU of the variant.
        sku: Option<String>,
        /// Location of the stock. Its inventory level is created if there is none.
        location: String,
        /// Number of pieces, at least 1.
        quantity: i32,
        /// Whether they are taken off the quantity on its way into stock.
        from_incoming: bool = false,
    }
}

verbs! {
    /// Receives stock. It goes to backordered pieces of open orders first, the oldest first.
    receive_stock = perform(service::stock::receive::Receive) {
        /// What came in, at most 1000 items.
        items: Vec<ReceiveStockItemInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[StockResult];
}
