//! What came of an import, for programs and for people.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that was not taken, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column's title; empty when the row as a whole is meant.
    pub column: String,
    /// What stands there, cut when it is long.
    pub value: String,
    /// Why it was not taken.
    pub reason: String,
}

impl Refusal {
    /// The longest value that is repeated in a refusal.
    const VALUE: usize = 80;

    pub(super) fn new(line: u64, column: &str, value: &str, reason: impl Into<String>) -> Self {
        let mut shown: String = value.chars().take(Self::VALUE).collect();
        if shown.len() < value.len() {
            shown.push('…');
        }
        Self { line, column: column.to_owned(), value: shown, reason: reason.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", {}", self.column)?;
        }
        if !self.value.is_empty() {
            // Quoted and escaped: a value may hold newlines and control characters of a terminal.
            write!(f, " {:?}", self.value)?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// What became of the rows of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Counts {
    /// New in the database.
    pub created: u64,
    /// Changed in the database.
    pub updated: u64,
    /// Already as the file has them.
    pub unchanged: u64,
    /// Not taken.
    pub refused: u64,
}

impl Counts {
    pub(super) fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.refused += other.refused;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { created, updated, unchanged, refused } = self;
        write!(f, "{created:>9} created {updated:>9} updated {unchanged:>9} unchanged {refused:>9} refused")
    }
}

/// What became of a stock file's rows beyond [`Counts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Stocked {
    /// Rows that say `not stocked` of a place that has no stock row.
    pub not_stocked: u64,
    /// Stock rows that went, because the file says `not stocked` of them.
    pub removed: u64,
    /// Pieces that are there but not for sale: nothing here stores them.
    pub unavailable: u64,
    /// Rows of which more was sold than there is: none is available.
    pub oversold: u64,
    /// Rows whose committed pieces are others here: what is reserved follows from the baskets and orders of this shop.
    pub committed_otherwise: u64,
}

impl Stocked {
    pub(super) fn add(&mut self, other: Self) {
        self.not_stocked += other.not_stocked;
        self.removed += other.removed;
        self.unavailable += other.unavailable;
        self.oversold += other.oversold;
        self.committed_otherwise += other.committed_otherwise;
    }
}

/// What became of a file with people or orders beyond [`Counts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Noted {
    /// Customers and subscribers who were erased: nothing of them is taken.
    pub erased: u64,
    /// People who said no before: that the file says yes is not taken.
    pub suppressed: u64,
    /// Customers whose total or number of orders is another one here: these follow from the orders.
    pub other_totals: u64,
    /// Orders of which something newer is known: they stay as they are.
    pub stale: u64,
}

impl Noted {
    pub(super) fn add(&mut self, other: Self) {
        self.erased += other.erased;
        self.suppressed += other.suppressed;
        self.other_totals += other.other_totals;
        self.stale += other.stale;
    }
}

/// What came of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Report {
    /// Nothing was written: these are the numbers a run would give.
    pub dry_run: bool,
    /// Rows that were read, without the header.
    pub rows: u64,
    /// Rows that could not be read as rows.
    pub unreadable: u64,
    /// Products; of a product file.
    pub products: Counts,
    /// Variants; of a product file.
    pub variants: Counts,
    /// Variants of imported products that the file does not name; they stay as they are.
    pub variants_left: u64,
    /// Rows that hold nothing but an image.
    pub images_skipped: u64,
    /// Stock rows; of a stock file.
    pub stock: Counts,
    /// More about the stock rows.
    pub stocked: Stocked,
    /// Orders; of an order file.
    pub orders: Counts,
    /// Customers; of a customer file.
    pub customers: Counts,
    /// Subscriptions; of a file of subscribers.
    pub subscribers: Counts,
    /// More about orders, customers and subscribers.
    pub noted: Noted,
    /// Everything that was not taken, each of it told to the [`Watch`](super::Watch).
    pub refusals: u64,
    /// The import ended at a refusal, before the end of the file.
    pub stopped: bool,
}

impl Report {
    /// Whether the whole file was taken.
    pub fn is_complete(&self) -> bool {
        self.refusals == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.dry_run {
            writeln!(f, "Dry run: nothing was written. An import would result in:")?;
        }
        let sections = [
            ("products", self.products),
            ("variants", self.variants),
            ("stock rows", self.stock),
            ("orders", self.orders),
            ("customers", self.customers),
            ("subscribers", self.subscribers),
        ];
        for (name, counts) in sections.into_iter().filter(|(_, counts)| *counts != Counts::default()) {
            writeln!(f, "{name:<12}{counts}")?;
        }
        let notes = [
            (self.images_skipped, "images skipped", "images skipped"),
            (
                self.variants_left,
                "variant not in the file, left as it is",
                "variants not in the file, left as they are",
            ),
            (self.stocked.not_stocked, "not stocked", "not stocked"),
            (self.stocked.removed, "stock row removed: no longer stocked", "stock rows removed: no longer stocked"),
            (self.stocked.unavailable, "piece not for sale, left out", "pieces not for sale, left out"),
            (self.stocked.oversold, "stock row oversold, taken as 0", "stock rows oversold, taken as 0"),
            (
                self.stocked.committed_otherwise,
                "stock row with other committed pieces here",
                "stock rows with other committed pieces here",
            ),
            (self.noted.erased, "person was erased, left out", "people were erased, left out"),
            (
                self.noted.suppressed,
                "person said no to messages before: that stays",
                "people said no to messages before: that stays",
            ),
            (
                self.noted.other_totals,
                "customer has other totals here, by the orders",
                "customers have other totals here, by their orders",
            ),
            (self.noted.stale, "order is known newer, left as it is", "orders are known newer, left as they are"),
            (self.unreadable, "row not readable", "rows not readable"),
        ];
        for (count, one, many) in notes.into_iter().filter(|(count, ..)| *count > 0) {
            writeln!(f, "{:<12}{count:>9} {}", "", if count == 1 { one } else { many })?;
        }
        let rows = if self.rows == 1 { "row" } else { "rows" };
        let refusals = if self.refusals == 1 { "refusal" } else { "refusals" };
        let ending = if self.stopped { "; stopped at the first refusal" } else { "" };
        write!(f, "{} {rows} read, {} {refusals}{ending}", self.rows, self.refusals)
    }
}
