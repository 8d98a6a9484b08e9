//! Importing the exports that a Shopify shop writes.
//!
//! - [`shopify_products`], [`shopify_inventory`]: one file each; running one twice changes nothing.
//! - [`Options`], [`Watch`]: how, and who is told while it runs.
//! - [`Report`], [`Refusal`]: what came of it.
//! - `file/`: from bytes to rows and values, with the line of each. `products/`, `stock/`: what rows
//!   mean (`parse`) and how they are stored (`store`). `process`: from the first row to the last. `run`: transactions
//!   and counting.
//!
//! A file is read in one pass and a product is the unit: its rows are parsed, compared with the
//! database and written in one transaction. What cannot be taken is refused by line, column, value
//! and reason, and nothing is guessed; a refused product goes with all its variants, a refused
//! variant alone.

mod file;
mod process;
mod products;
mod report;
mod run;
mod stock;

use std::io::Read;

use chrono::{DateTime, Utc};

pub use report::{Counts, Refusal, Report, Stocked};

use crate::{
    Result,
    database::{Database, Reading},
    settings,
};

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Report what a run would report and write nothing. The whole file is one transaction that is
    /// rolled back, so that on SQLite other writers wait for it.
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

/// Imports a product export: products by handle, variants by SKU, else by product and options. New products get the
/// currency of the shop: the export does not say in which currency its prices are.
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
