//! Campaigns, each with a list of new addresses.

use serde_json::{Value, json};

use super::{Marketing, PAUSE, facts::Message};
use crate::{
    caller::Caller,
    job::{key, text},
    wait::pause,
};

/// Recipients of a campaign.
const RECIPIENTS: usize = 20;
/// Messages that are left open at most, before another campaign is launched.
const BACKLOG: usize = 60;
/// One recipient in this number withdraws after the launch.
const ONE_LEAVES: usize = 7;

impl Marketing {
    /// Launches campaigns, one after the other.
    pub(super) fn launch(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        let mut number = 0_usize;
        while self.load.goes_on() {
            if self.facts().open() >= BACKLOG {
                pause(PAUSE);
                continue;
            }
            number += 1;
            self.launch_one(&mut caller, number)?;
        }
        Ok(())
    }

    fn launch_one(&self, caller: &mut Caller, number: usize) -> Result<(), String> {
        let name = format!("Campaign {number}");
        let list = json!({ "name": name, "type": "STATIC", "idempotencyKey": key() });
        let list = text(&caller.act("createEmailList", "emailList { id }", &list)?["emailList"]["id"])?;
        let addresses: Vec<String> = (0..RECIPIENTS).map(|one| format!("person-{number}-{one}@example.com")).collect();
        let item = |address: &String| json!({ "email": address, "listId": list, "source": "API" });
        let items: Vec<Value> = addresses.iter().map(item).collect();
        let subscription = json!({ "items": items, "onError": "REJECT_ALL", "idempotencyKey": key() });
        caller.act("subscribe", "results { index }", &subscription)?;

        // The provider recognizes a repetition in every other campaign.
        let campaign = json!({
            "name": name, "type": "EMAIL", "targetListId": list, "contentId": self.content, "ownerAgentId": self.agent,
            "costPerMessage": "1", "sendsPerMinute": 60_000, "resendUnknown": number.is_multiple_of(2),
            "idempotencyKey": key(),
        });
        let campaign = text(&caller.act("createCampaign", "campaign { id }", &campaign)?["campaign"]["id"])?;
        // Before its messages can be begun.
        self.facts().messages.extend(addresses.iter().map(|address| (address.clone(), Message::default())));
        let launch = json!({ "id": campaign, "idempotencyKey": key() });
        let launched = caller.act("launchCampaign", "added", &launch)?;
        if launched["added"] != json!(RECIPIENTS) {
            return Err(format!("{campaign} was launched for {}, not for {RECIPIENTS}", launched["added"]));
        }
        let mut facts = self.facts();
        facts.campaigns.insert(campaign);
        for address in addresses.into_iter().step_by(ONE_LEAVES) {
            facts.ask_to_leave(address, list.clone());
        }
        Ok(())
    }
}
