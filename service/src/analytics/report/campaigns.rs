//! What each campaign brought in a period.

use rust_decimal::Decimal;
use sea_orm::QueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::content::shown;
use crate::{
    Result,
    analytics::{
        metric::{rounded, write_shares},
        period::Window,
    },
    database::Source,
};

/// The most campaigns of a report.
const MOST: usize = 250;

/// The campaigns that sent, spent or were credited with something, those with the most revenue first.
pub(super) async fn list(source: &impl Source, window: &Window) -> Result<Json> {
    let mut sql = source.sql();
    sql.push("SELECT c.id, c.name, COALESCE(m.sent, 0) AS sent, COALESCE(m.clicked, 0) AS clicked, ");
    sql.push("ROUND(COALESCE(b.spent, 0), 2) AS spent, ROUND(COALESCE(r.hundredfold, 0), 4) AS hundredfold ");
    sql.push("FROM campaigns AS c LEFT JOIN (SELECT campaign_id, COUNT(*) AS sent, COUNT(clicked_at) AS clicked ");
    sql.push("FROM campaign_recipients WHERE sent_at IS NOT NULL");
    sql.push(" AND sent_at >= ").bind(window.period.start).push(" AND sent_at < ").bind(window.period.end);
    sql.push(" GROUP BY campaign_id) AS m ON m.campaign_id = c.id ");
    sql.push("LEFT JOIN (SELECT e.campaign_id, SUM(e.amount) AS spent FROM (");
    sql.push("SELECT COALESCE(o.campaign_id, t.campaign_id) AS campaign_id, ");
    sql.push("COALESCE(t.report_amount, t.amount) AS amount ");
    sql.push("FROM transactions AS t LEFT JOIN transactions AS o ON o.id = t.reverses_id ");
    sql.push("WHERE COALESCE(o.type, t.type) = 'expense' AND t.transaction_date >= ").bind(window.first_day);
    sql.push(" AND t.transaction_date < ").bind(window.end_day);
    sql.push(") AS e GROUP BY e.campaign_id) AS b ON b.campaign_id = c.id ");
    sql.push("LEFT JOIN (SELECT s.campaign_id, SUM(e.amount * s.attribution_percentage) AS hundredfold FROM ");
    write_shares(&mut sql, window).push(" GROUP BY s.campaign_id) AS r ON r.campaign_id = c.id ");
    sql.push("WHERE m.sent IS NOT NULL OR b.spent IS NOT NULL OR r.hundredfold IS NOT NULL ");
    sql.write(format_args!("ORDER BY COALESCE(r.hundredfold, 0) DESC, c.id LIMIT {MOST}"));
    source.rows(sql).await?.iter().map(campaign).collect::<Result<Vec<Json>>>().map(Json::from)
}

fn campaign(row: &QueryResult) -> Result<Json> {
    let (id, name): (Uuid, String) = (row.try_get_by("id")?, row.try_get_by("name")?);
    let (sent, clicked): (i64, i64) = (row.try_get_by("sent")?, row.try_get_by("clicked")?);
    let (spent, hundredfold): (Decimal, Decimal) = (row.try_get_by("spent")?, row.try_get_by("hundredfold")?);
    let revenue = hundredfold / Decimal::ONE_HUNDRED;
    let share = |part: Decimal, whole: Decimal| shown(part.checked_div(whole).map(rounded));
    Ok(json!({
        "campaignId": id,
        "name": name,
        "sent": sent,
        "clicked": clicked,
        "clickRate": share(clicked.into(), sent.into()),
        "spent": rounded(spent).to_string(),
        "revenue": rounded(revenue).to_string(),
        "returnOnAdSpend": share(revenue, spent),
        "returnOnInvestment": share((revenue - spent) * Decimal::ONE_HUNDRED, spent),
    }))
}
