//! Expenses, and the budgets that they are held against.

use chrono::{DateTime, Datelike, Months, NaiveTime, Utc};
use entity::{
    budget_reservations, budget_slices, budgets,
    sea_orm_active_enums::{BudgetReservationStatus, TransactionType},
    transactions,
};
use rust_decimal::Decimal;

use super::{LoadData, Rows, Totals};

const CATEGORIES: [&str; 5] = ["advertising", "materials", "shipping", "software", "fees"];
const ADVERTISING: usize = 0;

/// An expense before it is a row.
pub(super) struct Bill {
    pub(super) time: DateTime<Utc>,
    pub(super) category: usize,
    pub(super) amount: Decimal,
    /// Number of the campaign, for advertising.
    pub(super) campaign: Option<usize>,
}

impl Bill {
    pub(super) fn of(data: &LoadData, number: u64) -> Self {
        let mut rng = data.rng("transactions", number);
        let category = usize::try_from(rng.below(CATEGORIES.len() as i64)).unwrap_or_default();
        let campaign = usize::try_from(data.any(&mut rng, "campaigns")).unwrap_or_default();
        Self {
            time: data.time("transactions", number),
            category,
            amount: Decimal::new(rng.between(500, 40_000), 2),
            campaign: (category == ADVERTISING).then_some(campaign),
        }
    }
}

/// The run's own, so that other budgets stay right.
fn category(data: &LoadData, place: usize) -> String {
    format!("trial_{}_{}", data.seed(), CATEGORIES[place])
}

pub(super) fn expense(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let bill = Bill::of(data, number);
    rows.transactions.push(transactions::Model {
        id: data.id("transactions", number),
        r#type: TransactionType::Expense,
        category: category(data, bill.category),
        amount: bill.amount,
        currency: "USD".to_owned(),
        description: None,
        order_id: None,
        customer_id: None,
        agent_id: None,
        campaign_id: bill.campaign.map(|campaign| data.id("campaigns", campaign as u64)),
        payment_method: None,
        external_id: None,
        transaction_date: bill.time.date_naive(),
        created_at: bill.time.into(),
        payment_entry_id: None,
        reverses_id: None,
        report_amount: None,
        budget_slice_id: None,
    });
}

/// One for each category and each of the last 24 months.
pub(super) fn budget(data: &LoadData, totals: &Totals, number: u64, rows: &mut Rows) {
    let place = usize::try_from(number).unwrap_or_default() % CATEGORIES.len();
    let back = u32::try_from(number).unwrap_or_default() / u32::try_from(CATEGORIES.len()).unwrap_or(1);
    let month = data.now.date_naive() - Months::new(23_u32.saturating_sub(back));
    let created = month.with_day(1).unwrap_or(month).and_time(NaiveTime::MIN).and_utc();
    let spent = totals.expenses.get(&(place, month.year(), month.month())).copied();
    let budget = budgets::Model {
        id: data.id_at("budgets", number, created),
        name: format!("Trial {} {} {}", data.seed(), CATEGORIES[place], month.format("%Y-%m")),
        category: category(data, place),
        fiscal_year: month.year(),
        fiscal_month: i32::try_from(month.month()).unwrap_or_default(),
        allocated_amount: Decimal::new(4_000_000, 2),
        spent_amount: spent.unwrap_or(Decimal::new(0, 2)),
        currency: "USD".to_owned(),
        owner_agent_id: None,
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    };
    let root = root(data, number, &budget);
    rows.budget_reservations.push(budget_reservations::Model {
        id: data.id_at("budget_reservations", number, created),
        slice_id: root.id,
        amount: Decimal::new(100_000, 2),
        spent_amount: Decimal::new(0, 2),
        status: BudgetReservationStatus::Released,
        purpose: "A trial".to_owned(),
        task_id: None,
        campaign_id: None,
        effect_key: None,
        expires_at: None,
        created_at: created.into(),
        updated_at: created.into(),
    });
    rows.budget_slices.push(root);
    rows.budgets.push(budget);
}

/// The slice that is the whole budget.
fn root(data: &LoadData, number: u64, budget: &budgets::Model) -> budget_slices::Model {
    let nothing = Decimal::new(0, 2);
    budget_slices::Model {
        id: data.id_at("budget_slices", number, budget.created_at.to_utc()),
        budget_id: budget.id,
        parent_id: None,
        agent_id: None,
        allocated_amount: budget.allocated_amount,
        delegated_amount: nothing,
        reserved_amount: nothing,
        spent_amount: budget.spent_amount,
        alert_level: 0,
        version: 1,
        created_at: budget.created_at,
        updated_at: budget.created_at,
    }
}
