//! Inventory exports: one row a variant and location, or one row a variant and a column a location.
//!
//! - `parse`: what a row says.
//! - `store`: bringing the stock rows, and the sums on the variants, to say the same. `shelves`: what is there;
//!   `journal`: why it changes.

mod journal;
mod parse;
mod shelves;
mod store;

use super::{
    file::{Columns, Earlier, Group, Header, Seen, columns},
    process::Kind,
    run::{Run, count},
};
use crate::Result;

columns! {
    /// The columns of an inventory export that are read. Since 2025 their titles say whether Shopify would take a
    /// changed number back. The last two are in our own exports only.
    Column {
        Handle = "Handle" | "URL handle",
        Option1Value = "Option1 Value",
        Option2Value = "Option2 Value",
        Option3Value = "Option3 Value",
        Sku = "SKU" | "Variant SKU",
        Location = "Location",
        Incoming = "Incoming" | "Incoming (not editable)",
        Unavailable = "Unavailable" | "Unavailable (not editable)",
        Committed = "Committed" | "Committed (not editable)",
        Available = "Available" | "Available (not editable)",
        OnHand = "On hand" | "On hand (current)",
        OnHandNew = "On hand (new)",
        ReorderPoint = "Reorder Point",
        ReorderQuantity = "Reorder Quantity",
    }
}

impl Columns for Column {
    const TITLES: &'static [&'static [&'static str]] = Self::ALL_TITLES;
    const KEY: Self = Self::Handle;
    const NEEDED: &'static [&'static [Self]] =
        &[&[Self::Sku, Self::Handle], &[Self::Location], &[Self::Available, Self::OnHand, Self::OnHandNew]];
    const OTHER_KINDS: &'static [(&'static str, &'static str)] = &[
        ("Variant Price", PRODUCT_FILE),
        ("Price", PRODUCT_FILE),
        ("Lineitem name", "an order export, not an inventory export"),
        ("Accepts Email Marketing", "a customer export, not an inventory export"),
    ];

    fn index(self) -> usize {
        self as usize
    }

    /// In the layout without the column Location, the columns behind the variant's own are locations.
    fn named_by_the_shop(header: &Header<Self>) -> Vec<usize> {
        let has_quantities = Self::NEEDED.iter().skip(1).copied().flatten().any(|column| header.has(*column));
        // Every export has these; a file of another make could have anything behind its SKUs.
        let names_variants = header.has(Self::Handle) && header.has(Self::Option1Value);
        let is = |names: &[&str], title: &String| names.iter().any(|name| title.eq_ignore_ascii_case(name));
        let titles = header.titles();
        // A product file ends in columns of its own.
        let is_other_kind = titles.iter().any(|title| Self::OTHER_KINDS.iter().any(|(other, _)| is(&[other], title)));
        if has_quantities || !names_variants || is_other_kind {
            return Vec::new();
        }
        let last = titles.iter().rposition(|title| is(&BEFORE_LOCATIONS, title));
        let after = last.map_or(0, |last| last + 1);
        (after..titles.len()).filter(|place| titles.get(*place).is_some_and(|title| !title.is_empty())).collect()
    }
}

const PRODUCT_FILE: &str = "a product export; import it with `shopify-products`";

/// What stands in front of the locations: the last of these that a file has.
const BEFORE_LOCATIONS: [&str; 10] = [
    "Title",
    "Option1 Value",
    "Option2 Value",
    "Option3 Name",
    "Option3 Value",
    "SKU",
    "Barcode",
    "HS Code",
    "COO",
    "Bin name",
];

/// A stock file, and what it said so far.
#[derive(Default)]
pub(super) struct StockFile {
    seen: Seen,
}

impl Kind for StockFile {
    type Column = Column;
    const MAY_CUT: bool = true;

    async fn take(&mut self, run: &mut Run<'_>, group: Group<Column>) -> Result<()> {
        take(run, &mut self.seen, group).await
    }

    fn pass(&mut self, group: &Group<Column>) {
        for entry in group.rows.iter().flat_map(parse::entries) {
            let _ = earlier(&mut self.seen, &entry);
        }
    }
}

/// Takes the stock of one product.
async fn take(run: &mut Run<'_>, seen: &mut Seen, group: Group<Column>) -> Result<()> {
    let mut rows = Vec::new();
    let mut refusals = Vec::new();
    let mut repeated = 0;
    for entry in group.rows.iter().flat_map(parse::entries) {
        // What a row says of a place counts even when it is refused: two rows that differ do not
        // tell which of them is meant.
        match earlier(seen, &entry) {
            Earlier::New => match entry.read() {
                Ok(stock) => rows.push(stock),
                Err(refusal) => refusals.push(refusal),
            },
            // What is said again is refused again.
            Earlier::Same => match entry.read() {
                Ok(_) => repeated += 1,
                Err(refusal) => refusals.push(refusal),
            },
            Earlier::Other(line) => refusals.push(entry.contradicts(line)),
        }
    }
    // What comes after a refusal that stops is not told, nor counted.
    let refused = if run.stops() { refusals.len().min(1) } else { refusals.len() };
    run.report.stock.refused += count(refused);
    run.refuse(refusals);
    if run.has_stopped() {
        return Ok(());
    }
    let stored = run.transact(async |txn, options| store::stock(txn, options, &rows).await).await?;
    run.report.stock.add(stored.counts);
    run.report.stock.unchanged += repeated;
    run.report.stocked.add(stored.stocked);
    run.refuse(stored.refusals);
    Ok(())
}

/// How a row relates to the earlier ones of the same variant and location.
fn earlier(seen: &mut Seen, entry: &parse::Entry<'_>) -> Earlier {
    match entry.place() {
        Some(place) => seen.add(entry.line(), &place.each_ref().map(String::as_str), &entry.quantities()),
        None => Earlier::New,
    }
}
