//! Files of subscribers: one row an address and a list, with where and when its owner consented.
//!
//! - `take`: bringing many addresses onto lists at once.

mod take;

use super::{
    file::{Columns, Group, Seen, columns},
    process::Kind,
    run::Run,
};
use crate::Result;

columns! {
    /// The columns of a file of subscribers.
    Column {
        Email = "Email" | "Email Address",
        List = "List" | "List Name",
        Source = "Consent Source",
        Time = "Consent Time" | "Consented At",
    }
}

impl Columns for Column {
    const TITLES: &'static [&'static [&'static str]] = Self::ALL_TITLES;
    const KEY: Self = Self::Email;
    const IS_GROUPED: bool = false;
    const NEEDED: &'static [&'static [Self]] = &[&[Self::Email], &[Self::List]];
    const OTHER_KINDS: &'static [(&'static str, &'static str)] = &[
        ("Lineitem name", "an order export; import it with `orders`"),
        ("Accepts Email Marketing", "a customer export; import it with `customers`"),
        ("Accepts Marketing", "a customer export; import it with `customers`"),
    ];

    fn index(self) -> usize {
        self as usize
    }
}

/// A file of subscribers, and what it said so far.
#[derive(Default)]
pub(super) struct Subscribers {
    seen: Seen,
}

impl Kind for Subscribers {
    type Column = Column;
    const MAY_CUT: bool = true;

    async fn take(&mut self, run: &mut Run<'_>, group: Group<Column>) -> Result<()> {
        take::take(run, &mut self.seen, &group.rows).await
    }

    fn pass(&mut self, group: &Group<Column>) {
        for row in &group.rows {
            let _ = take::read(&mut self.seen, row);
        }
    }
}
