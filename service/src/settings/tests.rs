//! What the settings read and refuse.

use serde_json::json;

use super::*;

/// The page that lists them.
const PAGE: &str = include_str!("../../../docs/configuration.md");

fn with(key: &str, value: &Json) -> Result<Settings, &'static str> {
    let mut settings = Settings::default();
    settings.set(key, value).map(|()| settings)
}

/// The rows of the table: a key, and its default.
fn rows() -> Vec<(&'static str, &'static str)> {
    let cells = |line: &'static str| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        Some((cells.next()?.trim_end_matches('`'), cells.next()?.trim_matches('`')))
    };
    // The other tables there are about members of objects.
    PAGE.lines().filter_map(cells).filter(|(key, _)| KEYS.contains(key) || key.contains('.')).collect()
}

#[test]
fn the_page_lists_every_key_with_its_default() {
    let listed: Vec<&str> = rows().iter().map(|(key, _)| *key).collect();
    assert_eq!(listed, KEYS);
    for (key, default) in rows() {
        if default != "not set" {
            let value = serde_json::from_str(default).unwrap_or_else(|error| panic!("{key}: {default}: {error}"));
            assert_eq!(with(key, &value), Ok(Settings::default()), "{key}");
        }
    }
}

#[test]
fn values_of_other_types_are_refused() {
    let wrong = [
        (CURRENCY, json!("usd")),
        ("shop.country", json!("USA")),
        ("shop.timeZone", json!("Mars/Olympus")),
        ("stock.locations", json!([])),
        ("stock.locations", json!(["main", "main"])),
        ("stock.locations", json!(["main", " "])),
        ("orders.holdMinutes", json!(0)),
        ("orders.holdMinutes", json!(1.5)),
        ("orders.holdMinutes", json!(99_999_999_999_i64)),
        ("orders.prefix", json!("x".repeat(31))),
        ("orders.confirmOnPayment", json!("true")),
        ("orders.commercialMinimum", json!({ "amount": 1000 })),
        ("orders.commercialMinimum", json!({ "amount": 1000, "mode": "WARN" })),
        ("orders.commercialMinimum", json!({ "amount": 1000, "mode": "FLAG", "more": 1 })),
        ("pricing.surcharge", json!(true)),
        ("pricing.surcharge", json!({ "percentage": -1, "width": 36, "height": 48 })),
        ("returns.windowDays", json!(-1)),
        ("customers.vipThreshold", json!("much")),
        ("budgets.alertLevels", json!([90, 80])),
        ("budgets.alertLevels", json!([0])),
        ("budgets.alertLevels", json!(80)),
        ("kpi.marketingCategories", json!([])),
        ("kpi.marketingCategories", json!(["advertising", "x".repeat(101)])),
        ("books.closedUntil", json!("2026-02-30")),
        ("shopify.domain", json!("Shop.myshopify.com")),
        ("shopify.domain", json!("https://shop.myshopify.com")),
        ("shopify.domain", json!("localhost")),
        ("shopify.locations", json!({ "655441491": " " })),
        ("shopify.locations", json!(["main"])),
        ("shopify.stockMode", json!("mirror")),
        ("shopify.installed", json!("yes")),
        ("authority", json!({ "Support": { "refunds": 100 } })),
        ("authority", json!({ "Support": { "refund": -1 } })),
        ("routing", json!({ "ship_order": "" })),
        (PERSON_ABOVE, json!([])),
    ];
    for (key, value) in wrong {
        assert!(with(key, &value).is_err(), "{key} = {value}");
    }
}

#[test]
fn values_are_read() {
    let surcharge = json!({ "percentage": "20", "width": 36, "height": 48 });
    let surcharge = with("pricing.surcharge", &surcharge).expect("read").surcharge.expect("one");
    assert_eq!((surcharge.percentage, surcharge.height), (Decimal::from(20), Decimal::from(48)));
    let closed = with("books.closedUntil", &json!("2026-01-31")).expect("read").books_closed_until;
    assert_eq!(closed, NaiveDate::from_ymd_opt(2026, 1, 31));
    let routing = with("routing", &json!({ "ship_order": "Fulfillment" })).expect("read").routing;
    assert_eq!((routing.agent("ship_order"), routing.agent("other")), (Some("Fulfillment"), None));
    let locations = with("shopify.locations", &json!({ "655441491": "warehouse" })).expect("read").shopify_locations;
    assert_eq!((locations.location("655441491"), locations.location("1")), (Some("warehouse"), None));
    let domain = with("shopify.domain", &json!("a-shop.myshopify.com")).expect("read").shopify_domain;
    assert_eq!(domain.as_deref(), Some("a-shop.myshopify.com"));
    assert_eq!(with("shopify.stockMode", &json!("OWN")).expect("read").shopify_stock_mode, StockMode::Own);
    assert_eq!(with("somebody.elses", &json!(1)), Ok(Settings::default()));
}

#[test]
fn what_cannot_be_read_allows_nothing() {
    let mut settings = Settings::default();
    for key in KEYS {
        settings.set_unreadable(key);
    }
    assert_eq!(settings.person_above, Some(Decimal::ZERO));
    assert_eq!(settings.authority.limit(&[], Limit::Refund), Some(Decimal::ZERO));
    assert_eq!(settings.hold_minutes, Settings::default().hold_minutes);
}

#[test]
fn the_nearest_agent_with_a_limit_decides() {
    let value = json!({ "Director": { "refund": 500, "orderAmount": "9.50" }, "Specialist": { "refund": 100 } });
    let authority = with("authority", &value).expect("read").authority;
    let path = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let (low, high) = (path(&["Specialist", "Director"]), path(&["Other", "Director"]));
    assert_eq!(authority.limit(&low, Limit::Refund), Some(Decimal::from(100)));
    assert_eq!(authority.limit(&high, Limit::Refund), Some(Decimal::from(500)));
    assert_eq!(authority.limit(&low, Limit::OrderAmount), Some(Decimal::new(95, 1)));
    assert_eq!(authority.limit(&low, Limit::Spend), None);
    assert!(Authority::default().is_empty() && !authority.is_empty());
}
