//! What migrations make of the rows that are there.

use migration::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;
use tests::{TestDatabase, on_both_engines};

use super::{
    catalog::{count, texts},
    migrations::take_back,
    rows::{Row, literal},
};

const LATER: &str = "'2026-05-05T03:02:01+00:00'";
const NEXT_NUMBER: &str = "INSERT INTO order_numbers (created_at) VALUES ('2026-05-05T03:02:01+00:00') \
                           RETURNING CAST(position AS text)";

on_both_engines! {
    async fn open_orders_keep_their_pieces(db: &TestDatabase) {
        take_back(db, "m0020_vocabulary").await;
        insert_stock(db).await;
        up(db).await;

        for (line, stock, quantity) in [(1, 1, 2), (2, 1, 1), (2, 2, 4), (3, 3, 1)] {
            let line = is(db, "order_item_id", "order_items", line);
            let stock = is(db, "inventory_id", "inventory", stock);
            let kept = format!("{line} AND {stock} AND quantity = {quantity} AND status = 'ordered'");
            assert_eq!(count(db, "stock_reservations", &kept).await, 1, "{kept}");
        }
        let backordered = is(db, "order_item_id", "order_items", 2) + " AND status = 'backordered' AND quantity = 1";
        assert_eq!(count(db, "stock_reservations", &backordered).await, 1);
        assert_eq!(count(db, "stock_reservations", "hold_id = order_id").await, 5);
        assert_eq!(count(db, "stock_reservations", "TRUE").await, 5);
        for (stock, available, reserved) in [(1, 0, 3), (2, 0, 4), (3, 4, 1), (4, 0, 0)] {
            let stock = is(db, "id", "inventory", stock);
            let held = format!("{stock} AND quantity_available = {available} AND quantity_reserved = {reserved}");
            assert_eq!(count(db, "inventory", &held).await, 1, "{held}");
        }
        assert_eq!(count(db, "product_variants", "inventory_quantity = 0").await, 1);
        assert_eq!(count(db, "product_variants", "inventory_quantity = 4").await, 1);
        for (location, quantity) in [("main", 3), ("shelf", 4), ("main", 5)] {
            let opening = format!("kind = 'opening' AND location = '{location}' AND quantity = {quantity}");
            assert_eq!(count(db, "stock_movements", &opening).await, 1, "{opening}");
        }
        assert_eq!(count(db, "stock_movements", "TRUE").await, 3);
    }

    async fn options_are_those_that_all_variants_have(db: &TestDatabase) {
        take_back(db, "m0020_vocabulary").await;
        insert_stock(db).await;
        up(db).await;
        let names = "SELECT REPLACE(CAST(option_names AS text), ' ', '') FROM products ORDER BY handle";
        assert_eq!(texts(db, names).await, [r#"["Size","PrintType"]"#, r#"["Title"]"#]);
        let values = "SELECT REPLACE(CAST(option_values AS text), ' ', '') FROM product_variants ORDER BY size";
        let values = texts(db, values).await;
        assert!(values.contains(&r#"["24x36","CanvasRoll"]"#.to_owned()), "{values:?}");
        assert!(values.contains(&r#"["variant"]"#.to_owned()), "{values:?}");
    }

    async fn what_a_third_option_tells_apart_has_its_title(db: &TestDatabase) {
        take_back(db, "m0020_vocabulary").await;
        insert(db, Row::new("products", 1)).await;
        for (number, title) in [(1, "'24x36 / Roll / Blue'"), (2, "'24x36 / Roll / Red'")] {
            let row = Row::new("product_variants", number).set("size", "'24x36'").set("frame_type", "'Roll'");
            insert(db, row.set("title", title)).await;
        }
        up(db).await;
        assert_eq!(texts(db, "SELECT CAST(option_names AS text) FROM products").await, [r#"["Title"]"#]);
        let values = "SELECT CAST(option_values AS text) FROM product_variants ORDER BY title";
        assert_eq!(texts(db, values).await, [r#"["24x36 / Roll / Blue"]"#, r#"["24x36 / Roll / Red"]"#]);
    }

    async fn more_pieces_than_can_be_counted_are_left_out(db: &TestDatabase) {
        take_back(db, "m0020_vocabulary").await;
        insert(db, Row::new("products", 1)).await;
        insert(db, Row::new("product_variants", 1).set("inventory_quantity", "2147483647")).await;
        for (number, location, available, reserved) in [(1, "'main'", "2147483647", "5"), (2, "'shelf'", "0", "1")] {
            let row = Row::new("inventory", number).set("location", location);
            insert(db, row.set("quantity_available", available).set("quantity_reserved", reserved)).await;
        }
        up(db).await;
        // Nobody wants what was reserved.
        let first = is(db, "id", "inventory", 1) + " AND quantity_available = 2147483646 AND quantity_reserved = 0";
        assert_eq!(count(db, "inventory", &first).await, 1);
        assert_eq!(count(db, "stock_movements", "quantity IN (2147483646, 1)").await, 2);
        assert_eq!(count(db, "product_variants", "inventory_quantity = 2147483647").await, 1);
    }

    async fn lines_have_places_and_what_went_out(db: &TestDatabase) {
        take_back(db, "m0020_vocabulary").await;
        insert_stock(db).await;
        up(db).await;
        let lines = [(1, 0, 0, 0), (2, 0, 0, 0), (3, 1, 0, 0), (4, 0, 1, 0), (5, 0, 2, 2)];
        for (line, position, fulfilled, returned) in lines {
            let pieces = format!("fulfilled_quantity = {fulfilled} AND returned_quantity = {returned}");
            let line = format!("{} AND position = {position} AND {pieces}", is(db, "id", "order_items", line));
            assert_eq!(count(db, "order_items", &line).await, 1, "{line}");
        }
        for (variant, sold) in [(1, 1), (2, 0)] {
            let sold = format!("{} AND edition_sold = {sold}", is(db, "id", "product_variants", variant));
            assert_eq!(count(db, "product_variants", &sold).await, 1, "{sold}");
        }
        assert_eq!(count(db, "orders", "placed_at = created_at").await, 4);
        assert_eq!(count(db, "orders", "confirmed_at = updated_at AND status IN ('processing', 'completed')").await, 2);
        assert_eq!(count(db, "orders", "confirmed_at IS NOT NULL OR completed_at IS NOT NULL").await, 2);
        assert_eq!(count(db, "orders", "(completed_at IS NOT NULL) = (status = 'completed')").await, 4);
        assert_eq!(count(db, "orders", "(cancelled_at IS NOT NULL) = (status = 'cancelled')").await, 4);
        assert_eq!(texts(db, NEXT_NUMBER).await, ["12346"]);
        assert_eq!(texts(db, NEXT_NUMBER).await, ["12347"]);
    }

    async fn the_books_become_payments(db: &TestDatabase) {
        take_back(db, "m0020_vocabulary").await;
        insert_books(db).await;
        up(db).await;
        are_booked(db).await;
        let change = "UPDATE transactions SET payment_entry_id = NULL";
        db.connection().execute_unprepared(change).await.expect_err("the books are closed again");

        take_back(db, "m0020_vocabulary").await;
        db.connection().execute_unprepared("UPDATE transactions SET amount = 1").await.expect_err("still closed");
        up(db).await;
        are_booked(db).await;
    }

    async fn numbers_begin_behind_ten_thousand(db: &TestDatabase) {
        assert_eq!(texts(db, NEXT_NUMBER).await, ["10001"]);
    }
}

/// What the books of [`insert_books`] become.
async fn are_booked(db: &TestDatabase) {
    for (table, number, of) in [("transactions", 1, 1), ("orders", 2, 2), ("transactions", 5, 3)] {
        let payment = is(db, "id", table, number) + " AND " + &is(db, "order_id", "orders", of);
        let status = if table == "orders" { "authorized" } else { "captured" };
        let sums = match of {
            1 => "captured_amount = 400 AND refunded_amount = 50 AND authorized_amount = 0",
            2 => "captured_amount = 0 AND authorized_amount = 400",
            _ => "captured_amount = 400 AND refunded_amount = 0",
        };
        let payment = format!("{payment} AND provider = 'import' AND amount = 400 AND status = '{status}' AND {sums}");
        assert_eq!(count(db, "payments", &payment).await, 1, "order {of}");
    }
    assert_eq!(count(db, "payments", "TRUE").await, 3);
    assert_eq!(count(db, "payment_entries", "kind = 'captured' AND refund_id IS NULL").await, 3);
    assert_eq!(count(db, "payment_entries", "kind = 'refunded' AND refund_id = id AND amount = 50").await, 1);
    assert_eq!(count(db, "payment_entries", "kind = 'authorized' AND payment_id = id").await, 1);
    assert_eq!(count(db, "payment_entries", "TRUE").await, 5);
    let key = texts(db, "SELECT effect_key FROM payment_entries WHERE kind = 'authorized'").await.concat();
    let digits = literal(db, "@orders:2").replace(['X', '\'', '-'], "");
    assert_eq!((key.replace('-', ""), key.len()), (format!("order:{digits}"), "order:".len() + 36));
    let refund = "amount = 50 AND adjustment_amount = 50 AND status = 'succeeded' AND source = 'import'";
    assert_eq!(count(db, "refunds", refund).await, 1);
    assert_eq!(count(db, "refunds", "TRUE").await, 1);
    assert_eq!(count(db, "transactions", "payment_entry_id = id").await, 4);
    assert_eq!(count(db, "transactions", "payment_entry_id IS NULL AND amount = 500").await, 1);

    for (order, captured, refunded, report, fulfillment) in [
        (1, 400, 50, 350, "fulfilled"),
        (2, 0, 0, 400, "unfulfilled"),
        (3, 400, 0, 400, "unfulfilled"),
        (4, 0, 0, 400, "unfulfilled"),
    ] {
        let order = is(db, "id", "orders", order);
        let sums =
            format!("captured_amount = {captured} AND refunded_amount = {refunded} AND report_amount = {report}");
        let order = format!("{order} AND {sums} AND fulfillment_status = '{fulfillment}'");
        assert_eq!(count(db, "orders", &order).await, 1, "{order}");
    }
    let spent =
        is(db, "id", "customers", 1) + " AND total_spent = 750 AND average_order_value = 375 AND NOT vip_status";
    assert_eq!(count(db, "customers", &spent).await, 1);
    let spent = is(db, "id", "customers", 2) + " AND total_spent = 10000.01 AND vip_status";
    assert_eq!(count(db, "customers", &spent).await, 1);
}

async fn up(db: &TestDatabase) {
    Migrator::up(db.connection(), None).await.expect("up");
}

/// That a column has the id of a row.
fn is(db: &TestDatabase, column: &str, table: &str, number: usize) -> String {
    format!("{column} = {}", literal(db, &format!("@{table}:{number}")))
}

async fn insert(db: &TestDatabase, row: Row) {
    row.insert_only(db).await.expect("inserted");
}

/// Two products with a variant each, and orders for more of the first than there is.
async fn insert_stock(db: &TestDatabase) {
    for number in [1, 2] {
        insert(db, Row::new("products", number)).await;
    }
    let sized = Row::new("product_variants", 1).set("size", "'24x36'").set("frame_type", "'Canvas Roll'");
    insert(db, sized.set("inventory_quantity", "4")).await;
    insert(db, Row::new("product_variants", 2).set("product_id", "@products:2")).await;
    for (number, variant, location, available, reserved) in
        [(1, 1, "main", "1", "2"), (2, 1, "shelf", "3", "1"), (3, 2, "main", "0", "5"), (4, 2, "shelf", "0", "0")]
    {
        let row = Row::new("inventory", number)
            .set("product_variant_id", &format!("@product_variants:{variant}"))
            .set("location", &format!("'{location}'"))
            .set("quantity_available", available)
            .set("quantity_reserved", reserved);
        insert(db, row).await;
    }
    for (number, status, fulfillment, name) in [
        (1, "pending", "unfulfilled", "'VW-1001'"),
        (2, "processing", "partial", "'X99999999999999999999'"),
        (3, "completed", "fulfilled", "'VW-12345'"),
        (4, "cancelled", "restocked", "'none'"),
    ] {
        let row = Row::new("orders", number)
            .set("order_number", name)
            .set("status", &format!("'{status}'"))
            .set("fulfillment_status", &format!("'{fulfillment}'"));
        insert(db, if number == 1 { row } else { row.set("created_at", LATER).set("updated_at", LATER) }).await;
    }
    for (number, order, variant, quantity) in
        [(1, 1, Some(1), "2"), (2, 2, Some(1), "6"), (3, 1, Some(2), "1"), (4, 3, Some(1), "1"), (5, 4, None, "2")]
    {
        let row = Row::new("order_items", number)
            .set("order_id", &format!("@orders:{order}"))
            .set("quantity", quantity)
            .set("price", "1")
            .set("total_amount", quantity);
        let row = match variant {
            Some(variant) => row.set("product_variant_id", &format!("@product_variants:{variant}")),
            None => row,
        };
        insert(db, row).await;
    }
}

/// An order that was paid in two parts and refunded twice, too much the second time; one that is authorised; one that
/// is paid and not sent; one that was cancelled; a large one.
async fn insert_books(db: &TestDatabase) {
    for number in [1, 2] {
        insert(db, Row::new("customers", number).set("total_spent", "800").set("orders_count", "2")).await;
    }
    for (number, customer, status, fulfillment, financial, total) in [
        (1, Some(1), "completed", "fulfilled", "partially_refunded", "400"),
        (2, Some(1), "confirmed", "unfulfilled", "authorized", "400"),
        (3, None, "processing", "partial", "paid", "400"),
        (4, Some(1), "cancelled", "unfulfilled", "voided", "400"),
        (5, Some(2), "pending", "unfulfilled", "pending", "10000.01"),
    ] {
        let row = Row::new("orders", number)
            .set("status", &format!("'{status}'"))
            .set("fulfillment_status", &format!("'{fulfillment}'"))
            .set("financial_status", &format!("'{financial}'"))
            .set("subtotal_amount", total)
            .set("total_amount", total);
        let row = match customer {
            Some(customer) => row.set("customer_id", &format!("@customers:{customer}")),
            None => row,
        };
        insert(db, row).await;
    }
    for (number, order, kind, amount) in [
        (1, 1, "revenue", "300"),
        (2, 1, "revenue", "100"),
        (3, 1, "refund", "50"),
        (4, 1, "refund", "500"),
        (5, 3, "revenue", "400"),
    ] {
        let row = Row::new("transactions", number)
            .set("order_id", &format!("@orders:{order}"))
            .set("type", &format!("'{kind}'"))
            .set("amount", amount);
        insert(db, row).await;
    }
}
