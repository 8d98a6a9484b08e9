//! The shop's own rules, which are data.

use entity::{
    exchange_rates,
    sea_orm_active_enums::{DiscountKind, DiscountTarget},
    shipping_methods, tax_rates,
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{amount, amounts, count, discount, done, item, items, lines, place, run, totals};
use crate::shop::fixture::{ShopFixture, start, with};

on_both_engines! {
    async fn ten_pieces_of_a_product_are_cheaper(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (designer, _) = shop.designer(db).await;
        discount(db, 15, json!({ "minQuantity": 10 }), |_| ()).await;
        discount(db, 10, json!({ "customerTags": ["designer-verified"] }), |_| ()).await;
        for (input, expected) in [
            (json!({ "lines": lines(&[("A", 9)]) }), "900 - 0 + 0 + 0 = 900"),
            (json!({ "lines": lines(&[("A", 10)]) }), "1000 - 150 + 0 + 0 = 850"),
            (json!({ "lines": lines(&[("A", 5), ("B", 5)]) }), "1000 - 150 + 0 + 0 = 850"),
            (json!({ "lines": lines(&[("A", 5), ("A", 5)]) }), "1000 - 150 + 0 + 0 = 850"),
            // The larger one counts.
            (json!({ "lines": lines(&[("A", 9)]), "customerId": designer }), "900 - 90 + 0 + 0 = 810"),
            (json!({ "lines": lines(&[("A", 10)]), "customerId": designer }), "1000 - 150 + 0 + 0 = 850"),
        ] {
            assert_eq!(amounts(&place(&shop, input.clone()).await), expected, "{input}");
        }
        shop.check().await;
    }

    async fn from_250_sending_is_free_at_home(db: &TestDatabase) {
        let shop = stocked(db).await;
        method(db, "home", &["US"], Some(250)).await;
        method(db, "abroad", &[], None).await;
        let wanted = |price: &str, method: &str, country: &str| {
            let line = json!({ "sku": "A", "quantity": 1, "unitPrice": price });
            json!({ "lines": [line], "shippingMethod": method, "shippingAddress": { "country": country } })
        };
        for (input, shipping) in [
            (wanted("249.99", "home", "US"), "15"),
            (wanted("250.00", "home", "US"), "0"),
            (wanted("250.00", "abroad", "DE"), "15"),
        ] {
            assert_eq!(amount(&place(&shop, input.clone()).await["shippingAmount"]), amount(&json!(shipping)), "{input}");
        }
        let away = with(json!({ "email": "ann@example.com" }), wanted("250.00", "home", "DE"));
        assert_eq!(shop.code_and_path("placeOrder", away).await, "INVALID shippingMethod");
        discount(db, 0, json!({}), |row| {
            row.code = Set(Some("FREE".to_owned()));
            row.kind = Set(DiscountKind::FreeShipping);
            row.target = Set(DiscountTarget::Shipping);
        })
        .await;
        let free = with(wanted("10", "abroad", "DE"), json!({ "discountCodes": ["free"] }));
        assert_eq!(amounts(&place(&shop, free).await), "10 - 0 + 0 + 0 = 10");
        shop.check().await;
    }

    async fn shipping_costs_what_it_did(db: &TestDatabase) {
        let shop = stocked(db).await;
        method(db, "home", &["US"], None).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]), "shippingMethod": "home" })).await;
        run(db, "UPDATE shipping_methods SET is_active = FALSE").await;
        let more = json!({ "id": order["id"], "changes": [{ "itemId": item(&order, "A"), "quantity": 2 }] });
        assert_eq!(amounts(&done(&shop, "editOrder", more).await), "200 - 0 + 0 + 15 = 215");
        shop.check().await;
    }

    async fn what_sends_a_draft_for_nothing_is_used(db: &TestDatabase) {
        let shop = stocked(db).await;
        discount(db, 0, json!({}), |row| {
            row.code = Set(Some("FREE".to_owned()));
            row.kind = Set(DiscountKind::FreeShipping);
            row.target = Set(DiscountTarget::Shipping);
            row.usage_limit = Set(Some(1));
        })
        .await;
        let wanted = json!({ "lines": lines(&[("A", 1)]), "shippingAmount": "10", "discountCodes": ["free"] });
        let draft = done(&shop, "createDraftOrder", wanted.clone()).await;
        assert_eq!(amounts(&draft), "100 - 0 + 0 + 0 = 100");
        let order = done(&shop, "placeOrder", json!({ "draftId": draft["id"] })).await;
        assert_eq!(shop.code_and_path("createDraftOrder", wanted).await, "DISCOUNT_REFUSED discountCodes.0");
        // It stays used while the lines change.
        let more = json!({ "id": order["id"], "changes": [{ "itemId": item(&order, "A"), "quantity": 2 }] });
        assert_eq!(amounts(&done(&shop, "editOrder", more).await), "200 - 0 + 0 + 0 = 200");
        assert_eq!(count(db, "SELECT CAST(used_count AS bigint) FROM discounts").await, 1);
        shop.check().await;
    }

    async fn large_prints_cost_more(db: &TestDatabase) {
        let shop = stocked(db).await;
        shop.configure("pricing.surcharge", json!({ "percentage": 20, "width": 36, "height": 48 })).await;
        for (sku, size) in [("SMALL", "36x48"), ("LARGE", "53x72")] {
            shop.variant_with(db, sku, |variant| variant.size = Set(Some(size.to_owned()))).await;
            shop.stock(sku, "main", 1).await;
        }
        let order = place(&shop, json!({ "lines": lines(&[("SMALL", 1), ("LARGE", 1)]) })).await;
        assert_eq!(items(&order), ["1 SMALL at 100", "1 LARGE at 120"]);
        shop.check().await;
    }

    async fn commercial_orders_have_a_minimum(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (customer, _) = shop.designer(db).await;
        let wanted = |pieces| json!({ "customerId": customer, "lines": lines(&[("A", pieces)]), "tags": ["x"] });
        assert_eq!(place(&shop, wanted(10)).await["tags"], json!(["x"]));
        assert_eq!(place(&shop, wanted(9)).await["tags"], json!(["x", "below-minimum"]));
        shop.configure("orders.commercialMinimum", json!({ "amount": 1000, "mode": "REJECT" })).await;
        assert_eq!(shop.code_and_path("placeOrder", wanted(9)).await, "INVALID lines");
        place(&shop, json!({ "lines": lines(&[("A", 1)]) })).await;
        // A little more of an order that was paid is not an order of its own.
        let paid = json!({ "provider": "manual", "captured": true });
        let order = place(&shop, with(wanted(10), json!({ "payment": paid }))).await;
        let more = json!({ "id": order["id"], "changes": [{ "sku": "B", "quantity": 1 }] });
        assert_eq!(amounts(&done(&shop, "editOrder", more).await), "1100 - 0 + 0 + 0 = 1100");
        shop.check().await;
    }

    async fn taxes_are_on_top_or_inside(db: &TestDatabase) {
        let shop = stocked(db).await;
        tax(db, "US", "CA", "7.25", false).await;
        tax(db, "DE", "", "19", true).await;
        let wanted = |address: Value| json!({ "lines": lines(&[("A", 1)]), "shippingAddress": address, "shippingAmount": "10" });
        let on_top = place(&shop, wanted(json!({ "country": "US", "region": "CA" }))).await;
        assert_eq!(amounts(&on_top), "100 - 0 + 7.98 + 10 = 117.98");
        let lower_case = place(&shop, wanted(json!({ "country": "US", "region": "ca" }))).await;
        assert_eq!(amounts(&lower_case), amounts(&on_top));
        let inside = place(&shop, wanted(json!({ "country": "DE" }))).await;
        assert_eq!(amounts(&inside), "100 - 0 + 0 + 10 = 110");
        // 19/119 of 100, and of 10.
        assert_eq!(amount(&inside["includedTaxAmount"]), amount(&json!("17.57")));
        assert_eq!(amounts(&place(&shop, wanted(json!({ "country": "FR" }))).await), "100 - 0 + 0 + 10 = 110");
        shop.check().await;
    }

    async fn totals_are_in_the_currency_of_the_shop(db: &TestDatabase) {
        let shop = stocked(db).await;
        let euros = json!({ "lines": [{ "sku": "A", "quantity": 1, "unitPrice": "100" }], "currency": "EUR" });
        let input = with(json!({ "email": "ann@example.com" }), euros.clone());
        assert_eq!(shop.code("placeOrder", input.clone()).await, "NO_PRICE");
        rate(db, "USD", "EUR", 9_000_000_000).await;
        shop.configure("prices.convert", json!(true)).await;
        assert_eq!(shop.code_and_path("placeOrder", input).await, "INVALID currency");
        rate(db, "EUR", "USD", 11_000_000_000).await;
        assert_eq!(amounts(&place(&shop, euros).await), "100 - 0 + 0 + 0 = 100");
        assert_eq!(totals(&shop, "ann@example.com").await, "1 orders, 110, average 110");
        shop.check().await;
    }

    async fn more_than_can_be_counted_is_refused(db: &TestDatabase) {
        let shop = stocked(db).await;
        rate(db, "USD", "EUR", 9_000_000_000).await;
        rate(db, "EUR", "USD", 10_000_000_000_000_000).await;
        shop.configure("prices.convert", json!(true)).await;
        let line = json!({ "sku": "A", "quantity": 1, "unitPrice": "9000" });
        let paid = json!({ "provider": "manual", "captured": true });
        for (email, payment) in [("ann@example.com", Value::Null), ("bob@example.com", paid)] {
            let order = place(&shop, json!({ "email": email, "lines": [line], "currency": "EUR", "payment": payment })).await;
            let more = json!({ "id": order["id"], "changes": [{ "itemId": item(&order, "A"), "quantity": 2 }] });
            assert_eq!(shop.code_and_path("editOrder", more).await, "INVALID changes", "{payment}");
        }
        shop.check().await;
    }

    async fn who_spends_more_than_the_threshold_is_a_vip(db: &TestDatabase) {
        let shop = stocked(db).await;
        let vip = async || {
            let query = "{ customerByEmail(email: \"ann@example.com\") { vipStatus } }";
            shop.query(query, json!({})).await["customerByEmail"]["vipStatus"].clone()
        };
        let priced = |price: &str| json!({ "lines": [{ "sku": "A", "quantity": 1, "unitPrice": price }] });
        place(&shop, priced("10000.00")).await;
        assert_eq!(vip().await, false);
        let small = place(&shop, priced("0.01")).await;
        assert_eq!(vip().await, true);
        done(&shop, "cancelOrder", json!({ "id": small["id"] })).await;
        assert_eq!(vip().await, false);
        shop.check().await;
    }

    async fn the_currency_stays_once_an_order_was_placed(db: &TestDatabase) {
        let shop = stocked(db).await;
        done(&shop, "createDraftOrder", json!({ "lines": lines(&[("A", 1)]) })).await;
        shop.configure("shop.currency", json!("EUR")).await;
        shop.configure("shop.currency", json!("USD")).await;
        place(&shop, json!({ "lines": lines(&[("A", 1)]) })).await;
        let error = shop.refused("setConfiguration", json!({ "key": "shop.currency", "value": "EUR" })).await;
        assert_eq!((&error["code"], &error["by"]), (&json!("IN_USE"), &json!("Order")));
        shop.configure("shop.currency", json!("USD")).await;
        shop.check().await;
    }
}

