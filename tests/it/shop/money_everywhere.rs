//! The same order in a currency without decimals and in one with three, with taxes inside its prices and on top of
//! them: what it comes to, and how all of it goes back.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};

use super::{
    fixture::{ShopFixture, with},
    orders::{amount, item, lines, place},
    payments::{payment, standing},
};

/// The currencies, with the decimals that their amounts have: of three the last is always 0.
const MONEY: [(&str, u32); 2] = [("JPY", 0), ("KWD", 2)];

/// By country, in the smallest amounts of the currency: discount, tax on top, tax inside and total of the order, and
/// what goes back for each piece of A, each of B, and shipping. In Japan a tenth is inside prices, in the US on top.
const WORTH: [(&str, [i64; 4], [i64; 6]); 2] = [
    ("JP", [250, 0, 159, 1749], [277, 278, 277, 208, 209, 500]),
    ("US", [250, 175, 0, 1924], [305, 305, 305, 229, 230, 550]),
];

/// How many ways of giving all of it back `refunds` knows.
const WAYS: usize = 5;

on_both_engines! {
    async fn each_piece_is_worth_its_share(db: &TestDatabase) {
        let shop = shop(db).await;
        for (currency, decimals) in MONEY {
            for (country, sums, portions) in WORTH {
                let order = paid(&shop, currency, decimals, country).await;
                let fields = ["discountAmount", "taxAmount", "includedTaxAmount", "totalAmount"];
                let shown = fields.map(|field| amount(&order[field]));
                assert_eq!(shown, sums.map(|sum| Decimal::new(sum, decimals)), "{currency} {country}");
                let piece = |sku: &str| json!({ "lines": [{ "itemId": item(&order, sku), "quantity": 1 }] });
                let all = json!({ "shipping": { "all": true } });
                let parts = [piece("A"), piece("A"), piece("A"), piece("B"), piece("B"), all];
                for (part, worth) in parts.iter().zip(portions) {
                    let back = refund(&shop, &order, part).await;
                    assert_eq!(back, Decimal::new(worth, decimals), "{currency} {country} {part}");
                }
                check_gone(&shop, &order).await;
            }
        }
        shop.check().await;
    }

    async fn whatever_goes_back_first_the_end_is_nothing(db: &TestDatabase) {
        let shop = shop(db).await;
        for (currency, decimals) in MONEY {
            for (country, sums, _) in WORTH {
                for way in 0..WAYS {
                    let order = paid(&shop, currency, decimals, country).await;
                    let mut sum = Decimal::ZERO;
                    for part in refunds(way, &order, decimals) {
                        let back = refund(&shop, &order, &part).await;
                        assert!(back.normalize().scale() <= decimals, "{currency} {country} {part}: {back}");
                        sum += back;
                    }
                    assert_eq!(sum, Decimal::new(sums[3], decimals), "{currency} {country} {way}");
                    check_gone(&shop, &order).await;
                }
            }
        }
        shop.check().await;
    }

    async fn nothing_is_rounded_that_comes_from_outside(db: &TestDatabase) {
        let shop = shop(db).await;
        for (currency, wrong) in [("JPY", "0.5"), ("KWD", "5.124")] {
            let input = json!({ "email": "ann@example.com", "currency": currency, "lines": lines(&[("A", 3)]) });
            for (changes, place) in [
                (json!({ "lines": [{ "sku": "A", "quantity": 1, "unitPrice": wrong }] }), "lines.0.unitPrice"),
                (json!({ "shippingAmount": wrong }), "shippingAmount"),
            ] {
                let refused = shop.code_and_path("placeOrder", with(input.clone(), changes)).await;
                assert_eq!(refused, format!("INVALID {place}"), "{currency}");
            }
            let order = place(&shop, input).await["id"].clone();
            let payment = payment(&shop, &order, "manual", None).await;
            for (mutation, input) in [
                ("createPayment", json!({ "orderId": order, "provider": "manual", "amount": wrong })),
                ("capturePayment", json!({ "id": payment, "amount": wrong })),
                ("reportPayment", json!({ "id": payment, "kind": "CAPTURED", "amount": wrong })),
            ] {
                assert_eq!(shop.code_and_path(mutation, input).await, "INVALID amount", "{currency} {mutation}");
            }
            shop.done("capturePayment", json!({ "id": payment }), "replayed").await;
            for (part, place) in [
                (json!({ "adjustment": wrong }), "adjustment"),
                (json!({ "shipping": { "amount": wrong } }), "shipping.amount"),
            ] {
                let refused = shop.code_and_path("refundOrder", with(json!({ "orderId": order }), part)).await;
                assert_eq!(refused, format!("INVALID {place}"), "{currency}");
            }
        }
        shop.check().await;
    }
}

