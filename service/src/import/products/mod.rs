//! Product exports: one row a variant, the product's own fields on the first row of its handle.
//!
//! - `parse`: what a product's rows say; `cells`: what stands on the first of them.
//! - `options`: what sets a product's variants apart. `terms`: on what terms they are sold.
//! - `plan`, `compare`, `store`: bringing the database to say the same. `sale`: which variants are for sale. `refuse`,
//!   `promised`: what other products, stock and orders do not allow.

mod cells;
mod compare;
mod options;
mod parse;
mod plan;
mod promised;
mod refuse;
mod sale;
mod store;
mod terms;

use self::{
    parse::{Parsed, Product},
    plan::Stored,
};
use super::{
    file::{Columns, Earlier, Group, Seen, columns},
    process::{Held, Kind},
    report::Refusal,
    run::Run,
};
use crate::{Error, Result};

columns! {
    /// The columns of a product export that are read, with their titles before and since 2024. The last five are in our
    /// own exports only.
    Column {
        Handle = "Handle" | "URL handle",
        Title = "Title",
        Body = "Body (HTML)" | "Description",
        Vendor = "Vendor",
        Category = "Product Category",
        Type = "Type" | "Product type",
        Tags = "Tags",
        Published = "Published" | "Published on online store",
        Option1Name = "Option1 Name",
        Option1Value = "Option1 Value",
        Option2Name = "Option2 Name",
        Option2Value = "Option2 Value",
        Option3Name = "Option3 Name",
        Option3Value = "Option3 Value",
        Sku = "Variant SKU" | "SKU",
        Tracker = "Variant Inventory Tracker" | "Inventory tracker",
        Policy = "Variant Inventory Policy" | "Continue selling when out of stock",
        Price = "Variant Price" | "Price",
        CompareAt = "Variant Compare At Price" | "Compare-at price",
        Image = "Image Src" | "Product image URL",
        Cost = "Cost per item",
        Status = "Status",
        Collection = "Collection",
        Available = "Variant Available",
        Currency = "Currency",
        Edition = "Edition Size",
        TaxClass = "Tax Class",
    }
}

impl Columns for Column {
    const TITLES: &'static [&'static [&'static str]] = Self::ALL_TITLES;
    const KEY: Self = Self::Handle;
    const NEEDED: &'static [&'static [Self]] = &[&[Self::Handle], &[Self::Title], &[Self::Price]];
    const OTHER_KINDS: &'static [(&'static str, &'static str)] = &[
        ("COO", STOCK_FILE),
        ("On hand", STOCK_FILE),
        ("On hand (current)", STOCK_FILE),
        ("Lineitem name", "an order export, not a product export"),
        ("Accepts Email Marketing", "a customer export, not a product export"),
    ];

    fn index(self) -> usize {
        self as usize
    }
}

const STOCK_FILE: &str = "an inventory export; import it with `shopify-inventory`";

/// A product file, and the handles that it had so far.
pub(super) struct Products {
    handles: Seen,
    /// The currency of new products.
    currency: String,
}

impl Products {
    /// A file of which nothing was read yet.
    pub(super) fn new(currency: String) -> Self {
        Self { handles: Seen::default(), currency }
    }

    async fn store(&self, run: &mut Run<'_>, products: &[&Product]) -> Result<Vec<Stored>> {
        run.transact(async |txn, options| store::products(txn, options, &self.currency, products).await).await
    }
}

impl Kind for Products {
    type Column = Column;
    const MAY_CUT: bool = false;
    const TOGETHER: usize = 1000;

    async fn take(&mut self, run: &mut Run<'_>, group: Group<Column>) -> Result<()> {
        let parsed = read(self, &group);
        let Some(product) = report_parsed(run, parsed) else { return Ok(()) };
        for stored in self.store(run, &[&product]).await? {
            report_stored(run, stored);
        }
        Ok(())
    }

    async fn take_together(&mut self, run: &mut Run<'_>, groups: &[Held<Column>]) -> Result<bool> {
        let read: Vec<Parsed> = groups.iter().map(|held| read(self, &held.group)).collect();
        if run.stops() && read.iter().any(|parsed| !parsed.refusals.is_empty()) {
            return Ok(false);
        }
        let products: Vec<&Product> = read.iter().filter_map(|parsed| parsed.product.as_ref()).collect();
        let stored = match self.store(run, &products).await {
            Ok(stored) => stored,
            Err(error @ Error::Unavailable(_)) => return Err(error),
            // Whose fault it is shows when each is taken by itself.
            Err(_) => return Ok(false),
        };
        if run.stops() && stored.iter().any(|stored| !stored.refusals.is_empty()) {
            run.undo().await;
            return Ok(false);
        }
        let mut stored = stored.into_iter();
        for (held, parsed) in groups.iter().zip(read) {
            run.begin_group(&held.group);
            if report_parsed(run, parsed).is_some()
                && let Some(stored) = stored.next()
            {
                report_stored(run, stored);
            }
            run.end_group(held.progress);
        }
        Ok(true)
    }

    fn pass(&mut self, group: &Group<Column>) {
        let _ = refuse_group(&mut self.handles, group);
    }
}

/// What the rows of a group say.
fn read(file: &mut Products, group: &Group<Column>) -> Parsed {
    match refuse_group(&mut file.handles, group) {
        Some(refusal) => Parsed {
            refusals: vec![refusal],
            variants_refused: group.rows.iter().map(|row| u64::from(parse::is_variant(row))).sum(),
            ..Parsed::default()
        },
        None => parse::product(&group.rows),
    }
}

/// Reports what is refused of a group. The product that can be stored, unless the import ends here.
fn report_parsed(run: &mut Run<'_>, mut parsed: Parsed) -> Option<Product> {
    if run.stops() && parsed.product.is_some() {
        // What comes after the first refusal is not told, nor counted.
        parsed.variants_refused = parsed.variants_refused.min(1);
    }
    run.report.variants.refused += parsed.variants_refused;
    run.report.products.refused += u64::from(parsed.product.is_none());
    run.refuse(parsed.refusals);
    if run.has_stopped() {
        return None;
    }
    run.report.images_skipped += parsed.images;
    parsed.product
}

/// Reports what became of a product.
fn report_stored(run: &mut Run<'_>, stored: Stored) {
    run.report.products.add(stored.product);
    run.report.variants.add(stored.variants);
    run.report.variants_left += stored.left;
    run.refuse(stored.refusals);
}

/// Why a group of rows cannot be a product, whatever they say.
fn refuse_group(handles: &mut Seen, group: &Group<Column>) -> Option<Refusal> {
    let first = group.rows.first()?;
    if group.key.is_empty() {
        return Some(first.refuse(Column::Handle, "a handle is missing"));
    }
    // The line makes every group's content another: the second one of a handle is never the same.
    let line = first.line.to_string();
    if let Earlier::Other(line) = handles.add(first.line, &[&group.key], &[&line]) {
        let reason =
            format!("other rows of this product begin on line {line}; a product's rows must follow each other");
        return Some(first.refuse(Column::Handle, reason));
    }
    group.is_too_large.then(|| first.refuse(Column::Handle, "this product's rows are larger than 32 MiB"))
}
