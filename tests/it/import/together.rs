//! Products that are stored together become what they become one by one.

use std::io::{self, Read};

use service::import::{self, OnError, Report};
use tests::on_both_engines;

use super::Shop;
use crate::read::random::Rng;

const TITLES: &str = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Cost per item\n";
const HANDLES: usize = 6;
const SKUS: usize = 8;
const FILES: u64 = 12;

/// The rows of some products, in any order, which want each other's SKUs. Names begin with `%`.
fn products(rng: &mut Rng) -> Vec<String> {
    let mut handles: Vec<usize> = (0..HANDLES).collect();
    let count = 2 + rng.below(HANDLES - 1);
    let one = |_| {
        let handle = handles.remove(rng.below(handles.len()));
        rows(rng, handle)
    };
    (0..count).map(one).collect()
}

fn rows(rng: &mut Rng, handle: usize) -> String {
    let row = |value: usize, rng: &mut Rng| {
        let sku = match rng.below(4) {
            0 => String::new(),
            _ => format!("%{}", rng.below(SKUS)),
        };
        let price = ["12.50", "7.00", "-1"][rng.below(11) / 5];
        let cost = ["", "3.00"][rng.below(2)];
        format!("%{handle},Print {},Size,{value},{sku},{price},{cost}\n", handle % 3)
    };
    (0..=rng.below(3)).map(|value| row(value, rng)).collect()
}

/// The end of a file that cannot be read.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("gone"))
    }
}

/// What became of rows whose names begin with a letter: the numbers, and the refusals without their lines.
async fn imported(shop: &Shop, rows: &str, letter: &str) -> (Report, Vec<String>) {
    let (report, refusals) = shop.products(format!("{TITLES}{rows}").replace('%', letter).as_bytes()).await;
    let told = |refusal: String| refusal.split_once(", ").map_or_else(String::new, |(_, what)| unnamed(what, letter));
    (report, refusals.into_iter().map(told).collect())
}

fn unnamed(text: &str, letter: &str) -> String {
    let (text, _) = text.split_once(": line ").unwrap_or((text, ""));
    text.replace(&format!("\"{letter}"), "\"")
}

impl Shop {
    /// All that matters of the products whose names begin with a letter.
    async fn shown(&self, letter: &str) -> Vec<String> {
        let rows = self.rows().await;
        let mut shown = Vec::new();
        for product in rows.products.iter().filter(|product| product.handle.starts_with(letter)) {
            let (handle, version) = (&product.handle[1..], product.version);
            shown.push(format!("{handle} {} {} {:?} {version}", product.title, product.base_price, product.cost));
            let mut variants: Vec<_> = rows.variants.iter().filter(|row| row.product_id == product.id).collect();
            variants.sort_by_key(|row| (row.title.clone(), row.id));
            shown.extend(variants.iter().map(|row| {
                let sku = row.sku.as_ref().map(|sku| &sku[1..]);
                format!("{handle} {} {sku:?} {} {} {}", row.title, row.price, row.is_available, row.version)
            }));
        }
        shown
    }
}

on_both_engines! {
    async fn products_together_are_products_one_by_one(db: &TestDatabase) {
        let mut shop = Shop::open(db).await;
        let mut refused = 0;
        for seed in 0..FILES {
            let file = products(&mut Rng(seed));
            let (whole, told) = imported(&shop, &file.concat(), "a").await;
            let mut alone = Vec::new();
            for rows in &file {
                alone.extend(imported(&shop, rows, "b").await.1);
            }
            assert_eq!(told, alone, "file {seed}: {file:#?}");
            assert_eq!(shop.shown("a").await, shop.shown("b").await, "file {seed}: {file:#?}");
            refused += whole.refusals;
        }
        assert!(refused > 10, "{refused} refusals");
        // What stands before the break of a file is taken; the product in which it breaks is not known to be whole.
        let file = format!("{TITLES}d0,First,Size,0,,20,\nd1,Second,Size,0,,20,\nd2,Third,Size,0,,20,\n");
        let broken = import::shopify_products(&shop.db, file.as_bytes().chain(Broken), &shop.options, &mut Vec::new()).await;
        assert!(broken.is_err(), "{broken:?}");
        assert_eq!(shop.shown("d").await.len(), 4);
        // Where the first refusal ends the import, what stands before it is taken.
        shop = shop.stopping();
        assert_eq!(shop.options.on_error, OnError::Stop);
        let file = "%0,First,Size,0,,20,\n%1,Second,Size,0,,-1,\n%2,Third,Size,0,,20,\n";
        let (report, told) = imported(&shop, file, "c").await;
        assert_eq!((report.products.created, report.stopped, told.len()), (1, true, 1));
        assert_eq!(shop.shown("c").await.len(), 2);
    }
}
