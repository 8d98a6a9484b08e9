//! Tax rates: what is due where.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::{read::scalars::Id, resource};

resource! {
    /// The tax on a class of goods in a country, or in a region of it.
    TaxRate: tax_rates, key [id], by [created_at desc];
    one tax_rate;
    list tax_rates;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// ISO 3166 code of the country, two letters.
        country: String,
        /// Code of the region within the country; empty for all regions without a rate of their own.
        region: String,
        /// Class of the goods, as in `ProductVariant.taxClass`.
        tax_class: String,
        /// Name of the tax, as on an invoice.
        name: String,
        /// Rate in percent, 0 to 100.
        percentage: Decimal,
        /// Whether prices contain the tax; the same for all rates of a country.
        is_included: bool,
        /// Whether the tax is due on shipping, too.
        on_shipping: bool,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {}
}
