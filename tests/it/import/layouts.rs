//! The columns that Shopify has written over the years: the same shop in each of them.

use entity::sea_orm_active_enums::ProductStatus;
use service::import::Counts;
use tests::on_both_engines;

use super::{PRODUCTS, STOCK, Shop, edited};

/// A file of these columns, each with its cells.
fn table(columns: &[(&str, &[&str])]) -> Vec<u8> {
    let rows = columns.first().map_or(0, |(_, cells)| cells.len());
    let line = |row: Option<usize>| {
        let cell = |(title, cells): &(&str, &[&str])| row.map_or(*title, |row| cells[row]).to_owned();
        columns.iter().map(cell).collect::<Vec<_>>().join(",")
    };
    std::iter::once(line(None)).chain((0..rows).map(|row| line(Some(row)))).collect::<Vec<_>>().join("\n").into_bytes()
}

/// Two variants of one product, under the titles of a layout.
fn shirt(titles: [&str; 13]) -> Vec<u8> {
    const CELLS: [[&str; 2]; 13] = [
        ["shirt", "shirt"],
        ["Shirt", ""],
        ["<p>Airy.</p>", ""],
        ["Apparel", ""],
        ["Linen", ""],
        ["TRUE", ""],
        ["Size", ""],
        ["S", "M"],
        ["SHIRT-S", "SHIRT-M"],
        ["60.00", "64.00"],
        ["80.00", ""],
        ["21.50", "22.00"],
        ["active", ""],
    ];
    let columns: Vec<(&str, &[&str])> = titles.into_iter().zip(CELLS.iter().map(|cells| &cells[..])).collect();
    table(&columns)
}

const TITLES: [&str; 13] = [
    "Handle",
    "Title",
    "Body (HTML)",
    "Product Category",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Variant SKU",
    "Variant Price",
    "Variant Compare At Price",
    "Cost per item",
    "Status",
];
const TITLES_OF_2024: [&str; 13] = [
    "URL handle",
    "Title",
    "Description",
    "Product category",
    "Tags",
    "Published on online store",
    "Option1 name",
    "Option1 value",
    "SKU",
    "Price",
    "Compare-at price",
    "Cost per item",
    "Status",
];

/// A stock row of two variants of the fixture's product, by options.
const LAMPS: &str = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n\
    lamp,Lamp,Color,Red,,9.00\n\
    lamp,,,Blue,,9.50\n";

