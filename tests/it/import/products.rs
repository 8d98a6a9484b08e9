//! What a product file becomes.

use entity::{configurations, sea_orm_active_enums::ProductStatus};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;
use service::import::Counts;
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{MONDAY, PRODUCTS, PRODUCTS_REFUSED, Shop};

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

/// Sets the currency of the shop.
async fn trade_in(db: &TestDatabase, currency: &str) {
    let row = configurations::ActiveModel {
        id: Set(Uuid::now_v7()),
        key: Set("shop.currency".to_owned()),
        value: Set(json!(currency)),
        created_at: Set(MONDAY.fixed_offset()),
        updated_at: Set(MONDAY.fixed_offset()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a configuration");
}

on_both_engines! {
    async fn takes_the_currency_of_the_shop(db: &TestDatabase) {
        trade_in(db, "EUR").await;
        let shop = Shop::stocked(db).await;
        assert_eq!(shop.product("harbour-lights").await.currency, "EUR");
    }

    async fn refuses_prices_that_its_currency_does_not_have(db: &TestDatabase) {
        trade_in(db, "JPY").await;
        let shop = Shop::open(db).await;
        let (report, refusals) = shop.products(PRODUCTS).await;
        assert_eq!(refusals, [
            r#"line 2, Variant Price "120.5": a price in JPY is a multiple of 1"#,
            r#"line 4, Variant Price "199.99": a price in JPY is a multiple of 1"#,
        ]);
        assert_eq!((report.products.created, report.variants.created, report.variants.refused), (3, 5, 2));
    }

    async fn counts_what_it_read(db: &TestDatabase) {
        let (report, refusals) = Shop::open(db).await.products(PRODUCTS).await;
        assert_eq!(refusals, [""; 0]);
        assert_eq!(report.products, Counts { created: 3, ..Counts::default() });
        assert_eq!(report.variants, Counts { created: 7, ..Counts::default() });
        assert_eq!((report.rows, report.images_skipped, report.variants_left), (9, 2, 0));
    }

    async fn takes_products_from_the_first_row(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let harbour = shop.product("harbour-lights").await;
        assert_eq!(harbour.title, "Harbour Lights");
        let body = "<p>Lamps over water.</p>\r\n<p>Framed as \"Harbour\", signed.</p>";
        assert_eq!(harbour.description.as_deref(), Some(body));
        assert_eq!(harbour.tags, json!(["Coast", "Night"]));
        assert_eq!(harbour.collection.as_deref(), Some("Coast"));
        assert_eq!(harbour.category.as_deref(), Some("Home & Garden > Decor > Artwork"));
        assert_eq!((harbour.base_price, harbour.cost), (decimal("120.50"), None));
        assert_eq!((harbour.status, harbour.currency.as_str()), (ProductStatus::Active, "USD"));
        assert_eq!(harbour.option_names.as_array().map(Vec::len), Some(2), "{}", harbour.option_names);
        assert_eq!((harbour.version, harbour.created_at, harbour.updated_at), (1, MONDAY.fixed_offset(), MONDAY.fixed_offset()));

        let dune = shop.product("dune").await;
        assert_eq!((dune.description, dune.collection, dune.tags), (None, None, json!([])));
        assert_eq!((dune.category.as_deref(), dune.status), (Some("Print"), ProductStatus::Draft));

        let pebble = shop.product("pebble").await;
        assert_eq!((pebble.status, pebble.cost), (ProductStatus::Archived, Some(decimal("7.50"))));
    }

    async fn takes_variants_from_every_row(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let stretched = shop.variant("HARBOUR-STRETCHED-36").await;
        assert_eq!(stretched.title, "36x48 / Stretched Canvas");
        assert_eq!(stretched.size.as_deref(), Some("36x48"));
        assert_eq!(stretched.frame_type.as_deref(), Some("Stretched Canvas"));
        assert_eq!(stretched.option_values, json!(["36x48", "Stretched Canvas"]));
        assert_eq!((stretched.price, stretched.compare_at_price), (decimal("399"), Some(decimal("410"))));
        assert_eq!((stretched.inventory_quantity, stretched.is_available), (0, true));
        assert_eq!(shop.variant("HARBOUR-ROLL-24").await.compare_at_price, None);

        let dune = shop.product("dune").await.id;
        let dunes: Vec<_> = shop.rows().await.variants.into_iter().filter(|row| row.product_id == dune).collect();
        assert!(dunes.iter().all(|row| row.sku.is_none() && !row.is_available));
        assert!(dunes.iter().all(|row| row.frame_type.as_deref() == Some("Canvas Roll")), "called Finish in the file");

        let pebble = shop.variant("PEBBLE").await;
        assert_eq!((pebble.title.as_str(), pebble.size, pebble.frame_type), ("Default Title", None, None));
        assert_eq!(pebble.option_values, json!(["Default Title"]));
        assert!(!pebble.is_available, "archived");
    }

    async fn reports_a_dry_run_as_a_run_and_writes_nothing(db: &TestDatabase) {
        let shop = Shop::open(db).await.dry(true);
        let dry = shop.products(PRODUCTS_REFUSED).await;
        assert!(shop.rows().await.products.is_empty());
        let shop = shop.dry(false);
        let mut run = shop.products(PRODUCTS_REFUSED).await;
        assert!(!shop.rows().await.products.is_empty());
        run.0.dry_run = true;
        assert_eq!(dry, run);
    }
}
