//! Orders.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use tests::bench::over_threads;
use uuid::Uuid;

use super::{
    limit::Limit,
    shop::{Placed, Shop, place},
    table::{Line, Rounds, count, same},
};

/// How many connections order at the same time.
const CONNECTIONS: usize = 16;

/// Orders of one piece of the same variant.
pub(crate) fn hot(shop: &Shop, limit: &Limit) -> Result<Line, String> {
    run(shop, limit, "hot", "placeOrder, one hot variant", || vec![0])
}

/// Orders of one to three variants.
pub(crate) fn orders(shop: &Shop, limit: &Limit) -> Result<Line, String> {
    let variants = shop.variants().len();
    run(shop, limit, "orders", "placeOrder, many variants", || some_of(variants))
}

/// One to three different places, in their order.
fn some_of(variants: usize) -> Vec<usize> {
    let random = Uuid::new_v4().as_u128();
    let lines = (random >> 64) as usize % 3 + 1;
    let place = |line| (random >> (20 * line)) as usize % (1 << 20) % variants;
    let mut places: Vec<usize> = (0..lines).map(place).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Measures orders of what `pick` says, by the places of variants in their order.
fn run(
    shop: &Shop,
    limit: &Limit,
    part: &str,
    what: &'static str,
    pick: impl Fn() -> Vec<usize> + Sync,
) -> Result<Line, String> {
    let source = shop.source(part);
    let (before, of_limit) = (shop.stock(&mut shop.connect(), shop.variants())?, limit.rows("orders")?);
    let pieces = AtomicUsize::new(0);
    // The latest order of each connection, to be placed again.
    let latest: Vec<Mutex<Option<(String, Placed)>>> = (0..CONNECTIONS).map(|_| Mutex::default()).collect();
    let ours = || {
        over_threads(CONNECTIONS, |number| {
            let mut client = shop.connect();
            let (pick, pieces, latest, source) = (&pick, &pieces, &latest[number], &source);
            move || {
                let places = pick();
                let input = shop.order(places.iter().map(|place| &shop.variants()[*place]), source, "");
                let placed = place(&mut client, &input).unwrap_or_else(|refused| panic!("{refused}"));
                pieces.fetch_add(places.len(), Relaxed);
                *latest.lock().expect("nobody panics") = Some((input, placed));
                1
            }
        })
    };
    let theirs = || {
        limit.round(CONNECTIONS, |_| {
            let pick = &pick;
            async move || {
                limit.place(&pick()).await.expect("an order of the limit");
                1
            }
        })
    };
    let rounds = Rounds::in_turns(ours, theirs);

    let mut client = shop.connect();
    for latest in latest {
        let Some((input, placed)) = latest.into_inner().expect("nobody panics") else { continue };
        let again = place(&mut client, &input)?;
        let expected = Placed { replayed: true, ..placed };
        if again != expected {
            return Err(format!("the same call again: {expected:?} expected, {again:?} answered"));
        }
    }
    same("orders", count(rounds.ours()), shop.orders(&mut client, &source))?;
    let (after, pieces) = (shop.stock(&mut client, shop.variants())?, count(pieces.into_inner()));
    same("pieces sold", pieces, before.available - after.available)?;
    same("pieces reserved", pieces, after.reserved - before.reserved)?;
    same("orders of the limit", count(rounds.limit()), limit.rows("orders")? - of_limit)?;
    Ok(rounds.into_line(what))
}