on_both_engines! {
    async fn reads_products_under_the_titles_of_2024(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        let (report, refusals) = shop.products(&shirt(TITLES)).await;
        assert_eq!((report.products.created, report.variants.created, refusals.len()), (1, 2, 0));
        let (report, refusals) = shop.products(&shirt(TITLES_OF_2024)).await;
        assert_eq!((report.products.unchanged, report.variants.unchanged, refusals.len()), (1, 2, 0));
    }

    async fn takes_defaults_for_columns_that_a_new_product_lacks(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        let file = table(&[("Handle", &["pot"]), ("Title", &["Pot"]), ("Price", &["12.00"]), ("Type", &["Pots"])]);
        let (report, refusals) = shop.products(&file).await;
        assert_eq!((report.products.created, report.variants.created, refusals.len()), (1, 1, 0));
        let pot = shop.product("pot").await;
        assert_eq!((pot.status, pot.category.as_deref()), (ProductStatus::Active, Some("Pots")));
        let variants = shop.rows().await.variants;
        assert!(variants.iter().all(|variant| variant.is_available && variant.title == "Default Title"));
    }

    async fn leaves_what_absent_columns_do_not_say(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let before = shop.rows().await;
        let file = table(&[
            ("Handle", &["pebble", "harbour-lights"]),
            ("Title", &["Pebble", "Harbour Lights"]),
            ("Variant SKU", &["PEBBLE", "HARBOUR-STRETCHED-36"]),
            ("Variant Price", &["1.00", "399.00"]),
        ]);
        let (report, refusals) = shop.products(&file).await;
        // A file without options has one variant a product: its title is no news of one that is known by its SKU.
        assert_eq!(refusals, [""; 0]);
        assert_eq!(report.variants_left, 3);
        let after = shop.rows().await;
        for (before, after) in before.products.iter().zip(&after.products) {
            assert_eq!(
                (&before.description, &before.tags, &before.collection, &before.category, before.status, before.cost),
                (&after.description, &after.tags, &after.collection, &after.category, after.status, after.cost),
            );
        }
        let stretched = shop.variant("HARBOUR-STRETCHED-36").await;
        assert_eq!((stretched.title.as_str(), stretched.size.as_deref()), ("36x48 / Stretched Canvas", Some("36x48")));
        assert!(stretched.compare_at_price.is_some() && stretched.is_available);
        assert!(!shop.variant("PEBBLE").await.is_available, "still archived");
    }

    async fn takes_an_unlisted_product_as_active_and_not_for_sale(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        shop.products(&edited(&shirt(TITLES), "active", "unlisted")).await;
        assert_eq!(shop.product("shirt").await.status, ProductStatus::Active);
        assert!(!shop.variant("SHIRT-S").await.is_available);
        shop.products(&shirt(TITLES)).await;
        assert!(shop.variant("SHIRT-S").await.is_available, "listed again");
    }

    async fn takes_the_apostrophe_from_numeric_skus(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        shop.products(&edited(&shirt(TITLES), "SHIRT-S", "'00417")).await;
        shop.variant("00417").await;
        let file = edited(STOCK, "PEBBLE,", "00417,");
        let (_, refusals) = shop.stock(&file).await;
        assert!(refusals.iter().all(|refusal| !refusal.contains("00417")), "{refusals:?}");
        assert_eq!(shop.variant("00417").await.inventory_quantity, 40);
        let (_, refusals) = shop.products(&edited(&shirt(TITLES), "SHIRT-S", "00417")).await;
        assert_eq!(refusals, [""; 0]);
    }

    async fn finds_stock_without_skus_by_handle_and_options(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        shop.products(LAMPS.as_bytes()).await;
        let file = "Handle,Option1 Value,SKU,Location,Available\n\
            lamp,Red,,main,3\n\
            lamp,Blue,,main,4\n\
            lamp,Green,,main,5\n\
            ,Red,,main,6\n";
        let (report, refusals) = shop.stock(file.as_bytes()).await;
        assert_eq!(refusals, [
            r#"line 4, Handle "lamp": no variant has this handle and the options "Green""#,
            "line 5, SKU: a SKU is missing, or a handle with the values of its options",
        ]);
        assert_eq!(report.stock, Counts { created: 2, refused: 2, ..Counts::default() });
        let variants = shop.rows().await.variants;
        let mut quantities: Vec<_> = variants.into_iter().map(|row| (row.title, row.inventory_quantity)).collect();
        quantities.sort();
        assert_eq!(quantities, [("Blue".to_owned(), 4), ("Red".to_owned(), 3)]);
    }

    async fn refuses_a_variant_that_is_named_twice_in_two_ways(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        shop.products(&shirt(TITLES)).await;
        let file = "Handle,Option1 Value,SKU,Location,Available\nshirt,S,SHIRT-S,main,3\nshirt,S,,main,4\n";
        let (report, refusals) = shop.stock(file.as_bytes()).await;
        assert_eq!((report.stock.created, report.stock.refused), (1, 1));
        assert!(refusals[0].starts_with("line 3, Handle \"shirt\": another line"), "{refusals:?}");
        assert_eq!(shop.variant("SHIRT-S").await.inventory_quantity, 3);
    }

    async fn reads_locations_as_columns(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let file = "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,main,Printful,Attic\n\
            harbour-lights,,Size,,HARBOUR-STRETCHED-24,,,5,not stocked,2\n\
            harbour-lights,,Size,,HARBOUR-ROLL-24,,,13,,not stocked\n\
            pebble,,Size,,PEBBLE,,,x,,-1\n";
        let (report, refusals) = shop.stock(file.as_bytes()).await;
        assert_eq!(refusals, [r#"line 4, main "x": not a whole number"#]);
        assert_eq!(report.stock, Counts { created: 2, updated: 1, unchanged: 1, refused: 1 });
        assert_eq!((report.stocked.removed, report.stocked.not_stocked, report.stocked.oversold), (1, 1, 1));
        let shelf = shop.shelf("HARBOUR-STRETCHED-24").await;
        assert_eq!(shelf, [("Attic".to_owned(), 2, 0, 0), ("main".to_owned(), 5, 0, 20)], "no word of what is on its way");
        assert_eq!(shop.variant("HARBOUR-ROLL-24").await.inventory_quantity, 13);
    }

    async fn reads_the_titles_of_columns_that_cannot_be_edited(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let text = std::str::from_utf8(STOCK).expect("the fixture is text");
        let (header, rows) = text.split_once("\r\n").or_else(|| text.split_once('\n')).expect("a header");
        let header = header
            .replace("Incoming,Unavailable,Committed,Available", "Incoming (not editable),Unavailable (not editable),Committed (not editable),Available (not editable)")
            .replace("On hand", "On hand (current)");
        let rows = rows.trim_end().lines().map(|row| format!("{row},")).collect::<Vec<_>>().join("\n");
        let file = format!("{header},On hand (new)\n{rows}\n");
        let (report, refusals) = shop.stock(file.as_bytes()).await;
        assert_eq!(refusals, [""; 0]);
        assert_eq!(report.stock, Counts { unchanged: 5, ..Counts::default() });
        // A count in the last column is the shop's word: 11 on the shelf, of which 3 are sold and 1 is not for sale.
        let (report, _) = shop.stock(&edited(file.as_bytes(), "20,1,3,5,9,", "20,1,3,5,9,11")).await;
        assert_eq!(report.stock.updated, 1);
        assert_eq!(shop.shelf("HARBOUR-STRETCHED-24").await[1], ("main".to_owned(), 7, 0, 20));
    }

    async fn takes_no_other_column_for_a_location(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        for file in ["SKU,Quantity\nPEBBLE,3\n", "SKU,Location\nPEBBLE,main\n", "Location,Available\nmain,3\n"] {
            let error = shop.try_stock(file.as_bytes()).await.0.expect_err("refused").to_string();
            assert!(error.starts_with("these columns are missing: "), "{error}");
        }
        assert!(shop.try_stock(PRODUCTS).await.0.is_err());
    }
}
