//! A file from its first row to its last: what all kinds of files have in common.

use std::io::Read;

use super::{
    Options, Progress, Report, Watch,
    file::{Columns, Group, Groups, Step},
    run::Run,
};
use crate::{Result, UnitOfWork, database::Database};

/// The most bytes of rows that are taken together, about.
const LARGEST_TOGETHER: usize = 4 << 20;

/// A group, and how far the file was read with it.
pub(super) struct Held<C> {
    pub(super) group: Group<C>,
    pub(super) progress: Progress,
}

/// A kind of file.
pub(super) trait Kind {
    /// Its columns.
    type Column: Columns;
    /// Whether a group of many rows may be taken in pieces.
    const MAY_CUT: bool;
    /// How many rows of several groups are taken together, about.
    const TOGETHER: usize = 0;

    /// Takes the rows that belong together.
    async fn take(&mut self, run: &mut Run<'_>, group: Group<Self::Column>) -> Result<()>;

    /// Takes several groups in one transaction, and reports of each. False if they have to be taken one by one: then nothing
    /// was done.
    async fn take_together(&mut self, _run: &mut Run<'_>, _groups: &[Held<Self::Column>]) -> Result<bool> {
        Ok(false)
    }

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
    let mut held = Vec::new();
    while !run.has_stopped() {
        let step = match groups.next() {
            Err(_) if run.lacks_input() => {
                run.read_on().await?;
                continue;
            }
            // What stands before the break of a file is taken.
            Err(error) => {
                take_held(kind, &mut run, held).await?;
                return Err(error);
            }
            Ok(step) => step,
        };
        match step {
            None => {
                take_held(kind, &mut run, std::mem::take(&mut held)).await?;
                break;
            }
            Some(Step::Group(group)) if run.is_done_before() => {
                run.begin_group(&group);
                kind.pass(&group);
            }
            Some(Step::Group(group)) => {
                held.push(Held { group, progress: groups.progress() });
                if is_enough::<K>(&run, &held) {
                    take_held(kind, &mut run, std::mem::take(&mut held)).await?;
                }
            }
            Some(Step::Unreadable(row)) if run.is_done_before() => run.begin_unreadable(&row),
            Some(Step::Unreadable(row)) => {
                take_held(kind, &mut run, std::mem::take(&mut held)).await?;
                if run.has_stopped() {
                    break;
                }
                run.begin_unreadable(&row);
                // Before the import ends there, the product above it is whole.
                let above = if run.stops() { groups.take_unless(&row.key) } else { None };
                if let Some(group) = above {
                    kind.take(&mut run, group).await?;
                }
                run.refuse_unreadable(row);
                if !groups.holds_rows() {
                    run.tell_refusals();
                }
                run.progress(groups.progress());
                run.settle().await?;
            }
        }
    }
    run.progress(groups.progress());
    run.finish().await
}

/// Whether no more groups are held back.
fn is_enough<K: Kind>(run: &Run<'_>, held: &[Held<K::Column>]) -> bool {
    let rows: usize = held.iter().map(|held| held.group.rows.len()).sum();
    let size: usize = held.iter().map(|held| held.group.size()).sum();
    !run.may_hold_back() || rows >= K::TOGETHER || size >= LARGEST_TOGETHER
}

/// Takes groups that were held back.
async fn take_held<K: Kind>(kind: &mut K, run: &mut Run<'_>, held: Vec<Held<K::Column>>) -> Result<()> {
    if held.len() > 1 && kind.take_together(run, &held).await? {
        return run.settle().await;
    }
    for Held { group, progress } in held {
        if run.has_stopped() {
            break;
        }
        run.begin_group(&group);
        kind.take(run, group).await?;
        run.tell_refusals();
        run.progress(progress);
        run.settle().await?;
    }
    Ok(())
}
