//! Files as spreadsheets and editors leave them.

use tests::on_both_engines;

use super::{PRODUCTS, PRODUCTS_REFUSED, STOCK, Shop, edited};

/// A file's first line.
fn header(file: &[u8]) -> &[u8] {
    file.split_inclusive(|&byte| byte == b'\n').next().unwrap_or_default()
}

/// The fixture with its columns in reverse, one more in front, and all of it quoted.
fn rearranged() -> Vec<u8> {
    let text = std::str::from_utf8(STOCK).expect("the fixture is text");
    let line = |line: &str| {
        let cells = line.split(',').chain(["Note, or none"]).map(|cell| format!("\"{cell}\""));
        cells.rev().collect::<Vec<_>>().join(",")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\r").into_bytes()
}

on_both_engines! {
    async fn finds_columns_by_title(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let (plain, _) = shop.stock(STOCK).await;
        let (other, _) = shop.stock(&rearranged()).await;
        assert_eq!((plain.stock.created, plain.rows), (other.stock.unchanged, other.rows));
    }

    async fn names_the_columns_that_are_missing(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        let file = edited(&edited(PRODUCTS, "Variant Price", "Prix"), "Handle", "Poignée");
        let error = shop.try_products(&file).await.0.expect_err("refused").to_string();
        assert_eq!(error, "these columns are missing: Handle or URL handle, Variant Price or Price");
        let error = shop.try_products(STOCK).await.0.expect_err("refused").to_string();
        assert_eq!(error, "this is an inventory export; import it with `shopify-inventory`");
        let error = shop.try_stock(PRODUCTS).await.0.expect_err("refused").to_string();
        assert_eq!(error, "this is a product export; import it with `shopify-products`");
        let error = shop.try_products(b"").await.0.expect_err("refused").to_string();
        assert!(error.starts_with("the file is empty"), "{error}");
        let file = edited(PRODUCTS, "Vendor", "Title");
        let error = shop.try_products(&file).await.0.expect_err("refused").to_string();
        assert_eq!(error, "the column \"Title\" appears twice in the header");
    }

    async fn names_what_the_file_is_instead(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        let text = std::str::from_utf8(PRODUCTS).expect("the fixture is text");
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for (file, named) in [
            (text.replace(',', ";").into_bytes(), "semicolons"),
            (text.replace(',', "\t").into_bytes(), "tabs"),
            (text.replace("Handle,", "\"Handle\",").replace(',', ";").into_bytes(), "semicolons"),
            (format!("sep=;\r\n{text}").into_bytes(), "semicolons"),
            (utf16(u16::to_le_bytes), "UTF-16"),
            (utf16(u16::to_be_bytes), "UTF-16"),
            ([&[0xFF, 0xFE][..], &utf16(u16::to_le_bytes)].concat(), "UTF-16"),
            (b"PK\x03\x04\x14\0\x06\0".to_vec(), "spreadsheet"),
        ] {
            let error = shop.try_products(&file).await.0.expect_err("refused").to_string();
            assert!(error.contains(named), "{error}");
        }
        let (report, refusals) = shop.products(format!("sep=,\r\n{}", text.trim_start_matches('\u{FEFF}')).as_bytes()).await;
        assert_eq!((report.products.created, refusals.len()), (3, 0));
    }

    async fn takes_a_file_without_rows(db: &TestDatabase) {
        let (report, refusals) = Shop::open(db).await.products(header(PRODUCTS)).await;
        assert_eq!((report.rows, report.refusals, refusals.len()), (0, 0, 0));
    }

    async fn reads_every_kind_of_line_end(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let (report, refusals) = shop.products(&edited(PRODUCTS, "\r\n", "\n")).await;
        assert_eq!((report.products.updated, refusals.len()), (1, 0), "the line end in the quoted text is the text's");
        let without_end = PRODUCTS.trim_ascii_end();
        assert_eq!(shop.products(without_end).await.0.products.updated, 1);
    }

    async fn takes_nothing_after_a_quote_that_is_never_closed(db: &TestDatabase) {
        let file = edited(PRODUCTS, "dune,Dune", "dune,\"Dune");
        let (report, refusals) = Shop::open(db).await.products(&file).await;
        assert_eq!(refusals, ["line 10: a quote is opened here and never closed"]);
        assert_eq!((report.products.created, report.unreadable), (1, 1));
    }

    async fn reads_refusals_of_the_same_lines_with_carriage_returns(db: &TestDatabase) {
        let shop = Shop::open(db).await.dry(true);
        let file: Vec<u8> = PRODUCTS_REFUSED.split(|&byte| byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
        assert_eq!(shop.products(PRODUCTS_REFUSED).await, shop.products(&file).await);
    }

    async fn refuses_a_product_that_would_fill_the_memory(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        let file = edited(PRODUCTS, "harbour-lights,", &format!("{},", "x".repeat(6 << 20)));
        let (report, refusals) = shop.products(&file).await;
        let handle = "x".repeat(80);
        assert_eq!(refusals, [format!("line 2, Handle \"{handle}…\": this product's rows are larger than 32 MiB")]);
        assert_eq!((report.products.created, report.products.refused), (2, 1));
    }
}