/// A shop that sells A and B in both currencies, at a tenth less for each line and something less for the whole.
async fn shop(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    let amount = |steps: i64, decimals: u32| Decimal::new(steps, decimals).to_string();
    for (sku, price) in [("A", 333), ("B", 250)] {
        let variant = shop.variant(db, sku).await;
        shop.stock(sku, "main", 1000).await;
        for (currency, decimals) in MONEY {
            let item = json!({ "variantId": variant, "currency": currency, "price": amount(price, decimals) });
            let payload =
                shop.done("setPrices", json!({ "items": [item] }), "results { userErrors { message } }").await;
            assert_eq!(payload["results"], json!([{ "userErrors": [] }]));
        }
    }
    let tenth = json!({ "name": "A tenth", "kind": "PERCENTAGE", "target": "LINE", "value": "10" });
    shop.done("saveDiscount", tenth, "replayed").await;
    for (currency, decimals) in MONEY {
        let value = amount(100, decimals);
        let fixed = json!({ "name": "Less", "kind": "FIXED", "target": "ORDER", "value": value, "currency": currency });
        shop.done("saveDiscount", fixed, "replayed").await;
    }
    let tax = |country: &str, is_included: bool| {
        json!({
            "country": country, "name": "Tax", "percentage": "10", "isIncluded": is_included, "onShipping": true,
        })
    };
    let rates = json!({ "rates": [tax("JP", true), tax("US", false)] });
    shop.done("saveTaxRates", rates, "replayed").await;
    let rate = |base: &str, rate: &str| json!({ "base": base, "quote": "USD", "day": "2026-11-21", "rate": rate });
    let rates = json!({ "rates": [rate("JPY", "0.0067"), rate("KWD", "3.25")] });
    shop.done("setExchangeRates", rates, "replayed").await;
    shop
}

/// An order of three A for 333 each and two B for 250, with 500 for shipping, that was paid.
async fn paid(shop: &ShopFixture, currency: &str, decimals: u32, country: &str) -> Value {
    let wanted = json!({
        "lines": lines(&[("A", 3), ("B", 2)]), "currency": currency, "shippingAddress": { "country": country },
        "shippingAmount": Decimal::new(500, decimals).to_string(),
    });
    let order = place(shop, wanted).await;
    shop.done("markOrderPaid", json!({ "orderId": order["id"] }), "replayed").await;
    order
}

/// One of the ways to give all of an order back.
fn refunds(way: usize, order: &Value, decimals: u32) -> Vec<Value> {
    let amount = |steps: i64| Decimal::new(steps, decimals).to_string();
    let some = |sku: &str, quantity: i32| json!({ "itemId": item(order, sku), "quantity": quantity });
    let everything = json!({ "everything": true });
    match way {
        0 => vec![everything],
        1 => vec![json!({ "adjustment": amount(100) }), everything],
        2 => vec![json!({ "lines": [some("A", 2), some("B", 1)], "shipping": { "amount": amount(200) } }), everything],
        3 => vec![
            json!({ "lines": [some("B", 2)] }),
            json!({ "shipping": { "amount": amount(333) } }),
            json!({ "lines": [some("A", 1)] }),
            json!({ "shipping": { "amount": amount(1) } }),
            json!({ "lines": [some("A", 2)], "shipping": { "all": true } }),
        ],
        _ => vec![
            json!({ "lines": [some("A", 1)], "adjustment": amount(-77) }),
            json!({ "lines": [some("A", 1), some("B", 1)], "adjustment": amount(38) }),
            everything,
        ],
    }
}

/// Gives a part of an order back; how much that is.
async fn refund(shop: &ShopFixture, order: &Value, part: &Value) -> Decimal {
    let input = with(json!({ "orderId": order["id"] }), part.clone());
    let payload = shop.done("refundOrder", input, "refund { amount status }").await;
    assert_eq!(payload["refund"]["status"], "SUCCEEDED");
    amount(&payload["refund"]["amount"])
}

/// All of an order went back, and nothing is owed.
async fn check_gone(shop: &ShopFixture, order: &Value) {
    let total = amount(&order["totalAmount"]);
    assert_eq!(standing(shop, &order["id"]).await, format!("CONFIRMED REFUNDED {total:.2} {total:.2}"));
    let query = "query($id: ID!) { order(id: $id) { refundableAmount outstandingAmount reportAmount } }";
    let left = shop.query(query, json!({ "id": order["id"] })).await;
    let left = ["refundableAmount", "outstandingAmount", "reportAmount"].map(|field| amount(&left["order"][field]));
    assert_eq!(left, [Decimal::ZERO; 3]);
    let more = json!({ "orderId": order["id"], "everything": true });
    assert_eq!(shop.code_and_path("refundOrder", more).await, "AMOUNT_EXCEEDED");
}
