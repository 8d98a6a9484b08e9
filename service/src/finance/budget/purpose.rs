//! What a budget is for.

use chrono::{Datelike, Months, NaiveDate};
use entity::budgets;
use uuid::Uuid;

/// What a budget is for. All but its owner stays.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    pub(super) id: Uuid,
    pub(super) category: String,
    pub(super) year: i32,
    pub(super) month: i32,
    pub(super) currency: String,
    pub(super) owner: Option<Uuid>,
}

impl Budget {
    /// Whether it is for a category on a day.
    pub(super) fn is_for(&self, category: &str, day: NaiveDate) -> bool {
        self.category == category && self.has(day)
    }

    /// Whether a day is in its month.
    pub(super) fn has(&self, day: NaiveDate) -> bool {
        (self.year, Ok(self.month)) == (day.year(), i32::try_from(day.month()))
    }

    /// The day of its month that is nearest to another one.
    pub(super) fn nearest(&self, day: NaiveDate) -> NaiveDate {
        let month = u32::try_from(self.month).unwrap_or(1);
        let first = NaiveDate::from_ymd_opt(self.year, month, 1).unwrap_or(day);
        let next = first.checked_add_months(Months::new(1));
        let last = next.and_then(|next| next.pred_opt()).unwrap_or(first);
        day.clamp(first, last)
    }
}

impl From<&budgets::Model> for Budget {
    fn from(row: &budgets::Model) -> Self {
        Self {
            id: row.id,
            category: row.category.clone(),
            year: row.fiscal_year,
            month: row.fiscal_month,
            currency: row.currency.clone(),
            owner: row.owner_agent_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_outside_of_the_month_moves_to_its_nearest_one() {
        let budget = Budget {
            id: Uuid::nil(),
            category: "advertising".to_owned(),
            year: 2026,
            month: 2,
            currency: "USD".to_owned(),
            owner: None,
        };
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a day");
        for (from, to) in [(day(1, 31), day(2, 1)), (day(2, 14), day(2, 14)), (day(12, 1), day(2, 28))] {
            assert_eq!(budget.nearest(from), to, "{from}");
        }
        assert!(budget.is_for("advertising", day(2, 28)) && !budget.is_for("advertising", day(3, 1)));
        assert!(!budget.is_for("shipping", day(2, 28)));
    }
}
