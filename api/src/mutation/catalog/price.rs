//! Price lists.

use service::{batch::ItemResult, catalog::price::PriceSet};

use crate::{mutation::prelude::*, pricing::VariantPrice, write::error::UserError};

input! {
    /// A price of a variant in a currency, for everyone or for a segment, from a quantity on.
    PriceInput => service::catalog::price::Price {
        /// The variant.
        variant_id: Id,
        /// ISO 4217 currency code of the price.
        currency: String,
        /// The segment whose members get this price. Left out for everyone.
        segment_id: Option<Id>,
        /// Quantity of the variant in an order from which the price holds.
        min_quantity: i32 = 1,
        /// Unit price. Null removes this price; left out, it stays as it is.
        price: MaybeUndefined<Decimal>,
        /// Reference price to compare with. 0 or null is none.
        compare_at_price: MaybeUndefined<Decimal>,
        ..versioned_or_new,
    }
}

object! {
    /// The result of one item of `setPrices`. Items succeed or fail on their own.
    PriceResult(ItemResult<PriceSet>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The price as it is now. Null if it was removed, or the item was refused.
        price: Option<Row<VariantPrice>> = item.outcome.as_ref().and_then(|set| set.price),
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

verbs! {
    /// Sets prices by currency, segment and quantity. The price of a variant itself is set by `updateVariants`.
    set_prices = perform(service::catalog::price::Set) {
        /// The prices, at most 1000 items.
        items: Vec<PriceInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[PriceResult];
}
