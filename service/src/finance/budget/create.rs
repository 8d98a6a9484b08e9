//! A new budget.

use chrono::{Months, NaiveDate};
use entity::{agents, budgets, sea_orm_active_enums::TransactionType};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::{slice::Slice, spend::hold_month};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    money::{currency, stored},
    refusal::{At, Code, Refusal},
    settings::{self, Settings},
};

/// Creates a budget with its root slice. It counts what was spent in its month before.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it is called.
    pub name: String,
    /// The category of the expenses that it covers.
    pub category: String,
    /// The year.
    pub year: i32,
    /// The month, from 1.
    pub month: i32,
    /// What may be spent.
    pub amount: Decimal,
    /// In which currency. Default: the shop's.
    pub currency: Option<String>,
    /// The agent who answers for it.
    pub owner_agent_id: Option<Uuid>,
}

impl Verb for Create {
    /// The budget.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateBudget;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let settings = settings::load(unit).await?;
        let code = self.currency.as_deref().unwrap_or(&settings.currency);
        check::text("name", &self.name, check::NAME)?;
        check::text("category", &self.category, check::KIND)?;
        check::within("year", self.year, 1..=9998)?;
        check::within("month", self.month, 1..=12)?;
        currency::check_code("currency", code)?;
        currency::check_amount("amount", self.amount, code)?;
        if let Some(agent) = self.owner_agent_id {
            edit::hold::<agents::Model>(unit, agent).await.at(["ownerAgentId"])?;
        }
        let month = u32::try_from(self.month).unwrap_or(1);
        hold_month(unit, &self.category, self.year, month).await?;
        self.check_new(unit).await?;
        let first = NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or_default();
        let spent = spent_before(unit, &settings, &self.category, code, first).await?;
        let most = currency::max_amount();
        if spent > most {
            let message = format!("the month has more expenses of this category than a budget can count: {most}");
            return Err(check::invalid("category", message).into());
        }
        let budget = budgets::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            category: self.category.clone(),
            fiscal_year: self.year,
            fiscal_month: self.month,
            allocated_amount: stored(self.amount),
            spent_amount: stored(spent),
            currency: code.to_owned(),
            owner_agent_id: self.owner_agent_id,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        };
        let mut root = Slice::root(&budget);
        let id = edit::insert(unit, Self::OPERATION, budget).await?;
        root.add(unit, &settings);
        Ok(id)
    }
}

impl Create {
    /// Refuses a second budget of a category and month.
    async fn check_new(&self, unit: &UnitOfWork) -> Result<()> {
        let mut sql = unit.sql();
        sql.push("SELECT id FROM budgets WHERE category = ").bind(self.category.as_str());
        sql.push(" AND fiscal_year = ").bind(self.year).push(" AND fiscal_month = ").bind(self.month);
        match unit.rows(sql).await?.is_empty() {
            true => Ok(()),
            false => {
                let Self { category, year, month, .. } = self;
                let message = format!("there is a budget of {category:?} for {year}-{month:02} already");
                Err(Refusal::new(Code::AlreadyExists, message).at(["category"]).into())
            }
        }
    }
}

/// The expenses of a category in a month that were not taken back, as far as they count in a currency. No slice bears
/// them: there was no budget.
async fn spent_before(
    unit: &UnitOfWork,
    settings: &Settings,
    category: &str,
    currency: &str,
    first: NaiveDate,
) -> Result<Decimal> {
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let mut sql = unit.sql();
    sql.push("SELECT ROUND(SUM(CASE WHEN t.currency = ").bind(currency);
    sql.push(" THEN t.amount ELSE t.report_amount END), 2) AS spent FROM transactions AS t WHERE t.type = ");
    sql.literal(&TransactionType::Expense);
    sql.push(" AND t.category = ").bind(category).push(" AND t.transaction_date >= ").bind(first);
    sql.push(" AND t.transaction_date < ").bind(next);
    if currency != settings.currency {
        sql.push(" AND t.currency = ").bind(currency);
    }
    sql.push(" AND NOT EXISTS (SELECT 1 FROM transactions AS r WHERE r.reverses_id = t.id)");
    let rows = unit.rows(sql).await?;
    let spent: Option<Decimal> = rows.first().map(|row| row.try_get_by("spent")).transpose()?.flatten();
    Ok(spent.unwrap_or_default())
}
