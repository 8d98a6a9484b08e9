//! Setting stock.

use super::result::StockResult;
use crate::mutation::prelude::*;

input! {
    /// How many pieces of a variant there are at a location.
    SetStockItemInput => service::stock::set::Count {
        /// The variant. Give this or `sku`.
        variant_id: Option<Id>,
        /// SKU of the variant.
        sku: Option<String>,
        /// Location of the stock. Its inventory level is created if there is none.
        location: String,
        /// Quantity available for sale. Give this or `onHand`.
        available: Option<i32>,
        /// Quantity on hand, reserved pieces included. Refused (INSUFFICIENT_STOCK) if more is reserved.
        on_hand: Option<i32>,
        /// Quantity on its way into stock. Default: as before.
        incoming: Option<i32>,
        /// The value of `available` or `onHand`, whichever you give, that you last read. The item is refused
        /// (STALE_QUANTITY) if it has changed since. Must be given; null sets the quantity in any case.
        change_from_quantity: MaybeUndefined<i32>,
        /// Reason, for the journal. At most 255 characters.
        reason: Option<String>,
    }
}

verbs! {
    /// Sets stock to what was counted. Pieces that become available go to backordered pieces of open orders first.
    set_stock = perform(service::stock::set::Set) {
        /// What was counted, at most 1000 items.
        items: Vec<SetStockItemInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[StockResult];
}
