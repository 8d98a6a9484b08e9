//! Products with variants, stock and monthly figures.

use chrono::{Months, NaiveDate, TimeDelta};
use entity::{
    inventory, prices, product_metrics, product_variants, products,
    sea_orm_active_enums::{ProductStatus, StockMovementKind, StockPolicy},
    stock_movements,
};
use rust_decimal::Decimal;
use serde_json::json;

use super::{LoadData, Rows, Totals};

const SIZES: [(&str, i64); 3] = [("24x36", 26_500), ("36x48", 42_500), ("53x72", 79_500)];
const PRINTS: [(&str, i64); 2] = [("Canvas Roll", 0), ("Gallery Wrapped Stretched Canvas", 12_000)];
/// Variants of a product.
pub(super) const VARIANTS: usize = SIZES.len() * PRINTS.len();
/// Where all orders are sent from.
pub(super) const HOME: &str = "main";
const LOCATIONS: [&str; 2] = [HOME, "Printful"];
const MONTHS: u32 = 12;
const COLLECTIONS: [&str; 11] = [
    "Shape Emergence",
    "Mosaic",
    "Fractal",
    "Geometric Symmetry",
    "Chromatic Echoes",
    "Geometric Intersect",
    "Space Form",
    "Vivid Layers",
    "Intersecting Spaces",
    "Intersecting Perspectives",
    "Structured",
];

/// A variant by its number over all products.
pub(super) fn variant_id(data: &LoadData, variant: usize) -> uuid::Uuid {
    let product = (variant / VARIANTS) as u64;
    data.id_at("product_variants", variant as u64, data.time("products", product))
}

/// Its stock at one of the locations.
pub(super) fn stock_id(data: &LoadData, variant: usize, place: usize) -> uuid::Uuid {
    let created = data.time("products", (variant / VARIANTS) as u64);
    data.id_at("inventory", (variant * LOCATIONS.len() + place) as u64, created)
}

/// Its price, in cents.
pub(super) fn price(data: &LoadData, variant: usize) -> i64 {
    let place = variant % VARIANTS;
    let premium = data.rng("prices", (variant / VARIANTS) as u64).below(9) * 1_000;
    SIZES[place / PRINTS.len()].1 + PRINTS[place % PRINTS.len()].1 + premium
}

pub(super) fn sku(data: &LoadData, variant: usize) -> String {
    format!("TRIAL{}-{:06}-{}", data.seed(), variant / VARIANTS, variant % VARIANTS)
}

pub(super) fn product(data: &LoadData, totals: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("products", number);
    let created = data.time("products", number);
    let id = data.id("products", number);
    let first = usize::try_from(number).unwrap_or_default() * VARIANTS;
    let collection = rng.pick(&COLLECTIONS);
    let lowest = (first..first + VARIANTS).map(|variant| price(data, variant)).min().unwrap_or_default();
    rows.products.push(products::Model {
        id,
        shopify_id: None,
        handle: format!("trial-{}-{number}", data.seed()),
        title: format!("Trial {} piece {number}", data.seed()),
        description: Some(format!("<p>{}</p>", "A canvas that hangs nowhere. ".repeat(8))),
        collection: Some(collection.to_owned()),
        category: Some("Wall Art".to_owned()),
        tags: json!([collection, format!("tag-{}", number % 40)]),
        base_price: Decimal::new(lowest, 2),
        cost: Some(Decimal::new(lowest / 3, 2)),
        currency: "USD".to_owned(),
        status: rng.pick(&[ProductStatus::Active, ProductStatus::Active, ProductStatus::Active, ProductStatus::Draft]),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        option_names: json!(["Size", "Print Type"]),
        vendor: None,
        source_updated_at: None,
        source_deleted_at: None,
    });
    for variant in first..first + VARIANTS {
        let place = variant % VARIANTS;
        let (size, print) = (SIZES[place / PRINTS.len()].0, PRINTS[place % PRINTS.len()].0);
        let (variant_id, price) = (variant_id(data, variant), Decimal::new(price(data, variant), 2));
        let mut quantity = 0;
        for place in 0..LOCATIONS.len() {
            let available = i32::try_from(rng.below(60)).unwrap_or_default();
            quantity += available;
            stock(data, totals, variant, place, available, rows);
        }
        rows.product_variants.push(product_variants::Model {
            id: variant_id,
            product_id: id,
            shopify_variant_id: None,
            sku: Some(sku(data, variant)),
            title: format!("{size} / {print}"),
            size: Some(size.to_owned()),
            frame_type: Some(print.to_owned()),
            price,
            compare_at_price: None,
            inventory_quantity: quantity,
            is_available: true,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
            option_values: json!([size, print]),
            stock_policy: StockPolicy::Deny,
            edition_size: None,
            edition_sold: totals.gone[variant],
            tax_class: "standard".to_owned(),
            shopify_inventory_item_id: None,
        });
        rows.prices.push(prices::Model {
            id: data.id_at("price_lists", variant as u64, created),
            product_variant_id: variant_id,
            currency: "EUR".to_owned(),
            segment_id: None,
            min_quantity: 1,
            price: price - Decimal::from(20),
            compare_at_price: None,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        });
    }
    metrics(data, number, rows);
}

