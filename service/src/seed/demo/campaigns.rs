//! Campaigns, and the texts that were made for them.

use chrono::{NaiveTime, TimeDelta};
use entity::{
    campaigns, content,
    sea_orm_active_enums::{
        CampaignStatus::{self, Active, Cancelled, Completed, Draft, Paused, Scheduled},
        CampaignType::{self, Ads, Email, Sms, Social},
        ContentStatus,
    },
};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder, rng},
    catalog::usd,
    mailing::WEEKLY,
};

/// Name, type, goal, target segment, status, budget, spent so far, first and last day from today.
type Plan = (&'static str, CampaignType, Option<usize>, Option<usize>, CampaignStatus, i64, i64, i64, i64);

#[rustfmt::skip]
const PLANS: [Plan; 8] = [
    ("Opening of the shop", Social, Some(1), None, Completed, 1_200, 1_140, -170, -140),
    ("Rooms of our customers", Email, Some(6), Some(3), Completed, 300, 260, -120, -95),
    ("Text reminder for full baskets", Sms, Some(9), Some(4), Cancelled, 400, 90, -75, -62),
    ("Designers' spring", Email, Some(7), Some(0), Completed, 800, 720, -60, -25),
    ("Colours after sunset", Ads, Some(1), None, Active, 1_500, 860, -30, 20),
    ("Second piece", Email, Some(3), Some(2), Active, 250, 110, -14, 30),
    ("Photo network, week by week", Social, Some(10), None, Paused, 600, 310, -45, 45),
    ("Two horizons: the launch", Ads, Some(4), Some(1), Scheduled, 900, 0, 25, 60),
];

/// Type, campaign's place, title, text, status; newest last.
#[rustfmt::skip]
const TEXTS: [(&str, Option<usize>, &str, &str, ContentStatus); 18] = [
    ("social_post", Some(0), "The door is open", "Fifteen pieces, three sizes, and one question: which wall is still empty?", ContentStatus::Archived),
    ("blog_post", Some(0), "How large is large enough?", "A picture should be about two thirds as wide as what stands below it. Here is how to measure, with a broom and some tape.", ContentStatus::Published),
    ("email_template", Some(1), "Welcome", "Good that you are here. You will hear from us on Wednesdays, and never twice a week.", ContentStatus::Published),
    ("newsletter", Some(1), "A dining room in blue and rust", "A customer sent a picture of Harbor Tiles above an old oak table. We asked how it came there.", ContentStatus::Published),
    ("email_template", Some(2), "Still thinking?", "Your basket is still here. Reply STOP and we are quiet.", ContentStatus::Archived),
    ("product_description", None, "Late Copper", "Bands of copper fade to rose and grey, as the sky does ten minutes after sunset.", ContentStatus::Published),
    ("newsletter", Some(3), "For those who furnish rooms of others", "Trade prices, a fixed contact, and samples of both canvases by post.", ContentStatus::Published),
    ("email_template", Some(3), "Your trade account", "It is set up: twelve percent off everything, and invoices at 30 days.", ContentStatus::Approved),
    ("ad_creative", Some(4), "Ten minutes after sunset", "Late Copper, now also six feet wide.", ContentStatus::Published),
    ("image", Some(4), "Late Copper above a grey sofa", "Evening light from the left, no people, 1200 by 800.", ContentStatus::Published),
    ("social_post", Some(6), "Seven times blue", "Blue Refrain: the same blue seven times. Can you find it?", ContentStatus::Published),
    ("social_post", Some(6), "Behind the crate", "What it takes to send 53 by 72 inches across the country.", ContentStatus::Published),
    ("newsletter", Some(5), "Does the second piece have to match?", "No. But it should know about the first. Three pairs that work.", ContentStatus::Published),
    ("email_template", Some(5), "How does it hang?", "Two weeks ago your picture arrived. May we ask one question?", ContentStatus::Approved),
    ("blog_post", None, "Rolls and frames", "When the roll is the better choice, and what a framer needs to know.", ContentStatus::InReview),
    ("ad_creative", Some(7), "Which horizon is true?", "Two vanishing points, one canvas.", ContentStatus::InReview),
    ("image", Some(7), "Two Horizons in a corridor", "Seen from the end of a long corridor, morning.", ContentStatus::Draft),
    ("social_post", Some(7), "Soon", "Something with two horizons.", ContentStatus::Draft),
];

pub(super) fn build(demo: &mut DemoBuilder) {
    for (name, kind, goal, segment, status, budget, spent, start, end) in PLANS {
        let created = demo.ago((12 - start.min(0)) * DAY);
        let updated = demo.by_now(demo.day(end).and_time(NaiveTime::MIN).and_utc());
        let morning = demo.day(start).and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(9);
        let is_launched = !matches!(status, Draft | Scheduled);
        let has_ended = matches!(status, Completed | Cancelled);
        let campaign = campaigns::Model {
            id: demo.id("campaigns", created),
            name: name.to_owned(),
            r#type: kind,
            goal_id: goal.map(|goal| demo.rows.goals[goal].id),
            owner_agent_id: Some(demo.agent(DemoAgent::Marketing)),
            target_segment_id: segment.map(|segment| demo.rows.customer_segments[segment].id),
            status,
            budget: Some(usd(budget)),
            spent: usd(spent),
            currency: "USD".to_owned(),
            start_date: Some(demo.day(start)),
            end_date: Some(demo.day(end)),
            version: 2,
            created_at: created.into(),
            updated_at: updated.into(),
            target_list_id: None,
            content_id: None,
            budget_slice_id: None,
            scheduled_at: (status == Scheduled).then(|| morning.into()),
            launched_at: is_launched.then(|| morning.into()),
            ended_at: has_ended.then(|| updated.into()),
            cost_per_message: Decimal::new(0, 2),
            message_count: 0,
            booked_count: 0,
            sends_per_minute: 600,
            resend_unknown: false,
            next_turn_at: None,
        };
        demo.rows.campaigns.push(campaign);
    }
    let idea = demo.ago(2 * DAY);
    let unplanned = campaigns::Model {
        id: demo.id("campaigns", idea),
        name: "Holiday walls".to_owned(),
        goal_id: None,
        target_segment_id: None,
        status: Draft,
        budget: None,
        spent: Decimal::new(0, 2),
        start_date: None,
        end_date: None,
        version: 1,
        created_at: idea.into(),
        updated_at: idea.into(),
        target_list_id: demo.rows.email_lists.get(WEEKLY).map(|list| list.id),
        launched_at: None,
        ..demo.rows.campaigns[5].clone()
    };
    demo.rows.campaigns.push(unplanned);
    contents(demo);
}

fn contents(demo: &mut DemoBuilder) {
    let mut rng = rng("content");
    let count = i64::try_from(TEXTS.len()).unwrap_or_default();
    for (order, (kind, campaign, title, body, status)) in (0..).zip(TEXTS) {
        let created = demo.ago((count - order) * 9 * DAY);
        let published = matches!(status, ContentStatus::Published | ContentStatus::Archived);
        let is_reviewed = published || status == ContentStatus::Approved;
        let shown = rng.between(300, 6_000);
        let text = content::Model {
            id: demo.id("content", created),
            r#type: kind.to_owned(),
            title: Some(title.to_owned()),
            body: Some(body.to_owned()),
            metadata: json!({ "words": body.split_whitespace().count() }),
            created_by_agent_id: Some(demo.agent(DemoAgent::Marketing)),
            campaign_id: campaign.map(|campaign| demo.rows.campaigns[campaign].id),
            status,
            performance_metrics: match published {
                true => json!({ "shown": shown, "clicks": shown * rng.between(1, 6) / 100 }),
                false => json!({}),
            },
            published_at: published.then(|| demo.ago((count - order) * 9 * DAY - 2 * DAY).into()),
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
            reviewed_by: is_reviewed.then(|| "seed".to_owned()),
            reviewed_at: is_reviewed.then(|| demo.ago((count - order) * 9 * DAY - DAY).into()),
        };
        if let Some(campaign) = campaign.filter(|_| kind == "newsletter") {
            demo.rows.campaigns[campaign].content_id = Some(text.id);
        }
        demo.rows.content.push(text);
    }
}
