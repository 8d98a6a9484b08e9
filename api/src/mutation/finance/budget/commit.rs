//! Spending money that was reserved.

use crate::{
    finance::{BudgetReservation, Transaction},
    mutation::prelude::*,
};

verbs! {
    /// Spends reserved money: records an expense of the budget's category.
    commit_budget = join(service::finance::budget::commit::Commit) {
        /// The reservation.
        reservation_id: Id,
        /// Amount, at most what is left of the reservation. Default: all of that.
        amount: Option<Decimal>,
        /// True: what is left then is free again. False: it stays reserved. Default: true.
        r#final: Option<bool>,
        /// Description of the expense. Default: the purpose of the reservation. At most 10000 characters.
        description: Option<String>,
        /// Your own id of the expense; unique. At most 255 characters.
        external_id: Option<String>,
        /// Date it is booked on, in the month of the budget. Default: today, or the nearest date of that month.
        date: Option<Date>,
    } -> committed {
        /// The reservation.
        reservation: Row<BudgetReservation> = committed.reservation,
        /// The expense.
        transaction: Row<Transaction> = committed.transaction,
    }
}
