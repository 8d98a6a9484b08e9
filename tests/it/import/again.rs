//! The second run, and runs with other contents.

use entity::product_variants;
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use service::import::Counts;
use tests::on_both_engines;

use super::{MONDAY, PRODUCTS, STOCK, Shop, TUESDAY, edited};

on_both_engines! {
    async fn changes_nothing_the_second_time(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let before = shop.rows().await;
        let shop = shop.on(*TUESDAY);
        let (products, _) = shop.products(PRODUCTS).await;
        let (stock, _) = shop.stock(STOCK).await;
        assert_eq!(shop.rows().await, before);
        assert_eq!(products.products, Counts { unchanged: 3, ..Counts::default() });
        assert_eq!(products.variants, Counts { unchanged: 7, ..Counts::default() });
        assert_eq!(stock.stock, Counts { unchanged: 5, ..Counts::default() });
    }

    async fn changes_only_what_has_another_price(db: &TestDatabase) {
        let shop = Shop::stocked(db).await.on(*TUESDAY);
        let before = shop.rows().await;
        let (report, _) = shop.products(&edited(PRODUCTS, "199.99", "110.01")).await;
        assert_eq!(report.products, Counts { updated: 1, unchanged: 2, ..Counts::default() });
        assert_eq!(report.variants, Counts { updated: 1, unchanged: 6, ..Counts::default() });

        let price: Decimal = "110.01".parse().expect("a number");
        let harbour = shop.product("harbour-lights").await;
        assert_eq!((harbour.base_price, harbour.version), (price, 2), "the lowest price follows");
        assert_eq!((harbour.created_at, harbour.updated_at), (MONDAY.fixed_offset(), TUESDAY.fixed_offset()));
        let changed = shop.variant("HARBOUR-STRETCHED-24").await;
        assert_eq!((changed.price, changed.version, changed.updated_at), (price, 2, TUESDAY.fixed_offset()));
        let after = shop.rows().await.variants.into_iter().filter(|row| row.id != changed.id);
        assert!(after.eq(before.variants.into_iter().filter(|row| row.id != changed.id)));
    }

    async fn keeps_the_lowest_price_of_a_higher_one_apart(db: &TestDatabase) {
        let shop = Shop::stocked(db).await.on(*TUESDAY);
        shop.products(&edited(PRODUCTS, ",399.00,", ",398.00,")).await;
        assert_eq!(shop.product("harbour-lights").await.version, 1);
        assert_eq!(shop.variant("HARBOUR-STRETCHED-36").await.version, 2);
    }

    async fn finds_variants_by_options_when_the_sku_is_new(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let before = shop.variant("HARBOUR-ROLL-36").await;
        let (report, _) = shop.products(&edited(PRODUCTS, "HARBOUR-ROLL-36", "HARBOUR-36-ROLL")).await;
        assert_eq!(report.variants, Counts { updated: 1, unchanged: 6, ..Counts::default() });
        assert_eq!(shop.variant("HARBOUR-36-ROLL").await.id, before.id);
    }

    async fn finds_variants_by_sku_when_the_options_are_new(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let before = shop.variant("HARBOUR-ROLL-36").await;
        let (report, _) = shop.products(&edited(PRODUCTS, "36x48,,,Canvas Roll,,,,,HARBOUR", "40x50,,,Canvas Roll,,,,,HARBOUR")).await;
        assert_eq!(report.variants, Counts { updated: 1, unchanged: 6, ..Counts::default() });
        let after = shop.variant("HARBOUR-ROLL-36").await;
        assert_eq!((after.id, after.title.as_str()), (before.id, "40x50 / Canvas Roll"));
    }

    async fn leaves_variants_that_the_file_does_not_name(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let text = String::from_utf8_lossy(PRODUCTS).into_owned();
        let fewer: String = text.split_inclusive("\r\n").filter(|line| !line.contains("HARBOUR-ROLL-36")).collect();
        let (report, _) = shop.products(fewer.as_bytes()).await;
        assert_eq!((report.variants.unchanged, report.variants_left), (6, 1));
        assert_eq!(shop.variant("HARBOUR-ROLL-36").await.version, 1);
    }

    async fn does_not_forget_a_cost_that_the_file_leaves_out(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let (report, _) = shop.products(&edited(PRODUCTS, ",7.50,", ",,")).await;
        assert_eq!(report.products.unchanged, 3);
        assert!(shop.product("pebble").await.cost.is_some());
    }

    async fn keeps_a_sold_out_edition_off_sale(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let edition = product_variants::ActiveModel {
            edition_size: Set(Some(5)),
            edition_sold: Set(5),
            is_available: Set(false),
            ..shop.variant("HARBOUR-ROLL-24").await.into_active_model()
        };
        edition.update(db.connection()).await.expect("an edition");
        let (report, _) = shop.products(PRODUCTS).await;
        assert_eq!(report.variants, Counts { unchanged: 7, ..Counts::default() });
    }

    async fn survives_two_imports_at_once(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        let (one, other) = futures::join!(shop.products(PRODUCTS), shop.products(PRODUCTS));
        assert_eq!((one.1, other.1), (vec![], vec![]));
        assert_eq!(one.0.products.created + other.0.products.created, 3);
        assert_eq!(one.0.variants.created + other.0.variants.created, 7);
        assert_eq!(shop.rows().await.variants.len(), 7);
    }
}
