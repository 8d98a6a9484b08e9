//! What pieces of a variant cost a customer.

use chrono::Duration;
use entity::{
    customer_segments, discounts, exchange_rates, prices,
    sea_orm_active_enums::{DiscountKind, DiscountTarget},
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::fixture::{ShopFixture, start, text};

const QUERY: &str = "query($variant: ID!, $quantity: Int, $currency: String, $customer: ID) {
    effectivePrice(variantId: $variant, quantity: $quantity, currency: $currency, customerId: $customer) {
        listPrice price discountAmount amount currency source priceId variant { sku } } }";

on_both_engines! {
    async fn the_lowest_price_that_fits_counts(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let variant = shop.variant(db, "A").await;
        let (customer, segment) = shop.designer(db).await;
        let first = entry(db, variant, "USD", None, 1, 95).await;
        entry(db, variant, "USD", None, 10, 80).await;
        entry(db, variant, "USD", Some(segment), 1, 90).await;
        entry(db, variant, "EUR", None, 1, 70).await;
        for (asked, price) in [
            (json!({}), "95.00 USD PRICE_LIST"),
            (json!({ "quantity": 9 }), "95.00 USD PRICE_LIST"),
            (json!({ "quantity": 10 }), "80.00 USD PRICE_LIST"),
            (json!({ "customer": customer }), "90.00 USD PRICE_LIST"),
            (json!({ "customer": customer, "quantity": 10 }), "80.00 USD PRICE_LIST"),
            (json!({ "currency": "EUR" }), "70.00 EUR PRICE_LIST"),
        ] {
            assert_eq!(list_price(&shop, variant, &asked).await, price, "{asked}");
        }
        let found = ask(&shop, variant, &json!({ "quantity": 2 })).await;
        assert_eq!((&found["priceId"], &found["variant"]["sku"]), (&json!(first), &json!("A")));
        assert_eq!((&found["price"], &found["amount"]), (&json!("95.00"), &json!("190.00")));

        // A segment that is not active counts for nobody.
        customer_segments::ActiveModel { id: Set(segment), is_active: Set(false), ..Default::default() }
            .update(db.connection())
            .await
            .expect("updated");
        assert_eq!(list_price(&shop, variant, &json!({ "customer": customer })).await, "95.00 USD PRICE_LIST");
        shop.check().await;
    }

    async fn a_price_is_converted_by_the_rate_of_the_latest_day(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let variant = shop.variant(db, "A").await;
        assert_eq!(list_price(&shop, variant, &json!({})).await, "100.00 USD VARIANT");
        for (days, rate_e10) in [(-2, 8_000_000_000), (-1, 9_501_230_000), (1, 20_000_000_000)] {
            let day = (start() + Duration::days(days)).date_naive();
            let row = exchange_rates::ActiveModel {
                id: Set(Uuid::now_v7()),
                base: Set("USD".to_owned()),
                quote: Set("EUR".to_owned()),
                day: Set(day),
                rate_e10: Set(rate_e10),
                source: Set("test".to_owned()),
                created_at: Set(start().into()),
                updated_at: Set(start().into()),
            };
            row.insert(db.connection()).await.expect("a rate");
        }
        let euros = json!({ "currency": "EUR" });
        assert_eq!(refused(&shop, variant, &euros).await, "NO_PRICE variantId");
        shop.configure("prices.convert", json!(true)).await;
        assert_eq!(list_price(&shop, variant, &euros).await, "95.01 EUR CONVERTED");
        assert_eq!(refused(&shop, variant, &json!({ "currency": "JPY" })).await, "NO_PRICE variantId");
        shop.check().await;
    }

    async fn the_best_discount_without_a_code_counts(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let variant = shop.variant(db, "A").await;
        let (customer, _) = shop.designer(db).await;
        discount(db, 15, json!({ "minQuantity": 10 }), |_| ()).await;
        discount(db, 10, json!({ "customerTags": ["designer-verified"] }), |_| ()).await;
        discount(db, 90, json!({}), |row| row.code = Set(Some("NINETY".to_owned()))).await;
        discount(db, 80, json!({}), |row| row.is_active = Set(false)).await;
        discount(db, 70, json!({}), |row| row.ends_at = Set(Some(start().into()))).await;
        discount(db, 60, json!({}), |row| row.starts_at = Set(Some((start() + Duration::hours(1)).into()))).await;
        for (asked, prices) in [
            (json!({}), "100.00 0.00 100.00"),
            (json!({ "quantity": 9 }), "100.00 0.00 900.00"),
            (json!({ "quantity": 10 }), "85.00 150.00 850.00"),
            (json!({ "quantity": 9, "customer": customer }), "90.00 90.00 810.00"),
            (json!({ "quantity": 10, "customer": customer }), "85.00 150.00 850.00"),
        ] {
            let found = ask(&shop, variant, &asked).await;
            let shown = ["price", "discountAmount", "amount"].map(|field| text(&found[field]));
            assert_eq!(shown.join(" "), prices, "{asked}");
        }
        shop.check().await;
    }

    async fn what_cannot_be_priced_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let variant = shop.variant(db, "A").await;
        let ended = shop.variant_with(db, "B", |row| row.is_available = Set(false)).await;
        let nobody = Uuid::nil();
        for (variant, asked, refusal) in [
            (nobody, json!({}), "NOT_FOUND variantId"),
            (ended, json!({}), "NOT_FOR_SALE variantId"),
            (variant, json!({ "customer": nobody }), "NOT_FOUND customerId"),
            (variant, json!({ "quantity": 0 }), "INVALID quantity"),
            (variant, json!({ "quantity": i32::MAX }), "INVALID quantity"),
            (variant, json!({ "currency": "usd" }), "INVALID currency"),
            (variant, json!({ "currency": "\u{0}" }), "INVALID currency"),
        ] {
            assert_eq!(refused(&shop, variant, &asked).await, refusal, "{asked}");
        }
        shop.check().await;
    }
}

