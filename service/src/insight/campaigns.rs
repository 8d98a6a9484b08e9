//! What each campaign brought in a period.

use entity::sea_orm_active_enums::AttributionModel;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    number::rate,
    page::{Page, Rows},
    period::Over,
};
use crate::{
    Result, Service,
    analytics::{period::Window, write_shares},
    database::Source,
};

/// What a campaign sent, cost and brought.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The campaign.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Messages that were sent.
    pub sent: i64,
    /// Those of which a link was opened, whenever.
    pub clicked: i64,
    /// Expenses that name it.
    pub spend: Decimal,
    /// Revenue less refunds that it is credited with, not rounded.
    pub attributed: Decimal,
}

impl Campaign {
    /// Opened messages as a share of those that were sent.
    pub fn click_rate(&self) -> Option<Decimal> {
        rate(self.clicked, self.sent)
    }

    /// What it is credited with divided by what it cost.
    pub fn return_on_ad_spend(&self) -> Option<Decimal> {
        rate(self.attributed, self.spend)
    }

    /// The same less 1.
    pub fn return_on_investment(&self) -> Option<Decimal> {
        rate(self.attributed - self.spend, self.spend)
    }
}

/// The campaigns that sent, spent or were credited with something, those with the most revenue first.
pub async fn campaigns(service: &Service, over: Over, model: AttributionModel, page: Page) -> Result<Rows<Campaign>> {
    let source = service.source();
    let (_, window) = over.window(&source).await?;
    of(&source, &window, model, page).await
}

/// The same wherever it is read.
pub(crate) async fn of(
    source: &impl Source,
    window: &Window,
    model: AttributionModel,
    page: Page,
) -> Result<Rows<Campaign>> {
    let mut sql = source.sql();
    sql.push("SELECT r.* FROM (SELECT c.id, c.name, COALESCE(m.sent, 0) AS sent, COALESCE(m.clicked, 0) AS clicked, ");
    sql.push("COALESCE(b.spend, 0) AS spend, COALESCE(a.shares, 0) AS rank ");
    sql.push("FROM campaigns AS c LEFT JOIN (SELECT campaign_id, COUNT(*) AS sent, COUNT(clicked_at) AS clicked ");
    sql.push("FROM campaign_recipients WHERE sent_at IS NOT NULL");
    sql.push(" AND sent_at >= ").bind(window.period.start).push(" AND sent_at < ").bind(window.period.end);
    sql.push(" GROUP BY campaign_id) AS m ON m.campaign_id = c.id ");
    sql.push("LEFT JOIN (SELECT e.campaign_id, ").sum("e.amount", Some(4)).push(" AS spend FROM (");
    sql.push("SELECT COALESCE(o.campaign_id, t.campaign_id) AS campaign_id, ");
    sql.push("COALESCE(t.report_amount, t.amount) AS amount ");
    sql.push("FROM transactions AS t LEFT JOIN transactions AS o ON o.id = t.reverses_id ");
    sql.push("WHERE COALESCE(o.type, t.type) = 'expense' AND t.transaction_date >= ").bind(window.first_day);
    sql.push(" AND t.transaction_date < ").bind(window.end_day);
    sql.push(") AS e GROUP BY e.campaign_id) AS b ON b.campaign_id = c.id LEFT JOIN (SELECT s.campaign_id, ");
    sql.sum("e.amount * s.attribution_percentage", Some(4)).push(" AS shares FROM ");
    write_shares(&mut sql, window, model).push(" GROUP BY s.campaign_id) AS a ON a.campaign_id = c.id ");
    sql.push("WHERE m.sent IS NOT NULL OR b.spend IS NOT NULL OR a.shares IS NOT NULL) AS r");
    page.write(&mut sql);
    page.read(&source.rows(sql).await?, |row, id| {
        Ok(Campaign {
            id,
            name: row.try_get_by("name")?,
            sent: row.try_get_by("sent")?,
            clicked: row.try_get_by("clicked")?,
            spend: Decimal::new(row.try_get_by("spend")?, 4),
            attributed: Decimal::new(row.try_get_by("rank")?, 6),
        })
    })
}
