//! How well each agent worked in a period, and what it brought.

use std::collections::HashMap;

use entity::sea_orm_active_enums::AttributionModel;
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use uuid::Uuid;

use super::{
    Unit,
    number::rate,
    page::{Page, Place, Rows},
    period::Over,
};
use crate::{
    Result, Service,
    analytics::{period::Window, write_shares},
    database::{Source, row},
    work::stats::{
        attempt_stats::{self, AttemptStats},
        period::Period,
    },
};

/// The work of an agent, and what it brought.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scorecard {
    /// How its attempts ended.
    pub work: AttemptStats,
    /// Revenue that it is credited with.
    pub revenue: Decimal,
    /// Refunds of such revenue.
    pub refunds: Decimal,
    /// Expenses that name it.
    pub expenses: Decimal,
}

/// What agents are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The grade.
    Score,
    /// Completed tasks.
    Completed,
    /// Revenue less refunds.
    Revenue,
    /// Expenses.
    Expenses,
}

impl Scorecard {
    /// In time, of those that ended: with four digits.
    pub fn on_time_rate(&self) -> Option<Decimal> {
        rate(self.ended() - self.work.overdue, self.ended())
    }

    /// Its grade, 0 to 100: 60 for success and 40 for being in time. None where nothing ended.
    pub fn score(&self) -> Option<Decimal> {
        let points = self.work.completed * 60 + (self.ended() - self.work.overdue) * 40;
        Decimal::from(points).checked_div(self.ended().into()).map(|score| Unit::Score.rounded(score))
    }

    fn ended(&self) -> i64 {
        self.work.completed + self.work.failed
    }

    /// The number that it is ordered by, in hundredths; those without one come last.
    fn rank(&self, order: Order) -> i64 {
        let value = match order {
            Order::Score => self.score(),
            Order::Completed => Some(self.work.completed.into()),
            Order::Revenue => Some(self.revenue - self.refunds),
            Order::Expenses => Some(self.expenses),
        };
        let hundredths = value.and_then(|value| value.checked_mul(Decimal::ONE_HUNDRED));
        hundredths.and_then(|value| i64::try_from(value.round()).ok()).unwrap_or(-i64::MAX)
    }
}

/// The agents in use, and those with something to report.
pub async fn scorecards(
    service: &Service,
    over: Over,
    model: AttributionModel,
    order: Order,
    page: Page,
) -> Result<Rows<Scorecard>> {
    let source = service.source();
    let (_, window) = over.window(&source).await?;
    let mut sql = source.sql();
    sql.push("SELECT id, is_active FROM agents");
    let agents = source.rows(sql).await?;
    let ids: Vec<Uuid> = row::ids(&agents)?;
    let (mut cards, money) = futures::try_join!(work(&source, &ids, &window), money(&source, &window, model))?;
    for (id, (revenue, refunds, expenses)) in money {
        let card = cards.entry(id).or_default();
        *card = Scorecard { revenue, refunds, expenses, ..*card };
    }
    for agent in &agents {
        if agent.try_get_by::<bool, _>("is_active")? {
            cards.entry(agent.try_get_by("id")?).or_default();
        }
    }
    let place = |(id, card): (Uuid, Scorecard)| {
        let [revenue, refunds, expenses] =
            [card.revenue, card.refunds, card.expenses].map(|value| Unit::Money.rounded(value));
        (Place { rank: card.rank(order), id }, Scorecard { revenue, refunds, expenses, ..card })
    };
    Ok(page.cut(cards.into_iter().map(place).collect()))
}

/// How the work of each agent ended.
async fn work(source: &impl Source, ids: &[Uuid], window: &Window) -> Result<HashMap<Uuid, Scorecard>> {
    let mut sql = source.sql();
    let period = Period { since: Some(window.period.start), until: Some(window.period.end) };
    attempt_stats::write(&mut sql, ids, &period);
    let found = attempt_stats::read(&source.rows(sql).await?)?;
    Ok(found.into_iter().map(|(id, work)| (id, Scorecard { work, ..Scorecard::default() })).collect())
}

/// Revenue, refunds and expenses of each agent.
async fn money(
    source: &impl Source,
    window: &Window,
    model: AttributionModel,
) -> Result<HashMap<Uuid, (Decimal, Decimal, Decimal)>> {
    let mut sql = source.sql();
    sql.push("SELECT m.agent_id, ");
    for name in ["revenue", "refunds", "expenses"] {
        sql.write(format_args!("CAST(SUM(m.{name}) AS bigint) AS {name}, "));
    }
    sql.push("COUNT(*) AS parts FROM (SELECT s.agent_id");
    for (sign, name) in [("e.is_refund = 0 THEN e.amount", "revenue"), ("e.is_refund = 1 THEN -e.amount", "refunds")] {
        let share = format!("CASE WHEN {sign} * s.attribution_percentage END");
        sql.push(", ").sum(&share, Some(4)).write(format_args!(" AS {name}"));
    }
    sql.push(", 0 AS expenses FROM ");
    write_shares(&mut sql, window, model).push(" GROUP BY s.agent_id UNION ALL ");
    sql.push("SELECT COALESCE(o.agent_id, t.agent_id), 0, 0, ");
    sql.sum("COALESCE(t.report_amount, t.amount)", Some(4)).push(" FROM transactions AS t ");
    sql.push("LEFT JOIN transactions AS o ON o.id = t.reverses_id WHERE COALESCE(o.type, t.type) = 'expense' ");
    sql.push("AND t.transaction_date >= ").bind(window.first_day);
    sql.push(" AND t.transaction_date < ").bind(window.end_day);
    sql.push(" AND COALESCE(o.agent_id, t.agent_id) IS NOT NULL GROUP BY COALESCE(o.agent_id, t.agent_id)) AS m ");
    sql.push("GROUP BY m.agent_id");
    let of = |row: &QueryResult| {
        let number = |name: &str, scale| Ok::<_, crate::Error>(Decimal::new(row.try_get_by::<i64, _>(name)?, scale));
        // Shares are percentages: two digits more.
        let sums = (number("revenue", 6)?, number("refunds", 6)?, number("expenses", 4)?);
        Ok((row.try_get_by("agent_id")?, sums))
    };
    source.rows(sql).await?.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(completed: i64, failed: i64, overdue: i64) -> Option<String> {
        let work = AttemptStats { completed, failed, overdue, ..AttemptStats::default() };
        Scorecard { work, ..Scorecard::default() }.score().map(|score| score.to_string())
    }

    #[test]
    fn the_grade_is_made_of_success_and_of_being_in_time() {
        assert_eq!(score(18, 2, 5).as_deref(), Some("84.00"));
        assert_eq!(score(3, 0, 0).as_deref(), Some("100.00"));
        assert_eq!(score(0, 0, 0), None);
    }
}
