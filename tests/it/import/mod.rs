//! Imports of a shop's exports, on both engines.
//!
//! - `products`, `stock`, `orders`, `customers`, `subscribers`: what a file becomes.
//! - `again`: the second run, and runs with other prices. `exported`: files that this shop wrote itself.
//! - `refused`: what is not taken, and where it says so.
//! - `layouts`: the columns that Shopify has written over the years.
//! - `format`: files as spreadsheets and editors leave them. `together`: many products at once.

mod again;
mod customers;
mod exported;
mod format;
mod layouts;
mod orders;
mod products;
mod refused;
mod stock;
mod subscribers;
mod together;

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use entity::{inventory, product_variants, products as product};
use sea_orm::{EntityTrait, QueryOrder};
use service::{
    Actor, Result, Service, Verb,
    clock::Clock,
    database::Database,
    import::{self, OnError, Options, Refusal, Report},
};
use tests::TestDatabase;

use crate::client::connect;

const PRODUCTS: &[u8] = include_bytes!("../../fixtures/shop-products.csv");
const PRODUCTS_REFUSED: &[u8] = include_bytes!("../../fixtures/shop-products-refused.csv");
const STOCK: &[u8] = include_bytes!("../../fixtures/shop-inventory.csv");
const STOCK_REFUSED: &[u8] = include_bytes!("../../fixtures/shop-inventory-refused.csv");

static MONDAY: LazyLock<DateTime<Utc>> = LazyLock::new(|| "2026-03-02T08:00:00.123456Z".parse().expect("a time"));
static TUESDAY: LazyLock<DateTime<Utc>> = LazyLock::new(|| "2026-03-03T08:00:00.654321Z".parse().expect("a time"));

/// A shop to import into.
struct Shop {
    db: Database,
    options: Options,
}

/// Everything an import may touch.
#[derive(Debug, PartialEq)]
struct Rows {
    products: Vec<product::Model>,
    variants: Vec<product_variants::Model>,
    stock: Vec<inventory::Model>,
}

impl Shop {
    async fn open(db: &TestDatabase) -> Self {
        Self { db: connect(db).await, options: Options { dry_run: false, on_error: OnError::Skip, now: *MONDAY } }
    }

    /// With the products of the fixture.
    async fn stocked(db: &TestDatabase) -> Self {
        let shop = Self::open(db).await;
        assert!(shop.products(PRODUCTS).await.0.is_complete());
        shop
    }

    fn on(mut self, now: DateTime<Utc>) -> Self {
        self.options.now = now;
        self
    }

    fn dry(mut self, dry_run: bool) -> Self {
        self.options.dry_run = dry_run;
        self
    }

    fn stopping(mut self) -> Self {
        self.options.on_error = OnError::Stop;
        self
    }

    /// What a verb of the shop does, at the time of the imports.
    async fn perform<V: Verb>(&self, verb: &V) -> V::Outcome {
        let service = Service::new(self.db.clone(), Clock::standing(self.options.now));
        service.perform(&Actor::server(), None, verb).await.expect("the verb is done").outcome
    }

    async fn orders(&self, file: &str) -> (Report, Vec<String>) {
        let mut refusals = Vec::new();
        let report = import::shopify_orders(&self.db, file.as_bytes(), &self.options, &mut refusals).await;
        (report.expect("the file is imported"), refusals.iter().map(Refusal::to_string).collect())
    }

    async fn customers(&self, file: &str) -> (Report, Vec<String>) {
        let mut refusals = Vec::new();
        let report = import::shopify_customers(&self.db, file.as_bytes(), &self.options, &mut refusals).await;
        (report.expect("the file is imported"), refusals.iter().map(Refusal::to_string).collect())
    }

    async fn subscribers(&self, file: &str) -> (Report, Vec<String>) {
        let mut refusals = Vec::new();
        let report = import::subscribers(&self.db, file.as_bytes(), &self.options, &mut refusals).await;
        (report.expect("the file is imported"), refusals.iter().map(Refusal::to_string).collect())
    }

    /// The report, and the refusals as a person reads them.
    async fn products(&self, file: &[u8]) -> (Report, Vec<String>) {
        let (report, refusals) = self.try_products(file).await;
        (report.expect("the file is imported"), refusals)
    }

    async fn try_products(&self, file: &[u8]) -> (Result<Report>, Vec<String>) {
        let mut refusals = Vec::new();
        let report = import::shopify_products(&self.db, file, &self.options, &mut refusals).await;
        (report, refusals.iter().map(Refusal::to_string).collect())
    }

    async fn stock(&self, file: &[u8]) -> (Report, Vec<String>) {
        let (report, refusals) = self.try_stock(file).await;
        (report.expect("the file is imported"), refusals)
    }

    async fn try_stock(&self, file: &[u8]) -> (Result<Report>, Vec<String>) {
        let mut refusals = Vec::new();
        let report = import::shopify_inventory(&self.db, file, &self.options, &mut refusals).await;
        (report, refusals.iter().map(Refusal::to_string).collect())
    }

    async fn rows(&self) -> Rows {
        let db = self.db.reader();
        Rows {
            products: product::Entity::find().order_by_asc(product::Column::Handle).all(db).await.expect("read"),
            variants: product_variants::Entity::find()
                .order_by_asc(product_variants::Column::Id)
                .all(db)
                .await
                .expect("read"),
            stock: inventory::Entity::find().order_by_asc(inventory::Column::Id).all(db).await.expect("read"),
        }
    }

    async fn product(&self, handle: &str) -> product::Model {
        let rows = self.rows().await.products;
        rows.into_iter().find(|row| row.handle == handle).expect("the product is there")
    }

    async fn variant(&self, sku: &str) -> product_variants::Model {
        let rows = self.rows().await.variants;
        rows.into_iter().find(|row| row.sku.as_deref() == Some(sku)).expect("the variant is there")
    }

    /// Location, available, reserved and incoming of a variant's stock.
    async fn shelf(&self, sku: &str) -> Vec<(String, i32, i32, i32)> {
        let id = self.variant(sku).await.id;
        let rows = self.rows().await.stock.into_iter().filter(|row| row.product_variant_id == id);
        let mut shelf: Vec<_> = rows
            .map(|row| (row.location, row.quantity_available, row.quantity_reserved, row.quantity_incoming))
            .collect();
        shelf.sort();
        shelf
    }
}

/// A fixture with some of its text replaced.
fn edited(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = std::str::from_utf8(file).expect("the fixture is text");
    assert!(text.contains(from), "the fixture says {from:?}");
    text.replace(from, to).into_bytes()
}
