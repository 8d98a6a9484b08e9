//! Product exports: one row a variant, the product's own fields on the first row of its handle.
//!
//! - `parse`: what a product's rows say.
//! - `options`: what sets a product's variants apart.
//! - `store`, `compare`: bringing the database to say the same.

mod compare;
mod options;
mod parse;
mod store;

use std::io::Read;

use super::{
    Options, Report, Watch,
    file::{Earlier, Group, Groups, Seen, Step, columns},
    report::Refusal,
    run::Run,
};
use crate::{Result, database::Database};

columns! {
    /// The columns of a product export that are read.
    Column by Handle {
        Handle = "Handle",
        Title = "Title",
        Body = "Body (HTML)",
        Category = "Product Category",
        Type = "Type",
        Tags = "Tags",
        Published = "Published",
        Option1Name = "Option1 Name",
        Option1Value = "Option1 Value",
        Option2Name = "Option2 Name",
        Option2Value = "Option2 Value",
        Option3Name = "Option3 Name",
        Option3Value = "Option3 Value",
        Sku = "Variant SKU",
        Price = "Variant Price",
        CompareAt = "Variant Compare At Price",
        Image = "Image Src",
        Cost = "Cost per item",
        Status = "Status",
    }
}

pub(super) async fn import(
    db: &Database,
    input: impl Read + Send,
    options: &Options,
    watch: &mut (dyn Watch + Send),
) -> Result<Report> {
    let mut groups = Groups::open(input, false)?;
    let mut run = Run::new(db, options, watch);
    let mut handles = Seen::default();
    while !run.has_stopped() {
        match groups.next()? {
            None => break,
            Some(Step::Group(group)) => take(&mut run, &mut handles, group).await?,
            Some(Step::Unreadable(row)) => {
                // Before the import ends there, the product above it is whole.
                let above = if run.stops() { groups.take_unless(&row.key) } else { None };
                if let Some(group) = above {
                    take(&mut run, &mut handles, group).await?;
                }
                run.refuse_unreadable(&row);
            }
        }
        run.progress(groups.progress());
    }
    run.progress(groups.progress());
    run.finish().await
}

/// Takes the rows of one product.
async fn take(run: &mut Run<'_>, handles: &mut Seen, group: Group<Column>) -> Result<()> {
    if let Some(refusal) = refuse_group(handles, &group) {
        run.report.products.refused += 1;
        run.report.variants.refused += group.rows.iter().map(|row| u64::from(parse::is_variant(row))).sum::<u64>();
        run.refuse(&[refusal]);
        return Ok(());
    }
    let mut parsed = parse::product(&group.rows);
    if run.stops() && parsed.product.is_some() {
        // What comes after the first refusal is not told, nor counted.
        parsed.variants_refused = parsed.variants_refused.min(1);
    }
    run.report.variants.refused += parsed.variants_refused;
    run.report.products.refused += u64::from(parsed.product.is_none());
    run.refuse(&parsed.refusals);
    if run.has_stopped() {
        return Ok(());
    }
    run.report.images_skipped += parsed.images;
    let Some(product) = parsed.product else { return Ok(()) };
    let stored = run.transact(async |txn, options| store::product(txn, options, &product).await).await?;
    run.report.products.add(stored.product);
    run.report.variants.add(stored.variants);
    run.report.variants_left += stored.left;
    run.refuse(&stored.refusals);
    Ok(())
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
        let reason = format!("other rows of this product begin on line {line}; a product's rows must stand together");
        return Some(first.refuse(Column::Handle, reason));
    }
    group.is_too_large.then(|| first.refuse(Column::Handle, "this product's rows are larger than 32 MiB"))
}
