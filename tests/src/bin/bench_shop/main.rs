//! The load of the shop through GraphQL over HTTP, against a server that runs already, beside the limit: hand-written
//! SQL of the same effect on a database of its own:
//! `cargo run --release -p tests --bin bench-shop -- all 127.0.0.1:4000 [KEY]`.
//!
//! - `hot`: orders of one piece of the same variant over 16 connections. `orders`: of one to three of `VARIANTS`
//!   variants. Each has an idempotency key.
//! - `stock`: `setStock` with 500 variants at a time over 4 connections; a figure counts the variants.
//! - `payments`: `reportPayment` with captures of `PAYMENTS` payments over 16 connections.
//! - `oversell`: 200 buyers at once want one of 50 pieces. It has no figures.
//! - `segment`: segments and e-mail lists by criteria over `CUSTOMERS` customers. `launch`: campaigns with `RECIPIENTS`
//!   recipients, and the memory of the server, whose process is `SERVER`. These have no limit but a bar: a time.
//! - `send`: up to `SENDS` messages of a campaign, begun and completed by 16 workers; its limit is whole lives of tasks
//!   over as many connections.
//! - `reserve`: 1.00 of one slice of a budget, reserved and spent, over 16 connections.
//! - `kpis`: a snapshot of KPIs of all metrics over the orders that there are; the bar is about 50,000.
//! - `inbound`: webhooks of Shopify, 200 a second, until they are accepted. `deliveries`: webhooks of the server, to a
//!   receiver in this process: `DELIVERIES` events at once, then one now and then. Both have a bar.
//! - `jobs`: bulk jobs `SET_STOCK` with `JOB_ROWS` rows. `import`: `IMPORT_PRODUCTS` with `IMPORTED` variants. `export`:
//!   `EXPORT_PRODUCTS` of all variants that there are, and the memory of the server; the bar is about 100,000.
//!
//! The figures are medians of `ROUNDS` rounds of `SECS` seconds after `WARM`, in turns with the limit. If something was
//! sold that is not there, was lost or was done twice, that is said; then there is no figure, and the exit code is 1.
//!
//! The limit needs the engine and the disk that the server has: `--limit`. Only the figures of one run compare with each
//! other.

mod campaign;
mod customers;
mod deliveries;
mod export;
mod import;
mod inbound;
mod inbound_payload;
mod inbox;
mod job;
mod jobs;
mod kpis;
mod launch;
mod limit;
mod options;
mod oversell;
mod payments;
mod place;
mod reserve;
mod segment;
mod send;
mod shop;
mod stock;
mod table;

use std::process::ExitCode;

use clap::Parser;

use limit::Limit;
use options::{Options, What};
use shop::Shop;
use table::{HEAD, Line};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

/// Measures what is asked for. Says whether the shop did all of it right.
fn run(options: &Options) -> Result<bool, String> {
    let shop = Shop::open(options.target(), options.variants())?;
    let limit = Limit::open(options.limit.as_deref(), &options.sizes())?;
    let (mut lines, mut is_well) = (Vec::new(), true);
    for what in options.what.parts() {
        match measure(*what, options, &shop, &limit) {
            Ok(measured) => lines.extend(measured),
            Err(fault) => {
                eprintln!("{what:?}: {fault}");
                is_well = false;
            }
        }
    }
    if !lines.is_empty() {
        println!("{HEAD}");
        lines.iter().for_each(|line| println!("{line}"));
    }
    Ok(is_well)
}

fn measure(what: What, options: &Options, shop: &Shop, limit: &Limit) -> Result<Vec<Line>, String> {
    let line = match what {
        What::Hot => place::hot(shop, limit),
        What::Orders => place::orders(shop, limit),
        What::Stock => stock::stock(shop, limit),
        What::Payments => payments::payments(shop, limit),
        What::Send => send::send(shop, options),
        What::Reserve => reserve::reserve(shop, limit),
        What::Kpis => kpis::kpis(shop),
        What::Inbound => inbound::inbound(shop, options),
        What::Jobs => jobs::jobs(shop, limit),
        What::Import => import::import(shop, limit),
        What::Export => export::export(shop),
        What::Deliveries => return deliveries::deliveries(shop),
        What::Segment => return segment::segment(shop, options),
        What::Launch => return launch::launch(shop, options),
        What::Oversell => return oversell::oversell(shop).map(|()| Vec::new()),
        What::All => return Ok(Vec::new()),
    };
    line.map(|line| vec![line])
}
