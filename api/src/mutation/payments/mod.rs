//! What can be done with payments and refunds.

pub(super) mod capture;
pub(super) mod create;
pub(super) mod paid;
pub(super) mod refund;
pub(super) mod report;
pub(super) mod void;
