//! What a row says of stock: one entry for a location, or one for each column that is a location.

use super::Column;
use crate::{
    Change,
    import::{
        file::{Row, value},
        report::Refusal,
    },
};

/// What Shopify writes instead of numbers where a variant is not kept.
const NOT_STOCKED: &str = "not stocked";

/// The columns that tell a variant without a SKU from the others of its product.
const OPTIONS: [Column; 3] = [Column::Option1Value, Column::Option2Value, Column::Option3Value];

/// What a row says of one variant at one location.
pub(super) struct Stock {
    pub(super) line: u64,
    pub(super) variant: VariantKey,
    pub(super) location: String,
    /// `None` where the variant is not stocked.
    pub(super) quantities: Option<Quantities>,
}

/// How a row names a variant.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum VariantKey {
    Sku(String),
    /// By its product's handle and its title: shops without SKUs have nothing else.
    Options {
        handle: String,
        title: String,
    },
}

/// The counts of an entry; blank says nothing of what is reserved or incoming.
#[derive(Default)]
pub(super) struct Quantities {
    /// Below 0 where more was sold than there was.
    pub(super) available: i32,
    pub(super) reserved: Option<i32>,
    pub(super) incoming: Option<i32>,
    pub(super) unavailable: i32,
    /// When more is ordered, and how much.
    pub(super) reorder_point: Change<Option<i32>>,
    pub(super) reorder_quantity: Change<Option<i32>>,
}

impl Quantities {
    /// Pieces on hand that are not available.
    fn taken(&self) -> i64 {
        i64::from(self.reserved.unwrap_or_default()) + i64::from(self.unavailable)
    }
}

/// One row at one location.
pub(super) struct Entry<'a> {
    row: &'a Row<Column>,
    location: &'a str,
    layout: Layout<'a>,
}

enum Layout<'a> {
    /// A column for each quantity.
    Quantities,
    /// A column for each location, with what is available there.
    Locations(&'a str),
}

/// What a row says, location by location. A blank cell under a location says nothing.
pub(super) fn entries(row: &Row<Column>) -> Vec<Entry<'_>> {
    let mut own = row.own().peekable();
    if own.peek().is_none() {
        return vec![Entry { row, location: row.get(Column::Location), layout: Layout::Quantities }];
    }
    let entry = |(location, cell)| Entry { row, location, layout: Layout::Locations(cell) };
    own.filter(|(_, cell)| !cell.is_empty()).map(entry).collect()
}

impl<'a> Entry<'a> {
    pub(super) fn line(&self) -> u64 {
        self.row.line
    }

    /// What it is about, if it says so.
    pub(super) fn place(&self) -> Option<[String; 3]> {
        let (handle, title) = match self.variant().ok()? {
            VariantKey::Sku(sku) => (String::new(), sku),
            VariantKey::Options { handle, title } => (handle, title),
        };
        (!self.location.is_empty()).then(|| [handle, title, self.location.to_owned()])
    }

    /// What it says there.
    pub(super) fn quantities(&self) -> [&'a str; 8] {
        use Column::{Available, Committed, Incoming, OnHand, OnHandNew, ReorderPoint, ReorderQuantity, Unavailable};
        let all = [Available, Committed, Incoming, OnHand, OnHandNew, Unavailable, ReorderPoint, ReorderQuantity];
        match self.layout {
            Layout::Quantities => all.map(|column| self.row.get(column)),
            Layout::Locations(available) => [available, "", "", "", "", "", "", ""],
        }
    }

    /// Refuses an entry that says otherwise than an earlier one.
    pub(super) fn contradicts(&self, line: u64) -> Refusal {
        let (column, key) = match self.row.get(Column::Sku) {
            "" => (Column::Option1Value, "these options"),
            _ => (Column::Sku, "this SKU"),
        };
        self.row.refuse(column, format!("line {line} has other quantities for {key} and location"))
    }

