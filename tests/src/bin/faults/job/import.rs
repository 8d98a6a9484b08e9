//! A file of products is imported by a command, which is interrupted and begun again, while the server runs.

use std::{collections::BTreeSet, fs, sync::Arc, time::Duration};

use serde_json::json;

use super::{same, text};
use crate::{caller::Caller, fault::Fault, system::System, wait::until};

const PRODUCTS: usize = 1_000;
/// What is imported before a fault.
const BEGUN: u64 = 20;
const FAULTS: usize = 3;
const LONGEST: Duration = Duration::from_secs(60);

pub(super) fn run(system: &mut System, fault: Fault) -> Result<usize, String> {
    system.start()?;
    let load = Arc::clone(system.load());
    let mut caller = Caller::new(&load);
    let file = system.file("products.csv");
    fs::write(&file, products()).map_err(|error| error.to_string())?;
    let file = file.to_string_lossy().into_owned();
    let arguments = ["import", "shopify-products", file.as_str()];
    let mut faults = 0;
    for _ in 0..FAULTS {
        let before = imported(&mut caller)?;
        let mut command = system.command(&arguments, "output")?;
        let mut failure = None;
        until("products are imported", LONGEST, || {
            let now = imported(&mut caller);
            let is_begun = !now.as_ref().is_ok_and(|now| *now < before + BEGUN);
            failure = now.err();
            is_begun || command.has_ended()
        })?;
        if let Some(reason) = failure {
            return Err(reason);
        }
        if !command.has_ended() {
            fault.strike(&mut command, system)?;
            faults += 1;
        }
        if command.end()?.success() {
            break;
        }
    }
    if faults == 0 {
        return Err("the import ended before a fault".to_owned());
    }
    system.finish(&arguments)?;
    verify(&mut caller)?;
    let again = system.finish(&arguments)?;
    let untouched = |kind: &str, number: usize| {
        let line = again.lines().find(|line| line.starts_with(kind)).unwrap_or_default();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
            == format!("{kind} 0 created 0 updated {number} unchanged 0 refused")
    };
    if untouched("products", PRODUCTS) && untouched("variants", 2 * PRODUCTS) {
        return Ok(faults);
    }
    Err(format!("one more run was not without effect: {again}"))
}

/// Two variants each.
fn products() -> String {
    let mut text = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n".to_owned();
    for number in 0..PRODUCTS {
        text += &format!("print-{number},Print {number},Size,24x36,PRINT-{number}-A,120.50\n");
        text += &format!("print-{number},,,36x48,PRINT-{number}-B,180.00\n");
    }
    text
}

fn imported(caller: &mut Caller) -> Result<u64, String> {
    let data = caller.ask("{ products(first: 0) { totalCount } }", &json!({}))?;
    data["products"]["totalCount"].as_u64().ok_or_else(|| "no number of products".to_owned())
}

fn verify(caller: &mut Caller) -> Result<(), String> {
    let mut found = BTreeSet::new();
    let products = caller.all("products", "", "handle variants(first: 5) { nodes { sku } }")?;
    for product in &products {
        let handle = text(&product["handle"])?;
        let number = handle.trim_start_matches("print-");
        let variants = json!([{ "sku": format!("PRINT-{number}-A") }, { "sku": format!("PRINT-{number}-B") }]);
        if product["variants"]["nodes"] != variants || !found.insert(handle) {
            return Err(format!("{product} is not what the file says"));
        }
    }
    same("products", &(0..PRODUCTS).map(|number| format!("print-{number}")).collect(), &found)
}
