//! Reports, with the figures that the indicators measured.

use chrono::{DateTime, TimeDelta, Utc};
use entity::reports;
use serde_json::{Map, Value, json};

use super::{
    Who,
    house::{DAY, House, Period},
};

pub(super) fn plant(house: &mut House) {
    for month in house.closed_months(3) {
        let figures = figures(house, month);
        let name = format!("Summary of {}", month.start.format("%B %Y"));
        let content = json!({ "period": month.start.format("%Y-%m").to_string(), "figures": figures });
        let at = house.by_now(month.until() + TimeDelta::hours(30));
        let readers = [Who::Business, Who::Revenue, Who::Operations, Who::Customer, Who::Product, Who::Finance];
        report(house, name, "executive_summary", &readers, content, at, true);
    }
    for week in house.closed_weeks(3) {
        let figures = figures(house, week);
        let name = format!("Week from {}", week.start.format("%-d %B"));
        let content = json!({ "from": week.start, "until": week.end, "figures": figures });
        let at = house.by_now(week.until() + TimeDelta::hours(3));
        report(house, name, "weekly", &[Who::Revenue, Who::Finance], content, at, true);
    }
    for campaign in [1, 3] {
        let campaign = house.rows.campaigns[campaign].clone();
        let owed = house.rows.revenue_attribution.iter().filter(|share| share.campaign_id == Some(campaign.id)).count();
        let content = json!({ "campaign": campaign.id, "spent": campaign.spent, "payments": owed });
        let at = campaign.updated_at.to_utc() + TimeDelta::days(2);
        report(
            house,
            format!("What {} brought", campaign.name),
            "campaign_analysis",
            &[Who::Revenue],
            content,
            at,
            true,
        );
    }
    let open = house.rows.tasks.iter().filter(|task| task.completed_at.is_none() && task.started_at.is_some()).count();
    let at = house.ago(DAY / 4);
    report(
        house,
        "Today's briefing".to_owned(),
        "daily",
        &[Who::Business],
        json!({ "tasksUnderWay": open }),
        at,
        false,
    );
}

/// The indicators of exactly this period, by name.
fn figures(house: &House, period: Period) -> Value {
    let mut figures = Map::new();
    for measured in &house.rows.kpi_measurements {
        if measured.period_start == Some(period.from().into()) && measured.period_end == Some(period.until().into()) {
            let kpi = house.rows.kpis.iter().find(|kpi| kpi.id == measured.kpi_id);
            figures.extend(kpi.map(|kpi| (kpi.name.clone(), json!(measured.value))));
        }
    }
    Value::Object(figures)
}

fn report(house: &mut House, name: String, kind: &str, readers: &[Who], content: Value, at: DateTime<Utc>, sent: bool) {
    let readers: Vec<_> = readers.iter().map(|who| house.agent(*who)).collect();
    let report = reports::Model {
        id: house.id("reports", at),
        name,
        r#type: kind.to_owned(),
        created_by_agent_id: Some(house.agent(Who::Analytics)),
        recipient_agents: json!(readers),
        content,
        generated_at: at.into(),
        sent_at: sent.then(|| house.by_now(at + TimeDelta::minutes(10)).into()),
        version: 1,
        created_at: at.into(),
        updated_at: at.into(),
    };
    house.rows.reports.push(report);
}
