//! Counts of stock by a bulk job.

use std::{fmt::Write, time::Instant};

use tests::bench::Round;

use super::{
    job::Job,
    limit::Limit,
    options,
    shop::{PIECES, Shop, list, total},
    table::{Line, Rounds, count, once, same},
};

/// Counts all variants again and again, until there were as many rows as are wanted. Each time another number of pieces
/// is found.
pub(crate) fn jobs(shop: &Shop, limit: &Limit) -> Result<Line, String> {
    let variants = shop.variants();
    let times = options::job_rows().div_ceil(variants.len());
    let rows = times * variants.len();
    let (source, movements) = (shop.source("jobs"), limit.rows("stock_movements")?);
    let (mut counted, mut of_limit) = (2 * PIECES, 2 * PIECES);
    let ours = || {
        let mut input = String::new();
        for _ in 0..times {
            counted += 1;
            write_rows(&mut input, variants, counted, &source);
        }
        let job = Job::run(shop, "SET_STOCK", Some(&input)).unwrap_or_else(|refused| panic!("{refused}"));
        job.check(shop, rows).unwrap_or_else(|fault| panic!("{fault}"));
        once(rows, job.time)
    };
    let theirs = || -> Round {
        let began = Instant::now();
        for _ in 0..times {
            of_limit += 1;
            limit.set_all(of_limit).unwrap_or_else(|error| panic!("{error}"));
        }
        once(rows, began.elapsed())
    };
    let rounds = Rounds::in_turns(ours, theirs);

    let mut client = shop.connect();
    let found = shop.stock(&mut client, variants)?;
    same("pieces", counted * count(variants.len()), found.available)?;
    // Every count has changed what there is.
    let query = format!(
        r#"query($input: [ID!]!) {{ stockMovements(first: 0, filter: {{ productVariantId: {{ in: $input }}, reason: {{ eq: \"{source}\" }} }}) {{ totalCount }} }}"#
    );
    same("movements", counted - 2 * PIECES, total(client.ask(&query, &list(&variants[..1]))))?;
    same("movements of the limit", count(rounds.limit()), limit.rows("stock_movements")? - movements)?;
    Ok(rounds.into_line("SET_STOCK, rows of a bulk job"))
}

fn write_rows(input: &mut String, variants: &[String], pieces: i64, reason: &str) {
    for id in variants {
        // Writing to a string does not fail.
        let _ = writeln!(
            input,
            r#"{{"variantId":"{id}","location":"main","available":{pieces},"changeFromQuantity":null,"reason":"{reason}"}}"#
        );
    }
}
