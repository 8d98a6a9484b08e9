//! Writing the catalogue and the stock as files, in the columns that Shopify writes and the importer reads: importing
//! an export changes nothing.
//!
//! - [`page()`]: a part of a file, for callers with a database. `products_page`, `stock_page`: the same for callers
//!   inside the service.
//! - `products`, `stock`: the columns, and what stands in them. `csv`: how cells are written. `pages`: where parts end.

mod csv;
mod pages;
mod products;
mod stock;

use chrono::{DateTime, Utc};

pub(crate) use products::products_page;
pub(crate) use stock::stock_page;

use crate::{
    Result,
    database::{Database, Reading},
};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// Products with their variants.
    Products,
    /// Stock, of each variant at each location.
    Inventory,
}

/// Appends a part of a file, in the order in which products were added. Without `after` it begins with the line of
/// titles. Returns where to go on, and nothing at the end of the file.
pub async fn page(
    db: &Database,
    file: File,
    after: Option<&str>,
    now: DateTime<Utc>,
    out: &mut String,
) -> Result<Option<String>> {
    let source = Reading::new(db, now);
    match file {
        File::Products => products_page(&source, after, out).await,
        File::Inventory => stock_page(&source, after, out).await,
    }
}
