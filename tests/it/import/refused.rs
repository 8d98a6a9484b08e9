//! What is not taken, and where it says so.

use service::import::Counts;
use tests::on_both_engines;

use super::{PRODUCTS, PRODUCTS_REFUSED, STOCK, STOCK_REFUSED, Shop, edited};

on_both_engines! {
    async fn says_what_of_a_product_file_was_not_taken(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        let (report, refusals) = shop.products(PRODUCTS_REFUSED).await;
        assert_eq!(refusals, [
            r#"line 3, Variant Price "12,50": not a number such as 344.25"#,
            r#"line 4, Variant Price "12.505": a price has at most two decimals"#,
            r#"line 5, Variant Price "-1": a price cannot be negative"#,
            r#"line 6, Variant Price "100000000.00": more than 99999999.99"#,
            r#"line 7, Variant SKU "REEF-1": line 2 has this SKU"#,
            r#"line 8, Option1 Value "S": line 2 has the same options"#,
            r#"line 9, Option2 Value: a value for the option "print type" is missing"#,
            r#"line 10, Option3 Value "Blue": the option has no name on the product's first row"#,
            "line 11, Variant Price: a price is missing",
            "line 12, Variant Price: the row has neither a variant nor an image",
            "line 13: the row has 3 fields, the header has 53",
            r#"line 14, Title "Reef, otherwise": line 2 has another value for this product"#,
            &format!("line 15, Option1 Value {:?}: has 51 characters, at most 50 fit", "w".repeat(51)),
            "line 16, Title: a title is missing",
            r#"line 17, Variant Price "abc": not a number such as 344.25"#,
            r#"line 18, Variant SKU "REEF-1": the product "reef" has this SKU"#,
            r#"line 20, Variant SKU "THIEF-2": the product "thief" has this SKU"#,
            r#"line 20, Handle "all-stolen": no variant of this product can be taken, so it has no price"#,
            r#"line 21, Handle "reef": other rows of this product begin on line 2; a product's rows must follow each other"#,
            r#"line 22, Status "live": not one of active, draft, archived, unlisted"#,
            r#"line 22, Published "yes": neither TRUE nor FALSE"#,
            &format!("line 23, Title \"{}…\": has 501 characters, at most 500 fit", "x".repeat(80)),
            "line 24, Handle: a handle is missing",
            r#"line 25, Option2 Name "size": the product has this option twice"#,
            "line 26, Title \"Caf\u{FFFD}\": not valid UTF-8; if every accent is refused, save the file as UTF-8",
        ]);
        assert_eq!(report.products, Counts { created: 3, refused: 7, ..Counts::default() });
        assert_eq!(report.variants, Counts { created: 3, refused: 21, ..Counts::default() });
        assert_eq!((report.refusals, report.unreadable, report.rows), (25, 2, 26));
        let mut handles: Vec<_> = shop.rows().await.products.into_iter().map(|row| row.handle).collect();
        handles.sort();
        assert_eq!(handles, ["last", "reef", "thief"]);
    }

    async fn says_what_of_a_stock_file_was_not_taken(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let (report, refusals) = shop.stock(STOCK_REFUSED).await;
        assert_eq!(refusals, [
            r#"line 4, SKU "HARBOUR-ROLL-24": line 2 has other quantities for this SKU and location"#,
            r#"line 6, Available "1.5": not a whole number"#,
            "line 7, Available: a quantity is missing",
            r#"line 8, On hand "6": Available, Committed and Unavailable add up to 5"#,
            r#"line 9, On hand "3": Available says not stocked"#,
            "line 10, Location: a location is missing",
            r#"line 11, Handle "harbour-lights": no variant has this handle and the options "24x36""#,
            r#"line 13, Available "1": all locations together, with what is reserved, add up to more than 2147483647"#,
            r#"line 14, SKU "UNKNOWN-1": no variant has this SKU"#,
            r#"line 16, Unavailable "x": not a whole number"#,
            "line 17: the row has 2 fields, the header has 17",
        ]);
        assert_eq!(report.stock, Counts { created: 3, unchanged: 1, refused: 10, ..Counts::default() });
        assert_eq!((report.stocked.not_stocked, report.unreadable, report.refusals), (1, 1, 11));
        assert_eq!(shop.variant("HARBOUR-ROLL-24").await.inventory_quantity, 12);
        assert_eq!(shop.variant("HARBOUR-STRETCHED-36").await.inventory_quantity, i32::MAX);
    }

    async fn stops_at_the_first_refusal(db: &TestDatabase) {
        let shop = Shop::open(db).await.stopping();
        let file = edited(PRODUCTS, "dune,,,,,,,,,36x48", "dune,,,,,,,,,24x36");
        let (report, refusals) = shop.products(&file).await;
        assert_eq!(refusals, [r#"line 11, Option1 Value "24x36": line 10 has the same options"#]);
        assert!(report.stopped && !report.is_complete());
        assert_eq!(report.products, Counts { created: 1, ..Counts::default() });
        assert_eq!(report.variants, Counts { created: 4, refused: 1, ..Counts::default() });
        assert_eq!(shop.rows().await.products.len(), 1, "harbour-lights, and not dune that the refusal belongs to");
    }

    async fn stops_at_a_row_that_cannot_be_read(db: &TestDatabase) {
        let shop = Shop::open(db).await.stopping();
        let (_, refusals) = shop.products(&edited(PRODUCTS, "dune,,,,,,,,,36x48", "dune,,,,,,,,36x48")).await;
        assert_eq!(refusals, ["line 11: the row has 52 fields, the header has 53"]);
        assert_eq!(shop.rows().await.products.len(), 1);
    }

    async fn stops_after_the_product_that_is_whole(db: &TestDatabase) {
        let shop = Shop::open(db).await.stopping();
        let (_, refusals) = shop.products(&edited(PRODUCTS, "pebble,Pebble", "pebble")).await;
        assert_eq!(refusals, ["line 13: the row has 52 fields, the header has 53"]);
        assert_eq!(shop.rows().await.products.len(), 2);
    }

    async fn stops_a_stock_file_too(db: &TestDatabase) {
        let shop = Shop::stocked(db).await.stopping();
        let (report, refusals) = shop.stock(&edited(STOCK, "PEBBLE,", "PEBBLES,")).await;
        assert_eq!(refusals, [r#"line 8, SKU "PEBBLES": no variant has this SKU"#]);
        assert_eq!(report.stock, Counts { created: 4, refused: 1, ..Counts::default() });
        assert_eq!(shop.rows().await.stock.len(), 4);
    }
}
