//! Several workers who do whatever comes to their minds, at once.
//!
//! - [`acts`]: what they do. [`expiry`]: money that comes when the time of its order is over.

mod acts;
mod expiry;

use std::sync::Arc;

use entity::sea_orm_active_enums::StockPolicy;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use tests::{TestDatabase, on_both_engines};

use self::acts::World;
use super::fixture::{ShopFixture, count};
use crate::{read::random::Rng, work::fixture::at_once};

/// The rounds of a test; after each everything is checked.
const ROUNDS: u64 = 6;
/// The workers of a round.
const WORKERS: usize = 5;
/// What each of them does in a round.
const ACTS: usize = 5;

on_both_engines! {
    async fn the_first_crowd_leaves_everything_in_order(db: &TestDatabase) {
        crowd(db, 11).await;
    }

    async fn the_second_crowd_leaves_everything_in_order(db: &TestDatabase) {
        crowd(db, 23).await;
    }

    async fn the_third_crowd_leaves_everything_in_order(db: &TestDatabase) {
        crowd(db, 47).await;
    }
}

/// What is done follows from the seed; in which order, from chance.
async fn crowd(db: &TestDatabase, seed: u64) {
    let shop = shop(db).await;
    let world = Arc::new(World::new(shop.clone()));
    let mut seeds = Rng(seed);
    for _ in 0..ROUNDS {
        let seeds: Vec<u64> = (0..WORKERS).map(|_| seeds.below(usize::MAX) as u64).collect();
        at_once(WORKERS, |worker| {
            let (world, mut rng) = (Arc::clone(&world), Rng(seeds[worker]));
            async move {
                for _ in 0..ACTS {
                    world.act(&mut rng).await;
                }
            }
        })
        .await;
        shop.check().await;
    }
    // In the end nobody keeps anything who does not pay.
    shop.pass(2 * 86_400).await;
    for waiting in [
        "SELECT COUNT(*) FROM orders WHERE status = 'pending'",
        "SELECT COUNT(*) FROM stock_reservations WHERE status = 'held'",
    ] {
        assert_eq!(count(db, waiting).await, 0, "{waiting}");
    }
    shop.check().await;
}

/// A little of everything: variants that nobody can order more of than there is, that wait for more, that are not
/// counted, and of which there will ever be twelve.
async fn shop(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    shop.variant(db, "PRINT").await;
    shop.variant_with(db, "LATER", |variant| variant.stock_policy = Set(StockPolicy::Backorder)).await;
    shop.variant_with(db, "FILE", |variant| variant.stock_policy = Set(StockPolicy::Untracked)).await;
    shop.variant_with(db, "EDITION", |variant| variant.edition_size = Set(Some(12))).await;
    for (sku, location, available) in
        [("PRINT", "main", 8), ("PRINT", "north", 4), ("LATER", "main", 2), ("EDITION", "main", 6)]
    {
        shop.stock(sku, location, available).await;
    }
    shop.configure("stock.locations", json!(["main", "north"])).await;
    shop
}
