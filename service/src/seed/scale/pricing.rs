//! The discount, the taxes and the shipping of a run: its own, so that others pay what they did.

use entity::{
    discounts,
    sea_orm_active_enums::{DiscountKind, DiscountTarget},
    shipping_methods, tax_rates,
};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{
    LoadData, Rows, Totals,
    sale::{SHIPPING, TAXES},
};

/// The discount.
pub(super) fn discount(data: &LoadData) -> Uuid {
    data.id("discounts", 0)
}

/// Its code.
pub(super) fn code(data: &LoadData) -> String {
    format!("TRIAL{}", data.seed())
}

/// The code of the shipping method, and the class of goods.
pub(super) fn shipping(data: &LoadData) -> String {
    format!("trial-{}", data.seed())
}

pub(super) fn rules(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let created = data.time("discounts", number);
    rows.discounts.push(discounts::Model {
        id: discount(data),
        code: Some(code(data)),
        name: format!("Trial {}", data.seed()),
        kind: DiscountKind::Percentage,
        target: DiscountTarget::Line,
        value: Decimal::TEN,
        currency: "USD".to_owned(),
        conditions: json!({}),
        starts_at: None,
        ends_at: None,
        usage_limit: None,
        used_count: 0,
        once_per_customer: false,
        is_active: true,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
    for (place, thousandths) in (0..).zip(TAXES) {
        rows.tax_rates.push(tax_rates::Model {
            id: data.id_at("tax_rates", place, created),
            country: "US".to_owned(),
            region: format!("T{thousandths}"),
            tax_class: shipping(data),
            name: format!("Trial {} tax", data.seed()),
            percentage: Decimal::new(thousandths, 1),
            is_included: false,
            on_shipping: false,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        });
    }
    rows.shipping_methods.push(shipping_methods::Model {
        id: data.id_at("shipping_methods", 0, created),
        code: shipping(data),
        name: format!("Trial {}", data.seed()),
        countries: json!([]),
        currency: "USD".to_owned(),
        price: SHIPPING,
        free_from: None,
        is_active: true,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}
