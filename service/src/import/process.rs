//! A file from its first row to its last: what all kinds of files have in common.

use std::io::Read;

use super::{
    Options, Report, Watch,
    file::{Columns, Group, Groups, Step},
    run::Run,
};
use crate::{Result, database::Database};

/// A kind of file.
pub(super) trait Kind {
    /// Its columns.
    type Column: Columns;
    /// Whether a group of many rows may be taken in pieces.
    const MAY_CUT: bool;

    /// Takes the rows that belong together.
    async fn take(&mut self, run: &mut Run<'_>, group: Group<Self::Column>) -> Result<()>;
}

pub(super) async fn process(
    mut kind: impl Kind,
    db: &Database,
    input: impl Read + Send,
    options: &Options,
    watch: &mut (dyn Watch + Send),
) -> Result<Report> {
    process_groups(&mut kind, input, Run::new(db, options, watch)).await
}

async fn process_groups<K: Kind>(kind: &mut K, input: impl Read + Send, mut run: Run<'_>) -> Result<Report> {
    let mut groups = Groups::<_, K::Column>::open(input, K::MAY_CUT)?;
    while !run.has_stopped() {
        match groups.next()? {
            None => break,
            Some(Step::Group(group)) => {
                kind.take(&mut run, group).await?;
                run.tell_refusals();
            }
            Some(Step::Unreadable(row)) => {
                // Before the import ends there, the product above it is whole.
                let above = if run.stops() { groups.take_unless(&row.key) } else { None };
                if let Some(group) = above {
                    kind.take(&mut run, group).await?;
                }
                run.refuse_unreadable(row);
                if !groups.holds_rows() {
                    run.tell_refusals();
                }
            }
        }
        run.progress(groups.progress());
    }
    run.progress(groups.progress());
    run.finish().await
}
