//! What a stock file becomes.

use entity::inventory;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use service::import::Counts;
use tests::on_both_engines;

use super::{STOCK, Shop, TUESDAY, edited};

fn at(location: &str, available: i32, reserved: i32, incoming: i32) -> (String, i32, i32, i32) {
    (location.to_owned(), available, reserved, incoming)
}

on_both_engines! {
    async fn becomes_stock_rows_and_their_sum(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let (report, refusals) = shop.stock(STOCK).await;
        assert_eq!(refusals, [""; 0]);
        assert_eq!(report.stock, Counts { created: 5, ..Counts::default() });
        assert_eq!((report.stocked.not_stocked, report.stocked.unavailable), (3, 1));
        assert_eq!(shop.shelf("HARBOUR-ROLL-24").await, [at("main", 12, 0, 0)]);
        assert_eq!(shop.shelf("HARBOUR-STRETCHED-24").await, [at("Printful", 7, 0, 0), at("main", 5, 3, 20)]);
        assert_eq!(shop.shelf("HARBOUR-ROLL-36").await, [at("main", 0, 0, 0)]);
        let variant = shop.variant("HARBOUR-STRETCHED-24").await;
        assert_eq!((variant.inventory_quantity, variant.version), (12, 2));
        assert_eq!(shop.variant("HARBOUR-ROLL-36").await.version, 1, "its sum is as it was");
    }

    async fn changes_only_what_has_another_quantity(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let shop = shop.on(*TUESDAY);
        let (report, _) = shop.stock(&edited(STOCK, "40,40", "41,41")).await;
        assert_eq!(report.stock, Counts { updated: 1, unchanged: 4, ..Counts::default() });
        assert_eq!(shop.variant("PEBBLE").await.inventory_quantity, 41);
        let changed: Vec<_> = shop.rows().await.stock.into_iter().filter(|row| row.version == 2).collect();
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0].updated_at, TUESDAY.fixed_offset());
    }

    async fn leaves_what_blank_cells_do_not_say(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let (report, refusals) = shop.stock(&edited(STOCK, "20,1,3,5,9", ",,,6,6")).await;
        assert_eq!((report.stock.updated, refusals.len()), (1, 0));
        assert_eq!(shop.shelf("HARBOUR-STRETCHED-24").await[1], at("main", 6, 3, 20));
    }

    async fn removes_a_stock_row_that_is_no_longer_stocked(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let (report, _) = shop.stock(&edited(STOCK, "40,40", "not stocked,not stocked")).await;
        assert_eq!((report.stocked.removed, report.stock.unchanged), (1, 4));
        assert_eq!(shop.shelf("PEBBLE").await, []);
        assert_eq!(shop.variant("PEBBLE").await.inventory_quantity, 0);
    }

    async fn keeps_a_stock_row_that_orders_wait_for(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let id = shop.variant("PEBBLE").await.id;
        let row = shop.rows().await.stock.into_iter().find(|row| row.product_variant_id == id).expect("stock");
        let reserved = inventory::ActiveModel { quantity_reserved: Set(2), ..row.into_active_model() };
        reserved.update(db.connection()).await.expect("reserved");
        let (report, refusals) = shop.stock(&edited(STOCK, "40,40", "not stocked,not stocked")).await;
        assert_eq!(report.stock.refused, 1);
        assert_eq!(refusals, [r#"line 8, Available "not stocked": 2 pieces there are reserved for open orders"#]);
        assert_eq!(shop.shelf("PEBBLE").await, [at("main", 40, 2, 0)]);
    }

    async fn takes_an_oversold_row_as_none_left(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let (report, refusals) = shop.stock(&edited(STOCK, "40,40", "-3,-3")).await;
        assert_eq!((report.stock.updated, report.stocked.oversold, refusals.len()), (1, 1, 0));
        assert_eq!(shop.shelf("PEBBLE").await, [at("main", 0, 0, 0)]);
        assert_eq!(shop.variant("PEBBLE").await.inventory_quantity, 0);
        let (again, _) = shop.stock(&edited(STOCK, "40,40", "-3,-3")).await;
        assert_eq!(again.stock.unchanged, 5);
    }

    async fn keeps_every_rule_between_rows(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        shop.stock(&edited(STOCK, "40,40", "not stocked,not stocked")).await;
        let mut violations = service::consistency::check(shop.db.reader()).await.expect("checked");
        // The orders for which the shop has promised pieces are not in its stock file.
        violations.retain(|violation| violation.rule != "reserved_stock");
        assert!(violations.is_empty(), "{violations:?}");
    }
}