async fn ask(shop: &ShopFixture, variant: Uuid, asked: &Value) -> Value {
    shop.query(QUERY, variables(variant, asked)).await["effectivePrice"].take()
}

fn variables(variant: Uuid, asked: &Value) -> Value {
    let mut variables = asked.clone();
    variables["variant"] = json!(variant);
    variables
}

/// List price, currency and source.
async fn list_price(shop: &ShopFixture, variant: Uuid, asked: &Value) -> String {
    let found = ask(shop, variant, asked).await;
    ["listPrice", "currency", "source"].map(|field| text(&found[field])).join(" ")
}

/// The code and the argument.
async fn refused(shop: &ShopFixture, variant: Uuid, asked: &Value) -> String {
    let error = shop.error(QUERY, variables(variant, asked)).await;
    let refusal = error.into_refusal().expect("a refusal");
    format!("{} {}", refusal.code.name(), refusal.path.join("."))
}

/// An entry of a price list.
async fn entry(
    db: &TestDatabase,
    variant: Uuid,
    currency: &str,
    segment: Option<Uuid>,
    min_quantity: i32,
    price: i64,
) -> Uuid {
    let id = Uuid::now_v7();
    let row = prices::ActiveModel {
        id: Set(id),
        product_variant_id: Set(variant),
        currency: Set(currency.to_owned()),
        segment_id: Set(segment),
        min_quantity: Set(min_quantity),
        price: Set(Decimal::from(price)),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a price");
    id
}

/// A discount by a percentage.
async fn discount(
    db: &TestDatabase,
    percentage: i64,
    conditions: Value,
    change: impl FnOnce(&mut discounts::ActiveModel),
) {
    let mut row = discounts::ActiveModel {
        id: Set(Uuid::now_v7()),
        name: Set(format!("{percentage} %")),
        kind: Set(DiscountKind::Percentage),
        target: Set(DiscountTarget::Line),
        value: Set(Decimal::from(percentage)),
        conditions: Set(conditions),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    change(&mut row);
    row.insert(db.connection()).await.expect("a discount");
}