    /// Reads it.
    pub(super) fn read(&self) -> Result<Stock, Refusal> {
        let variant = self.variant()?;
        let quantities = match self.layout {
            Layout::Locations(cell) if is_not_stocked(cell) => None,
            Layout::Locations(cell) => {
                let available = value::whole(cell);
                let available = available.map_err(|reason| Refusal::new(self.row.line, self.location, cell, reason))?;
                Some(Quantities { available, ..Quantities::default() })
            }
            Layout::Quantities => quantities(self.row)?,
        };
        let location = value::required(255, "a location is missing")(self.location)
            .map_err(|reason| self.row.refuse(Column::Location, reason))?;
        Ok(Stock { line: self.row.line, variant, location, quantities })
    }

    fn variant(&self) -> Result<VariantKey, Refusal> {
        if let Some(sku) = self.row.read(Column::Sku, value::code(255))? {
            return Ok(VariantKey::Sku(sku));
        }
        let handle = self.row.read(Column::Handle, value::text(255))?;
        let options: Vec<&str> = OPTIONS.into_iter().map(|column| self.row.get(column)).collect();
        let title = options.into_iter().filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" / ");
        match handle {
            Some(handle) if !title.is_empty() => Ok(VariantKey::Options { handle, title }),
            _ => Err(self.row.refuse(Column::Sku, "a SKU is missing, or a handle with the values of its options")),
        }
    }
}

/// The quantities of a row with a column for each.
fn quantities(row: &Row<Column>) -> Result<Option<Quantities>, Refusal> {
    let counted = [Column::Available, Column::OnHand].into_iter().find(|column| row.has(*column));
    let is_stocked = counted.is_none_or(|column| !is_not_stocked(row.get(column)));
    let new = row.get(Column::OnHandNew);
    let has_new = !new.is_empty() && !is_not_stocked(new);
    match (is_stocked, has_new) {
        (false, false) => none(row),
        (_, true) => from_on_hand(row, Column::OnHandNew).map(Some),
        (true, false) => current(row).map(Some),
    }
}

/// A row that is not stocked has no pieces either.
fn none(row: &Row<Column>) -> Result<Option<Quantities>, Refusal> {
    for column in [Column::OnHand, Column::Committed, Column::Incoming, Column::Unavailable] {
        let text = row.get(column);
        if !matches!(text, "" | "0") && !is_not_stocked(text) {
            return Err(row.refuse(column, "Available says not stocked"));
        }
    }
    Ok(None)
}

/// What Shopify counted.
fn current(row: &Row<Column>) -> Result<Quantities, Refusal> {
    if !row.has(Column::Available) {
        return from_on_hand(row, Column::OnHand);
    }
    let available = row.read(Column::Available, value::whole)?;
    let rest = rest(row)?;
    let sum = i64::from(available) + rest.taken();
    match row.read(Column::OnHand, value::whole_or_none)? {
        Some(on_hand) if i64::from(on_hand) != sum => {
            Err(row.refuse(Column::OnHand, format!("Available, Committed and Unavailable add up to {sum}")))
        }
        _ => Ok(Quantities { available, ..rest }),
    }
}

/// What is left of the pieces on hand.
fn from_on_hand(row: &Row<Column>, column: Column) -> Result<Quantities, Refusal> {
    let on_hand = row.read(column, value::whole)?;
    let rest = rest(row)?;
    let available = i32::try_from(i64::from(on_hand) - rest.taken());
    let available = available.map_err(|_| row.refuse(column, "the quantity is too far below 0"))?;
    Ok(Quantities { available, ..rest })
}

/// The quantities beside what is available.
fn rest(row: &Row<Column>) -> Result<Quantities, Refusal> {
    let count = |column| match row.get(column) {
        // Of a place that gets its first pieces by the column for a new count.
        text if is_not_stocked(text) => Ok(None),
        _ => row.read(column, value::quantity_or_none),
    };
    let (reserved, incoming) = (count(Column::Committed)?, count(Column::Incoming)?);
    let unavailable = count(Column::Unavailable)?.unwrap_or_default();
    let reorder = |column| match row.has(column) {
        true => row.read(column, value::quantity_or_none).map(Change::Set),
        false => Ok(Change::Keep),
    };
    let (reorder_point, reorder_quantity) = (reorder(Column::ReorderPoint)?, reorder(Column::ReorderQuantity)?);
    Ok(Quantities { available: 0, reserved, incoming, unavailable, reorder_point, reorder_quantity })
}

fn is_not_stocked(text: &str) -> bool {
    text.eq_ignore_ascii_case(NOT_STOCKED)
}
