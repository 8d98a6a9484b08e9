//! Columns of a table.

use sea_orm::{ColumnTrait, ColumnType, IdenStatic};

/// A column of a table, as the database has it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the database.
    pub name: &'static str,
    /// Whether it can be null.
    pub nullable: bool,
    /// The digits after the point of a decimal.
    pub scale: u32,
}

impl Column {
    /// What the generated entity says of a column.
    pub fn of(column: impl ColumnTrait) -> Self {
        let definition = column.def();
        Self {
            name: IdenStatic::as_str(&column),
            nullable: definition.is_null(),
            scale: match definition.get_column_type() {
                ColumnType::Decimal(Some((_, scale))) => *scale,
                _ => 0,
            },
        }
    }
}

/// A set of columns of one table, by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Columns(u64);

impl Columns {
    /// The most columns of a table.
    pub const MAX: usize = u64::BITS as usize;

    /// No column.
    pub const NONE: Self = Self(0);

    /// One column.
    pub const fn one(column: usize) -> Self {
        Self(1 << column)
    }

    /// Adds others.
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Where a column stands among them, in the order of their numbers; nothing when it is none of them.
    pub const fn place(self, column: usize) -> Option<usize> {
        let one = 1 << column;
        match self.0 & one {
            0 => None,
            _ => Some((self.0 & (one - 1)).count_ones() as usize),
        }
    }

    /// How many they are.
    pub const fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The numbers, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = left.trailing_zeros();
            left &= left.checked_sub(1)?;
            Some(next as usize)
        })
    }
}