/// The stock of a variant at one of the locations, and why it is there.
fn stock(data: &LoadData, totals: &Totals, variant: usize, place: usize, available: i32, rows: &mut Rows) {
    let created = data.time("products", (variant / VARIANTS) as u64);
    let of_orders = |pieces: &[i32]| if place == 0 { pieces[variant] } else { 0 };
    let reserved = of_orders(&totals.reserved);
    rows.inventory.push(inventory::Model {
        id: stock_id(data, variant, place),
        product_variant_id: variant_id(data, variant),
        location: LOCATIONS[place].to_owned(),
        quantity_available: available,
        quantity_reserved: reserved,
        quantity_incoming: if available < 5 { 20 } else { 0 },
        reorder_point: Some(5),
        reorder_quantity: Some(20),
        last_counted_at: None,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
        source_updated_at: None,
    });
    let opening = available + reserved + of_orders(&totals.gone);
    if opening > 0 {
        rows.stock_movements.push(stock_movements::Model {
            id: data.id_at("openings", (variant * LOCATIONS.len() + place) as u64, created),
            product_variant_id: Some(variant_id(data, variant)),
            location: LOCATIONS[place].to_owned(),
            sku: Some(sku(data, variant)),
            kind: StockMovementKind::Opening,
            quantity: opening,
            reason: None,
            order_id: None,
            principal: "seed".to_owned(),
            effect_key: None,
            created_at: created.into(),
        });
    }
}

fn metrics(data: &LoadData, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("product_metrics", number);
    let this = chrono::Datelike::with_day(&data.now.date_naive(), 1).unwrap_or(NaiveDate::MIN);
    for month in 0..MONTHS {
        let start = this - Months::new(MONTHS - month);
        let end = this - Months::new(MONTHS - month - 1);
        let created = end.and_time(chrono::NaiveTime::MIN).and_utc();
        let purchases = i32::try_from(rng.below(40)).unwrap_or_default();
        let views = purchases * 30 + i32::try_from(rng.between(50, 500)).unwrap_or_default();
        let average = Decimal::new(rng.between(30_000, 90_000), 2);
        rows.product_metrics.push(product_metrics::Model {
            id: data.id_at("product_metrics", number * u64::from(MONTHS) + u64::from(month), created),
            product_id: data.id("products", number),
            period_start: start,
            period_end: end - TimeDelta::days(1),
            views,
            add_to_carts: purchases * 2,
            purchases,
            revenue: average * Decimal::from(purchases),
            conversion_rate: Some((Decimal::from(purchases) / Decimal::from(views)).round_dp(4)),
            average_order_value: (purchases > 0).then_some(average),
            created_at: created.into(),
            updated_at: created.into(),
        });
    }
}
