//! Fulfillments: parcels of orders.

use chrono::{DateTime, Utc};

use super::{FulfillmentLine, Order};
use crate::{
    read::{scalars::Id, transitions},
    resource, vocabulary,
};

vocabulary! {
    /// Status of a parcel.
    ParcelStatus {
        /// Being packed.
        Preparing,
        /// On its way.
        Shipped,
        /// With the customer.
        Delivered,
        /// Cancelled before it was shipped.
        Cancelled,
    }
}

resource! {
    /// A parcel of an order.
    Fulfillment: fulfillments, key [id], by [created_at desc];
    one fulfillment;
    list fulfillments;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The order.
        order_id: Id,
        /// Current status.
        status: ParcelStatus,
        /// Location of the stock that it leaves from.
        location: String,
        /// The carrier; null if unknown.
        carrier: Option<String>,
        /// The carrier's tracking number; null if unknown.
        tracking_number: Option<String>,
        /// Web address that shows where it is; null if unknown.
        tracking_url: Option<String>,
        /// When it was shipped; null before that.
        shipped_at: Option<DateTime<Utc>>,
        /// When it was delivered; null before that.
        delivered_at: Option<DateTime<Utc>>,
        /// Shopify id; null if unknown.
        shopify_fulfillment_id: Option<String>,
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
    }
    to_one {
        /// The order.
        order: Order by order_id,
    }
    to_one_or_none {}
    to_many {
        /// What is in it, in the order the items were added.
        lines: FulfillmentLine by fulfillment_id [created_at asc],
    }
    computed {
        /// Statuses the parcel can change to from its current one.
        allowed_transitions: Vec<ParcelStatus> = transitions::allowed [status];
    }
}
