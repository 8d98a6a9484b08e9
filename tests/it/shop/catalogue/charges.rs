//! Taxes, shipping methods and exchange rates: all of a call, or none.

use entity::audit_entries;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tests::on_both_engines;

use crate::shop::fixture::{ShopFixture, with};

const TAXES: &str = "taxRates { id country region taxClass name percentage isIncluded onShipping version }";
const METHODS: &str = "shippingMethods { id code name countries currency price freeFrom isActive version }";
const RATES: &str = "exchangeRates { id base quote day rate source }";

on_both_engines! {
    async fn tax_rates_are_saved_together(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let save = async |rates: Value| shop.done("saveTaxRates", json!({ "rates": rates }), TAXES).await["taxRates"].take();
        let saved = save(json!([
            { "country": "de", "name": "VAT", "percentage": "19", "isIncluded": true, "onShipping": true },
            { "country": "DE", "taxClass": "art", "name": "VAT", "percentage": "7" },
            { "country": "US", "region": "ny", "name": "Sales tax", "percentage": "8.8750" },
        ])).await;
        assert_eq!(saved, json!([
            { "id": saved[0]["id"], "country": "DE", "region": "", "taxClass": "standard", "name": "VAT", "percentage": "19.0000", "isIncluded": true, "onShipping": true, "version": 1 },
            { "id": saved[1]["id"], "country": "DE", "region": "", "taxClass": "art", "name": "VAT", "percentage": "7.0000", "isIncluded": true, "onShipping": false, "version": 1 },
            { "id": saved[2]["id"], "country": "US", "region": "NY", "taxClass": "standard", "name": "Sales tax", "percentage": "8.8750", "isIncluded": false, "onShipping": false, "version": 1 },
        ]));
        let changed = save(json!([
            { "country": "DE", "percentage": "20", "expectedVersion": 1 },
            { "country": "US", "region": "NY", "remove": true },
            { "country": "FR", "remove": true },
        ])).await;
        assert_eq!(changed, json!([with(saved[0].clone(), json!({ "percentage": "20.0000", "version": 2 }))]));
        let count = shop.query("{ taxRates { totalCount } }", json!({})).await;
        assert_eq!(count["taxRates"]["totalCount"], 2);

        let new = json!({ "country": "FR", "name": "VAT", "percentage": "20" });
        for (changes, code) in [
            (json!({ "country": "FRA" }), "INVALID rates.1.country"),
            (json!({ "region": "x".repeat(11) }), "INVALID rates.1.region"),
            // In capitals these are twenty.
            (json!({ "region": "ß".repeat(10) }), "INVALID rates.1.region"),
            (json!({ "taxClass": " " }), "INVALID rates.1.taxClass"),
            (json!({ "name": null }), "INVALID rates.1.name"),
            (json!({ "percentage": null }), "INVALID rates.1.percentage"),
            (json!({ "percentage": "100.0001" }), "INVALID rates.1.percentage"),
            (json!({ "percentage": "1.00001" }), "INVALID rates.1.percentage"),
            (json!({ "expectedVersion": 1 }), "VERSION_CONFLICT rates.1.expectedVersion"),
            (json!({ "country": "NL" }), "INVALID rates.1.country"),
            (json!({ "country": "DE", "isIncluded": false }), "INVALID rates.1.isIncluded"),
        ] {
            let rates = json!([{ "country": "NL", "name": "VAT", "percentage": "21" }, with(new.clone(), changes.clone())]);
            assert_eq!(shop.code_and_path("saveTaxRates", json!({ "rates": rates })).await, code, "{changes}");
        }
        assert_eq!(shop.query("{ taxRates { totalCount } }", json!({})).await, count, "nothing was done");
        // All of a country change together.
        let both = json!([{ "country": "DE", "isIncluded": false }, { "country": "DE", "taxClass": "art", "isIncluded": false }]);
        assert_eq!(save(both).await[1]["isIncluded"], false);
        shop.check().await;
    }

    async fn shipping_methods_are_saved_together(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let save = async |methods: Value| shop.done("saveShippingMethods", json!({ "methods": methods }), METHODS).await["shippingMethods"].take();
        let saved = save(json!([
            { "code": "home", "currency": "USD", "name": "Home", "countries": ["us", "US"], "price": "25", "freeFrom": "250" },
            { "code": "home", "currency": "EUR", "name": "World", "price": "30" },
        ])).await;
        assert_eq!(saved, json!([
            { "id": saved[0]["id"], "code": "home", "name": "Home", "countries": ["US"], "currency": "USD", "price": "25.00", "freeFrom": "250.00", "isActive": true, "version": 1 },
            { "id": saved[1]["id"], "code": "home", "name": "World", "countries": [], "currency": "EUR", "price": "30.00", "freeFrom": null, "isActive": true, "version": 1 },
        ]));
        let changed = save(json!([
            { "code": "home", "currency": "USD", "freeFrom": null, "isActive": false, "expectedVersion": 1 },
            { "code": "home", "currency": "EUR", "remove": true, "expectedVersion": 1 },
        ])).await;
        assert_eq!(changed, json!([with(saved[0].clone(), json!({ "freeFrom": null, "isActive": false, "version": 2 }))]));
        let new = json!({ "code": "new", "currency": "JPY", "name": "New", "price": "100" });
        for (changes, code) in [
            (json!({ "code": " " }), "INVALID methods.1.code"),
            (json!({ "code": "first" }), "INVALID methods.1.code"),
            (json!({ "currency": "yen" }), "INVALID methods.1.currency"),
            (json!({ "name": null }), "INVALID methods.1.name"),
            (json!({ "price": null }), "INVALID methods.1.price"),
            (json!({ "price": "0.5" }), "INVALID methods.1.price"),
            (json!({ "freeFrom": "0.5" }), "INVALID methods.1.freeFrom"),
            (json!({ "countries": ["US", "?"] }), "INVALID methods.1.countries.1"),
            (json!({ "expectedVersion": 2 }), "VERSION_CONFLICT methods.1.expectedVersion"),
        ] {
            let methods = json!([with(new.clone(), json!({ "code": "first" })), with(new.clone(), changes.clone())]);
            assert_eq!(shop.code_and_path("saveShippingMethods", json!({ "methods": methods })).await, code, "{changes}");
        }
        let left = shop.query("{ shippingMethods { nodes { code currency } } }", json!({})).await;
        assert_eq!(left["shippingMethods"]["nodes"], json!([{ "code": "home", "currency": "USD" }]));
        shop.check().await;
    }

    async fn exchange_rates_of_a_day_are_set_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let set = async |rates: Value| shop.done("setExchangeRates", json!({ "rates": rates }), RATES).await["exchangeRates"].take();
        let euros = json!({ "base": "USD", "quote": "EUR", "day": "2026-11-20", "rate": "0.9512345678" });
        let first = set(json!([euros, with(euros.clone(), json!({ "day": "2026-11-21", "source": "bank" }))])).await;
        assert_eq!(first, json!([
            { "id": first[0]["id"], "base": "USD", "quote": "EUR", "day": "2026-11-20", "rate": "0.9512345678", "source": "manual" },
            { "id": first[1]["id"], "base": "USD", "quote": "EUR", "day": "2026-11-21", "rate": "0.9512345678", "source": "bank" },
        ]));
        let changed = set(json!([with(euros.clone(), json!({ "rate": "0.9600" }))])).await;
        assert_eq!(changed, json!([with(first[0].clone(), json!({ "rate": "0.96" }))]));
        for (changes, code) in [
            (json!({ "base": "usd" }), "INVALID rates.1.base"),
            (json!({ "quote": "XXX" }), "INVALID rates.1.quote"),
            (json!({ "quote": "USD" }), "INVALID rates.1.quote"),
            (json!({ "rate": "0" }), "INVALID rates.1.rate"),
            (json!({ "rate": "-1" }), "INVALID rates.1.rate"),
            (json!({ "rate": "0.00000000001" }), "INVALID rates.1.rate"),
            (json!({ "rate": "1000000000" }), "INVALID rates.1.rate"),
            (json!({ "source": " " }), "INVALID rates.1.source"),
            (json!({ "day": "2026-11-22" }), "INVALID rates.1.day"),
        ] {
            let rates = json!([with(euros.clone(), json!({ "day": "2026-11-22" })), with(euros.clone(), changes.clone())]);
            assert_eq!(shop.code_and_path("setExchangeRates", json!({ "rates": rates })).await, code, "{changes}");
        }
        let count = shop.query("{ exchangeRates { totalCount } }", json!({})).await;
        assert_eq!(count["exchangeRates"]["totalCount"], 2);
        shop.check().await;
    }

    async fn what_was_done_is_written_down(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let rate = |rate: &str| json!({ "rates": [{ "base": "USD", "quote": "EUR", "day": "2026-11-20", "rate": rate }] });
        shop.done("setExchangeRates", rate("0.9"), RATES).await;
        shop.done("setExchangeRates", rate("0.90"), RATES).await;
        shop.done("setExchangeRates", rate("0.8"), RATES).await;
        let tax = json!({ "rates": [{ "country": "FR", "name": "VAT", "percentage": "20" }] });
        shop.done("saveTaxRates", tax.clone(), TAXES).await;
        shop.done("saveTaxRates", tax, TAXES).await;
        let log = audit_entries::Entity::find().order_by_asc(audit_entries::Column::Id);
        let log = log.all(shop.service.database().reader()).await.expect("read");
        let log: Vec<Value> = log.iter().map(|entry| json!([entry.operation, entry.object_type, entry.before, entry.after])).collect();
        let of = |rate: &str| json!({ "rate": rate, "source": "manual" });
        assert_eq!(log[..2], [
            json!(["SetExchangeRates", "ExchangeRate", null, of("0.9")]),
            json!(["SetExchangeRates", "ExchangeRate", of("0.9"), of("0.8")]),
        ]);
        assert_eq!(log[2..], [json!(["SaveTaxRates", "TaxRate", null, log[2][3]])]);
        shop.check().await;
    }
}
