//! Price lists: what a variant costs by currency, segment and quantity.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::{catalog::ProductVariant, customers::CustomerSegment, read::scalars::Id, resource};

resource! {
    /// A price of a variant in a currency, for everyone or for a segment, from a quantity on. The lowest price that
    /// fits counts; without one, the price of the variant itself.
    VariantPrice: prices, key [id], by [created_at desc];
    one variant_price;
    list variant_prices;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The variant.
        product_variant_id: Id,
        /// ISO 4217 currency code of the price.
        currency: String,
        /// The segment whose members get this price; null if everyone does.
        segment_id: Option<Id>,
        /// Quantity of the variant in an order from which the price holds.
        min_quantity: i32,
        /// Unit price, in `currency`.
        price: Decimal,
        /// Reference price to compare with, in `currency`; null if none.
        compare_at_price: Option<Decimal>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By unit price.
        price,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {
        /// The variant.
        product_variant: ProductVariant by product_variant_id,
    }
    to_one_or_none {
        /// The segment whose members get this price; null if everyone does.
        segment: CustomerSegment by segment_id,
    }
    to_many {}
}
