//! Money of one slice of a budget that is reserved and spent.

use chrono::{Datelike, Utc};
use tests::bench::{over_threads, texts};

use super::{
    limit::Limit,
    shop::{Shop, done, first_id, total, whole},
    table::{Line, Rounds, count, same},
};

/// How many connections spend at the same time.
const CONNECTIONS: usize = 16;

const BUDGET: &str = "mutation($input: CreateBudgetInput!) { createBudget(input: $input) { budget { slices(first: 1) { nodes { id } } } userErrors { code message } } }";
const RESERVE: &str = "mutation($input: ReserveBudgetInput!) { reserveBudget(input: $input) { reservation { id } userErrors { code message } } }";
const COMMIT: &str = "mutation($input: CommitBudgetInput!) { commitBudget(input: $input) { transaction { id } userErrors { code message } } }";
const SLICE: &str = "query($input: ID!) { budgetSlices(first: 1, filter: { id: { eq: $input } }) { nodes { reservedAmount spentAmount } } }";
const BOOKED: &str =
    "query($input: ID!) { transactions(first: 0, filter: { budgetSliceId: { eq: $input } }) { totalCount } }";

/// Reserves 1.00 and spends it. A figure counts both calls as one.
pub(crate) fn reserve(shop: &Shop, limit: &Limit) -> Result<Line, String> {
    let mut client = shop.connect();
    let (name, today) = (shop.source("reserve"), Utc::now());
    let (year, month) = (today.year(), today.month());
    let new = format!(
        r#"{{"name":"{name}","category":"{name}","year":{year},"month":{month},"amount":"100000000.00","currency":"USD"}}"#
    );
    let slice = first_id(done(client.ask(BUDGET, &new))?)?;
    let of_limit = limit.rows("transactions")?;
    let ours = || {
        over_threads(CONNECTIONS, |_| {
            let (mut client, slice) = (shop.connect(), &slice);
            move || {
                let reserve = format!(r#"{{"sliceId":"{slice}","amount":"1.00","purpose":"bench"}}"#);
                let reserved = done(client.ask(RESERVE, &reserve)).and_then(first_id);
                let id = reserved.unwrap_or_else(|refused| panic!("{refused}"));
                let committed = done(client.ask(COMMIT, &format!(r#"{{"reservationId":"{id}"}}"#)));
                committed.unwrap_or_else(|refused| panic!("{refused}"));
                1
            }
        })
    };
    let theirs = || {
        limit.round(CONNECTIONS, |_| {
            async move || {
                limit.spend().await.expect("an expense of the limit");
                1
            }
        })
    };
    let rounds = Rounds::in_turns(ours, theirs);

    let text = client.ask(SLICE, &format!(r#""{slice}""#));
    let [reserved, spent] =
        ["reservedAmount", "spentAmount"].map(|name| texts(text, name).iter().map(|amount| whole(amount)).sum::<i64>());
    same("reserved at the end", 0, reserved)?;
    same("spent", count(rounds.ours()), spent)?;
    same("booked", count(rounds.ours()), total(client.ask(BOOKED, &format!(r#""{slice}""#))))?;
    same("expenses of the limit", count(rounds.limit()), limit.rows("transactions")? - of_limit)?;
    Ok(rounds.into_line("reserveBudget and commitBudget, one slice"))
}
