//! What a filter can ask of one column.
//!
//! `ne` and `notIn` are the exact opposites of `eq` and `in`: null differs from every value.

use async_graphql::{InputObject, InputType, Pos, Value, registry::Registry};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use service::{
    Error, Result,
    database::{Col, Sql},
};

use super::{
    argument::plain,
    bind::Bind,
    rate::Rate,
    scalars::{Date, Id, Moment},
};

/// The comparisons asked of one column; all that are given must hold.
pub trait Operators: InputType + std::fmt::Debug + 'static {
    /// Writes them, each after ` AND `; those with other fields are not among them.
    fn write(&self, sql: &mut Sql, column: Col);

    /// The comparisons with other fields of the row: each operator of SQL, and the field.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        Vec::new()
    }
}

/// The same, whatever their type is.
pub trait AnyOperators: std::fmt::Debug + Send + Sync {
    /// See [`Operators::write`].
    fn write(&self, sql: &mut Sql, column: Col);

    /// See [`Operators::fields`].
    fn fields(&self) -> Vec<(&'static str, &str)>;

    /// What they say, with values as they were understood.
    fn value(&self) -> Value;
}

impl<O: Operators> AnyOperators for O {
    fn write(&self, sql: &mut Sql, column: Col) {
        Operators::write(self, sql, column);
    }

    fn fields(&self) -> Vec<(&'static str, &str)> {
        Operators::fields(self)
    }

    fn value(&self) -> Value {
        self.to_value()
    }
}

/// A type of comparisons, as a value.
pub struct OperatorsType {
    /// Adds it to the schema, and says its name.
    pub register: fn(&mut Registry) -> String,
    parse: fn(Value) -> Result<Box<dyn AnyOperators>, String>,
}

impl OperatorsType {
    /// Comparisons of this type.
    pub const fn of<O: Operators>() -> Self {
        Self {
            register: <Option<O> as InputType>::create_type_info,
            parse: |value| match O::parse(Some(value)) {
                Ok(operators) => Ok(Box::new(operators)),
                Err(error) => Err(error.into_server_error(Pos::default()).message),
            },
        }
    }

    /// Reads comparisons.
    pub fn parse(&self, value: Value) -> Result<Box<dyn AnyOperators>> {
        (self.parse)(value).map_err(|message| Error::invalid(plain(&message)))
    }

