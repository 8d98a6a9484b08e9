//! All products, exported by a bulk job.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use tests::bench::{number, resident, resident_during, rounds};

use super::{
    job::Job,
    shop::{Shop, sku, total},
    table::{Line, count, once, same},
};

/// How many variants the bar is about.
const BAR: usize = 100_000;
/// How long they may take.
const TIME: Duration = Duration::from_secs(20);
/// How much more memory the server may need meanwhile, in MB.
const MEMORY: usize = 100;

const VARIANTS: &str = "{ productVariants(first: 0) { totalCount } }";

/// Exports the whole catalogue in each round, until its file was read. A figure counts the variants.
pub(crate) fn export(shop: &Shop) -> Result<Line, String> {
    let (server, variants) = (number("SERVER", 0), total(shop.connect().ask(VARIANTS, "null")));
    let variants = usize::try_from(variants).unwrap_or_default();
    if variants < BAR {
        println!("export: there are {variants} variants, the bar is about {BAR}: the part `import` adds some");
    }
    let (mut done, mut grown) = (Vec::new(), 0);
    for _ in 0..rounds() {
        let call = || {
            let began = Instant::now();
            let file = Job::run(shop, "EXPORT_PRODUCTS", None)?.result(shop)?;
            Ok::<_, String>((file, began.elapsed()))
        };
        let exported = if server == 0 {
            call()
        } else {
            let before = resident(server);
            let (exported, most) = resident_during(server, call);
            grown = grown.max(most.saturating_sub(before));
            exported
        };
        let (file, time) = exported?;
        done.push(once(variants, time));
        check(shop, &String::from_utf8_lossy(&file))?;
    }
    match server {
        0 => println!("export: the memory of the server is measured if SERVER is the id of its process"),
        _ => println!("export: the server's memory grew by at most {grown} MB; the bar is {MEMORY} MB"),
    }
    Ok(Line::beside_bar(format!("EXPORT_PRODUCTS, {variants} variants; bar"), done, BAR, TIME))
}

/// Refuses a file in which variants of the bench are missing, or stand twice.
fn check(shop: &Shop, file: &str) -> Result<(), String> {
    let first = sku(0);
    let (start, digits) = (first.trim_end_matches('0'), first.len());
    let places = file.match_indices(start);
    let all: Vec<&str> = places.filter_map(|(place, _)| file.get(place..place + digits)).collect();
    let found: HashSet<&str> = all.iter().copied().collect();
    if let Some(missing) = (0..shop.variants().len()).map(sku).find(|sku| !found.contains(sku.as_str())) {
        return Err(format!("the variant {missing} was not exported"));
    }
    same("variants exported once", count(found.len()), count(all.len()))
}
