//! What can be done with budgets, the books, and the credit for revenue.

pub(super) mod attribution;
pub(super) mod budget;
pub(super) mod record;
pub(super) mod reverse;
