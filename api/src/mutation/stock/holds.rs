//! Holding stock.

use async_graphql::Context;
use chrono::{DateTime, Utc};
use service::{Result, stock::Held};

use crate::{mutation::prelude::*, stock::StockReservation, write::payload::Answer};

input! {
    /// Pieces of a variant to hold.
    HoldLineInput => service::stock::holds::Line {
        /// The variant. Give this or `sku`.
        variant_id: Option<Id>,
        /// SKU of the variant.
        sku: Option<String>,
        /// Number of pieces, at least 1.
        quantity: i32,
        /// Location to hold them at. Default: the locations of `stock.locations`, in their order.
        location: Option<String>,
    }
}

object! {
    /// Stock that is held until a time.
    StockHold(Held) -> held {
        /// Id of the hold.
        id: Id = held.hold_id,
        /// When it expires.
        expires_at: DateTime<Utc> = held.expires_at,
        /// The reservations of the held pieces. A line can have several, at different locations.
        reservations: Vec<Row<StockReservation>> = held.reservations,
    }
}

impl Answer<StockHold> for Held {
    async fn answer(&self, _: &Context<'_>) -> Result<StockHold> {
        Ok(StockHold(self.clone()))
    }
}

verbs! {
    /// Holds stock for a basket: all lines, or none (INSUFFICIENT_STOCK, with all short lines). Pass the id to
    /// `placeOrder`. When the hold expires the stock is available again.
    reserve_stock = join(service::stock::holds::Reserve) {
        /// What to hold, 1 to 1000 lines.
        lines: Vec<HoldLineInput>,
        /// How long to hold it, in seconds, 1 to 86400.
        ttl_seconds: i32 = 900,
        /// Your own name for the basket. At most 255 characters.
        reference: Option<String>,
    } -> held {
        /// The hold.
        hold: StockHold = *held,
    }

    /// Extends a hold. Refused (HOLD_GONE) if it has ended, or is that of a draft order.
    extend_hold = perform(service::stock::holds::Extend) {
        /// The hold.
        hold_id: Id,
        /// How long to hold the stock from now on, in seconds, 1 to 86400.
        ttl_seconds: i32 = 900,
    } -> held {
        /// The hold.
        hold: StockHold = *held,
    }

    /// Releases a hold: its stock is available again. Refused (HOLD_GONE) if it has ended, or is that of a draft order.
    release_hold = perform(service::stock::holds::Release) {
        /// The hold.
        hold_id: Id,
    } -> released {
        /// The reservations that were released.
        reservations: Vec<Row<StockReservation>> = *released,
    }
}
