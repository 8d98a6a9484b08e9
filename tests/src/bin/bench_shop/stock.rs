//! Counts of stock.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tests::bench::over_threads;

use super::{
    limit::Limit,
    shop::{PIECES, Shop, list, total},
    table::{Line, Rounds, count, same},
};

/// How many variants a call counts.
const ITEMS: usize = 500;
/// How many connections count at the same time.
const CONNECTIONS: usize = 4;

/// Counts all variants again and again. Each connection has parts of its own, and finds one piece more each time.
pub(crate) fn stock(shop: &Shop, limit: &Limit) -> Result<Line, String> {
    let parts: Vec<&[String]> = shop.variants().chunks(ITEMS).collect();
    // How often each part was counted, here and at the limit.
    let [counted, of_limit] = [(), ()].map(|()| parts.iter().map(|_| AtomicUsize::new(0)).collect::<Vec<_>>());
    let connections = CONNECTIONS.min(parts.len());
    let movements = limit.rows("stock_movements")?;
    let ours = || {
        over_threads(connections, |number| {
            let mut client = shop.connect();
            let (parts, counted, mut part) = (&parts, &counted, number);
            move || {
                let (variants, times) = (parts[part], counted[part].fetch_add(1, Relaxed) + 1);
                let set = shop.set(&mut client, variants, PIECES + count(times), "stock");
                set.unwrap_or_else(|refused| panic!("{refused}"));
                part = next(part, connections, parts.len());
                variants.len()
            }
        })
    };
    let theirs = || {
        limit.round(connections, |number| {
            let (parts, of_limit, mut part) = (&parts, &of_limit, number);
            async move || {
                let (variants, times) = (parts[part].len(), of_limit[part].fetch_add(1, Relaxed) + 1);
                let places = part * ITEMS..part * ITEMS + variants;
                limit.set(places, PIECES + count(times)).await.expect("a count of the limit");
                part = next(part, connections, parts.len());
                variants
            }
        })
    };
    let rounds = Rounds::in_turns(ours, theirs);

    let mut client = shop.connect();
    for (part, counted) in parts.iter().zip(&counted) {
        let times = count(counted.load(Relaxed));
        if times > 0 {
            let found = shop.stock(&mut client, part)?;
            same("pieces", (PIECES + times) * count(part.len()), found.available)?;
        }
        // Every count has changed what there is.
        let query = format!(
            r#"query($input: [ID!]!) {{ stockMovements(first: 0, filter: {{ productVariantId: {{ in: $input }}, reason: {{ eq: \"{}\" }} }}) {{ totalCount }} }}"#,
            shop.source("stock")
        );
        same("movements", times, total(client.ask(&query, &list(&part[..1]))))?;
    }
    same("movements of the limit", count(rounds.limit()), limit.rows("stock_movements")? - movements)?;
    Ok(rounds.into_line("setStock, variants in calls of 500"))
}

/// The next of a connection's parts: no other connection has one of them.
fn next(part: usize, connections: usize, parts: usize) -> usize {
    let next = part + connections;
    if next < parts { next } else { part % connections }
}
