//! Exchange rates of days.

use chrono::{DateTime, Utc};

use crate::{
    read::{
        rate::Rate,
        scalars::{Date, Id},
    },
    resource,
};

resource! {
    /// What a currency was worth in another one on a day. It holds until the next day that has a rate.
    ExchangeRate: exchange_rates, key [id], by [day desc];
    one exchange_rate;
    list exchange_rates;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// ISO 4217 code of the currency that is exchanged.
        base: String,
        /// ISO 4217 code of the currency that is given for it.
        quote: String,
        /// The day.
        day: Date,
        /// Units of `quote` for one unit of `base`, with at most ten decimals.
        rate_e10: Rate,
        /// Where the rate comes from; any name.
        source: String,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By day.
        day,
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {}
}
