//! The rules of budgets, of what campaigns spent, and of the credit for revenue.

use super::Rule;

/// The expenses in the books, and their reversals: each on the day of the expense.
macro_rules! expenses {
    () => {
        "SELECT t.campaign_id, t.budget_slice_id, t.category, t.currency, t.amount, t.report_amount,
           CAST(COALESCE(r.transaction_date, t.transaction_date) AS TEXT) AS day
         FROM transactions t LEFT JOIN transactions r ON r.id = t.reverses_id
         WHERE t.type = 'expense' OR r.type = 'expense'"
    };
}

/// The sum of expenses `e` in a currency: their own, or the shop's.
macro_rules! in_currency {
    ($currency:literal) => {
        concat!(
            "ROUND(SUM(CASE WHEN e.currency = ",
            $currency,
            " THEN e.amount WHEN ",
            $currency,
            " = COALESCE((SELECT SUBSTR(CAST(value AS TEXT), 2, 3) FROM configurations WHERE key = 'shop.currency'), 'USD')
              THEN e.report_amount END), 2)"
        )
    };
}

/// The rules of budgets, of what campaigns spent, and of the credit for revenue.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "campaign_spending",
        "What a campaign spent is the sum of its expenses, less reversals.",
        concat!(
            "SELECT c.id, CAST(c.spent AS TEXT) AS found, CAST(COALESCE(t.spent, 0) AS TEXT) AS expected
             FROM campaigns c LEFT JOIN (
               SELECT c.id, ",
            in_currency!("c.currency"),
            " AS spent FROM campaigns c JOIN (",
            expenses!(),
            ") e ON e.campaign_id = c.id GROUP BY c.id) t ON t.id = c.id
             WHERE c.spent <> COALESCE(t.spent, 0)"
        ),
    ),
    Rule::new(
        "budget_spending",
        "What a budget spent is the sum of the expenses of its category and month, less reversals.",
        concat!(
            "SELECT b.id, CAST(b.spent_amount AS TEXT) AS found, CAST(COALESCE(t.spent, 0) AS TEXT) AS expected
             FROM budgets b LEFT JOIN (
               SELECT b.id, ",
            in_currency!("b.currency"),
            " AS spent FROM budgets b JOIN (",
            expenses!(),
            ") e ON e.category = b.category AND CAST(SUBSTR(e.day, 1, 4) AS INTEGER) = b.fiscal_year
                 AND CAST(SUBSTR(e.day, 6, 2) AS INTEGER) = b.fiscal_month
               GROUP BY b.id) t ON t.id = b.id
             WHERE b.spent_amount <> COALESCE(t.spent, 0)"
        ),
    ),
    Rule::new(
        "budget_roots",
        "A budget has one root slice, which has all of it; what its slices spent is what the budget spent.",
        "SELECT b.id,
           COALESCE(s.roots, 0) || ' with ' || COALESCE(s.allocated, 0) || ', spent ' || COALESCE(s.spent, 0) AS found,
           '1 with ' || b.allocated_amount || ', spent ' || b.spent_amount AS expected
         FROM budgets b LEFT JOIN (
           SELECT budget_id, SUM(CASE WHEN parent_id IS NULL THEN 1 ELSE 0 END) AS roots,
             ROUND(SUM(CASE WHEN parent_id IS NULL THEN allocated_amount ELSE 0 END), 2) AS allocated,
             ROUND(SUM(spent_amount), 2) AS spent
           FROM budget_slices GROUP BY budget_id) s ON s.budget_id = b.id
         WHERE COALESCE(s.roots, 0) <> 1 OR s.allocated <> b.allocated_amount OR s.spent <> b.spent_amount",
    ),
    Rule::new(
        "budget_slices",
        "What a slice handed down is what the slices below it have; its reserved amount is what its reservations keep.",
        "SELECT s.id, s.delegated_amount || ' handed down, ' || s.reserved_amount || ' reserved' AS found,
           COALESCE(c.allocated, 0) || ' handed down, ' || COALESCE(r.kept, 0) || ' reserved' AS expected
         FROM budget_slices s
         LEFT JOIN (
           SELECT parent_id, ROUND(SUM(allocated_amount), 2) AS allocated FROM budget_slices GROUP BY parent_id) c
           ON c.parent_id = s.id
         LEFT JOIN (
           SELECT slice_id, ROUND(SUM(amount - spent_amount), 2) AS kept FROM budget_reservations
           WHERE status = 'held' GROUP BY slice_id) r ON r.slice_id = s.id
         WHERE s.delegated_amount <> COALESCE(c.allocated, 0) OR s.reserved_amount <> COALESCE(r.kept, 0)",
    ),
    Rule::new(
        "slice_spending",
        "What a slice below the root spent is the sum of the expenses that name it, less reversals.",
        concat!(
            "SELECT s.id, CAST(s.spent_amount AS TEXT) AS found, CAST(COALESCE(t.spent, 0) AS TEXT) AS expected
             FROM budget_slices s LEFT JOIN (
               SELECT s.id, ",
            in_currency!("b.currency"),
            " AS spent FROM budget_slices s JOIN budgets b ON b.id = s.budget_id JOIN (",
            expenses!(),
            ") e ON e.budget_slice_id = s.id GROUP BY s.id) t ON t.id = s.id
             WHERE s.parent_id IS NOT NULL AND s.spent_amount <> COALESCE(t.spent, 0)"
        ),
    ),
    Rule::new(
        "budget_reservations",
        "A held reservation has a time at which it expires, or a task that has not ended.",
        "SELECT r.id, COALESCE(CAST(t.status AS TEXT), 'no task') AS found, 'a time, or an open task' AS expected
         FROM budget_reservations r LEFT JOIN tasks t ON t.id = r.task_id
         WHERE r.status = 'held' AND CASE WHEN t.id IS NULL THEN r.expires_at IS NULL
           ELSE t.status NOT IN ('pending', 'in_progress', 'waiting') END",
    ),
    Rule::new(
        "attribution_sums",
        "The shares of a transaction by one model add up to a hundred percent; those given by hand to at most that.",
        "SELECT transaction_id AS id, CAST(ROUND(SUM(attribution_percentage), 2) AS TEXT) AS found,
           CASE WHEN attribution_model = 'manual' THEN '100 at most' ELSE '100' END AS expected
         FROM revenue_attribution GROUP BY transaction_id, attribution_model
         HAVING ROUND(SUM(attribution_percentage), 2) > 100
           OR (attribution_model <> 'manual' AND ROUND(SUM(attribution_percentage), 2) < 100)",
    ),
    Rule::new(
        "attribution_of_revenue",
        "Only revenue is attributed.",
        "SELECT a.id, CAST(t.type AS TEXT) AS found, 'revenue' AS expected
         FROM revenue_attribution a JOIN transactions t ON t.id = a.transaction_id WHERE t.type <> 'revenue'",
    ),
];
