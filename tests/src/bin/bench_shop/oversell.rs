//! Many buyers, few pieces.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use tests::bench::Client;

use super::{
    shop::{PIECES, Shop, place},
    table::{count, same},
};

/// How many buy at the same time: as many connections as an address may have.
const BUYERS: usize = 200;
/// How many pieces there are.
const FEW: usize = 50;

/// Has all of them buy at once: as many are told yes as there are pieces, and all others that there is none left.
pub(crate) fn oversell(shop: &Shop) -> Result<(), String> {
    let variants = &shop.variants()[shop.variants().len() - 1..];
    let source = shop.source("oversell");
    let mut client = shop.connect();
    shop.set(&mut client, variants, count(FEW), "oversell")?;
    let before = shop.stock(&mut client, variants)?;
    drop(client);
    // Until the server has received it.
    thread::sleep(Duration::from_millis(500));
    let clients: Vec<_> = (0..BUYERS).map(|_| shop.connect()).collect();
    let gate = &Barrier::new(BUYERS);
    let began = Instant::now();
    let answers: Vec<Result<_, String>> = thread::scope(|scope| {
        let buy = |mut client: Client| {
            let input = shop.order(variants, &source, "");
            move || {
                gate.wait();
                place(&mut client, &input)
            }
        };
        let buyers: Vec<_> = clients.into_iter().map(|client| scope.spawn(buy(client))).collect();
        buyers.into_iter().map(|buyer| buyer.join().expect("a buyer")).collect()
    });
    let time = began.elapsed();
    thread::sleep(Duration::from_millis(500));
    let mut client = shop.connect();
    let after = shop.stock(&mut client, variants)?;
    let orders = shop.orders(&mut client, &source);
    shop.set(&mut client, variants, PIECES, "oversell")?;

    let yes = answers.iter().filter(|answer| answer.is_ok()).count();
    let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    if let Some(other) = refused.clone().find(|text| !text.contains("INSUFFICIENT_STOCK")) {
        return Err(format!("a buyer was refused for another reason: {other}"));
    }
    same("buyers who were told yes", count(FEW), count(yes))?;
    same("buyers who were told no", count(BUYERS - FEW), count(refused.count()))?;
    same("orders", count(FEW), orders)?;
    same("pieces left", 0, after.available)?;
    same("pieces reserved", count(FEW), after.reserved - before.reserved)?;
    println!("oversell: {yes} of {FEW} pieces were sold to {BUYERS} buyers in {:.2} s", time.as_secs_f64());
    Ok(())
}
