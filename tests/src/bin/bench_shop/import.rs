//! Products that a bulk job imports.

use std::{fmt::Write, ops::Range, time::Instant};

use tests::bench::Round;

use super::{
    job::Job,
    limit::Limit,
    options,
    shop::{OF_PRODUCT, PRICE, Shop, total},
    table::{Line, Rounds, count, once, same},
};

const PRODUCTS: &str =
    "query($input: String!) { products(first: 0, filter: { handle: { startsWith: $input } }) { totalCount } }";
const VARIANTS: &str =
    "query($input: String!) { productVariants(first: 0, filter: { sku: { startsWith: $input } }) { totalCount } }";

/// Imports new products with ten variants each. A figure counts the variants, which are the rows of the file.
pub(crate) fn import(shop: &Shop, limit: &Limit) -> Result<Line, String> {
    let products = options::imported().div_ceil(OF_PRODUCT);
    let rows = products * OF_PRODUCT;
    let (name, before) = (shop.source("import"), limit.rows("product_variants")?);
    let mut made = 0;
    let ours = || {
        let file = file(&name, made..made + products);
        made += products;
        let job = Job::run(shop, "IMPORT_PRODUCTS", Some(&file)).unwrap_or_else(|refused| panic!("{refused}"));
        once(rows, job.time)
    };
    let theirs = || -> Round {
        let began = Instant::now();
        limit.import(products, OF_PRODUCT).unwrap_or_else(|error| panic!("{error}"));
        once(rows, began.elapsed())
    };
    let rounds = Rounds::in_turns(ours, theirs);

    let (mut client, start) = (shop.connect(), format!(r#""{name}-""#));
    same("products", count(made), total(client.ask(PRODUCTS, &start)))?;
    same("variants", count(rounds.ours()), total(client.ask(VARIANTS, &start)))?;
    same("variants of the limit", count(rounds.limit()), limit.rows("product_variants")? - before)?;
    Ok(rounds.into_line("IMPORT_PRODUCTS, rows of a bulk job"))
}

/// Products as Shopify exports them, with the numbers of a range.
fn file(name: &str, numbers: Range<usize>) -> String {
    let mut file =
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Status\n"
            .to_owned();
    for number in numbers {
        for value in 0..OF_PRODUCT {
            let handle = format!("{name}-{number}");
            // Only the first row of a product says what all its variants have in common.
            let (common, status) = match value {
                0 => (format!("Bench {number},<p>A print.</p>,Bench,Print,bench,Number"), "active"),
                _ => (",,,,,".to_owned(), ""),
            };
            // Writing to a string does not fail.
            let _ = writeln!(file, "{handle},{common},{value},{handle}-{value},{PRICE},{status}");
        }
    }
    file
}
