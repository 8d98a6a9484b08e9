//! The types of the schema that show figures. Those of a column are shared by all columns of its kind.

use async_graphql::{
    InputType, OutputType,
    indexmap::IndexMap,
    registry::{MetaField, MetaInputValue, Registry},
};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    function::{Function, is_key, is_time, prefix},
    interval::Interval,
};
use crate::read::{
    column_type::Kind,
    connection::PageInfo,
    names::camel,
    operators::{DateFilter, DateTimeFilter, DecimalFilter, IntFilter, TextFilter},
    scalars::Date,
    sort::SortDirection,
    table::{ColumnField, Table},
    types::{add, argument, define, input_type, object_type, one_of_type},
};

type Fields = IndexMap<String, MetaField>;
type InputFields = IndexMap<String, MetaInputValue>;

/// The type of figures over all rows of a list.
pub(super) fn aggregate(table: &Table) -> String {
    format!("{}Aggregate", table.object)
}

/// The type of a page of groups.
pub(super) fn group_connection(table: &Table) -> String {
    format!("{}GroupConnection", table.object)
}

/// The type of a group.
pub(super) fn group(table: &Table) -> String {
    format!("{}Group", table.object)
}

/// The type of what rows are grouped by.
pub(super) fn key(table: &Table) -> String {
    format!("{}Key", table.object)
}

/// The type of the period that times of a kind lie in.
pub(super) fn range(kind: Kind) -> &'static str {
    match kind {
        Kind::Date => "DateRange",
        _ => "DateTimeRange",
    }
}

/// Adds the fields of a connection that show figures.
pub(in crate::read) fn fields(registry: &mut Registry, table: &'static Table, fields: &mut Fields) {
    let ty = add_aggregate(registry, table);
    add(fields, "aggregate", ty, &["Figures over all rows of the list, whatever its page is."]);
    let ty = add_group_connection(registry, table);
    let field = add(
        fields,
        "groups",
        ty,
        &["All rows of the list in groups, with figures for each. Rows are grouped by what is selected under `key`."],
    );
    let order = format!("[{}!]", add_group_order(registry, table));
    let text = <Option<String> as InputType>::create_type_info(registry);
    let number = <Option<i32> as InputType>::create_type_info(registry);
    field.args.extend([
        argument("having", add_having(registry, table), "Only groups whose figures match."),
        argument("orderBy", order, "Sort order, most significant first; then by the keys, ascending, nulls last."),
        argument("first", number, "Page size, at most 250. Default 50."),
        argument("after", text, "Only groups after this cursor, `pageInfo.endCursor` of another page."),
    ]);
}

fn add_aggregate(registry: &mut Registry, table: &'static Table) -> String {
    let name = aggregate(table);
    define(registry, &name, |registry| {
        let mut fields = Fields::new();
        for column in table.fields {
            let ty = add_figures(registry, column);
            add(&mut fields, column.name, ty, column.docs);
        }
        add(&mut fields, "count", "Int!".to_owned(), &["Number of rows."]);
        object_type(&name, &["Figures over rows."], fields)
    });
    format!("{name}!")
}

fn add_figures(registry: &mut Registry, column: &ColumnField) -> String {
    let kind = column.ty.kind();
    let name = format!("{}Figures", prefix(kind));
    define(registry, &name, |registry| {
        let decimal = <Decimal as OutputType>::create_type_info(registry);
        let value = match kind {
            Kind::Int => "Int".to_owned(),
            Kind::Decimal | Kind::Rate => <Option<Decimal> as OutputType>::create_type_info(registry),
            Kind::DateTime => <Option<DateTime<Utc>> as OutputType>::create_type_info(registry),
            Kind::Date => <Option<Date> as OutputType>::create_type_info(registry),
            _ => "String".to_owned(),
        };
        let mut fields = Fields::new();
        for function in Function::of(kind) {
            let ty = match function {
                Function::Count | Function::CountDistinct | Function::CountTrue | Function::CountFalse => "Int!",
                Function::Sum => &decimal,
                Function::Avg => decimal.trim_end_matches('!'),
                Function::Stddev => "Float",
                _ => &value,
            };
            let field = add(&mut fields, function.name(), ty.to_owned(), &[function.description()]);
            if *function == Function::Percentile {
                let percent = "More than 0 and at most 100, with at most two digits after the point.";
                field.args.extend([argument("percent", decimal.clone(), percent)]);
            }
        }
        object_type(&name, &["Figures over the values of a field."], fields)
    });
    format!("{name}!")
}

fn add_group_connection(registry: &mut Registry, table: &'static Table) -> String {
    let name = group_connection(table);
    define(registry, &name, |registry| {
        let mut fields = Fields::new();
        let nodes = format!("[{}!]!", add_group(registry, table));
        add(&mut fields, "nodes", nodes, &["The groups of this page."]);
        let info = PageInfo::create_type_info(registry);
        add(&mut fields, "page_info", info, &["Cursors at both ends of the page, and whether there are more groups."]);
        let total = &["Number of groups on all pages. Counted only if requested."];
        add(&mut fields, "total_count", "Int!".to_owned(), total);
        object_type(&name, &["A page of groups."], fields)
    });
    format!("{name}!")
}

fn add_group(registry: &mut Registry, table: &'static Table) -> String {
    let name = group(table);
    define(registry, &name, |registry| {
        let mut fields = Fields::new();
        let ty = format!("{}!", add_key(registry, table));
        add(&mut fields, "key", ty, &["What the rows of the group have in common: what is selected here."]);
        let ty = add_aggregate(registry, table);
        add(&mut fields, "aggregate", ty, &["Figures over the rows of the group."]);
        object_type(&name, &["Rows with the same key."], fields)
    });
    name
}

