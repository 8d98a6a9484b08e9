//! Order lines.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{FulfillmentLine, Order, OrderReturnLine};
use crate::{catalog::ProductVariant, payments::RefundLine, read::scalars::Id, resource, stock::StockReservation};

resource! {
    /// A line of an order. Total = quantity × price − discount + tax.
    OrderItem: order_items, key [id], by [created_at desc];
    one order_item;
    list order_items;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The order it belongs to.
        order_id: Id,
        /// Position within the order, from 0.
        position: i32,
        /// The variant that was sold; null if deleted.
        product_variant_id: Option<Id>,
        /// SKU of the variant at the time of sale; null if it had none.
        sku: Option<String>,
        /// Title of what was sold, at the time of sale.
        title: String,
        /// Quantity sold, at least 1.
        quantity: i32,
        /// Unit price at the time of sale, in the order's currency.
        price: Decimal,
        /// List price of a piece at that time, in the order's currency; null if unknown.
        list_price: Option<Decimal>,
        /// Discount to subtract from the line; never negative.
        discount_amount: Decimal,
        /// Tax rate in percent.
        tax_percentage: Decimal,
        /// Tax on top of the line.
        tax_amount: Decimal,
        /// Tax contained in the line's price.
        included_tax_amount: Decimal,
        /// Total of the line.
        total_amount: Decimal,
        /// How many pieces were shipped.
        fulfilled_quantity: i32,
        /// How many pieces were cancelled and will not be shipped.
        cancelled_quantity: i32,
        /// How many pieces came back.
        returned_quantity: i32,
        /// How many pieces were refunded, or are to be.
        refunded_quantity: i32,
        /// Shopify id; null if unknown.
        shopify_line_item_id: Option<String>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
        /// By total of the line.
        total_amount,
        /// By id (creation order).
        id,
    }
    to_one {
        /// The order it belongs to.
        order: Order by order_id,
    }
    to_one_or_none {
        /// The variant that was sold; null if deleted.
        product_variant: ProductVariant by product_variant_id,
    }
    to_many {
        /// The reservations of stock for it, oldest first.
        stock_reservations: StockReservation by order_item_id [created_at asc],
        /// The parcels that its pieces are in, oldest first.
        fulfillment_lines: FulfillmentLine by order_item_id [created_at asc],
        /// The returns of its pieces, oldest first.
        return_lines: OrderReturnLine by order_item_id [created_at asc],
        /// The refunds for its pieces, oldest first.
        refund_lines: RefundLine by order_item_id [created_at asc],
    }
}