    /// Reads comparisons of what is no column: it has no fields beside it.
    pub fn parse_alone(&self, value: Value) -> Result<Box<dyn AnyOperators>> {
        let operators = self.parse(value)?;
        match operators.fields().first() {
            None => Ok(operators),
            Some((_, field)) => Err(Error::invalid(format!("this cannot be compared with the field {field:?}"))),
        }
    }
}

/// `column operator value`, null for null.
pub fn compare(sql: &mut Sql, column: Col, operator: &str, value: &Option<impl Bind>) {
    if let Some(value) = value {
        sql.write(format_args!(" AND {column} {operator} "));
        value.bind(sql);
    }
}

/// `column IN (values)` or its opposite.
pub fn among<T: Bind>(sql: &mut Sql, column: Col, values: &Option<Vec<T>>, wanted: bool) {
    if let Some(values) = values {
        sql.write(format_args!(" AND ({column}"));
        T::among(values, sql);
        sql.push(if wanted { ")" } else { ") IS NOT TRUE" });
    }
}

/// `NOT (column = value)`, true for null.
pub fn differs(sql: &mut Sql, column: Col, value: &Option<impl Bind>) {
    if let Some(value) = value {
        sql.write(format_args!(" AND ({column} = "));
        value.bind(sql);
        sql.push(") IS NOT TRUE");
    }
}

/// `column IS NULL` or its opposite.
pub fn null(sql: &mut Sql, column: Col, is: Option<bool>) {
    match is {
        Some(true) => sql.write(format_args!(" AND {column} IS NULL")),
        Some(false) => sql.write(format_args!(" AND {column} IS NOT NULL")),
        None => sql,
    };
}

/// Operators of values that are equal or not: `eq ne in notIn isNull`.
#[macro_export]
macro_rules! choice_operators {
    ($(#[$doc:meta])* $name:ident, $ty:ty) => {
        $(#[$doc])*
        #[derive(Debug, ::async_graphql::InputObject)]
        #[graphql(rename_fields = "camelCase")]
        pub struct $name {
            /// Equal to this value.
            pub eq: Option<$ty>,
            /// Not equal to this value; null matches, too.
            pub ne: Option<$ty>,
            /// One of these values; an empty list matches nothing.
            pub r#in: Option<Vec<$ty>>,
            /// Not one of these values; null matches, too.
            pub not_in: Option<Vec<$ty>>,
            /// True: value is null. False: it is not.
            pub is_null: Option<bool>,
        }

        impl $crate::read::operators::Operators for $name {
            fn write(&self, sql: &mut ::service::database::Sql, column: ::service::database::Col) {
                use $crate::read::operators::{among, compare, differs, null};
                compare(sql, column, "=", &self.eq);
                differs(sql, column, &self.ne);
                among(sql, column, &self.r#in, true);
                among(sql, column, &self.not_in, false);
                null(sql, column, self.is_null);
            }
        }
    };
}

macro_rules! ordered_operators {
    ($(#[$doc:meta])* $name:ident, $ty:ty) => {
        $(#[$doc])*
        #[derive(Debug, InputObject)]
        pub struct $name {
            /// Equal to this value.
            pub eq: Option<$ty>,
            /// Not equal to this value; null matches, too.
            pub ne: Option<$ty>,
            /// One of these values; an empty list matches nothing.
            pub r#in: Option<Vec<$ty>>,
            /// Not one of these values; null matches, too.
            pub not_in: Option<Vec<$ty>>,
            /// Greater (later) than this value.
            pub gt: Option<$ty>,
            /// Greater (later) than or equal to this value.
            pub gte: Option<$ty>,
            /// Less (earlier) than this value.
            pub lt: Option<$ty>,
            /// Less (earlier) than or equal to this value.
            pub lte: Option<$ty>,
            /// Equal to this field of the same row, named as in the row's type.
            pub eq_field: Option<String>,
            /// Greater (later) than this field of the same row.
            pub gt_field: Option<String>,
            /// Greater (later) than or equal to this field of the same row.
            pub gte_field: Option<String>,
            /// Less (earlier) than this field of the same row.
            pub lt_field: Option<String>,
            /// Less (earlier) than or equal to this field of the same row.
            pub lte_field: Option<String>,
            /// True: value is null. False: it is not.
            pub is_null: Option<bool>,
        }

        impl Operators for $name {
            fn write(&self, sql: &mut Sql, column: Col) {
                compare(sql, column, "=", &self.eq);
                differs(sql, column, &self.ne);
                among(sql, column, &self.r#in, true);
                among(sql, column, &self.not_in, false);
                compare(sql, column, ">", &self.gt);
                compare(sql, column, ">=", &self.gte);
                compare(sql, column, "<", &self.lt);
                compare(sql, column, "<=", &self.lte);
                null(sql, column, self.is_null);
            }

            fn fields(&self) -> Vec<(&'static str, &str)> {
                let Self { eq_field, gt_field, gte_field, lt_field, lte_field, .. } = self;
                let all = [("=", eq_field), (">", gt_field), (">=", gte_field), ("<", lt_field), ("<=", lte_field)];
                all.into_iter().filter_map(|(operator, field)| Some((operator, field.as_deref()?))).collect()
            }
        }
    };
}

choice_operators!(
    /// Conditions on an id; all that are given must hold.
    IdFilter, Id
);
ordered_operators!(
    /// Conditions on an integer; all that are given must hold.
    IntFilter, i32
);
ordered_operators!(
    /// Conditions on a decimal number; all that are given must hold.
    DecimalFilter, Decimal
);
ordered_operators!(
    /// Conditions on an exchange rate; all that are given must hold.
    RateFilter, Rate
);
ordered_operators!(
    /// Conditions on a point in time; all that are given must hold.
    DateTimeFilter, Moment
);
ordered_operators!(
    /// Conditions on a date; all that are given must hold.
    DateFilter, Date
);

/// Conditions on a boolean; all that are given must hold.
#[derive(Debug, InputObject)]
pub struct BooleanFilter {
    /// Equal to this value.
    pub eq: Option<bool>,
    /// Not equal to this value; null matches, too.
    pub ne: Option<bool>,
    /// True: value is null. False: it is not.
    pub is_null: Option<bool>,
}

impl Operators for BooleanFilter {
    fn write(&self, sql: &mut Sql, column: Col) {
        compare(sql, column, "=", &self.eq);
        differs(sql, column, &self.ne);
        null(sql, column, self.is_null);
    }
}

/// Conditions on a text, case-sensitive; all that are given must hold. The `IgnoreCase` variants ignore the case of A–Z
/// only.
#[derive(Debug, InputObject)]
pub struct TextFilter {
    /// Equal to this text.
    pub eq: Option<String>,
    /// Not equal to this text; null matches, too.
    pub ne: Option<String>,
    /// One of these texts; an empty list matches nothing.
    pub r#in: Option<Vec<String>>,
    /// Not one of these texts; null matches, too.
    pub not_in: Option<Vec<String>>,
    /// After this text, in Unicode code point order.
    pub gt: Option<String>,
    /// Equal to this text or after it.
    pub gte: Option<String>,
    /// Before this text, in Unicode code point order.
    pub lt: Option<String>,
    /// Equal to this text or before it.
    pub lte: Option<String>,
    /// Contains this text.
    pub contains: Option<String>,
    /// Starts with this text.
    pub starts_with: Option<String>,
    /// Ends with this text.
    pub ends_with: Option<String>,
    /// Equal to this text, ignoring case.
    pub eq_ignore_case: Option<String>,
    /// Contains this text, ignoring case.
    pub contains_ignore_case: Option<String>,
    /// Starts with this text, ignoring case.
    pub starts_with_ignore_case: Option<String>,
    /// Ends with this text, ignoring case.
    pub ends_with_ignore_case: Option<String>,
    /// True: value is null. False: it is not.
    pub is_null: Option<bool>,
}

impl Operators for TextFilter {
    fn write(&self, sql: &mut Sql, column: Col) {
        compare(sql, column, "=", &self.eq);
        differs(sql, column, &self.ne);
        among(sql, column, &self.r#in, true);
        among(sql, column, &self.not_in, false);
        compare(sql, column, ">", &self.gt);
        compare(sql, column, ">=", &self.gte);
        compare(sql, column, "<", &self.lt);
        compare(sql, column, "<=", &self.lte);
        let exact = format_args!("{column}");
        if let Some(text) = &self.starts_with {
            // The bound is what an index can seek on.
            compare(sql, column, ">=", &self.starts_with);
            starts_with(sql, exact, text);
        }
        if let Some(text) = &self.contains {
            sql.push(" AND ").contains(exact, text);
        }
        if let Some(text) = &self.ends_with {
            ends_with(sql, exact, text);
        }
        let folded = format_args!("lower({column})");
        let fold = |text: &Option<String>| text.as_deref().map(str::to_ascii_lowercase);
        if let Some(text) = fold(&self.eq_ignore_case) {
            sql.write(format_args!(" AND {folded} = ")).bind(text);
        }
        if let Some(text) = fold(&self.contains_ignore_case) {
            sql.push(" AND ").contains(folded, &text);
        }
        if let Some(text) = fold(&self.starts_with_ignore_case) {
            starts_with(sql, folded, &text);
        }
        if let Some(text) = fold(&self.ends_with_ignore_case) {
            ends_with(sql, folded, &text);
        }
        null(sql, column, self.is_null);
    }
}

// LIKE would fold case on one engine and not on the other, and would need its wildcards escaped.
fn starts_with(sql: &mut Sql, text: std::fmt::Arguments<'_>, start: &str) {
    let length = start.chars().count();
    sql.write(format_args!(" AND substr({text}, 1, {length}) = ")).bind(start);
}

fn ends_with(sql: &mut Sql, text: std::fmt::Arguments<'_>, end: &str) {
    let length = end.chars().count();
    sql.write(format_args!(
        " AND length({text}) >= {length} AND substr({text}, length({text}) - {length} + 1, {length}) = "
    ))
    .bind(end);
}

/// Conditions on a list of texts; all that are given must hold.
#[derive(Debug, InputObject)]
pub struct TextListFilter {
    /// Contains this element.
    pub has: Option<String>,
    /// Contains at least one of these elements.
    pub has_any: Option<Vec<String>>,
    /// Contains all of these elements.
    pub has_all: Option<Vec<String>>,
}

impl Operators for TextListFilter {
    fn write(&self, sql: &mut Sql, column: Col) {
        let all: Vec<&String> = self.has.iter().chain(self.has_all.iter().flatten()).collect();
        sql.and_all(&all, |sql, element| {
            sql.list_has(column, element);
        });
        if let Some(elements) = &self.has_any {
            sql.push(" AND ").any(elements, |sql, element| {
                sql.list_has(column, element);
            });
        }
    }
}

/// Conditions on a JSON value; all that are given must hold.
#[derive(Debug, InputObject)]
pub struct JsonFilter {
    /// Contains this JSON: objects have at least its members, lists at least its elements, at every depth.
    pub contains: Option<Json>,
    /// True: value is null. False: it is not.
    pub is_null: Option<bool>,
}

impl Operators for JsonFilter {
    fn write(&self, sql: &mut Sql, column: Col) {
        if let Some(document) = &self.contains {
            sql.push(" AND ").json_contains(column, document);
        }
        null(sql, column, self.is_null);
    }
}
