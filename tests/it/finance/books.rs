//! The books: what is entered counts where it belongs, and what is taken back counts no more.

use entity::campaigns;
use rust_decimal::Decimal;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{acting, allocate, budget, campaign, count, expense, record, standing, team, total};
use crate::shop::fixture::{NOBODY, ShopFixture, with};

/// What a campaign has spent.
async fn spent(db: &TestDatabase, campaign: &Value) -> Decimal {
    let id: Uuid = campaign.as_str().and_then(|id| id.parse().ok()).expect("an id");
    campaigns::Entity::find_by_id(id).one(db.connection()).await.expect("read").expect("a campaign").spent
}

on_both_engines! {
    async fn a_reversal_takes_off_what_was_counted(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let campaign = campaign(&shop, json!({})).await;
        let (ads, root) = budget(&shop, "ads", "100", None).await;
        let part = allocate(&shop, &root, &team.director, "40").await;
        let on_slice = with(expense("ads", "25"), json!({ "budgetSliceId": part, "campaignId": campaign }));
        let (first, second) = (record(&shop, on_slice).await, record(&shop, expense("ads", "10")).await);
        assert_eq!((standing(&shop, &root).await, standing(&shop, &part).await), ("100.00 40.00 0.00 10.00".into(), "40.00 0.00 0.00 25.00".into()));
        assert_eq!((total(&shop, &ads).await, spent(db, &campaign).await), ("100.00 35.00".into(), Decimal::from(25)));
        let reverse = |id: &Value| json!({ "id": id, "reason": "wrong" });
        let fields = "reversal { id type category amount reversesId description budgetSliceId }";
        let reversal = shop.done("reverseTransaction", reverse(&first), fields).await["reversal"].clone();
        let seen = ["type", "category", "amount", "reversesId", "description", "budgetSliceId"].map(|field| &reversal[field]);
        assert_eq!(seen, [&json!("ADJUSTMENT"), &json!("ads"), &json!("-25.00"), &first, &json!("wrong"), &part]);
        shop.done("reverseTransaction", reverse(&second), fields).await;
        assert_eq!((standing(&shop, &root).await, standing(&shop, &part).await), ("100.00 40.00 0.00 0.00".into(), "40.00 0.00 0.00 0.00".into()));
        assert_eq!((total(&shop, &ads).await, spent(db, &campaign).await), ("100.00 0.00".into(), Decimal::ZERO));
        for (id, refusal) in [
            (&first, "ALREADY_EXISTS id"),
            (&reversal["id"], "INVALID id"),
            (&json!(NOBODY), "NOT_FOUND id"),
        ] {
            assert_eq!(shop.code_and_path("reverseTransaction", reverse(id)).await, refusal);
        }
        let audited = "SELECT COUNT(*) FROM audit_entries WHERE operation = 'ReverseTransaction'";
        assert_eq!(count(db, audited).await, 2);
        shop.check().await;
    }

    async fn a_slice_pays_what_its_budget_is_for(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        let call = with(expense("ads", "1"), json!({ "budgetSliceId": root }));
        for (changes, refusal) in [
            (json!({ "category": "rent" }), "INVALID category"),
            (json!({ "date": "2026-12-01" }), "INVALID date"),
            (json!({ "amount": "100.01" }), "BUDGET_EXCEEDED amount"),
            (json!({ "type": "REVENUE" }), "INVALID budgetSliceId"),
            (json!({ "budgetSliceId": NOBODY }), "NOT_FOUND budgetSliceId"),
            (json!({ "approvalId": NOBODY }), "NOT_FOUND approvalId"),
            (json!({ "amount": "0" }), "INVALID amount"),
            (json!({ "amount": "10000000000" }), "INVALID amount"),
            (json!({ "category": "" }), "INVALID category"),
            (json!({ "currency": "XXX" }), "INVALID currency"),
            (json!({ "currency": "EUR" }), "INVALID currency"),
            (json!({ "description": "\u{0}" }), "INVALID description"),
            (json!({ "externalId": "x".repeat(256) }), "INVALID externalId"),
            (json!({ "orderId": NOBODY }), "NOT_FOUND orderId"),
            (json!({ "customerId": NOBODY }), "NOT_FOUND customerId"),
            (json!({ "agentId": NOBODY }), "NOT_FOUND agentId"),
            (json!({ "campaignId": NOBODY }), "NOT_FOUND campaignId"),
        ] {
            assert_eq!(shop.code_and_path("recordTransaction", with(call.clone(), changes.clone())).await, refusal, "{changes}");
        }
        record(&shop, with(call.clone(), json!({ "externalId": "bill 7" }))).await;
        let again = with(call, json!({ "externalId": "bill 7" }));
        assert_eq!(shop.code_and_path("recordTransaction", again).await, "ALREADY_EXISTS externalId");
        shop.check().await;
    }

    async fn an_agent_enters_revenue_and_what_its_slice_pays(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        let part = allocate(&shop, &root, &team.director, "10").await;
        let director = acting(&shop, &team.director);
        record(&director, json!({ "type": "REVENUE", "category": "fair", "amount": "5" })).await;
        record(&director, with(expense("ads", "5"), json!({ "budgetSliceId": part }))).await;
        for (kind, refusal) in [("EXPENSE", "INVALID budgetSliceId"), ("REFUND", "FORBIDDEN type"), ("ADJUSTMENT", "FORBIDDEN type")] {
            let input = json!({ "type": kind, "category": "ads", "amount": "1" });
            assert_eq!(director.code_and_path("recordTransaction", input).await, refusal, "{kind}");
        }
        shop.check().await;
    }

    async fn closed_books_take_nothing(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let before = record(&shop, with(expense("ads", "1"), json!({ "date": "2026-11-10" }))).await;
        shop.clock().advance(chrono::Duration::seconds(1));
        shop.configure("books.closedUntil", json!("2026-11-20")).await;
        shop.clock().advance(chrono::Duration::seconds(1));
        let on = |date: &str| with(expense("ads", "1"), json!({ "date": date }));
        let refused = shop.refused("recordTransaction", on("2026-11-20")).await;
        assert_eq!((&refused["code"], &refused["until"], &refused["path"]), (&json!("CLOSED_PERIOD"), &json!("2026-11-20"), &json!(["date"])));
        record(&shop, on("2026-11-21")).await;
        // What takes an earlier entry back is booked today.
        shop.done("reverseTransaction", json!({ "id": before, "reason": "x" }), "reversal { id }").await;
        shop.configure("books.closedUntil", json!("2026-11-21")).await;
        assert_eq!(shop.code("recordTransaction", expense("ads", "1")).await, "CLOSED_PERIOD");
        assert_eq!(count(db, "SELECT COUNT(*) FROM transactions").await, 3);
        shop.check().await;
    }

    async fn an_expense_in_another_currency_counts_at_its_rate(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (ads, _) = budget(&shop, "ads", "100", None).await;
        let rates = json!({ "rates": [
            { "base": "EUR", "quote": "USD", "day": "2026-11-01", "rate": "1.1" },
            { "base": "EUR", "quote": "USD", "day": "2026-11-20", "rate": "1.2" },
        ] });
        shop.done("setExchangeRates", rates, "replayed").await;
        let euros = |date: &str| with(expense("ads", "10"), json!({ "currency": "EUR", "date": date }));
        let made = shop.done("recordTransaction", euros("2026-11-19"), "transaction { id reportAmount }").await;
        assert_eq!(made["transaction"]["reportAmount"], "11.00");
        record(&shop, euros("2026-11-21")).await;
        assert_eq!(total(&shop, &ads).await, "100.00 23.00");
        shop.done("reverseTransaction", json!({ "id": made["transaction"]["id"], "reason": "x" }), "reversal { id }").await;
        assert_eq!(total(&shop, &ads).await, "100.00 12.00");
        assert_eq!(shop.code_and_path("recordTransaction", euros("2026-10-31")).await, "INVALID currency");
        let campaign = campaign(&shop, json!({ "currency": "GBP" })).await;
        let of_campaign = with(euros("2026-11-21"), json!({ "campaignId": campaign }));
        assert_eq!(shop.code_and_path("recordTransaction", of_campaign).await, "INVALID currency");
        shop.check().await;
    }

    async fn money_of_orders_is_booked_with_payments_alone(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let (fees, _) = budget(&shop, "payment_fees", "100", None).await;
        let line = json!({ "sku": "A", "quantity": 1 });
        let order = shop.done("placeOrder", json!({ "email": "a@b.example", "lines": [line] }), "order { id }").await;
        let order = order["order"]["id"].clone();
        let new = json!({ "orderId": order, "provider": "stripe" });
        let payment = shop.done("createPayment", new, "payment { id }").await["payment"]["id"].clone();
        for (kind, amount) in [("CAPTURED", "100"), ("FEE", "3.20")] {
            let fact = json!({ "id": payment, "kind": kind, "amount": amount });
            shop.done("reportPayment", fact, "applied").await;
        }
        assert_eq!(total(&shop, &fees).await, "100.00 3.20");
        let query = "query($id: ID!) { order(id: $id) { transactions { nodes { id } } } }";
        let booked = shop.query(query, json!({ "id": order })).await["order"]["transactions"]["nodes"].clone();
        let booked = booked.as_array().expect("a list");
        assert_eq!(booked.len(), 2);
        for row in booked {
            let reverse = json!({ "id": row["id"], "reason": "x" });
            assert_eq!(shop.code_and_path("reverseTransaction", reverse).await, "INVALID id");
        }
        for kind in ["REVENUE", "REFUND"] {
            let input = json!({ "type": kind, "category": "sales", "amount": "1", "orderId": order });
            assert_eq!(shop.code_and_path("recordTransaction", input).await, "INVALID orderId");
        }
        shop.check().await;
    }
}
