//! What shares are worth: their part of the revenue, net of refunds and reversals, exact in sum.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use sea_orm::QueryResult;
use serde::Deserialize;
use uuid::Uuid;

use super::model::WHOLE;
use crate::{
    Error, Result,
    database::{
        Member::{self, Decimal as Number, Id, Text},
        Sql,
    },
    money::{allocate, currency},
};

/// A share of the credit for a transaction, by a model.
#[derive(Clone, Debug, Deserialize)]
struct Share {
    id: Uuid,
    transaction_id: Uuid,
    model: String,
    percentage: Decimal,
}

/// A transaction that matters for what shares are worth.
#[derive(Clone, Debug, Deserialize)]
struct Booked {
    id: Uuid,
    order_id: Option<Uuid>,
    reverses_id: Option<Uuid>,
    kind: String,
    amount: Decimal,
    currency: String,
}

/// The members of a document: name, kind and column.
type Members = [(&'static str, Member, &'static str)];

const SHARE: &Members = &[
    ("id", Id, "s.id"),
    ("transaction_id", Id, "s.transaction_id"),
    ("model", Text, "s.attribution_model"),
    ("percentage", Number, "s.attribution_percentage"),
];
const BOOKED: &Members = &[
    ("id", Id, "t.id"),
    ("order_id", Id, "t.order_id"),
    ("reverses_id", Id, "t.reverses_id"),
    ("kind", Text, "t.\"type\""),
    ("amount", Number, "t.amount"),
    ("currency", Text, "t.currency"),
];

/// Writes the statement that [`read`] reads: of shares, all that they are compared with.
pub fn write(sql: &mut Sql, shares: &[Uuid]) {
    sql.push("WITH wanted AS (SELECT DISTINCT transaction_id, attribution_model FROM revenue_attribution WHERE id");
    sql.is_any(shares).push("), sold AS (SELECT DISTINCT t.id, t.order_id FROM wanted AS w ");
    sql.push("JOIN transactions AS t ON t.id = w.transaction_id) ");
    part(sql, "share", SHARE).push("wanted AS w JOIN revenue_attribution AS s ON s.transaction_id = w.transaction_id ");
    sql.push("AND s.attribution_model = w.attribution_model");
    part(sql.push(" UNION ALL "), "booked", BOOKED).push("(SELECT DISTINCT order_id FROM sold) AS o ");
    sql.push("JOIN transactions AS t ON t.order_id = o.order_id WHERE t.type <> 'expense'");
    part(sql.push(" UNION ALL "), "booked", BOOKED).push("sold JOIN transactions AS t ON t.id = sold.id ");
    sql.push("WHERE sold.order_id IS NULL");
    part(sql.push(" UNION ALL "), "booked", BOOKED).push("sold JOIN transactions AS t ON t.reverses_id = sold.id ");
    sql.push("WHERE sold.order_id IS NULL");
}

fn part<'a>(sql: &'a mut Sql, name: &str, members: &Members) -> &'a mut Sql {
    sql.write(format_args!("SELECT '{name}' AS part, ")).document(members).push(" AS document FROM ")
}

/// What shares are worth, in the currency of their transaction, by their ids.
pub fn read(rows: &[QueryResult]) -> Result<HashMap<Uuid, Decimal>> {
    let (mut shares, mut booked) = (Vec::new(), Vec::new());
    for row in rows {
        let (part, document): (String, String) = (row.try_get_by("part")?, row.try_get_by("document")?);
        match part.as_str() {
            "share" => shares.push(parse::<Share>(&document)?),
            _ => booked.push(parse::<Booked>(&document)?),
        }
    }
    Ok(worth(&shares, &booked))
}

fn parse<'a, T: Deserialize<'a>>(document: &'a str) -> Result<T> {
    serde_json::from_str(document).map_err(|error| Error::internal(format!("a document is not readable: {error}")))
}

/// What each share is worth: the amounts of a transaction's shares by one model sum up to what is left of it, or to the
/// part of it that is credited.
fn worth(shares: &[Share], booked: &[Booked]) -> HashMap<Uuid, Decimal> {
    let nets = nets(booked);
    let mut groups: BTreeMap<(Uuid, &str), Vec<&Share>> = BTreeMap::new();
    for share in shares {
        groups.entry((share.transaction_id, share.model.as_str())).or_default().push(share);
    }
    let mut worth = HashMap::new();
    for ((transaction, _), mut group) in groups {
        group.sort_by_key(|share| share.id);
        let (net, step) = nets.get(&transaction).copied().unwrap_or((Decimal::ZERO, Decimal::ONE));
        let mut weights: Vec<Decimal> = group.iter().map(|share| share.percentage).collect();
        let given: Decimal = weights.iter().sum();
        weights.push((WHOLE - given).max(Decimal::ZERO));
        let amounts = allocate(net, &weights, step);
        worth.extend(group.into_iter().zip(amounts).map(|(share, amount)| (share.id, amount)));
    }
    worth
}

/// What is left of each transaction of revenue, and the step of its currency. What went back of an order is taken off
/// all its revenue, each in proportion.
fn nets(booked: &[Booked]) -> HashMap<Uuid, (Decimal, Decimal)> {
    // By their ids: a row may be there twice.
    let booked: BTreeMap<Uuid, &Booked> = booked.iter().map(|one| (one.id, one)).collect();
    let mut reversed: HashMap<Uuid, Decimal> = HashMap::new();
    for one in booked.values() {
        if let Some(original) = one.reverses_id {
            *reversed.entry(original).or_default() += one.amount;
        }
    }
    let left = |one: &Booked| {
        let taken_back = reversed.get(&one.id).copied().unwrap_or_default();
        (one.amount + taken_back).max(Decimal::ZERO)
    };
    // Revenue without an order stands alone.
    let mut sales: BTreeMap<(Option<Uuid>, Option<Uuid>), Vec<&Booked>> = BTreeMap::new();
    for one in booked.values().copied().filter(|one| one.kind == "revenue") {
        let alone = one.order_id.is_none().then_some(one.id);
        sales.entry((one.order_id, alone)).or_default().push(one);
    }
    let mut nets = HashMap::new();
    for ((order, _), sold) in sales {
        let went_back = |one: &&Booked| order.is_some() && one.order_id == order && one.kind == "refund";
        let refunded: Decimal = booked.values().copied().filter(went_back).map(&left).sum();
        let weights: Vec<Decimal> = sold.iter().copied().map(&left).collect();
        let total = (weights.iter().sum::<Decimal>() - refunded).max(Decimal::ZERO);
        let step = sold.first().map_or(Decimal::ONE, |one| currency::step(&one.currency));
        let amounts = allocate(total, &weights, step);
        nets.extend(sold.iter().zip(amounts).map(|(one, net)| (one.id, (net, step))));
    }
    nets
}

#[cfg(test)]
mod tests;
