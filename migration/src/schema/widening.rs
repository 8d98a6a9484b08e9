//! More values for a closed vocabulary of an earlier migration.

/// What a vocabulary gets, and the one column that it serves.
pub(crate) struct Widening {
    /// Name of the type.
    pub(crate) name: &'static str,
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) values: &'static [&'static str],
    /// What rows have in their place when the migration is taken back; none if such rows go. The vocabulary itself
    /// keeps the values.
    pub(crate) instead: Option<&'static str>,
}

impl Widening {
    /// The statement that leaves no row with a value. As text, so that PostgreSQL does not ask whether it may be used.
    pub(crate) fn vacate(&self) -> String {
        let Self { table, column, values, instead, .. } = self;
        let change = match instead {
            Some(value) => format!(r#"UPDATE "{table}" SET "{column}" = '{value}'"#),
            None => format!(r#"DELETE FROM "{table}""#),
        };
        let values: Vec<String> = values.iter().map(|value| format!("'{value}'")).collect();
        format!(r#"{change} WHERE CAST("{column}" AS text) IN ({})"#, values.join(", "))
    }
}
