//! Inventory exports: one row a variant and location.
//!
//! - `parse`: what a row says.
//! - `store`: bringing the stock rows, and the sums on the variants, to say the same.

mod parse;
mod store;

use std::io::Read;

use super::{
    Options, Report, Watch,
    file::{Earlier, Group, Groups, Seen, Step, columns},
    run::{Run, count},
};
use crate::{Result, database::Database};

columns! {
    /// The columns of an inventory export that are read.
    Column by Handle {
        Handle = "Handle",
        Sku = "SKU",
        Location = "Location",
        Incoming = "Incoming",
        Unavailable = "Unavailable",
        Committed = "Committed",
        Available = "Available",
        OnHand = "On hand",
    }
}

pub(super) async fn import(
    db: &Database,
    input: impl Read + Send,
    options: &Options,
    watch: &mut (dyn Watch + Send),
) -> Result<Report> {
    let mut groups = Groups::open(input, true)?;
    let mut run = Run::new(db, options, watch);
    let mut seen = Seen::default();
    while !run.has_stopped() {
        match groups.next()? {
            None => break,
            Some(Step::Group(group)) => take(&mut run, &mut seen, group).await?,
            Some(Step::Unreadable(row)) => {
                // Before the import ends there, the product above it is whole.
                let above = if run.stops() { groups.take_unless(&row.key) } else { None };
                if let Some(group) = above {
                    take(&mut run, &mut seen, group).await?;
                }
                run.refuse_unreadable(&row);
            }
        }
        run.progress(groups.progress());
    }
    run.progress(groups.progress());
    run.finish().await
}

/// Takes the stock of one product.
async fn take(run: &mut Run<'_>, seen: &mut Seen, group: Group<Column>) -> Result<()> {
    let mut rows = Vec::new();
    let mut refusals = Vec::new();
    let mut repeated = 0;
    for row in &group.rows {
        let place = parse::place(row);
        // What a row says of a place counts even when it is refused: two rows that differ do not
        // tell which of them is meant.
        let earlier = match place {
            ["", _] | [_, ""] => Earlier::New,
            _ => seen.add(row.line, &place, &parse::quantities(row)),
        };
        match earlier {
            Earlier::New => match parse::row(row) {
                Ok(stock) => rows.push(stock),
                Err(refusal) => refusals.push(refusal),
            },
            Earlier::Same => repeated += 1,
            Earlier::Other(line) => {
                let reason = format!("line {line} has other quantities for this SKU and location");
                refusals.push(row.refuse(Column::Sku, reason));
            }
        }
    }
    // What comes after a refusal that stops is not told, nor counted.
    let refused = if run.stops() { refusals.len().min(1) } else { refusals.len() };
    run.report.stock.refused += count(refused);
    run.refuse(&refusals);
    if run.has_stopped() {
        return Ok(());
    }
    let stored = run.transact(async |txn, options| store::stock(txn, options, &rows).await).await?;
    run.report.stock.add(stored.counts);
    run.report.stock.unchanged += repeated;
    run.report.stocked.add(stored.stocked);
    run.refuse(&stored.refusals);
    Ok(())
}
