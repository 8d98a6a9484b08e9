//! Exchange rates.

use crate::{mutation::prelude::*, pricing::ExchangeRate};

input! {
    /// What a currency is worth in another one on a day.
    ExchangeRateInput => service::catalog::exchange_rate::ExchangeRate {
        /// ISO 4217 code of the currency that is exchanged.
        base: String,
        /// ISO 4217 code of the currency that is given for it.
        quote: String,
        /// The day. The rate holds until the next day that has one.
        day: Date,
        /// Units of `quote` for one unit of `base`, above 0, with at most ten decimals.
        rate: Decimal,
        /// Where the rate comes from; any name. At most 50 characters.
        source: String = "manual".to_owned(),
    }
}

verbs! {
    /// Sets exchange rates of days: all of them, or none. A rate that a day already has is replaced.
    set_exchange_rates = perform(service::catalog::exchange_rate::Set) {
        /// The rates, at most 1000.
        rates: Vec<ExchangeRateInput>,
    } -> rates {
        /// The rates as they are now, in the order of the input.
        exchange_rates: Vec<Row<ExchangeRate>> = *rates,
    }
}
