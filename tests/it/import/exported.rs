//! What is exported reads back the same.

use std::collections::HashMap;

use entity::{
    inventory, product_variants, products,
    sea_orm_active_enums::{ProductStatus, StockPolicy},
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use service::{
    Change,
    batch::OnError,
    catalog::{product::create::Create, variant::input::NewVariant},
    export::{self, File},
    import::Counts,
    stock::set::{self, Count},
};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{MONDAY, PRODUCTS, Rows, STOCK, Shop, TUESDAY, edited};
use crate::read::random::Rng;

/// Texts that a careless writer or reader of CSV changes.
const TEXTS: [&str; 10] = [
    "plain",
    "with, a comma",
    "\"quoted\"",
    "5\" wide",
    "two\nlines",
    "two\r\nlines, \"both\"",
    "'00417",
    "=1+1",
    "Größe 🎨",
    "a / b;\tc|d",
];

const TAGS: [&str; 4] = ["calm", "two\nlines", "\"quoted\"", "🎨 blue"];

/// The products of a random shop.
const PRODUCTS_MADE: usize = 30;

fn text(rng: &mut Rng) -> &'static str {
    rng.pick(&TEXTS).expect("a text")
}

fn some_text(rng: &mut Rng) -> Option<String> {
    (rng.below(3) > 0).then(|| text(rng).to_owned())
}

fn price(rng: &mut Rng, currency: &str) -> Decimal {
    match currency {
        "JPY" => Decimal::from(rng.below(100_000)),
        _ => Decimal::from(1 + rng.below(1_000_000)) / Decimal::ONE_HUNDRED,
    }
}

/// A variant whose options are unlike those of the others.
fn variant(rng: &mut Rng, currency: &str, names: &[String], number: usize) -> NewVariant {
    let edition_size = (rng.below(4) == 0).then_some(60);
    let policies = [StockPolicy::Deny, StockPolicy::Backorder, StockPolicy::Untracked];
    NewVariant {
        sku: match rng.below(4) {
            0 => None,
            1 => Some(format!("'{number}")),
            2 => Some(format!("00{number}")),
            _ => Some(format!("{}-{number}", text(rng))),
        },
        option_values: names.iter().map(|_| format!("{} {number}", text(rng))).collect(),
        price: price(rng, currency),
        compare_at_price: (rng.below(2) == 0).then(|| price(rng, currency)),
        stock_policy: if edition_size.is_some() { StockPolicy::Deny } else { policies[rng.below(3)] },
        edition_size,
        tax_class: ["standard", "reduced, books"][rng.below(2)].to_owned(),
    }
}

fn product(rng: &mut Rng, number: usize) -> Create {
    let currency = ["USD", "JPY", "KWD"][rng.below(3)];
    let names = ["Size", "Print Type", "Colour, or \"tone\""].map(str::to_owned);
    let names = names[..rng.below(4)].to_vec();
    let variants = if names.is_empty() { 1 } else { 1 + rng.below(4) };
    Create {
        handle: format!("{} {number}", text(rng)),
        title: text(rng).to_owned(),
        description: (rng.below(3) > 0).then(|| format!(" <p>{}</p>\r\n\"{}\" ", text(rng), text(rng))),
        vendor: some_text(rng),
        collection: some_text(rng),
        category: some_text(rng),
        tags: TAGS.map(str::to_owned)[..rng.below(5)].to_vec(),
        currency: Some(currency.to_owned()),
        status: [ProductStatus::Draft, ProductStatus::Active, ProductStatus::Archived][rng.below(3)],
        variants: (0..variants).map(|place| variant(rng, currency, &names, 10 * number + place)).collect(),
        option_names: names,
        cost: (rng.below(2) == 0).then(|| price(rng, currency)),
    }
}

/// A shop with products of all sorts, some of them in stock.
async fn random_shop(db: &TestDatabase, rng: &mut Rng) -> Shop {
    let shop = Shop::open(db).await;
    for number in 0..PRODUCTS_MADE {
        shop.perform(&product(rng, number)).await;
    }
    for row in shop.rows().await.variants {
        if row.stock_policy != StockPolicy::Untracked {
            for location in ["Back room, \"2\"", "main"] {
                let count = Count {
                    variant_id: Some(row.id),
                    sku: None,
                    location: location.to_owned(),
                    available: Some(i32::try_from(rng.below(30)).expect("a few")),
                    on_hand: None,
                    incoming: Some(i32::try_from(rng.below(9)).expect("a few")),
                    change_from_quantity: Change::Set(None),
                    reason: None,
                };
                shop.perform(&set::Set { items: vec![count], on_error: OnError::RejectAll }).await;
            }
        }
        if rng.below(3) == 0 {
            let ended = product_variants::ActiveModel { is_available: Set(false), ..row.into_active_model() };
            ended.update(db.connection()).await.expect("a variant");
        }
    }
    for row in shop.rows().await.stock {
        if rng.below(2) == 0 {
            let reorder = inventory::ActiveModel {
                reorder_point: Set(Some(4)),
                reorder_quantity: Set(Some(20)),
                ..row.into_active_model()
            };
            reorder.update(db.connection()).await.expect("a stock row");
        }
    }
    shop
}

