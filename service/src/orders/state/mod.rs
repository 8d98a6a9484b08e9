//! Where orders stand.
//!
//! - `table`: what can be done with one in which status. `derived`: the statuses that follow from payments and lines.

mod derived;
mod table;

pub(crate) use derived::{Money, Pieces, counts, financial, fulfilment, is_open, is_out_and_paid};
pub(crate) use table::{Act, Verdict, check};
