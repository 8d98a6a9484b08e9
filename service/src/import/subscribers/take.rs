//! Bringing many addresses onto lists at once.

use super::Column;
use crate::{
    Result,
    import::{
        Counts, Noted, Refusal,
        file::{Earlier, Row, Seen, value},
        person::email,
        run::Run,
    },
    marketing::lists::external::{self, ExternalSubscription, Outcome},
    refusal,
};

/// Takes the subscriptions of some rows.
pub(super) async fn take(run: &mut Run<'_>, seen: &mut Seen, rows: &[Row<Column>]) -> Result<()> {
    let (mut wanted, mut places, mut unread) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        match read(seen, row) {
            Ok(Some(subscription)) => {
                wanted.push(subscription);
                places.push(row);
            }
            Ok(None) => run.report.subscribers.unchanged += 1,
            Err(refusal) => unread.push(refusal),
        }
        // What stands above is taken.
        if run.stops() && !unread.is_empty() {
            break;
        }
    }
    let stops = run.stops();
    let done = run.perform(async |unit| external::put_all(unit, &wanted, stops).await).await?;
    let mut counts = Counts::default();
    let mut noted = Noted::default();
    let mut refused = Vec::new();
    for (row, done) in places.into_iter().zip(done) {
        match done {
            Ok(Outcome::Created) => counts.created += 1,
            Ok(Outcome::Updated) => counts.updated += 1,
            Ok(Outcome::Unchanged) => counts.unchanged += 1,
            Ok(Outcome::Suppressed) => noted.suppressed += 1,
            Ok(Outcome::Erased) => noted.erased += 1,
            Err(refusal) => refused.push(of_rule(row, &refusal)),
        }
    }
    run.report.subscribers.add(counts);
    run.report.noted.add(noted);
    for refusal in refused.into_iter().chain(unread) {
        // What comes after a refusal that stops is not told, nor counted.
        run.report.subscribers.refused += u64::from(!run.has_stopped());
        run.refuse([refusal]);
    }
    Ok(())
}

/// Reads a row; nothing where an earlier one says the same.
pub(super) fn read(seen: &mut Seen, row: &Row<Column>) -> Result<Option<ExternalSubscription>, Refusal> {
    let email = row.read(Column::Email, email)?;
    let email = email.ok_or_else(|| row.refuse(Column::Email, "an e-mail address is missing"))?;
    let list = row.read(Column::List, value::required(255, "the name of a list is missing"))?;
    let content = [row.get(Column::Source), row.get(Column::Time)];
    match seen.add(row.line, &[&email, &list], &content) {
        Earlier::New => {}
        Earlier::Same => return Ok(None),
        Earlier::Other(line) => {
            return Err(row.refuse(Column::Email, format!("line {line} says something else of this address and list")));
        }
    }
    Ok(Some(ExternalSubscription {
        email,
        list,
        consent_source: row.read(Column::Source, value::text(255))?,
        consented_at: row.read(Column::Time, value::moment_or_none)?,
    }))
}

/// A refusal of what a subscription must be, at its column.
fn of_rule(row: &Row<Column>, refused: &refusal::Refusal) -> Refusal {
    let column = match refused.path.first().map(String::as_str) {
        Some("list" | "listId") => Column::List,
        Some("consentSource") => Column::Source,
        Some("consentedAt") => Column::Time,
        _ => Column::Email,
    };
    row.refuse(column, refused.message.clone())
}
