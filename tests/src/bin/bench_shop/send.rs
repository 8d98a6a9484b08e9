//! Messages of a campaign, beside tasks that nothing hangs from.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use tests::bench::{Client, Round, Worker, lives, over_threads};

use super::{
    campaign::{self, Audience},
    customers,
    options::{self, Options},
    shop::{Shop, done, total},
    table::{Line, Rounds, count, same},
};

/// How many workers there are.
const CONNECTIONS: usize = 16;
/// The most messages of a campaign in a minute.
const PER_MINUTE: usize = 60_000;
/// How much longer than that the server may take until all messages have a task.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

const BEGIN: &str = "mutation($input: BeginCampaignSendInput!) { beginCampaignSend(input: $input) { send address providerKey unsubscribeUrl userErrors { code message } } }";
const COMPLETE: &str = "mutation($input: CompleteCampaignSendInput!) { completeCampaignSend(input: $input) { recipient { id } userErrors { code message } } }";
const WAITING: &str = "query($input: ID!) { campaignRecipients(first: 0, filter: { campaignId: { eq: $input }, status: { eq: PENDING } }) { totalCount } }";
const SENT: &str = "query($input: String!) { campaignRecipients(first: 0, filter: { providerMessageId: { startsWith: $input }, status: { eq: SENT }, sendAttempts: { eq: 1 } }) { totalCount } }";

/// Workers claim, begin and complete the messages of one campaign; others create, claim and complete as many tasks as
/// they can.
pub(crate) fn send(shop: &Shop, options: &Options) -> Result<Line, String> {
    let messages = options::messages();
    customers::fill(shop, options, messages)?;
    let mut client = shop.connect();
    let agents = client.agents();
    let audience = Audience::open(shop, &mut client, "send", messages)?;
    let name = shop.source("send");
    let campaign = audience.campaign(&mut client, &name, &agents[0], PER_MINUTE)?;
    let added = campaign::launch(&mut client, &campaign)?;
    audience.check(&mut client, &campaign, added)?;
    until_queued(&mut client, &campaign, messages)?;
    let is_used_up = AtomicBool::new(false);
    let ours = || round(shop, &agents[0], &name, &is_used_up);
    let rounds = Rounds::in_turns(ours, || lives(shop.target(), &agents, 1, CONNECTIONS));
    if is_used_up.into_inner() {
        return Err(format!("{messages} messages are too few: set SENDS to more, or SECS to less"));
    }
    let sent = total(client.ask(SENT, &format!(r#""{name}""#)));
    campaign::cancel(&mut client, &campaign)?;
    same("messages sent once", count(rounds.ours()), sent)?;
    Ok(rounds.into_line("messages of a campaign; limit: lives of tasks"))
}

/// Waits until all messages have a task whose time has come.
fn until_queued(client: &mut Client, campaign: &str, messages: usize) -> Result<(), String> {
    let began = Instant::now();
    let seconds = u64::try_from(messages * 60 / PER_MINUTE).unwrap_or_default();
    while total(client.ask(WAITING, &format!(r#""{campaign}""#))) > 0 {
        if began.elapsed() > LONGEST_WAIT + Duration::from_secs(2 * seconds) {
            return Err("the server has not made the tasks of all messages in time".to_owned());
        }
        thread::sleep(Duration::from_millis(200));
    }
    // The last of them are at most a second ahead.
    thread::sleep(Duration::from_millis(1_500));
    Ok(())
}

/// `name` is what the ids of the messages begin with, which tell them from those of other campaigns.
fn round(shop: &Shop, agent: &str, name: &str, is_used_up: &AtomicBool) -> Round {
    over_threads(CONNECTIONS, |_| {
        let mut client = shop.connect();
        move || {
            let Some((task, token)) = client.claim(agent, "send_message", 1, 0).pop() else {
                is_used_up.store(true, Relaxed);
                // The figure is void: the server is left in peace.
                thread::sleep(Duration::from_millis(50));
                return 0;
            };
            let begin = format!(r#"{{"taskId":"{task}","token":"{token}"}}"#);
            let text = done(client.ask(BEGIN, &begin)).unwrap_or_else(|refused| panic!("{refused}"));
            if !text.contains(r#""send":true"#) {
                // A message of another campaign of the agent: its task has ended.
                return 0;
            }
            let complete = format!(r#"{{"taskId":"{task}","token":"{token}","providerMessageId":"{name}-{task}"}}"#);
            done(client.ask(COMPLETE, &complete)).unwrap_or_else(|refused| panic!("{refused}"));
            1
        }
    })
}
