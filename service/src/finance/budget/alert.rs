//! Alerts: each level of `budgets.alertLevels` is reported once when a slice reaches it, and again only after the slice
//! was below it.

use rust_decimal::Decimal;
use serde_json::json;

use super::slice::{Slice, shown};
use crate::{UnitOfWork, events::EventKind, settings::Settings};

/// Tells of each level that a slice reaches now and had not reached `before`; the highest one, or 0.
pub(super) fn tell(unit: &mut UnitOfWork, settings: &Settings, slice: &Slice, before: i32) -> i32 {
    let (used, own) = (slice.reserved + slice.spent, slice.allocated - slice.delegated);
    let reached = reached(used, own, &settings.alert_levels);
    for level in reached.iter().filter(|level| **level > before) {
        slice.tell(unit, EventKind::BudgetAlert, json!({ "level": level, "used": shown(used), "of": shown(own) }));
    }
    reached.last().copied().unwrap_or_default()
}

/// The levels, in percent, that are reached when `used` is used of what a slice has for itself; the lowest first.
fn reached(used: Decimal, own: Decimal, levels: &[i32]) -> Vec<i32> {
    let is_reached = |level: &i32| used > Decimal::ZERO && used * Decimal::ONE_HUNDRED >= own * Decimal::from(*level);
    let mut reached: Vec<i32> = levels.iter().copied().filter(is_reached).collect();
    reached.sort_unstable();
    reached.dedup();
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_reached_from_the_exact_percentage_on() {
        let cents = |cents| Decimal::new(cents, 2);
        for (used, own, levels) in [
            (0, 0, &[][..]),
            (0, 10_000, &[]),
            (7_999, 10_000, &[]),
            (8_000, 10_000, &[80]),
            (9_500, 10_000, &[80, 90]),
            (10_000, 10_000, &[80, 90, 100]),
            (20_000, 10_000, &[80, 90, 100]),
            (1, 0, &[80, 90, 100]),
        ] {
            assert_eq!(reached(cents(used), cents(own), &[90, 80, 100]), levels, "{used} of {own}");
        }
    }
}
