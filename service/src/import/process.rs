//! A file from its first row to its last: what all kinds of files have in common.

use std::io::Read;

use super::{
    Options, Report, Watch,
    file::{Columns, Group, Groups, Step},
    run::Run,
};
use crate::{Result, UnitOfWork, database::Database};

/// A kind of file.
pub(super) trait Kind {
    /// Its columns.
    type Column: Columns;
    /// Whether a group of many rows may be taken in pieces.
    const MAY_CUT: bool;

    /// Takes the rows that belong together.
    async fn take(&mut self, run: &mut Run<'_>, group: Group<Self::Column>) -> Result<()>;

    /// Passes over rows that were taken before a break: what they say of later ones counts.
    fn pass(&mut self, group: &Group<Self::Column>);
}

pub(super) async fn process(
    mut kind: impl Kind,
    db: &Database,
    input: impl Read + Send,
    options: &Options,
    watch: &mut (dyn Watch + Send),
) -> Result<Report> {
    let (report, _) = process_groups(&mut kind, input, Run::new(db, options, watch)).await?;
    Ok(report)
}

/// The outcome, and the unit of a bulk job that is still to be committed.
pub(super) async fn process_groups<K: Kind>(
    kind: &mut K,
    input: impl Read + Send,
    mut run: Run<'_>,
) -> Result<(Report, Option<UnitOfWork>)> {
    let mut groups = Groups::<_, K::Column>::open(input, K::MAY_CUT)?;
    while !run.has_stopped() {
        let step = match groups.next() {
            Err(_) if run.lacks_input() => {
                run.read_on().await?;
                continue;
            }
            step => step?,
        };
        let Some(step) = step else { break };
        if run.begin_step(&step) {
            if let Step::Group(group) = &step {
                kind.pass(group);
            }
            continue;
        }
        match step {
            Step::Group(group) => {
                kind.take(&mut run, group).await?;
                run.tell_refusals();
            }
            Step::Unreadable(row) => {
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
        run.settle().await?;
    }
    run.progress(groups.progress());
    run.finish().await
}
