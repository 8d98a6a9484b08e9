//! Expenses: on the slice that has the money, or on the root of the budget of their category and month.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{
    ahead,
    slice::{self, Slice, shown},
};
use crate::{
    Error, Result, UnitOfWork,
    authority::{self, Limit},
    database::{Column, columns},
    edit::check,
    events::EventKind,
    finance::cost::Cost,
    money::{currency, stored},
    refusal::{At, Refusal},
    settings::Settings,
};

/// An expense that has happened: it counts, whatever is left.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    /// The slice that bears it, if it has the money.
    pub(crate) slice: Option<Uuid>,
    /// What it is for.
    pub(crate) category: String,
    /// On which day it is booked.
    pub(crate) day: NaiveDate,
    /// How much; below 0, what takes an expense back.
    pub(crate) cost: Cost,
}

/// An expense that is paid from the free money of a slice. The paths of refusals are those of `recordTransaction`.
#[derive(Clone, Debug)]
pub(crate) struct Spending {
    /// The slice.
    pub(crate) slice: Uuid,
    /// What it is for: as the budget.
    pub(crate) category: String,
    /// On which day it is booked: in the month of the budget.
    pub(crate) day: NaiveDate,
    /// How much.
    pub(crate) cost: Cost,
    /// The agent that causes it.
    pub(crate) agent: Option<Uuid>,
    /// The approval that permits it.
    pub(crate) approval: Option<Uuid>,
}

/// What was spent of a budget.
struct Spent {
    id: Uuid,
    spent_amount: Decimal,
}

/// Spends free money of a slice.
pub(crate) async fn spend(unit: &mut UnitOfWork, settings: &Settings, spending: &Spending) -> Result<()> {
    let mut slice = slice::lock(unit, spending.slice).await.at(["budgetSliceId"])?;
    slice.check_holder(unit).await.at(["budgetSliceId"])?;
    let budget = &slice.budget;
    if budget.category != spending.category {
        let message = format!("the budget is for the category {:?}", budget.category);
        return Err(check::invalid("category", message).into());
    }
    if !budget.has(spending.day) {
        return Err(check::invalid("date", "the day is not in the month of the budget").into());
    }
    let Some(amount) = spending.cost.in_currency(&budget.currency, settings) else {
        return Err(check::invalid("currency", format!("the budget is in {}", budget.currency)).into());
    };
    let (asked, subject) = (spending.cost.in_shop_currency(), ("Budget", budget.id));
    slice.check_free(amount).at(["amount"])?;
    authority::check(unit, spending.agent, Limit::Spend, asked, spending.approval, subject).await?;
    slice.spend(unit, settings, amount).await
}

/// Counts an expense on the slice that it names, if that has the money and its budget is for this category and month;
/// else on the root of the budget of its category and month, if there is one. Returns the slice if it was that one. The
/// path of a refusal is `amount`.
pub(crate) async fn spend_fact(unit: &mut UnitOfWork, settings: &Settings, fact: &Fact) -> Result<Option<Uuid>> {
    // Before any slice, also if the root is not needed: two calls would else wait for each other.
    hold_month(unit, &fact.category, fact.day.year(), fact.day.month()).await?;
    if let Some(id) = fact.slice
        && spend_on_slice(unit, settings, fact, id).await?
    {
        return Ok(Some(id));
    }
    spend_on_root(unit, settings, fact).await.map(|()| None)
}

/// Whether the slice bears it.
async fn spend_on_slice(unit: &mut UnitOfWork, settings: &Settings, fact: &Fact, id: Uuid) -> Result<bool> {
    let Some(budget) = slice::budget_of(unit, id).await? else { return Ok(false) };
    let amount = fact.cost.in_currency(&budget.currency, settings);
    let Some(amount) = amount.filter(|_| budget.is_for(&fact.category, fact.day)) else { return Ok(false) };
    // The root as well: it bears what the slice cannot.
    let mut slices = slice::lock_where(unit, |sql| {
        sql.push("s.id = ").bind(id).push(" OR (s.parent_id IS NULL AND s.budget_id = ").bind(budget.id).push(")");
    })
    .await?;
    match slices.iter_mut().find(|slice| slice.id == id) {
        Some(slice) if amount <= Decimal::ZERO || amount <= slice.free() => {
            slice.spend(unit, settings, amount).await.map(|()| true)
        }
        _ => Ok(false),
    }
}

async fn spend_on_root(unit: &mut UnitOfWork, settings: &Settings, fact: &Fact) -> Result<()> {
    let (category, year, month) = (fact.category.as_str(), fact.day.year(), fact.day.month());
    let of_month = slice::lock_where(unit, |sql| {
        sql.push("s.parent_id IS NULL AND b.category = ").bind(category).push(" AND b.fiscal_year = ").bind(year);
        sql.push(" AND b.fiscal_month = ").bind(i32::try_from(month).unwrap_or_default());
    });
    let Some(mut root) = of_month.await?.pop() else { return Ok(()) };
    let Some(amount) = fact.cost.in_currency(&root.budget.currency, settings) else { return Ok(()) };
    let (free, is_exceeded) = (root.free(), amount > Decimal::ZERO && amount > root.free());
    root.spend(unit, settings, amount).await?;
    if is_exceeded {
        let told = json!({ "amount": shown(amount), "available": shown(free.max(Decimal::ZERO)) });
        root.tell(unit, EventKind::BudgetExceeded, told);
    }
    Ok(())
}

/// Waits until nobody else makes the budget of a category and month, or counts an expense on its root: a new budget
/// counts what was spent before.
pub(super) async fn hold_month(unit: &UnitOfWork, category: &str, year: i32, month: u32) -> Result<()> {
    unit.lock_name(&format!("budget of {category} {year}-{month}")).await
}

impl Slice {
    /// Adds to what was spent of it, and of its budget.
    pub(super) async fn spend(&mut self, unit: &mut UnitOfWork, settings: &Settings, amount: Decimal) -> Result<()> {
        let budget = self.budget.id;
        let before = ahead::lock_spent(unit, budget).await?.ok_or(Error::NotFound("budget", budget))?;
        // The budget is full before one of its slices is.
        let (spent, most) = (before + amount, currency::max_amount());
        if spent > most {
            return Err(Refusal::invalid("amount", format!("a budget counts expenses of at most {most}")).into());
        }
        let columns: [Column<Spent>; 2] = columns!(Spent: id, spent_amount);
        unit.update("budgets", &columns, &[], [&Spent { id: budget, spent_amount: stored(spent) }]);
        ahead::keep_spent(unit, budget, spent);
        self.spent += amount;
        self.save(unit, settings);
        Ok(())
    }
}
