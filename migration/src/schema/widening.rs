//! A value more for a closed vocabulary of an earlier migration.

/// What a vocabulary gets, and the one column that it serves.
pub(crate) struct Widening {
    /// Name of the type.
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) value: &'static str,
    /// What rows have in its place when the migration is taken back; the vocabulary itself keeps the value.
    pub(crate) instead: &'static str,
}

impl Widening {
    /// The statement that leaves no row with the value. As text, so that PostgreSQL does not ask whether it may be used.
    pub(crate) fn vacate(&self) -> String {
        let Self { table, column, value, instead, .. } = self;
        format!(r#"UPDATE "{table}" SET "{column}" = '{instead}' WHERE CAST("{column}" AS text) = '{value}'"#)
    }
}
