//! Reports, with the figures that the indicators measured.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    reports,
    sea_orm_active_enums::KpiFrequency::{Monthly, Weekly},
};
use sea_orm::prelude::DateTimeWithTimeZone;
use serde_json::{Map, Value, json};

use super::{
    DemoAgent,
    analytics::{closed, window},
    builder::{DAY, DemoBuilder},
};
use crate::analytics::period::Window;

/// How many reports of each kind there are.
const REPORTS: usize = 3;

pub(super) fn build(demo: &mut DemoBuilder) {
    for month in closed(demo, Monthly).into_iter().rev().take(REPORTS).rev() {
        let month = window(demo, Monthly, month);
        let figures = figures(demo, &month);
        let name = format!("Summary of {}", month.first_day.format("%B %Y"));
        let content = json!({ "period": month.first_day.format("%Y-%m").to_string(), "figures": figures });
        let at = demo.by_now(month.period.end + TimeDelta::hours(30));
        let readers = [
            DemoAgent::Business,
            DemoAgent::Revenue,
            DemoAgent::Operations,
            DemoAgent::Customer,
            DemoAgent::Product,
            DemoAgent::Finance,
        ];
        report(demo, name, "executive_summary", &readers, content, at, true);
    }
    for week in closed(demo, Weekly).into_iter().rev().take(REPORTS).rev() {
        let week = window(demo, Weekly, week);
        let figures = figures(demo, &week);
        let name = format!("Week from {}", week.first_day.format("%-d %B"));
        let content = json!({ "from": week.first_day, "until": week.end_day, "figures": figures });
        let at = demo.by_now(week.period.end + TimeDelta::hours(3));
        report(demo, name, "weekly", &[DemoAgent::Revenue, DemoAgent::Finance], content, at, true);
    }
    for campaign in [1, 3] {
        let campaign = demo.rows.campaigns[campaign].clone();
        let owed = demo.rows.revenue_attribution.iter().filter(|share| share.campaign_id == Some(campaign.id)).count();
        let content = json!({ "campaign": campaign.id, "spent": campaign.spent, "payments": owed });
        let at = campaign.updated_at.to_utc() + TimeDelta::days(2);
        report(
            demo,
            format!("What {} brought", campaign.name),
            "campaign_analysis",
            &[DemoAgent::Revenue],
            content,
            at,
            true,
        );
    }
    let open = demo.rows.tasks.iter().filter(|task| task.completed_at.is_none() && task.started_at.is_some()).count();
    let at = demo.ago(DAY / 4);
    report(
        demo,
        "Today's briefing".to_owned(),
        "daily",
        &[DemoAgent::Business],
        json!({ "tasksUnderWay": open }),
        at,
        false,
    );
}

/// The indicators of exactly this period, by name.
fn figures(demo: &DemoBuilder, window: &Window) -> Value {
    let mut figures = Map::new();
    for measured in &demo.rows.kpi_measurements {
        let of_period = |at: Option<DateTimeWithTimeZone>, end: DateTime<Utc>| at.is_some_and(|at| at == end);
        if of_period(measured.period_start, window.period.start) && of_period(measured.period_end, window.period.end) {
            let kpi = demo.rows.kpis.iter().find(|kpi| kpi.id == measured.kpi_id);
            figures.extend(kpi.map(|kpi| (kpi.name.clone(), json!(measured.value))));
        }
    }
    Value::Object(figures)
}

fn report(
    demo: &mut DemoBuilder,
    name: String,
    kind: &str,
    readers: &[DemoAgent],
    content: Value,
    at: DateTime<Utc>,
    sent: bool,
) {
    let readers: Vec<_> = readers.iter().map(|who| demo.agent(*who)).collect();
    let report = reports::Model {
        id: demo.id("reports", at),
        name,
        r#type: kind.to_owned(),
        created_by_agent_id: Some(demo.agent(DemoAgent::Analytics)),
        recipient_agents: json!(readers),
        content,
        generated_at: at.into(),
        sent_at: sent.then(|| demo.by_now(at + TimeDelta::minutes(10)).into()),
        version: 1,
        created_at: at.into(),
        updated_at: at.into(),
    };
    demo.rows.reports.push(report);
}
