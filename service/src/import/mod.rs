//! Importing the exports that a Shopify shop writes, and lists of subscribers.
//!
//! - [`shopify_products`], [`shopify_inventory`], [`shopify_orders`], [`shopify_customers`], [`subscribers()`]: one
//!   file each; running one twice changes nothing.
//! - [`Options`], [`Watch`]: how, and who is told while it runs.
//! - [`Report`], [`Refusal`]: what came of it.
//! - `file/`: from bytes to rows and values, with the line of each. `products/`, `stock/`: what rows
//!   mean (`parse`) and how they are stored (`store`). `orders/`, `customers/`, `subscribers/`: what rows mean, and
//!   how the rules of the shop take it over (`take`). `process`: from the first row to the last. `run`, `unit`:
//!   transactions and counting. `job`: the work of bulk jobs; `tally`: the counts that they show. `person`: what files of
//!   people have in common.
//!
//! A file is read in one pass and a product is the unit: its rows are parsed, compared with the
//! database and written in one transaction. What cannot be taken is refused by line, column, value
//! and reason, and nothing is guessed; a refused product goes with all its variants, a refused
//! variant alone.

mod customers;
mod file;
mod job;
mod orders;
mod person;
mod process;
mod products;
mod report;
mod run;
mod stock;
mod subscribers;
mod tally;
mod unit;

use std::io::Read;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::BulkJobKind;

pub use report::{Counts, Noted, Refusal, Report, Stocked};

use crate::{
    Error, Result,
    database::{Database, Reading},
    jobs::{Finished, Running},
    settings,
};

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Report what a run would report and write nothing. Of products and stock the whole file is one transaction that
    /// is rolled back, so that on SQLite other writers wait for it; a bulk job rolls back each of its units by itself.
    pub dry_run: bool,
    /// What a refusal does to the rest of the file.
    pub on_error: OnError,
    /// The time that created and changed rows carry.
    pub now: DateTime<Utc>,
}

/// What a refusal does to the rest of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// Report it and take everything else.
    Skip,
    /// End there: what stood before stays written, the product it belongs to is not.
    Stop,
}

/// Is told what happens during an import, so that neither list nor file need be held in memory.
pub trait Watch {
    /// Some more of the file is done.
    fn progress(&mut self, _progress: Progress) {}
    /// Something was not taken.
    fn refused(&mut self, _refusal: &Refusal) {}
}

/// Watches nothing.
impl Watch for () {}

/// Keeps the refusals.
impl Watch for Vec<Refusal> {
    fn refused(&mut self, refusal: &Refusal) {
        self.push(refusal.clone());
    }
}

/// How far an import came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file that were read.
    pub bytes: u64,
    /// Rows that were read, without the header.
    pub rows: u64,
}

/// Whether files can name a variant by this SKU: an apostrophe before digits is not part of one there.
pub(crate) fn reads_as_it_is(sku: &str) -> bool {
    file::value::without_apostrophe(sku) == sku
}

/// Imports a product export: products by handle, variants by SKU, else by product and options. New products get the
/// currency of the shop if the file does not name one, as Shopify's do not.
pub async fn shopify_products(
    db: &Database,
    input: impl Read + Send,
    options: &Options,
    watch: &mut (dyn Watch + Send),
) -> Result<Report> {
    let currency = settings::load(&Reading::new(db, options.now)).await?.currency;
    process::process(products::Products::new(currency), db, input, options, watch).await
}

/// Imports an inventory export: the stock of known variants by SKU, else by handle and
/// options, and location.
pub async fn shopify_inventory(
    db: &Database,
    input: impl Read + Send,
    options: &Options,
    watch: &mut (dyn Watch + Send),
) -> Result<Report> {
    process::process(stock::StockFile::default(), db, input, options, watch).await
}

/// Imports an order export: orders by their Shopify id, else by name.
pub async fn shopify_orders(
    db: &Database,
    input: impl Read + Send,
    options: &Options,
    watch: &mut (dyn Watch + Send),
) -> Result<Report> {
    process::process(orders::Orders::default(), db, input, options, watch).await
}

/// Imports a customer export: customers by their Shopify id, else by e-mail address. What they said no to stays so.
pub async fn shopify_customers(
    db: &Database,
    input: impl Read + Send,
    options: &Options,
    watch: &mut (dyn Watch + Send),
) -> Result<Report> {
    process::process(customers::Customers::default(), db, input, options, watch).await
}

/// Imports subscribers: an address and the name of a list in each row. Who left a list, or said no, stays away.
pub async fn subscribers(
    db: &Database,
    input: impl Read + Send,
    options: &Options,
    watch: &mut (dyn Watch + Send),
) -> Result<Report> {
    process::process(subscribers::Subscribers::default(), db, input, options, watch).await
}

/// Imports the file of a bulk job.
pub(crate) async fn of_job(running: &mut Running) -> Result<Finished> {
    match running.kind() {
        BulkJobKind::ImportProducts => {
            let currency = settings::load(&running.service().source()).await?.currency;
            job::import(products::Products::new(currency), running).await
        }
        BulkJobKind::ImportInventory => job::import(stock::StockFile::default(), running).await,
        BulkJobKind::ImportOrders => job::import(orders::Orders::default(), running).await,
        BulkJobKind::ImportCustomers => job::import(customers::Customers::default(), running).await,
        BulkJobKind::ImportSubscribers => job::import(subscribers::Subscribers::default(), running).await,
        kind => Err(Error::internal(format!("{kind:?} is no import"))),
    }
}
