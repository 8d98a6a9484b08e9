//! What the shop takes for its pieces beside their prices: discounts, taxes, shipping, price lists, exchange rates.

use chrono::NaiveTime;
use entity::{
    discounts, exchange_rates, prices,
    sea_orm_active_enums::{DiscountKind, DiscountTarget},
    shipping_methods, tax_rates,
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    builder::{DAY, DemoBuilder, rng},
    catalog::usd,
};

/// The discounts, by their places in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DemoDiscount {
    /// From ten pieces of one work on.
    Ten,
    /// For customers with the tag of a designer.
    Designer,
    /// By code, once for each customer.
    Welcome,
}

/// The tag of a customer who was seen to be a designer.
pub(super) const DESIGNER: &str = "designer-verified";
/// The code of the first order.
pub(super) const WELCOME: &str = "WELCOME10";
/// Sales taxes in thousandths, made up, and a state for each.
pub(super) const TAXES: [(i64, &str, &str); 10] = [
    (0, "OR", "Portland"),
    (60, "FL", "Tampa"),
    (63, "MA", "Salem"),
    (66, "NJ", "Trenton"),
    (70, "RI", "Newport"),
    (73, "CA", "Fresno"),
    (83, "TX", "Austin"),
    (88, "NY", "Buffalo"),
    (89, "IL", "Peoria"),
    (95, "TN", "Memphis"),
];
/// Code, name, countries, price, and net price from which it is free, in US dollars.
type Shipping = (&'static str, &'static str, &'static [&'static str], i64, Option<i64>);

const SHIPPING: [Shipping; 4] = [
    ("standard", "Home delivery", &["US"], 35, Some(250)),
    ("express", "Two days", &["US"], 75, None),
    ("freight", "By crate, to the room", &["US", "CA"], 180, None),
    ("abroad", "Rolled, by air", &[], 95, Some(1_500)),
];
/// Currency and units of ten-thousandths of a US dollar for one unit of it.
const RATES: [(&str, i64); 3] = [("EUR", 10_850), ("GBP", 12_640), ("CAD", 7_310)];

/// Everything but what is for segments, which do not exist yet.
pub(super) fn build(demo: &mut DemoBuilder) {
    discounts(demo);
    for (order, (thousandths, region, _)) in (0..).zip(TAXES) {
        tax(demo, order, "US", region, "Sales tax", thousandths, false);
    }
    tax(demo, 20, "DE", "", "Umsatzsteuer", 190, true);
    for (order, (code, name, countries, price, free_from)) in (0..).zip(SHIPPING) {
        let created = demo.ago(228 * DAY - order);
        let method = shipping_methods::Model {
            id: demo.id("shipping_methods", created),
            code: code.to_owned(),
            name: name.to_owned(),
            countries: json!(countries),
            currency: "USD".to_owned(),
            price: usd(price),
            free_from: free_from.map(usd),
            is_active: true,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        };
        demo.rows.shipping_methods.push(method);
    }
    rates(demo);
}

fn discounts(demo: &mut DemoBuilder) {
    use DiscountKind::{Fixed, FreeShipping, Percentage};
    use DiscountTarget::{Line, Order, Shipping};
    /// Code, name, kind, target, value, conditions, uses allowed, once for each customer, and days until it ends.
    type Rule =
        (Option<&'static str>, &'static str, DiscountKind, DiscountTarget, i64, Value, Option<i32>, bool, Option<i64>);
    #[rustfmt::skip]
    let rules: [Rule; 5] = [
        (None, "Ten of one work", Percentage, Line, 15, json!({ "minQuantity": 10 }), None, false, None),
        (None, "Verified designers", Percentage, Line, 10, json!({ "customerTags": [DESIGNER] }), None, false, None),
        (Some(WELCOME), "Welcome", Percentage, Order, 10, json!({ "countries": ["US"] }), None, true, None),
        (Some("CRATE"), "Freight on us", FreeShipping, Shipping, 0, json!({ "minAmount": "3000.00" }), Some(50), false, Some(90)),
        (Some("SPRING25"), "Spring", Fixed, Order, 25, json!({ "minAmount": "400.00" }), None, false, Some(-20)),
    ];
    for (order, rule) in (0..).zip(rules) {
        let (code, name, kind, target, value, conditions, usage_limit, once_per_customer, days) = rule;
        let created = demo.ago(229 * DAY - order);
        let discount = discounts::Model {
            id: demo.id("discounts", created),
            code: code.map(str::to_owned),
            name: name.to_owned(),
            kind,
            target,
            value: usd(value),
            currency: "USD".to_owned(),
            conditions,
            starts_at: None,
            ends_at: days.map(|days| demo.ago(-days * DAY).into()),
            usage_limit,
            used_count: 0,
            once_per_customer,
            is_active: days.is_none_or(|days| days > 0),
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        };
        demo.rows.discounts.push(discount);
    }
}

fn tax(
    demo: &mut DemoBuilder,
    order: i64,
    country: &str,
    region: &str,
    name: &str,
    thousandths: i64,
    is_european: bool,
) {
    let created = demo.ago(227 * DAY - order);
    let rate = tax_rates::Model {
        id: demo.id("tax_rates", created),
        country: country.to_owned(),
        region: region.to_owned(),
        tax_class: "standard".to_owned(),
        name: name.to_owned(),
        percentage: Decimal::new(thousandths, 1),
        is_included: is_european,
        on_shipping: is_european,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    };
    demo.rows.tax_rates.push(rate);
}

/// The rates of the first days of months.
fn rates(demo: &mut DemoBuilder) {
    let mut rng = rng("rates");
    for month in demo.closed_months(6) {
        let created = month.start.and_time(NaiveTime::MIN).and_utc();
        for (currency, usual) in RATES {
            let rate = exchange_rates::Model {
                id: demo.id("exchange_rates", created),
                base: currency.to_owned(),
                quote: "USD".to_owned(),
                day: month.start,
                rate_e10: (usual + rng.between(-200, 200)) * 1_000_000,
                source: "demo".to_owned(),
                created_at: created.into(),
                updated_at: created.into(),
            };
            demo.rows.exchange_rates.push(rate);
        }
    }
}

/// Prices in other currencies, and lower ones for many pieces to the trade.
pub(super) fn lists(demo: &mut DemoBuilder) {
    let trade = demo.rows.customer_segments[0].id;
    let euro = Decimal::new(92, 2);
    for place in 0..18 {
        let variant = demo.rows.product_variants[place].clone();
        price(demo, variant.id, "EUR", None, 1, (variant.price * euro).trunc() + Decimal::new(90, 2));
    }
    for variant in demo.rows.product_variants.clone() {
        if variant.is_available && variant.size.as_deref() == Some("24x36") {
            price(demo, variant.id, "USD", Some(trade), 8, variant.price - usd(40));
        }
    }
}

fn price(demo: &mut DemoBuilder, variant: Uuid, currency: &str, segment: Option<Uuid>, from: i32, price: Decimal) {
    let created = demo.ago(60 * DAY);
    let row = prices::Model {
        id: demo.id("prices", created),
        product_variant_id: variant,
        currency: currency.to_owned(),
        segment_id: segment,
        min_quantity: from,
        price,
        compare_at_price: None,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    };
    demo.rows.prices.push(row);
}