/// A whole file, and how many parts it came in.
async fn exported(shop: &Shop, file: File) -> (String, usize) {
    let (mut all, mut parts) = (String::new(), 0);
    let mut after: Option<String> = None;
    loop {
        after = export::page(&shop.db, file, after.as_deref(), shop.options.now, &mut all).await.expect("a part");
        if after.is_none() {
            return (all, parts);
        }
        parts += 1;
    }
}

/// Rows without what differs in another shop: ids and times.
fn plain(mut rows: Rows) -> Rows {
    let ids = rows.products.iter().map(|row| row.id).chain(rows.variants.iter().map(|row| row.id));
    let number = |place: usize| Uuid::from_u128(u128::try_from(place).expect("a few"));
    let numbers: HashMap<Uuid, Uuid> = ids.enumerate().map(|(place, id)| (id, number(place))).collect();
    let time = MONDAY.fixed_offset();
    for row in &mut rows.products {
        (row.id, row.created_at, row.updated_at) = (numbers[&row.id], time, time);
    }
    for row in &mut rows.variants {
        (row.id, row.product_id) = (numbers[&row.id], numbers[&row.product_id]);
        (row.created_at, row.updated_at) = (time, time);
    }
    for row in &mut rows.stock {
        (row.id, row.product_variant_id) = (Uuid::nil(), numbers[&row.product_variant_id]);
        (row.created_at, row.updated_at, row.last_counted_at) = (time, time, None);
        row.version = 1;
    }
    rows.stock.sort_by_key(|row| (row.product_variant_id, row.location.clone()));
    rows
}

