//! From bytes to rows and values; knows CSV and no domain.
//!
//! - `records`: bytes to records, with the line of each.
//! - [`Header`]: which columns a file has. [`Row`]: records to rows whose cells are found by it.
//! - [`Groups`]: the rows that stand together.
//! - [`Seen`]: what stood earlier in the file.
//! - [`value`]: cells to prices, quantities and bounded texts; `code`: to codes and ids.

mod code;
mod groups;
mod header;
mod records;
mod seen;
mod table;
pub(super) mod value;

pub(super) use groups::{Group, Groups, Step};
pub(super) use header::{Columns, Header, columns};
pub(super) use seen::{Earlier, Seen};
pub(super) use table::{Row, Unreadable};

use records::{Record, Records};
use table::Table;
