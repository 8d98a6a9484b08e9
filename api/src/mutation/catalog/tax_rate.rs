//! Tax rates.

use crate::{mutation::prelude::*, pricing::TaxRate};

input! {
    /// The tax on a class of goods in a country, or in a region of it. Fields that are left out stay as they are.
    TaxRateInput => service::catalog::tax_rate::TaxRate {
        /// ISO 3166 code of the country, two letters.
        country: String,
        /// Code of the region within the country, at most 10 characters. Empty for all regions without a rate of their
        /// own.
        region: String = String::new(),
        /// Class of the goods, as in `ProductVariant.taxClass`. At most 50 characters.
        tax_class: String = "standard".to_owned(),
        /// Name of the tax, as on an invoice. At most 255 characters. A new rate needs it.
        name: Option<String>,
        /// Rate in percent, 0 to 100, with at most four decimals. A new rate needs it.
        percentage: Option<Decimal>,
        /// Whether prices contain the tax; the same for all rates of a country. Default for a new rate: as in the other
        /// rates of its country, else false.
        is_included: Option<bool>,
        /// Whether the tax is due on shipping, too. Default for a new rate: false.
        on_shipping: Option<bool>,
        /// True removes the rate.
        remove: bool = false,
        ..versioned_or_new,
    }
}

verbs! {
    /// Creates, updates or removes tax rates: all of them, or none.
    save_tax_rates = perform(service::catalog::tax_rate::Save) {
        /// The rates, at most 1000.
        rates: Vec<TaxRateInput>,
    } -> saved {
        /// The rates as they are now, in the order of the input, without those that were removed.
        tax_rates: Vec<Row<TaxRate>> = *saved,
    }
}
