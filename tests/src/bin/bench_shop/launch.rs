//! Launching campaigns, and the memory that the server needs for it.

use std::time::{Duration, Instant};

use tests::bench::{Worker, number, resident, resident_during, rounds};

use super::{
    campaign::{self, Audience},
    customers,
    options::{self, Options},
    shop::Shop,
    table::{Line, once},
};

/// How many recipients the bar is about.
const BAR: usize = 100_000;
/// How long they may take.
const TIME: Duration = Duration::from_secs(10);
/// How much more memory the server may need meanwhile, in MB.
const MEMORY: usize = 100;

/// Launches a campaign in each round, and cancels it. A figure counts the recipients.
pub(crate) fn launch(shop: &Shop, options: &Options) -> Result<Vec<Line>, String> {
    let (size, server) = (options::recipients(), number("SERVER", 0));
    customers::fill(shop, options, size)?;
    let mut client = shop.connect();
    let agent = client.agents().remove(0);
    let audience = Audience::open(shop, &mut client, "launch", size)?;
    let (mut done, mut grown) = (Vec::new(), 0);
    for round in 0..rounds() {
        // Its messages do not matter here: there is one task.
        let campaign = audience.campaign(&mut client, &shop.source(&format!("launch-{round}")), &agent, 1)?;
        let mut call = || {
            let began = Instant::now();
            campaign::launch(&mut client, &campaign).map(|added| (added, began.elapsed()))
        };
        let launched = if server == 0 {
            call()
        } else {
            let before = resident(server);
            let (launched, most) = resident_during(server, call);
            grown = grown.max(most.saturating_sub(before));
            launched
        };
        let (added, time) = launched?;
        done.push(once(size, time));
        audience.check(&mut client, &campaign, added)?;
        campaign::cancel(&mut client, &campaign)?;
    }
    match server {
        0 => println!("launch: the memory of the server is measured if SERVER is the id of its process"),
        _ => println!("launch: the server's memory grew by at most {grown} MB; the bar is {MEMORY} MB"),
    }
    Ok(vec![Line::beside_bar(format!("launchCampaign, {size} recipients; bar"), done, BAR, TIME)])
}
