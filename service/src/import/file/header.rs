//! The header: which columns a file has, by the titles of every layout that Shopify has written.

use crate::{Error, Result};

/// The columns of one kind of file that are read.
pub(in crate::import) trait Columns: Copy + Send + Sync + 'static {
    /// The titles that each column has had. Where a file has several of them, the first counts.
    const TITLES: &'static [&'static [&'static str]];
    /// The column that names what a row belongs to.
    const KEY: Self;
    /// Whether rows of one key belong together. If not, each row stands alone, and they come many at a time.
    const IS_GROUPED: bool = true;
    /// Titles that only another kind of file has, and what that file is.
    const OTHER_KINDS: &'static [(&'static str, &'static str)];

    /// The place among the titles.
    fn index(self) -> usize;

    /// What a file needs, as groups of columns: one of each group.
    const NEEDED: &'static [&'static [Self]];

    /// Columns that are read under titles of the shop's own.
    fn named_by_the_shop(_header: &Header<Self>) -> Vec<usize> {
        Vec::new()
    }

    /// What a file needs, for messages.
    fn needed() -> String {
        Self::NEEDED.iter().map(|group| one_of(group)).collect::<Vec<_>>().join(", ")
    }
}

/// Declares an enum of columns, their titles and the one that groups rows.
macro_rules! columns {
    ($(#[$meta:meta])* $name:ident { $($column:ident = $($title:literal)|+,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub(super) enum $name { $($column),+ }

        impl $name {
            const ALL_TITLES: &'static [&'static [&'static str]] = &[$(&[$($title),+]),+];
        }
    };
}
pub(in crate::import) use columns;

/// Where the columns of a file stand.
pub(in crate::import) struct Header<C> {
    pub(super) titles: Vec<String>,
    /// The place of each declared column, if the file has it.
    places: Vec<Option<usize>>,
    /// The places of columns under the shop's own titles.
    pub(super) own: Vec<usize>,
    columns: std::marker::PhantomData<C>,
}

impl<C: Columns> Header<C> {
    pub(super) fn new(titles: Vec<String>) -> Result<Self> {
        let mut places = Vec::with_capacity(C::TITLES.len());
        for names in C::TITLES {
            places.push(names.iter().find_map(|name| place(&titles, name).transpose()).transpose()?);
        }
        let mut header = Self { titles, places, own: Vec::new(), columns: std::marker::PhantomData };
        header.own = C::named_by_the_shop(&header);
        let lacks = |group: &&&[C]| header.own.is_empty() && !group.iter().any(|column| header.has(*column));
        let lacking: Vec<String> = C::NEEDED.iter().filter(lacks).map(|group| one_of(group)).collect();
        if lacking.is_empty() { Ok(header) } else { Err(header.explain(&lacking)) }
    }

    /// Whether the file has a column.
    pub(in crate::import) fn has(&self, column: C) -> bool {
        self.place(column).is_some()
    }

    /// The titles as the file writes them.
    pub(in crate::import) fn titles(&self) -> &[String] {
        &self.titles
    }

    /// The column's title as the file writes it.
    pub(super) fn title(&self, column: C) -> &str {
        let known = || C::TITLES.get(column.index()).and_then(|names| names.first()).copied().unwrap_or_default();
        self.place(column).and_then(|place| self.titles.get(place)).map_or_else(known, String::as_str)
    }

    pub(super) fn place(&self, column: C) -> Option<usize> {
        self.places.get(column.index()).copied().flatten()
    }

    pub(super) fn places(&self) -> &[Option<usize>] {
        &self.places
    }

    fn explain(&self, lacking: &[String]) -> Error {
        let is = |title: &str| self.titles.iter().any(|found| found.eq_ignore_ascii_case(title));
        if let Some((_, kind)) = C::OTHER_KINDS.iter().find(|(title, _)| is(title)) {
            return Error::invalid(format!("this is {kind}"));
        }
        Error::invalid(format!("these columns are missing: {}", lacking.join(", ")))
    }
}

/// What is wrong with a whole file, judged by its first record.
pub(super) fn not_this_format<C: Columns>(fields: &[&[u8]]) -> Option<String> {
    let bytes = fields.join(&b","[..]);
    if bytes.starts_with(b"PK\x03\x04") {
        return Some("the file is a spreadsheet or an archive; save it as CSV (UTF-8, comma separated)".to_owned());
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || bytes.contains(&0) {
        return Some("the file is encoded as UTF-16; save it as UTF-8".to_owned());
    }
    let text = String::from_utf8_lossy(&bytes);
    let known = |title: &str| {
        let title = title.trim().trim_matches('"');
        C::TITLES.iter().copied().flatten().any(|name| name.eq_ignore_ascii_case(title))
    };
    let separates = |sign: char| {
        let named = text.trim().to_ascii_lowercase().strip_prefix("sep=").is_some_and(|rest| rest.starts_with(sign));
        named || text.split(sign).filter(|title| known(title)).count() > 1
    };
    let signs = [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")];
    let (_, name) = signs.into_iter().find(|(sign, _)| separates(*sign))?;
    Some(format!("the columns are separated by {name}; save the file with commas between them"))
}

/// Whether the first record only names the separator, as Excel writes it: `sep=,`.
pub(super) fn is_separator_line(titles: &[String]) -> bool {
    matches!(titles, [first, second] if first.eq_ignore_ascii_case("sep=") && second.is_empty())
}

/// The titles of columns any of which is enough.
fn one_of<C: Columns>(group: &[C]) -> String {
    let titles = group.iter().filter_map(|column| C::TITLES.get(column.index()));
    titles.copied().flatten().copied().collect::<Vec<_>>().join(" or ")
}

fn place(titles: &[String], name: &str) -> Result<Option<usize>> {
    let mut found = titles.iter().enumerate().filter(|(_, title)| title.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(Error::invalid(format!("the column {name:?} appears twice in the header"))),
        (found, None) => Ok(found.map(|(place, _)| place)),
    }
}
