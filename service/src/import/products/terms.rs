//! On what terms a variant is sold: whether its stock counts, how many pieces there will ever be, with which taxes.

use entity::{product_variants::Model, sea_orm_active_enums::StockPolicy};

use super::{
    Column,
    cells::{Keep, change},
};
use crate::{
    Change,
    catalog::fields::STANDARD,
    import::{
        file::{Row, value},
        report::Refusal,
    },
};

/// The only policy of a limited edition.
pub(super) const EDITION_POLICY: &str = "an edition is sold from stock alone: its inventory policy must be deny";

/// What a row says.
pub(super) struct Terms {
    stock_policy: Change<StockPolicy>,
    edition_size: Change<Option<i32>>,
    tax_class: Change<String>,
    /// Whether the variant can be bought; nothing, where only its product says so.
    pub(super) is_available: Option<bool>,
}

/// The terms of a variant once the file is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Agreed {
    pub(super) stock_policy: StockPolicy,
    pub(super) edition_size: Option<i32>,
    pub(super) tax_class: String,
}

impl Terms {
    /// Reads them; nothing, if one is refused.
    pub(super) fn read(row: &Row<Column>, keep: &mut Keep<'_>) -> Option<Self> {
        let policy = keep.value(stock_policy(row));
        let size = keep.value(change(row, Column::Edition, |row| row.read(Column::Edition, pieces)));
        let class = keep.value(change(row, Column::TaxClass, |row| row.read(Column::TaxClass, value::text(50))));
        let available = keep.value(row.read(Column::Available, value::yes_or_no));
        let tax_class = match class? {
            Change::Set(class) => Change::Set(class.unwrap_or_else(|| STANDARD.to_owned())),
            Change::Keep => Change::Keep,
        };
        let terms = Self { stock_policy: policy?, edition_size: size?, tax_class, is_available: available? };
        keep.value(terms.check(row))?;
        Some(terms)
    }

    /// Refuses a row that contradicts itself.
    fn check(&self, row: &Row<Column>) -> Result<(), Refusal> {
        match (&self.edition_size, &self.stock_policy) {
            (Change::Set(Some(_)), Change::Set(StockPolicy::Backorder | StockPolicy::Untracked)) => {
                Err(row.refuse(Column::Policy, EDITION_POLICY))
            }
            _ => Ok(()),
        }
    }

    /// What becomes of the terms of a variant, or of those of a new one.
    pub(super) fn agree(&self, known: Option<&Model>) -> Agreed {
        let mut agreed = known.map_or_else(Agreed::usual, Agreed::of);
        self.edition_size.apply(&mut agreed.edition_size);
        self.tax_class.apply(&mut agreed.tax_class);
        // Other shops know no editions: what they say of the stock of one is not meant.
        if agreed.edition_size.is_none() || self.edition_size != Change::Keep {
            self.stock_policy.apply(&mut agreed.stock_policy);
        }
        agreed
    }
}

impl Agreed {
    fn usual() -> Self {
        Self { stock_policy: StockPolicy::Deny, edition_size: None, tax_class: STANDARD.to_owned() }
    }

    fn of(known: &Model) -> Self {
        Self { stock_policy: known.stock_policy, edition_size: known.edition_size, tax_class: known.tax_class.clone() }
    }

    /// Whether all pieces of the edition were sold.
    pub(super) fn is_sold_out(&self, known: Option<&Model>) -> bool {
        let sold = known.map_or(0, |known| known.edition_sold);
        self.edition_size.is_some_and(|size| sold >= size)
    }
}

/// Whose stock counts is tracked by somebody; the policy says what happens when more is ordered.
fn stock_policy(row: &Row<Column>) -> Result<Change<StockPolicy>, Refusal> {
    if row.has(Column::Tracker) && row.get(Column::Tracker).is_empty() {
        return Ok(Change::Set(StockPolicy::Untracked));
    }
    change(row, Column::Policy, |row| row.read(Column::Policy, policy))
}

fn policy(text: &str) -> Result<StockPolicy, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "" | "deny" => Ok(StockPolicy::Deny),
        "continue" => Ok(StockPolicy::Backorder),
        _ => Err("neither deny nor continue"),
    }
}

/// How many pieces an edition has; blank is no edition.
fn pieces(text: &str) -> Result<Option<i32>, &'static str> {
    match value::quantity_or_none(text)? {
        Some(0) => Err("an edition has at least one piece"),
        size => Ok(size),
    }
}
