//! Captures.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

use tests::bench::{over_threads, texts};
use uuid::Uuid;

use super::{
    limit::Limit,
    options,
    shop::{Shop, done, list, place, total, whole},
    table::{Line, Rounds, count, same},
};

/// How many connections report at the same time.
const CONNECTIONS: usize = 16;
/// How many payments are looked at in a page.
const PAGE: usize = 250;

const REPORT: &str = "mutation($input: ReportPaymentInput!) { reportPayment(input: $input) { payment { id } applied userErrors { code message } } }";
const CAPTURED: &str =
    "query($input: [ID!]!) { payments(first: 250, filter: { id: { in: $input } }) { nodes { capturedAmount } } }";
const BOOKED: &str =
    "query($input: [ID!]!) { transactions(first: 0, filter: { orderId: { in: $input } }) { totalCount } }";

/// Reports captures of 1.00 each. Each connection has payments of its own; none of them is paid in full.
pub(crate) fn payments(shop: &Shop, limit: &Limit) -> Result<Line, String> {
    let placed = open(shop, options::payments())?;
    let (orders, payments): (Vec<String>, Vec<String>) = placed.into_iter().unzip();
    let connections = CONNECTIONS.min(payments.len());
    let of_limit = limit.rows("payment_entries")?;
    // The latest report of each connection, to be told again.
    let latest: Vec<Mutex<Option<String>>> = (0..connections).map(|_| Mutex::default()).collect();
    let ours = || {
        over_threads(connections, |number| {
            let mut client = shop.connect();
            let (latest, mut own) = (&latest[number], payments.iter().skip(number).step_by(connections).cycle());
            move || {
                let (payment, event) = (own.next().expect("each has some"), Uuid::now_v7());
                let report =
                    format!(r#"{{"id":"{payment}","kind":"CAPTURED","amount":"1.00","providerEventId":"{event}"}}"#);
                let text = done(client.ask(REPORT, &report)).unwrap_or_else(|refused| panic!("{refused}"));
                assert!(text.contains(r#""applied":true"#), "{text}");
                *latest.lock().expect("nobody panics") = Some(report);
                1
            }
        })
    };
    let theirs = || {
        limit.round(connections, |number| {
            let mut own = (number..payments.len()).step_by(connections).cycle();
            async move || {
                limit.capture(own.next().expect("each has some")).await.expect("a capture of the limit");
                1
            }
        })
    };
    let rounds = Rounds::in_turns(ours, theirs);

    let mut client = shop.connect();
    for latest in latest {
        let Some(report) = latest.into_inner().expect("nobody panics") else { continue };
        let text = done(client.ask(REPORT, &report))?;
        if !text.contains(r#""applied":false"#) {
            return Err(format!("the same event again: {text}"));
        }
    }
    let (mut captured, mut booked) = (0, 0);
    for (payments, orders) in payments.chunks(PAGE).zip(orders.chunks(PAGE)) {
        for amount in texts(client.ask(CAPTURED, &list(payments)), "capturedAmount") {
            captured += whole(&amount);
        }
        booked += total(client.ask(BOOKED, &list(orders)));
    }
    same("captured", count(rounds.ours()), captured)?;
    same("booked", count(rounds.ours()), booked)?;
    same("entries of the limit", count(rounds.limit()), limit.rows("payment_entries")? - of_limit)?;
    Ok(rounds.into_line("reportPayment"))
}

/// Places this number of orders with a payment each, over several connections: the ids of both.
fn open(shop: &Shop, wanted: usize) -> Result<Vec<(String, String)>, String> {
    let source = shop.source("payments");
    let (places, placed): (AtomicUsize, Mutex<Vec<_>>) = Default::default();
    thread::scope(|scope| {
        let work = || -> Result<(), String> {
            let mut client = shop.connect();
            loop {
                let number = places.fetch_add(1, Relaxed);
                if number >= wanted {
                    return Ok(());
                }
                let variant = &shop.variants()[number % shop.variants().len()];
                let order = place(&mut client, &shop.order([variant], &source, r#","payment":{"provider":"stripe"}"#))?;
                let payment = order.payment.ok_or("an order has no payment")?;
                placed.lock().expect("nobody panics").push((order.order, payment));
            }
        };
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("a connection"))
    })?;
    Ok(placed.into_inner().expect("nobody panics"))
}
