//! Products and their variants: every size as a roll and stretched.

use entity::{
    product_variants, products,
    sea_orm_active_enums::{ProductStatus, StockPolicy},
};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    builder::{DAY, DemoBuilder},
    products::{PIECES, Piece},
};

/// Size, and US dollars as a roll and stretched.
const SIZES: [(&str, i64, i64); 3] = [("24x36", 265, 385), ("36x48", 425, 585), ("53x72", 795, 1_045)];
const ROLL: &str = "Canvas Roll";
const STRETCHED: &str = "Gallery Wrapped Stretched Canvas";
/// What is taken on order when it is sold out.
const ON_ORDER: &str = "BRANCH-53X72-ROLL";
/// A piece that is printed for each order, and one that was a limited edition: its size, and how many were sold.
const PRINTED: &str = "HORIZON";
const LIMITED: (&str, i32, i32) = ("SCAFFOLD", 40, 38);
/// What a piece costs to make, of its price.
const COST: Decimal = Decimal::from_parts(31, 0, 0, false, 2);

pub(super) fn build(demo: &mut DemoBuilder) {
    for (order, piece) in (0..).zip(&PIECES) {
        let created = demo.ago(235 * DAY - order * 3 * DAY);
        let base_price = usd(SIZES[0].1 + piece.premium);
        let product = products::Model {
            id: demo.id("products", created),
            shopify_id: None,
            handle: piece.title.to_lowercase().replace(' ', "-"),
            title: piece.title.to_owned(),
            description: Some(piece.description.to_owned()),
            collection: Some(piece.collection.to_owned()),
            category: Some("Wall Art".to_owned()),
            tags: json!([&[piece.collection], piece.tags].concat()),
            base_price,
            cost: Some((base_price * COST).round_dp(2)),
            currency: "USD".to_owned(),
            status: piece.status,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
            option_names: json!(["Size", "Print Type"]),
            vendor: Some("VividWalls".to_owned()),
            source_updated_at: None,
            source_deleted_at: None,
        };
        let id = product.id;
        demo.rows.products.push(product);
        for (size, roll, stretched) in SIZES {
            variant(demo, piece, id, size, ROLL, roll);
            variant(demo, piece, id, size, STRETCHED, stretched);
        }
    }
}

fn variant(demo: &mut DemoBuilder, piece: &Piece, product_id: uuid::Uuid, size: &str, print: &str, dollars: i64) {
    let created = demo.rows.products[demo.rows.products.len() - 1].created_at;
    let short = if print == ROLL { "ROLL" } else { "WRAP" };
    let price = dollars + piece.premium;
    let sku = format!("{}-{}-{short}", piece.code, size.to_uppercase());
    let is_limited = piece.code == LIMITED.0;
    let variant = product_variants::Model {
        id: demo.id("product_variants", created.to_utc()),
        product_id,
        shopify_variant_id: None,
        stock_policy: match piece.code {
            PRINTED => StockPolicy::Untracked,
            _ if sku == ON_ORDER => StockPolicy::Backorder,
            _ => StockPolicy::Deny,
        },
        sku: Some(sku),
        title: format!("{size} / {print}"),
        size: Some(size.to_owned()),
        frame_type: Some(print.to_owned()),
        price: usd(price),
        // One piece is on sale.
        compare_at_price: (piece.code == "TIDAL").then(|| usd(price + 60)),
        inventory_quantity: 0,
        is_available: piece.status == ProductStatus::Active,
        version: 1,
        created_at: created,
        updated_at: created,
        option_values: json!([size, print]),
        edition_size: is_limited.then_some(LIMITED.1),
        edition_sold: if is_limited { LIMITED.2 } else { 0 },
        tax_class: "standard".to_owned(),
        shopify_inventory_item_id: None,
    };
    demo.rows.product_variants.push(variant);
}

/// Whole US dollars, with their cents.
pub(super) fn usd(dollars: i64) -> Decimal {
    Decimal::new(dollars * 100, 2)
}
