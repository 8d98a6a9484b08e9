//! Orders that are paid, edited and then refunded end at exactly 0, whatever the taxes.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};

use super::{REFUND, number, standing};
use crate::shop::{
    fixture::{ShopFixture, with},
    orders::{item, place},
};

/// What an order shows of its money.
const MONEY: &str = "order { totalAmount reportAmount outstandingAmount refundableAmount }";

on_both_engines! {
    async fn what_was_paid_too_much_and_the_rest_go_back_to_the_last_cent(db: &TestDatabase) {
        let shop = shop(db).await;
        for country in ["US", "DE"] {
            let order = paid(&shop, country).await;
            let paid = number(&order["totalAmount"]);
            let fewer = json!([{ "itemId": item(&order, "A"), "quantity": 2 }]);
            let edited = shop.done("editOrder", json!({ "id": order["id"], "changes": fewer }), &format!("refundDue {MONEY}")).await;
            let (due, total) = (number(&edited["refundDue"]), number(&edited["order"]["totalAmount"]));
            assert!(due > Decimal::ZERO && due == paid - total, "{country}: {due} of {paid}");
            // Only what was paid too much goes back: the order is worth as much as before.
            let input = json!({ "orderId": order["id"], "adjustment": due.to_string() });
            let after = shop.done("refundOrder", input, MONEY).await["order"].clone();
            let shown = ["totalAmount", "reportAmount", "refundableAmount"].map(|field| number(&after[field]));
            assert_eq!(shown, [total; 3], "{country}");
            assert_eq!(number(&after["outstandingAmount"]), Decimal::ZERO, "{country}");
            let piece = |sku: &str, quantity: i32| json!({ "lines": [{ "itemId": item(&order, sku), "quantity": quantity }] });
            let mut back = Decimal::ZERO;
            for part in [piece("A", 1), piece("B", 2), json!({ "shipping": { "all": true } }), piece("A", 1)] {
                let input = with(json!({ "orderId": order["id"] }), part);
                back += number(&shop.done("refundOrder", input, REFUND).await["refund"]["amount"]);
            }
            assert_eq!(back, total, "{country}");
            assert_eq!(standing(&shop, &order["id"]).await, format!("CONFIRMED REFUNDED {paid} {paid}"), "{country}");
            let more = json!([{ "itemId": item(&order, "A"), "quantity": 3 }]);
            let more = json!({ "id": order["id"], "changes": more });
            assert_eq!(shop.code_and_path("editOrder", more).await, "INVALID changes.0.itemId", "{country}");
        }
        shop.check().await;
    }

    async fn pieces_that_come_later_bring_their_tax(db: &TestDatabase) {
        let shop = shop(db).await;
        for (country, on_top, inside) in [("US", "1.65", "0.00"), ("DE", "0.00", "3.19")] {
            let order = paid(&shop, country).await;
            let fields = "totalAmount taxAmount includedTaxAmount discountAmount";
            let query = format!("query($id: ID!) {{ order(id: $id) {{ {fields} }} }}");
            let before = shop.query(&query, json!({ "id": order["id"] })).await["order"].clone();
            let more = json!([{ "itemId": item(&order, "B"), "quantity": 6 }]);
            let edited = shop.done("editOrder", json!({ "id": order["id"], "changes": more }), &format!("order {{ {fields} }}")).await;
            let by = |field: &str| number(&edited["order"][field]) - number(&before[field]);
            let decimal = |text: &str| text.parse::<Decimal>().expect("a decimal");
            // Four pieces for 5.00, without a discount.
            assert_eq!(by("taxAmount"), decimal(on_top), "{country}");
            assert_eq!(by("includedTaxAmount"), decimal(inside), "{country}");
            assert_eq!(by("totalAmount"), decimal("20") + decimal(on_top), "{country}");
            assert_eq!(by("discountAmount"), Decimal::ZERO, "{country}");
        }
        shop.check().await;
    }
}

/// A shop that sells A and B at a tenth less; in the US 8.25 % come on top, in Germany 19 % are inside.
async fn shop(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    for sku in ["A", "B"] {
        shop.variant(db, sku).await;
        shop.stock(sku, "main", 100).await;
    }
    let tenth = json!({ "name": "A tenth", "kind": "PERCENTAGE", "target": "LINE", "value": "10" });
    shop.done("saveDiscount", tenth, "replayed").await;
    let tax = |country: &str, percentage: &str, is_included: bool| {
        json!({
            "country": country, "name": "Tax", "percentage": percentage, "isIncluded": is_included, "onShipping": true,
        })
    };
    let rates = json!({ "rates": [tax("US", "8.25", false), tax("DE", "19", true)] });
    shop.done("saveTaxRates", rates, "replayed").await;
    shop
}

/// An order of three A for 9.99 each and two B for 5.00, with 7.50 for shipping, that was paid.
async fn paid(shop: &ShopFixture, country: &str) -> Value {
    let line = |sku: &str, quantity: i32, price: &str| json!({ "sku": sku, "quantity": quantity, "unitPrice": price });
    let wanted = json!({
        "lines": [line("A", 3, "9.99"), line("B", 2, "5")], "shippingAmount": "7.50",
        "shippingAddress": { "country": country },
    });
    let order = place(shop, wanted).await;
    shop.done("markOrderPaid", json!({ "orderId": order["id"] }), "replayed").await;
    order
}