/// A shop with enough of two variants of a product.
async fn stocked(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    for sku in ["A", "B"] {
        shop.variant(db, sku).await;
        shop.stock(sku, "main", 100).await;
    }
    shop
}

/// A shipping method for 15.
async fn method(db: &TestDatabase, code: &str, countries: &[&str], free_from: Option<i64>) {
    let row = shipping_methods::ActiveModel {
        id: Set(Uuid::now_v7()),
        code: Set(code.to_owned()),
        name: Set(code.to_owned()),
        countries: Set(json!(countries)),
        currency: Set("USD".to_owned()),
        price: Set(Decimal::from(15)),
        free_from: Set(free_from.map(Decimal::from)),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a shipping method");
}

/// A tax, on shipping too.
async fn tax(db: &TestDatabase, country: &str, region: &str, percentage: &str, is_included: bool) {
    let row = tax_rates::ActiveModel {
        id: Set(Uuid::now_v7()),
        country: Set(country.to_owned()),
        region: Set(region.to_owned()),
        name: Set("Tax".to_owned()),
        percentage: Set(percentage.parse().expect("a decimal")),
        is_included: Set(is_included),
        on_shipping: Set(true),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a tax rate");
}

/// What one of a currency costs in another one.
async fn rate(db: &TestDatabase, base: &str, quote: &str, rate_e10: i64) {
    let row = exchange_rates::ActiveModel {
        id: Set(Uuid::now_v7()),
        base: Set(base.to_owned()),
        quote: Set(quote.to_owned()),
        day: Set(start().date_naive()),
        rate_e10: Set(rate_e10),
        source: Set("test".to_owned()),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
    };
    row.insert(db.connection()).await.expect("a rate");
}
