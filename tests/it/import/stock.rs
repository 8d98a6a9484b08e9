//! What a stock file becomes.

use entity::{inventory, product_variants, sea_orm_active_enums::StockMovementKind, stock_movements};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
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
        assert_eq!(shop.shelf("HARBOUR-STRETCHED-24").await, [at("Printful", 7, 0, 0), at("main", 5, 0, 20)]);
        assert_eq!(shop.shelf("HARBOUR-ROLL-36").await, [at("main", 0, 0, 0)]);
        let variant = shop.variant("HARBOUR-STRETCHED-24").await;
        assert_eq!((variant.inventory_quantity, variant.version), (12, 1), "whoever edits the variant is not overtaken");
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
        assert_eq!(shop.shelf("HARBOUR-STRETCHED-24").await[1], at("main", 6, 0, 20));
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

    async fn counts_what_is_reserved_with_what_is_available(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let id = shop.variant("PEBBLE").await.id;
        let row = shop.rows().await.stock.into_iter().find(|row| row.product_variant_id == id).expect("stock");
        let reserved = inventory::ActiveModel { quantity_reserved: Set(5), ..row.into_active_model() };
        reserved.update(db.connection()).await.expect("reserved");
        let (_, refusals) = shop.stock(&edited(STOCK, "40,40", "2147483643,2147483643")).await;
        assert_eq!(refusals, [
            r#"line 8, Available "2147483643": all locations together, with what is reserved, add up to more than 2147483647"#,
        ]);
        let (report, _) = shop.stock(&edited(STOCK, "40,40", "2147483642,2147483642")).await;
        assert_eq!((report.stock.updated, report.stock.refused), (1, 0));
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
        let violations = service::consistency::check(shop.db.reader()).await.expect("checked");
        assert!(violations.is_empty(), "{violations:?}");
    }

    async fn writes_down_why_the_stock_changed(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let shop = shop.on(*TUESDAY);
        shop.stock(&edited(STOCK, "40,40", "31,31")).await;
        shop.stock(&edited(STOCK, "40,40", "not stocked,not stocked")).await;
        let journal = stock_movements::Entity::find()
            .filter(stock_movements::Column::Sku.eq("PEBBLE"))
            .order_by_asc(stock_movements::Column::Id)
            .all(shop.db.reader())
            .await
            .expect("read");
        let written: Vec<_> = journal.iter().map(|row| (row.kind, row.quantity, row.principal.as_str())).collect();
        assert_eq!(written, [40, -9, -31].map(|pieces| (StockMovementKind::Import, pieces, "import")));
        assert_eq!(journal[2].created_at, TUESDAY.fixed_offset());
    }

    async fn refuses_more_pieces_than_an_edition_has(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let pebble = shop.variant("PEBBLE").await;
        let pebble = product_variants::ActiveModel {
            edition_size: Set(Some(50)),
            edition_sold: Set(11),
            ..pebble.into_active_model()
        };
        pebble.update(db.connection()).await.expect("an edition");
        let (report, refusals) = shop.stock(STOCK).await;
        assert_eq!((report.stock.created, report.stock.refused), (4, 1));
        let expected = r#"line 8, Available "40": the edition has 50 pieces, of which 11 were sold and 0 are reserved"#;
        assert_eq!(refusals, [expected]);
        let (report, _) = shop.stock(&edited(STOCK, "40,40", "39,39")).await;
        assert_eq!((report.stock.created, report.stock.unchanged), (1, 4));
    }
}
