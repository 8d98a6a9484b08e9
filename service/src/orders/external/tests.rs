//! Orders for the tests of this folder.

use chrono::DateTime;
use rust_decimal::Decimal;

use super::given::{ExternalLine, ExternalOrder, Origin};

/// An order of Shopify in dollars, without taxes, shipping and money.
pub(super) fn order(lines: Vec<ExternalLine>, total: i64) -> ExternalOrder {
    ExternalOrder {
        origin: Origin::Shopify,
        shopify_id: Some("450789469".to_owned()),
        number: "#1001".to_owned(),
        buyer: None,
        email: None,
        currency: "USD".to_owned(),
        lines,
        shipping_amount: Decimal::ZERO,
        shipping_tax_amount: Decimal::ZERO,
        total_amount: Decimal::from(total),
        tax_included: false,
        shipping_method: None,
        discount_codes: Vec::new(),
        shipping_address: None,
        billing_address: None,
        tags: Vec::new(),
        note: None,
        placed_at: DateTime::UNIX_EPOCH,
        cancelled: None,
        updated_at: None,
        payment: None,
        refunds: Vec::new(),
        parcels: Vec::new(),
        sent_at: None,
    }
}

/// A line without discount and tax.
pub(super) fn line(shopify_id: &str, quantity: i32, price: i64) -> ExternalLine {
    ExternalLine {
        shopify_id: Some(shopify_id.to_owned()),
        shopify_variant_id: None,
        sku: None,
        title: "Deep Blue".to_owned(),
        quantity,
        price: Decimal::from(price),
        discount_amount: Decimal::ZERO,
        tax_amount: Decimal::ZERO,
        tax_percentage: Decimal::ZERO,
        cancelled_quantity: 0,
        unsure_quantity: 0,
        fulfilled_quantity: 0,
        returned_quantity: 0,
    }
}
