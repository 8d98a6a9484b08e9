//! How large a document may be.

/// The longest name of an operation, in bytes: it goes into the log.
pub(super) const OPERATION_NAME: usize = 128;

/// The limits of one query document.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Names, punctuators and values in the text: bounds the cost of parsing and validating it.
    pub tokens: usize,
    /// Fields within fields, fragments followed.
    pub depth: usize,
    /// Selections after every fragment is expanded: bounds the cost of validating and answering.
    pub fields: u64,
    /// Rows that all lists together could return with the page sizes asked for.
    pub rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { tokens: 15_000, depth: 16, fields: 5_000, rows: 500_000 }
    }
}