on_both_engines! {
    async fn reads_back_the_same(db: &TestDatabase) {
        let products_made = u64::try_from(PRODUCTS_MADE).expect("a few");
        for seed in 1..=2 {
            let shop = random_shop(db, &mut Rng(seed)).await;
            let before = shop.rows().await;
            let (catalogue, stock) = (exported(&shop, File::Products).await.0, exported(&shop, File::Inventory).await.0);

            let shop = shop.on(*TUESDAY);
            let (report, refusals) = shop.products(catalogue.as_bytes()).await;
            assert_eq!(refusals, [""; 0], "seed {seed}");
            assert_eq!(report.products, Counts { unchanged: products_made, ..Counts::default() }, "seed {seed}");
            let unchanged = u64::try_from(before.variants.len()).expect("a few");
            assert_eq!(report.variants, Counts { unchanged, ..Counts::default() }, "seed {seed}");
            let (report, refusals) = shop.stock(stock.as_bytes()).await;
            assert_eq!(refusals, [""; 0], "seed {seed}");
            let unchanged = u64::try_from(before.stock.len()).expect("a few");
            assert_eq!(report.stock, Counts { unchanged, ..Counts::default() }, "seed {seed}");
            assert_eq!(shop.rows().await, before, "seed {seed}");

            products::Entity::delete_many().exec(db.connection()).await.expect("an empty shop");
            shop.products(catalogue.as_bytes()).await;
            shop.stock(stock.as_bytes()).await;
            assert_eq!(plain(shop.rows().await), plain(before), "seed {seed}");
            assert_eq!(exported(&shop, File::Products).await.0, catalogue, "seed {seed}");
            assert_eq!(exported(&shop, File::Inventory).await.0, stock, "seed {seed}");
            products::Entity::delete_many().exec(db.connection()).await.expect("an empty shop");
        }
    }

    async fn writes_what_people_expect(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let (file, _) = exported(&shop, File::Products).await;
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(lines[0], "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,\
            Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Inventory Tracker,\
            Variant Inventory Policy,Variant Price,Variant Compare At Price,Cost per item,Status,Collection,\
            Variant Available,Currency,Edition Size,Tax Class");
        assert_eq!(lines[4], "harbour-lights,,,,,,,,,36x48,,Canvas Roll,,,HARBOUR-ROLL-36,shopify,deny,240.00,,,,,TRUE,,,standard");
        assert_eq!(lines[6], "dune,Dune,,Example Prints,,Print,,FALSE,Size,24x36,Finish,Canvas Roll,,,,shopify,deny,90.00,,,\
            draft,,FALSE,USD,,standard");
        assert_eq!(lines.last(), Some(&"pebble,Pebble,,Example Prints,,Home & Garden > Decor > Artwork,Coast,FALSE,Title,\
            Default Title,,,,,PEBBLE,shopify,deny,19.00,25.00,7.50,archived,Coast,FALSE,USD,,standard"));
        let (file, _) = exported(&shop, File::Inventory).await;
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(lines[0], "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,\
            SKU,HS Code,COO,Location,Incoming,Unavailable,Committed,Available,On hand,Reorder Point,Reorder Quantity");
        assert_eq!(lines.last(), Some(&"pebble,Pebble,Title,Default Title,,,,,PEBBLE,,,main,0,0,0,40,40,,"));
        assert_eq!(lines.len(), 6);
    }

    async fn comes_in_parts(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        assert_eq!(exported(&shop, File::Inventory).await.1, 0);
        let body = "many words ".repeat(40_000);
        let rows = (0..5).map(|number| format!("print-{number},Print {number},<p>{body}</p>,10.00\n"));
        let file = format!("Handle,Title,Body (HTML),Variant Price\n{}", rows.collect::<String>());
        assert!(shop.products(file.as_bytes()).await.0.is_complete());
        let (file, parts) = exported(&shop, File::Products).await;
        assert!(parts > 1, "{parts}");
        let handles: Vec<&str> = file.lines().skip(1).map(|line| line.split(',').next().unwrap_or_default()).collect();
        assert_eq!(handles, ["print-0", "print-1", "print-2", "print-3", "print-4"]);
        assert_eq!(shop.products(file.as_bytes()).await.0.products.unchanged, 5);
        let mut out = String::new();
        let wrong = export::page(&shop.db, File::Products, Some("here"), *MONDAY, &mut out).await;
        assert!(wrong.is_err() && out.is_empty());
    }

    async fn follows_what_a_file_says_of_stock_and_currencies(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        let file = edited(PRODUCTS, "HARBOUR-ROLL-36,,shopify,deny", "HARBOUR-ROLL-36,,shopify,continue");
        shop.products(&edited(&file, "PEBBLE,,shopify,deny", "PEBBLE,,,deny")).await;
        assert_eq!(shop.variant("HARBOUR-ROLL-36").await.stock_policy, StockPolicy::Backorder);
        assert_eq!(shop.variant("PEBBLE").await.stock_policy, StockPolicy::Untracked);
        shop.products(PRODUCTS).await;
        assert_eq!(shop.variant("PEBBLE").await.stock_policy, StockPolicy::Deny);
        let (_, refusals) = shop.products(&edited(PRODUCTS, "PEBBLE,,shopify,deny", "PEBBLE,,shopify,never")).await;
        assert_eq!(refusals, [r#"line 13, Variant Inventory Policy "never": neither deny nor continue"#]);

        let (file, _) = exported(&shop, File::Products).await;
        let (report, refusals) = shop.products(&edited(file.as_bytes(), "draft,,FALSE,USD", "draft,,FALSE,EUR")).await;
        assert_eq!(refusals, [r#"line 7, Currency "EUR": the prices of this product are in USD here"#]);
        assert_eq!((report.products.refused, report.variants.refused), (1, 2));
        let (_, refusals) = shop.products(&edited(file.as_bytes(), "draft,,FALSE,USD", "draft,,FALSE,usd")).await;
        assert_eq!(refusals, [r#"line 7, Currency "usd": not a currency code of ISO 4217, such as USD"#]);
    }

    async fn keeps_the_rules_of_editions(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.stock(STOCK).await;
        let (file, _) = exported(&shop, File::Products).await;
        let with = |size: &str| edited(file.as_bytes(), "archived,Coast,FALSE,USD,,", &format!("archived,Coast,FALSE,USD,{size},"));
        let line = file.lines().count();
        let (report, refusals) = shop.products(&with("39")).await;
        let expected = "an edition cannot be smaller than the 40 pieces that are in stock or sold";
        assert_eq!(refusals, [format!("line {line}, Edition Size \"39\": {expected}")]);
        assert_eq!((report.products.refused, report.variants.refused), (0, 1));
        assert!(shop.products(&with("40")).await.0.is_complete());
        assert_eq!(shop.variant("PEBBLE").await.edition_size, Some(40));
        let (_, refusals) = shop.products(&with("0")).await;
        assert_eq!(refusals, [format!("line {line}, Edition Size \"0\": an edition has at least one piece")]);
        let sold_by_order = edited(&with("40"), "PEBBLE,shopify,deny", "PEBBLE,shopify,continue");
        let (_, refusals) = shop.products(&sold_by_order).await;
        let expected = "an edition is sold from stock alone: its inventory policy must be deny";
        assert_eq!(refusals, [format!("line {line}, Variant Inventory Policy \"continue\": {expected}")]);
        // A file of another shop knows no editions.
        let other = edited(PRODUCTS, "PEBBLE,,shopify,deny", "PEBBLE,,shopify,continue");
        assert!(shop.products(&other).await.0.is_complete());
        assert_eq!(shop.variant("PEBBLE").await.stock_policy, StockPolicy::Deny);
    }

    async fn puts_nothing_on_sale_that_is_not_active(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let (file, _) = exported(&shop, File::Products).await;
        shop.products(&edited(file.as_bytes(), "archived,Coast,FALSE", "archived,Coast,TRUE")).await;
        assert!(!shop.variant("PEBBLE").await.is_available);
        shop.products(&edited(file.as_bytes(), "archived,Coast,FALSE", "active,Coast,TRUE")).await;
        assert!(shop.variant("PEBBLE").await.is_available);
        shop.products(&edited(file.as_bytes(), "archived,Coast,FALSE", "draft,Coast,TRUE")).await;
        assert!(!shop.variant("PEBBLE").await.is_available);
    }
}
