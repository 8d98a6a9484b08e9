//! What is to be entered into the books, and what it must be.

use chrono::{Datelike, NaiveDate};
use entity::{sea_orm_active_enums::TransactionType, transactions};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::cost::Cost;
use crate::{
    Error, Result, UnitOfWork,
    edit::check,
    money::{currency, stored},
    payments::{books, check_positive},
    refusal::{At, Code, Located, Refusal},
    settings::Settings,
    value,
};

/// The most characters of a description.
const DESCRIPTION: usize = 10_000;

/// What is to be entered. The paths of refusals are the names of its fields in GraphQL.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Where the money goes. `type` in GraphQL.
    pub(crate) of_type: TransactionType,
    /// What it is for.
    pub(crate) category: String,
    /// How much; above 0, but for adjustments.
    pub(crate) amount: Decimal,
    /// In which currency.
    pub(crate) currency: String,
    /// On which day; none for today. `date` in GraphQL.
    pub(crate) day: Option<NaiveDate>,
    /// More about it.
    pub(crate) description: Option<String>,
    /// The order it is for.
    pub(crate) order_id: Option<Uuid>,
    /// The customer.
    pub(crate) customer_id: Option<Uuid>,
    /// The agent that caused it.
    pub(crate) agent_id: Option<Uuid>,
    /// The campaign it is for: an expense counts on what the campaign has spent.
    pub(crate) campaign_id: Option<Uuid>,
    /// The slice of a budget that an expense is paid from. `budgetSliceId` in GraphQL.
    pub(crate) slice_id: Option<Uuid>,
    /// What it is called elsewhere; unique.
    pub(crate) external_id: Option<String>,
    /// The approval of an expense above the agent's limit.
    pub(crate) approval_id: Option<Uuid>,
    /// Whether it has happened, and cannot be refused: then a closed day gives way to the first open one, and a slice
    /// without the money to the root of its budget.
    pub(crate) is_fact: bool,
}

impl Entry {
    /// An expense of today.
    pub(crate) fn expense(category: &str, amount: Decimal, currency: &str) -> Self {
        Self {
            of_type: TransactionType::Expense,
            category: category.to_owned(),
            amount,
            currency: currency.to_owned(),
            day: None,
            description: None,
            order_id: None,
            customer_id: None,
            agent_id: None,
            campaign_id: None,
            slice_id: None,
            external_id: None,
            approval_id: None,
            is_fact: false,
        }
    }

    /// The row of it, which is not written yet. Refuses what cannot be entered; without a path if there is no rate.
    pub(super) async fn row(&self, unit: &UnitOfWork, settings: &Settings) -> Result<transactions::Model> {
        self.check()?;
        let today = books::day(settings, unit.now());
        let happened = self.day.unwrap_or(today);
        let booked = match self.is_fact {
            true => books::first_open(happened, settings.books_closed_until),
            false => books::check_day(settings, happened).at(["date"]).map(|()| happened)?,
        };
        let cost = Cost::on(unit, settings, self.amount, &self.currency, booked).await?;
        self.check_references(unit).await?;
        self.check_unused(unit).await?;
        Ok(transactions::Model {
            id: Uuid::now_v7(),
            r#type: self.of_type,
            category: self.category.clone(),
            amount: stored(self.amount),
            currency: self.currency.clone(),
            description: described(self.description.as_deref(), happened, booked),
            order_id: self.order_id,
            customer_id: self.customer_id,
            agent_id: self.agent_id,
            campaign_id: self.campaign_id,
            payment_method: None,
            external_id: self.external_id.clone(),
            transaction_date: booked,
            created_at: unit.now().into(),
            payment_entry_id: None,
            reverses_id: None,
            report_amount: cost.reported,
            budget_slice_id: None,
        })
    }

    fn check(&self) -> Result<(), Refusal> {
        check::text("category", &self.category, check::KIND)?;
        currency::check_code("currency", &self.currency)?;
        match self.of_type {
            TransactionType::Adjustment if self.amount.is_zero() => {
                return Err(check::invalid("amount", "`amount` must not be 0"));
            }
            TransactionType::Adjustment => currency::check("amount", self.amount, &self.currency)?,
            _ => check_positive("amount", self.amount, &self.currency)?,
        }
        for (field, text, most) in
            [("description", &self.description, DESCRIPTION), ("externalId", &self.external_id, check::NAME)]
        {
            if let Some(text) = text {
                check::text(field, text, most)?;
            }
        }
        if self.slice_id.is_some() && self.of_type != TransactionType::Expense {
            return Err(check::invalid("budgetSliceId", "only an expense is paid from a budget"));
        }
        match self.day {
            Some(day) if !value::is_known_year(day.year()) => Err(check::invalid("date", value::YEARS)),
            _ => Ok(()),
        }
    }

    /// Refuses ids that name nothing: in one statement.
    async fn check_references(&self, unit: &UnitOfWork) -> Result<()> {
        let named = [
            ("order", "orders", "orderId", self.order_id),
            ("customer", "customers", "customerId", self.customer_id),
            ("agent", "agents", "agentId", self.agent_id),
            ("campaign", "campaigns", "campaignId", self.campaign_id),
        ];
        let (mut sql, mut separator) = (unit.sql(), "");
        for (_, table, _, id) in named {
            if let Some(id) = id {
                sql.write(format_args!("{separator}SELECT '{table}' AS name FROM {table} WHERE id = ")).bind(id);
                separator = " UNION ALL ";
            }
        }
        if separator.is_empty() {
            return Ok(());
        }
        let mut found: Vec<String> = Vec::new();
        for row in unit.rows(sql).await? {
            found.push(row.try_get_by("name")?);
        }
        let missing = named.into_iter().find_map(|(noun, table, field, id)| {
            let id = id.filter(|_| !found.iter().any(|name| name == table))?;
            Some(Error::NotFound(noun, id).located([field]))
        });
        missing.map_or(Ok(()), Err)
    }

    async fn check_unused(&self, unit: &UnitOfWork) -> Result<()> {
        let Some(external_id) = &self.external_id else { return Ok(()) };
        let mut sql = unit.sql();
        sql.push("SELECT id FROM transactions WHERE external_id = ").bind(external_id.as_str());
        match unit.rows(sql).await?.is_empty() {
            true => Ok(()),
            false => {
                let message = format!("there is already a transaction with the external id {external_id:?}");
                Err(Refusal::new(Code::AlreadyExists, message).at(["externalId"]).into())
            }
        }
    }
}

/// A description, with the true day of what happened on a closed one.
fn described(description: Option<&str>, happened: NaiveDate, booked: NaiveDate) -> Option<String> {
    if booked == happened {
        return description.map(str::to_owned);
    }
    let late = format!("of {happened}: the books of that day are closed");
    Some(description.map_or_else(|| late.clone(), |text| format!("{text}, {late}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_names_the_true_day() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 1, day).expect("a day");
        assert_eq!(described(None, day(1), day(1)), None);
        assert_eq!(described(Some("Ads"), day(1), day(1)).as_deref(), Some("Ads"));
        let late = "of 2026-01-01: the books of that day are closed";
        assert_eq!(described(None, day(1), day(3)).as_deref(), Some(late));
        assert_eq!(described(Some("Ads"), day(1), day(3)), Some(format!("Ads, {late}")));
    }
}
