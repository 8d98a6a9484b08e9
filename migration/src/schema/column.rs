//! A column, its type and what it refers to.

/// A closed vocabulary: a native type on PostgreSQL, text with a check on SQLite.
pub(crate) struct Enum {
    /// Name of the type; the entity's Rust enum is named after it.
    pub(crate) name: &'static str,
    pub(crate) values: &'static [&'static str],
}

/// What a column holds.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Uuid,
    Varchar(u32),
    Text,
    Enum(&'static Enum),
    /// Precision and scale.
    Decimal(u32, u32),
    Integer,
    BigInteger,
    /// The place of a row in a log: counts up by itself, as the primary key.
    Position,
    /// A number that counts up by itself, as the primary key; none is given twice.
    Counter,
    Boolean,
    /// An instant, in UTC.
    Timestamp,
    Date,
    /// An ISO 4217 code.
    Currency,
    /// A JSON array.
    List,
    /// A JSON object.
    Object,
    /// Any JSON value.
    Json,
}

/// What happens to a row when the row it refers to is deleted.
#[derive(Clone, Copy)]
pub(crate) enum OnDelete {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
}

impl OnDelete {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
        }
    }
}

/// The rows below a parent that the index of a foreign key leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChildList {
    All,
    /// Without the rows that have no parent, where few have one.
    OfThoseWith,
    /// There is no such index: another one serves, or nothing asks.
    Absent,
}

/// A column; it refuses NULL unless [`Column::null`] says otherwise.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
    pub(crate) default: Option<&'static str>,
    pub(crate) unique: bool,
    pub(crate) references: Option<(&'static str, OnDelete)>,
    pub(crate) children: ChildList,
}

impl Column {
    fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, nullable: false, default: None, unique: false, references: None, children: ChildList::All }
    }

    pub(crate) fn null(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// A default, as an SQL literal.
    pub(crate) fn default(mut self, literal: &'static str) -> Self {
        self.default = Some(literal);
        self
    }

    pub(crate) fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Refers to the `id` of another table.
    pub(crate) fn references(mut self, table: &'static str, on_delete: OnDelete) -> Self {
        self.references = Some((table, on_delete));
        self
    }

    /// Another index for the list of children than that of all rows.
    pub(crate) fn children(mut self, children: ChildList) -> Self {
        self.children = children;
        self
    }
}

pub(crate) fn uuid(name: &'static str) -> Column {
    Column::new(name, Kind::Uuid)
}

pub(crate) fn varchar(name: &'static str, length: u32) -> Column {
    Column::new(name, Kind::Varchar(length))
}

pub(crate) fn text(name: &'static str) -> Column {
    Column::new(name, Kind::Text)
}

pub(crate) fn enumeration(name: &'static str, of: &'static Enum) -> Column {
    Column::new(name, Kind::Enum(of))
}

pub(crate) fn decimal(name: &'static str, precision: u32, scale: u32) -> Column {
    Column::new(name, Kind::Decimal(precision, scale))
}

pub(crate) fn integer(name: &'static str) -> Column {
    Column::new(name, Kind::Integer)
}

pub(crate) fn big_integer(name: &'static str) -> Column {
    Column::new(name, Kind::BigInteger)
}

/// The primary key of a log.
pub(crate) fn position(name: &'static str) -> Column {
    Column::new(name, Kind::Position)
}

/// The primary key of a table that gives numbers.
pub(crate) fn counter(name: &'static str) -> Column {
    Column::new(name, Kind::Counter)
}

pub(crate) fn boolean(name: &'static str) -> Column {
    Column::new(name, Kind::Boolean)
}

pub(crate) fn timestamp(name: &'static str) -> Column {
    Column::new(name, Kind::Timestamp)
}

pub(crate) fn date(name: &'static str) -> Column {
    Column::new(name, Kind::Date)
}

/// The currency of the money columns beside it.
pub(crate) fn currency() -> Column {
    Column::new("currency", Kind::Currency).default("'USD'")
}

/// A currency by itself.
pub(crate) fn currency_code(name: &'static str) -> Column {
    Column::new(name, Kind::Currency)
}

/// A number of pieces, 0 by default.
pub(super) fn count(name: &'static str) -> Column {
    integer(name).default("0")
}

/// An amount of money, 0 by default.
pub(super) fn amount(name: &'static str) -> Column {
    decimal(name, 12, 2).default("0")
}

/// A JSON array, empty by default.
pub(crate) fn list(name: &'static str) -> Column {
    Column::new(name, Kind::List).default("'[]'")
}

/// A JSON object, empty by default.
pub(crate) fn object(name: &'static str) -> Column {
    Column::new(name, Kind::Object).default("'{}'")
}

/// A JSON object or NULL.
pub(crate) fn optional_object(name: &'static str) -> Column {
    Column::new(name, Kind::Object).null()
}

/// Any JSON value.
pub(crate) fn json(name: &'static str) -> Column {
    Column::new(name, Kind::Json)
}