fn add_key(registry: &mut Registry, table: &'static Table) -> String {
    let name = key(table);
    define(registry, &name, |registry| {
        let mut fields = Fields::new();
        for column in table.fields.iter().filter(|column| is_key(column.ty.kind())) {
            let kind = column.ty.kind();
            if !is_time(kind) {
                let ty = (column.ty.register)(registry);
                add(&mut fields, column.name, ty.trim_end_matches('!').to_owned(), column.docs);
                continue;
            }
            let ty = add_range(registry, kind);
            let field = add(&mut fields, column.name, ty, column.docs);
            let bucket = <Interval as InputType>::create_type_info(registry);
            field.args.extend([argument("bucket", bucket, "Length of the periods that rows are grouped by.")]);
            if matches!(kind, Kind::DateTime) {
                let zone = <Option<String> as InputType>::create_type_info(registry);
                let docs = "Time zone in which the periods begin, such as Europe/Berlin. Default: the configuration `shop.timeZone`.";
                field.args.extend([argument("timeZone", zone, docs)]);
            }
        }
        for relation in table.to_one {
            let ty = format!("{}!", add_key(registry, (relation.target)()));
            add(&mut fields, relation.name, ty, relation.docs);
        }
        object_type(
            &name,
            &["What rows are grouped by: each field that is selected. Null where the rows have no value."],
            fields,
        )
    });
    name
}

fn add_range(registry: &mut Registry, kind: Kind) -> String {
    let name = range(kind);
    define(registry, name, |registry| {
        let value = match kind {
            Kind::Date => <Date as OutputType>::create_type_info(registry),
            _ => <DateTime<Utc> as OutputType>::create_type_info(registry),
        };
        let mut fields = Fields::new();
        add(&mut fields, "from", value.clone(), &["Where it begins."]);
        add(&mut fields, "until", value, &["Where the next one begins."]);
        object_type(name, &["A period of time: from its beginning on, and before its end."], fields)
    });
    name.to_owned()
}

fn add_having(registry: &mut Registry, table: &'static Table) -> String {
    let name = format!("{}Having", table.object);
    define(registry, &name, |registry| {
        let mut fields = InputFields::new();
        for column in table.fields {
            if let Some(ty) = add_conditions(registry, column.ty.kind()) {
                fields.extend([argument(&camel(column.name), ty, "Figures of this field.")]);
            }
        }
        let counts = <Option<IntFilter> as InputType>::create_type_info(registry);
        fields.extend([
            argument("count", counts, "Number of rows."),
            argument("and", format!("[{name}!]"), "All of these hold; an empty list matches everything."),
            argument("or", format!("[{name}!]"), "At least one of these holds; an empty list matches nothing."),
            argument("not", name.clone(), "This must not hold."),
        ]);
        input_type(&name, "Conditions on the figures of a group; all that are given must hold.".to_owned(), fields)
    });
    name
}

fn compared_prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Boolean | Kind::Id | Kind::Choice(_) => "Count",
        kind => prefix(kind),
    }
}

fn add_conditions(registry: &mut Registry, kind: Kind) -> Option<String> {
    Function::compared(kind).next()?;
    let name = format!("{}Having", compared_prefix(kind));
    define(registry, &name, |registry| {
        let counts = <Option<IntFilter> as InputType>::create_type_info(registry);
        let decimal = <Option<DecimalFilter> as InputType>::create_type_info(registry);
        let value = match kind {
            Kind::DateTime => <Option<DateTimeFilter> as InputType>::create_type_info(registry),
            Kind::Date => <Option<DateFilter> as InputType>::create_type_info(registry),
            Kind::Text => <Option<TextFilter> as InputType>::create_type_info(registry),
            Kind::Int => counts.clone(),
            _ => decimal.clone(),
        };
        let field = |function: Function| {
            let ty = match function {
                Function::Count | Function::CountDistinct => &counts,
                Function::Sum | Function::Avg => &decimal,
                _ => &value,
            };
            argument(function.name(), ty.clone(), function.description())
        };
        let fields = Function::compared(kind).map(field).collect();
        input_type(&name, "Conditions on figures of a field; all that are given must hold.".to_owned(), fields)
    });
    Some(name)
}

fn add_group_order(registry: &mut Registry, table: &'static Table) -> String {
    let name = format!("{}GroupOrder", table.object);
    define(registry, &name, |registry| {
        let direction = <Option<SortDirection> as InputType>::create_type_info(registry);
        let mut fields = InputFields::new();
        for column in table.fields {
            if let Some(ty) = add_column_order(registry, column.ty.kind(), &direction) {
                fields.extend([argument(&camel(column.name), ty, "A figure of this field.")]);
            }
        }
        fields.extend([
            argument("keys", direction.clone(), "All keys, in the order of the selection."),
            argument("count", direction, "Number of rows."),
        ]);
        one_of_type(&name, "What groups are sorted by: exactly one of these.".to_owned(), fields)
    });
    name
}

fn add_column_order(registry: &mut Registry, kind: Kind, direction: &str) -> Option<String> {
    Function::compared(kind).next()?;
    let name = format!("{}GroupOrder", compared_prefix(kind));
    define(registry, &name, |_| {
        let field = |function: Function| argument(function.name(), direction.to_owned(), function.description());
        let fields = Function::compared(kind).map(field).collect();
        one_of_type(&name, "What groups are sorted by: exactly one of these.".to_owned(), fields)
    });
    Some(name)
}
