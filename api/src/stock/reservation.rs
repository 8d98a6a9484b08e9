//! Reservations: who keeps which pieces.

use chrono::{DateTime, Utc};

use crate::{
    catalog::{InventoryLevel, ProductVariant},
    orders::{Order, OrderItem},
    read::scalars::Id,
    resource, vocabulary,
};

vocabulary! {
    /// Status of a reservation.
    ReservationStatus {
        /// Kept for a basket until a time.
        Held,
        /// Kept for an order until it ships.
        Ordered,
        /// Ordered, and waits for stock.
        Backordered,
        /// Left the stock with the order.
        Shipped,
        /// No longer kept.
        Released,
        /// No longer kept, because the time of the hold was over.
        Expired,
    }
}

resource! {
    /// Pieces of a variant that are kept for a basket or an order. What is reserved at a location is the sum of its
    /// reservations that are held or ordered.
    StockReservation: stock_reservations, key [id], by [id desc];
    one stock_reservation;
    list stock_reservations;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Id shared by all reservations that were made together, as for one basket.
        hold_id: Id,
        /// The variant.
        product_variant_id: Id,
        /// The stock that the pieces are kept from; null while they wait for stock.
        inventory_id: Option<Id>,
        /// The order, or the draft that holds stock; null for a basket.
        order_id: Option<Id>,
        /// The order item; null if the pieces were only held.
        order_item_id: Option<Id>,
        /// Number of pieces, at least 1.
        quantity: i32,
        /// Current status.
        status: ReservationStatus,
        /// Until when the pieces are held; null in every other status.
        expires_at: Option<DateTime<Utc>>,
        /// The caller's own name for the basket; null if none.
        reference: Option<String>,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By id (creation order).
        id,
    }
    to_one {
        /// The variant.
        product_variant: ProductVariant by product_variant_id,
    }
    to_one_or_none {
        /// The stock that the pieces are kept from; null while they wait for stock.
        inventory_level: InventoryLevel by inventory_id,
        /// The order, or the draft that holds stock; null for a basket.
        order: Order by order_id,
        /// The order item; null if the pieces were only held.
        order_item: OrderItem by order_item_id,
    }
    to_many {}
}
