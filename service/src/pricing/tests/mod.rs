//! Orders by hand, and at random.

mod codes;
mod random;
mod rules;
mod units;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{DiscountKind, DiscountTarget, ProductStatus, SegmentType};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    Destination, Facts, Priced, VariantRef, Wish, WishLine,
    facts::{Customer, Discount, Rate, Segment, ShippingMethod, TaxRate, Variant},
    price,
};
use crate::{
    Error,
    refusal::{Code, Facts as Details, Refusal},
    settings::Settings,
};

fn amount(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

/// A variant of a product of its own.
fn variant(number: u128, price: &str) -> Variant {
    Variant {
        id: id(number),
        product_id: id(1_000 + number),
        sku: Some(format!("SKU-{number}")),
        title: "24x36".to_owned(),
        size: Some("24x36".to_owned()),
        price: amount(price),
        is_available: true,
        tax_class: "standard".to_owned(),
        product_title: format!("Product {number}"),
        collection: None,
        currency: "USD".to_owned(),
        status: ProductStatus::Active,
    }
}

fn discount(number: u128, kind: DiscountKind, target: DiscountTarget, value: &str, conditions: Json) -> Discount {
    Discount {
        id: id(number),
        code: None,
        kind,
        target,
        value: amount(value),
        currency: "USD".to_owned(),
        conditions,
        starts_at: None,
        ends_at: None,
        usage_limit: None,
        used_count: 0,
        once_per_customer: false,
        is_active: true,
        created_at: moment("2026-01-01T00:00:00Z"),
    }
}

/// 15 % from ten pieces of a product, 10 % for designers.
fn shop_discounts() -> Vec<Discount> {
    let (kind, target) = (DiscountKind::Percentage, DiscountTarget::Line);
    vec![
        discount(1, kind, target, "15", json!({ "minQuantity": 10 })),
        discount(2, kind, target, "10", json!({ "customerTags": ["designer-verified"] })),
    ]
}

fn tax(region: &str, class: &str, percentage: &str, is_included: bool, on_shipping: bool) -> TaxRate {
    TaxRate {
        region: region.to_owned(),
        tax_class: class.to_owned(),
        percentage: amount(percentage),
        is_included,
        on_shipping,
    }
}

fn customer(tags: &[&str]) -> Customer {
    Customer { tags: tags.iter().map(|tag| (*tag).to_owned()).collect() }
}

fn facts(variants: Vec<Variant>) -> Facts {
    Facts { now: moment("2026-06-01T12:00:00Z"), variants, ..Facts::default() }
}

/// A wish for a quantity of each variant.
fn wish(lines: &[(u128, i32)]) -> Wish {
    let line = |(index, (number, quantity)): (usize, &(u128, i32))| {
        WishLine::new(index, VariantRef::Id(id(*number)), *quantity, None)
    };
    Wish { lines: lines.iter().enumerate().map(line).collect(), ..Wish::default() }
}

fn priced(wish: &Wish, facts: &Facts, settings: &Settings) -> Priced {
    wish.check(settings).expect("a wish that can be meant");
    price(wish, facts, settings).expect("a price")
}

fn refused(wish: &Wish, facts: &Facts, settings: &Settings) -> Refusal {
    let checked = wish.check(settings).map_err(Error::from);
    let refused = checked.and_then(|()| price(wish, facts, settings)).expect_err("a refusal");
    refused.into_refusal().expect("a refusal")
}
