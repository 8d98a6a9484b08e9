//! Pages: which rows of an ordered list, and the cursors that say where a page ends.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use service::{Error, Result};

/// Rows of a page by default.
pub const DEFAULT_SIZE: u32 = 50;
/// The most rows of a page.
pub const MAX_SIZE: u32 = 250;

/// A slice of an ordered list: at most `size` rows between two positions, taken from one end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// Only rows after this position.
    pub after: Option<Position>,
    /// Only rows before this position.
    pub before: Option<Position>,
    /// The most rows.
    pub size: u32,
    /// Taken from the end: the last rows, still in the list's order.
    pub backward: bool,
}

impl PageRequest {
    /// Reads the four paging arguments. `list` identifies the list that cursors must come from.
    pub fn new(
        list: u64,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Self> {
        let (size, backward) = size(first, last)?;
        Ok(Self {
            after: after.map(|cursor| Position::decode("after", &cursor, list)).transpose()?,
            before: before.map(|cursor| Position::decode("before", &cursor, list)).transpose()?,
            size,
            backward,
        })
    }
}

/// The rows of a page, and whether they are the last ones.
pub fn size(first: Option<i32>, last: Option<i32>) -> Result<(u32, bool)> {
    match (first, last) {
        (Some(_), Some(_)) => Err(Error::invalid("give either `first` or `last`, not both")),
        (Some(first), None) => Ok((checked("first", first)?, false)),
        (None, Some(last)) => Ok((checked("last", last)?, true)),
        (None, None) => Ok((DEFAULT_SIZE, false)),
    }
}

fn checked(name: &str, size: i32) -> Result<u32> {
    match u32::try_from(size) {
        Ok(size) if size <= MAX_SIZE => Ok(size),
        Ok(_) => Err(Error::limit(format!("`{name}` is {size}: a page has at most {MAX_SIZE} rows"))),
        Err(_) => Err(Error::invalid(format!("`{name}` is {size}: it cannot be negative"))),
    }
}

/// A place in an ordered list: the sort keys of a row, so that it stays a place when the row is gone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Position(pub Vec<Option<String>>);

impl Position {
    /// The opaque text that clients carry.
    pub fn encode(&self, list: u64) -> String {
        let json = serde_json::json!([format!("{list:016x}"), self.0]);
        URL_SAFE_NO_PAD.encode(json.to_string())
    }

    fn decode(argument: &str, cursor: &str, list: u64) -> Result<Self> {
        let parsed = URL_SAFE_NO_PAD.decode(cursor).ok();
        let parsed = parsed.and_then(|json| serde_json::from_slice::<(String, Vec<Option<String>>)>(&json).ok());
        match parsed {
            None => Err(Error::invalid(format!("`{argument}` is not a cursor of this API"))),
            Some((origin, _)) if origin != format!("{list:016x}") => Err(Error::invalid(format!(
                "`{argument}` is a cursor of another list: use it with the field, `orderBy` and `filter` that it came from"
            ))),
            Some((_, keys)) => Ok(Self(keys)),
        }
    }
}
