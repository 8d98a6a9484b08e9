//! From bytes to rows and values; knows CSV and no domain.
//!
//! - `records`: bytes to records, with the line of each.
//! - [`Row`]: records to rows whose cells are found by the header's titles.
//! - [`Groups`]: the rows that stand together.
//! - [`Seen`]: what stood earlier in the file.
//! - [`value`]: cells to prices, quantities and bounded texts.

mod groups;
mod records;
mod seen;
mod table;
pub(super) mod value;

pub(super) use groups::{Group, Groups, Step};
pub(super) use seen::{Earlier, Seen};
pub(super) use table::{Columns, Row, Unreadable, columns};

use records::{Record, Records};
use table::Table;
