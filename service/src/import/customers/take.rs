//! Bringing many customers at once to say what their rows say.

use std::collections::HashMap;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Column, earlier,
    parse::{self, Customer},
};
use crate::{
    Result, UnitOfWork,
    customers::external::{self, Conflict, ExternalCustomer, Outcome, Put},
    import::{
        Counts, Noted, Refusal,
        file::{Earlier, Row, Seen},
        run::Run,
    },
    refusal,
};

/// What customers have spent here, and with how many orders.
type Totals = HashMap<Uuid, (Decimal, i32)>;

/// Takes the customers of some rows.
pub(super) async fn take(run: &mut Run<'_>, seen: &mut Seen, rows: &[Row<Column>]) -> Result<()> {
    let (mut wanted, mut unread): (Vec<Customer>, Vec<Refusal>) = Default::default();
    for (place, row) in rows.iter().enumerate() {
        match earlier(seen, row) {
            Ok(Earlier::Same) => run.report.customers.unchanged += 1,
            Ok(_) => match parse::customer(place, row) {
                Ok(customer) => wanted.push(customer),
                Err(refusal) => unread.push(refusal),
            },
            Err(refusal) => unread.push(refusal),
        }
        // What stands above is taken.
        if run.stops() && !unread.is_empty() {
            break;
        }
    }
    let stops = run.stops();
    let all: Vec<ExternalCustomer> = wanted.iter().map(|wanted| wanted.customer.clone()).collect();
    let (done, totals) = run.perform(async |unit| put_all(unit, &all, stops).await).await?;
    let mut counts = Counts::default();
    let mut noted = Noted::default();
    let mut refused = Vec::new();
    for (wanted, done) in wanted.iter().zip(done) {
        let Some(row) = rows.get(wanted.place) else { continue };
        match done {
            Ok(put) => {
                count(&put, &mut counts, &mut noted);
                noted.other_totals += u64::from(is_other(wanted, &put, &totals));
                refused.extend(put.conflict.map(|conflict| of_conflict(row, &conflict)));
            }
            Err(refusal) => refused.push(of_rule(row, &refusal)),
        }
    }
    run.report.customers.add(counts);
    run.report.noted.add(noted);
    for refusal in refused.into_iter().chain(unread) {
        // What comes after a refusal that stops is not told, nor counted.
        run.report.customers.refused += u64::from(!run.has_stopped());
        run.refuse([refusal]);
    }
    Ok(())
}

/// Takes customers over, and reads what they have spent.
async fn put_all(
    unit: &mut UnitOfWork,
    all: &[ExternalCustomer],
    stops: bool,
) -> Result<(Vec<Result<Put, refusal::Refusal>>, Totals)> {
    let done = external::put_all(unit, all, stops).await?;
    let ids: Vec<Uuid> = done.iter().flatten().map(|put| put.id).collect();
    let mut sql = unit.sql();
    sql.push("SELECT id, total_spent, orders_count FROM customers WHERE id").is_any(&ids);
    let mut totals = Totals::new();
    for row in unit.rows(sql).await? {
        totals.insert(row.try_get_by("id")?, (row.try_get_by("total_spent")?, row.try_get_by("orders_count")?));
    }
    Ok((done, totals))
}

fn count(put: &Put, counts: &mut Counts, noted: &mut Noted) {
    noted.suppressed += u64::from(put.is_suppressed);
    match put.outcome {
        // It is counted as refused.
        _ if put.conflict.is_some() => {}
        Outcome::Created => counts.created += 1,
        Outcome::Updated => counts.updated += 1,
        Outcome::Unchanged | Outcome::Stale => counts.unchanged += 1,
        Outcome::Erased => noted.erased += 1,
    }
}

/// Whether a customer has other totals here.
fn is_other(wanted: &Customer, put: &Put, totals: &Totals) -> bool {
    let Some((spent, orders)) = totals.get(&put.id).filter(|_| put.outcome != Outcome::Erased) else { return false };
    wanted.spent.is_some_and(|said| said != *spent) || wanted.orders.is_some_and(|said| said != *orders)
}

fn of_conflict(row: &Row<Column>, conflict: &Conflict) -> Refusal {
    match conflict {
        Conflict::EmailTaken(owner) => {
            let reason = format!("the customer {owner} has this address: merge the two; the other columns were taken");
            row.refuse(Column::Email, reason)
        }
        Conflict::OtherShopifyId(id) => {
            row.refuse(Column::Email, format!("the customer with this address has the customer ID {id} here"))
        }
    }
}

/// A refusal of what a customer must be, at its column.
fn of_rule(row: &Row<Column>, refused: &refusal::Refusal) -> Refusal {
    let column = match refused.path.first().map(String::as_str) {
        Some("shopifyId") => Column::Id,
        Some("firstName") => Column::FirstName,
        Some("lastName") => Column::LastName,
        Some("company") => Column::Company,
        Some("phone") => Column::Phone,
        Some("tags") => Column::Tags,
        Some("note") => Column::Note,
        _ => Column::Email,
    };
    row.refuse(column, refused.message.clone())
}
