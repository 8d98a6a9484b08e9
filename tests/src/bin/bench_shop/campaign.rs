//! Campaigns, as `launch` and `send` need them.

use tests::bench::{Client, numbers};

use super::{
    customers,
    shop::{Shop, done, first_id, total},
    table::{count, same},
};

const SEGMENT: &str = "mutation($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } userErrors { code message } } }";
const RECOMPUTE: &str = "mutation($input: RecomputeSegmentInput!) { recomputeSegment(input: $input) { added userErrors { code message } } }";
const CONTENT: &str = "mutation($input: CreateContentInput!) { createContent(input: $input) { content { id } userErrors { code message } } }";
const SUBMIT: &str = "mutation($input: SubmitContentInput!) { submitContent(input: $input) { approval { id } userErrors { code message } } }";
const APPROVE: &str = "mutation($input: DecideApprovalInput!) { decideApproval(input: $input) { approval { id } userErrors { code message } } }";
const CREATE: &str = "mutation($input: CreateCampaignInput!) { createCampaign(input: $input) { campaign { id } userErrors { code message } } }";
const LAUNCH: &str =
    "mutation($input: LaunchCampaignInput!) { launchCampaign(input: $input) { added userErrors { code message } } }";
const CANCEL: &str = "mutation($input: CancelCampaignInput!) { cancelCampaign(input: $input) { campaign { id } userErrors { code message } } }";
const RECIPIENTS: &str =
    "query($input: ID!) { campaignRecipients(first: 0, filter: { campaignId: { eq: $input } }) { totalCount } }";

/// To whom campaigns are sent, and what.
pub(crate) struct Audience {
    segment: String,
    content: String,
    size: i64,
}

impl Audience {
    /// The first customers of the bench, and content that was approved.
    pub(crate) fn open(shop: &Shop, client: &mut Client, part: &str, size: usize) -> Result<Self, String> {
        let (name, before) = (shop.source(part), customers::made_before(size));
        let criteria = format!(r#"{{"field":"createdAt","op":"lt","value":"{before}"}}"#);
        let new = format!(r#"{{"name":"{name}","type":"ONLINE","criteria":{criteria}}}"#);
        let segment = first_id(done(client.ask(SEGMENT, &new))?)?;
        let found = done(client.ask(RECOMPUTE, &format!(r#"{{"id":"{segment}"}}"#)))?;
        let size = count(size);
        same("customers to write to", size, numbers(found, "added").iter().sum())?;
        let new = format!(r#"{{"type":"newsletter","title":"{name}","body":"A text that nobody reads."}}"#);
        let content = first_id(done(client.ask(CONTENT, &new))?)?;
        let approval = first_id(done(client.ask(SUBMIT, &format!(r#"{{"id":"{content}"}}"#)))?)?;
        done(client.ask(APPROVE, &format!(r#"{{"approvalId":"{approval}","decision":"APPROVE"}}"#)))?;
        Ok(Self { segment, content, size })
    }

    /// A campaign that is not launched yet, whose messages an agent sends: its id.
    pub(crate) fn campaign(
        &self,
        client: &mut Client,
        name: &str,
        agent: &str,
        sends_per_minute: usize,
    ) -> Result<String, String> {
        let Self { segment, content, .. } = self;
        let new = format!(
            r#"{{"name":"{name}","type":"EMAIL","ownerAgentId":"{agent}","targetSegmentId":"{segment}","contentId":"{content}","sendsPerMinute":{sends_per_minute}}}"#
        );
        first_id(done(client.ask(CREATE, &new))?)
    }

    /// Refuses a campaign that was not sent to all of them, each once.
    pub(crate) fn check(&self, client: &mut Client, campaign: &str, added: i64) -> Result<(), String> {
        same("recipients added", self.size, added)?;
        same("recipients", self.size, total(client.ask(RECIPIENTS, &format!(r#""{campaign}""#))))
    }
}

/// Launches a campaign: how many recipients it has got.
pub(crate) fn launch(client: &mut Client, campaign: &str) -> Result<i64, String> {
    let text = done(client.ask(LAUNCH, &format!(r#"{{"id":"{campaign}"}}"#)))?;
    Ok(numbers(text, "added").iter().sum())
}

/// Ends a campaign.
pub(crate) fn cancel(client: &mut Client, campaign: &str) -> Result<(), String> {
    done(client.ask(CANCEL, &format!(r#"{{"id":"{campaign}"}}"#))).map(drop)
}
