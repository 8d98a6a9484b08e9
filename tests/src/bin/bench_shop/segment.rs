//! Segments and e-mail lists by criteria over all customers.

use std::time::{Duration, Instant};

use tests::bench::{Client, Round, numbers, rounds};

use super::{
    customers,
    options::{self, Options},
    shop::{Shop, done, first_id, total},
    table::{Line, count, once, same},
};

/// How many customers the bar is about.
const BAR: usize = 200_000;
/// How long they may take.
const TIME: Duration = Duration::from_secs(5);

/// Half of the bench's customers: those with five of the ten tags who accept e-mails and ordered nothing for a month.
const CRITERIA: &str = r#"{"all":[{"field":"consent","channel":"EMAIL","op":"eq","value":true},{"field":"tags","op":"hasAny","value":["bench-0","bench-1","bench-2","bench-3","bench-4"]},{"field":"ordersIn","days":30,"op":"eq","value":0}]}"#;

const CUSTOMERS: &str = "{ customers(first: 0) { totalCount } }";

/// What has members by criteria.
struct Kind {
    verb: &'static str,
    /// Its type, which is required.
    sort: &'static str,
    create: &'static str,
    recompute: &'static str,
}

const SEGMENT: Kind = Kind {
    verb: "recomputeSegment",
    sort: "ONLINE",
    create: "mutation($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } userErrors { code message } } }",
    recompute: "mutation($input: RecomputeSegmentInput!) { recomputeSegment(input: $input) { segment { size: memberCount } added removed userErrors { code message } } }",
};

const LIST: Kind = Kind {
    verb: "recomputeEmailList",
    sort: "DYNAMIC",
    create: "mutation($input: CreateEmailListInput!) { createEmailList(input: $input) { emailList { id } userErrors { code message } } }",
    recompute: "mutation($input: RecomputeEmailListInput!) { recomputeEmailList(input: $input) { emailList { size: subscriberCount } added removed userErrors { code message } } }",
};

/// A new segment and a new list in each round: found for the first time, when all members are new, and once more, when
/// nothing has changed. A figure counts the customers who were looked at.
pub(crate) fn segment(shop: &Shop, options: &Options) -> Result<Vec<Line>, String> {
    customers::fill(shop, options, options::customers())?;
    let mut client = shop.connect();
    let all = usize::try_from(total(client.ask(CUSTOMERS, "null"))).unwrap_or_default();
    let mut lines = Vec::new();
    for kind in [SEGMENT, LIST] {
        let (mut first, mut again) = (Vec::new(), Vec::new());
        for number in 0..rounds() {
            let (found, found_again) = round(shop, &mut client, &kind, number, all)?;
            first.push(found);
            again.push(found_again);
        }
        for (found, when) in [(first, "first time"), (again, "again")] {
            let what = format!("{}, {all} customers, {when}; bar", kind.verb);
            lines.push(Line::beside_bar(what, found, BAR, TIME));
        }
    }
    Ok(lines)
}

/// Finds the members of a new one twice.
fn round(shop: &Shop, client: &mut Client, kind: &Kind, number: usize, all: usize) -> Result<(Round, Round), String> {
    let (name, sort) = (shop.source(&format!("{}-{number}", kind.verb)), kind.sort);
    let new = format!(r#"{{"name":"{name}","type":"{sort}","criteria":{CRITERIA}}}"#);
    let id = first_id(done(client.ask(kind.create, &new))?)?;
    let mut recompute = || -> Result<_, String> {
        let began = Instant::now();
        let text = done(client.ask(kind.recompute, &format!(r#"{{"id":"{id}"}}"#)))?;
        let round = once(all, began.elapsed());
        let [size, added, removed] = ["size", "added", "removed"].map(|name| numbers(text, name).first().copied());
        Ok((round, size.unwrap_or_default(), added.unwrap_or_default(), removed.unwrap_or_default()))
    };
    let (first, size, added, removed) = recompute()?;
    if size < count(options::customers() / 2) {
        return Err(format!("{}: {size} members were found, fewer than half of the bench's customers", kind.verb));
    }
    same("members added at first", size, added)?;
    same("members removed at first", 0, removed)?;
    let (again, size_again, added, removed) = recompute()?;
    same("members after the second time", size, size_again)?;
    same("members added or removed at the second time", 0, added + removed)?;
    Ok((first, again))
}
