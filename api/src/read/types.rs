//! The types of the schema that show a table: its rows, pages of them, its filters and orders.

use async_graphql::{
    InputType, OutputType,
    indexmap::IndexMap,
    registry::{Deprecation, MetaEnumValue, MetaField, MetaInputValue, MetaType, ObjectBuilder, Registry},
};

use super::{
    connection::PageInfo,
    figures,
    names::{camel, screaming_snake_case},
    sort::{NullsOrder, SortDirection},
    table::{Docs, Table},
};

type Fields = IndexMap<String, MetaField>;
type InputFields = IndexMap<String, MetaInputValue>;

/// Adds the object type of a table, with all that hangs from it; its name.
pub fn object(registry: &mut Registry, table: &'static Table) -> &'static str {
    define(registry, table.object, |registry| {
        let mut fields = Fields::new();
        for column in table.fields {
            let ty = (column.ty.register)(registry);
            add(&mut fields, column.name, ty, column.docs);
        }
        for relation in table.to_one {
            let target = object(registry, (relation.target)());
            let ty = if relation.optional { target.to_owned() } else { format!("{target}!") };
            add(&mut fields, relation.name, ty, relation.docs);
        }
        for relation in table.to_many {
            let ty = connection(registry, (relation.target)());
            let field = add(&mut fields, relation.name, ty, relation.docs);
            field.args.extend(list_arguments(registry, (relation.target)()));
        }
        if table.hierarchy.is_some() {
            let above = format!("[{}!]!", table.object);
            add(&mut fields, "ancestors", above, &["The rows above it in the hierarchy, nearest first."]);
            let below = connection(registry, table);
            let depth = "Number of levels: 1 means children only. Default: all.";
            let depth = argument("maxDepth", <Option<i32> as InputType>::create_type_info(registry), depth);
            let field = add(&mut fields, "descendants", below, &["All rows below it in the hierarchy, at any depth."]);
            field.args.extend([depth]);
            field.args.extend(list_arguments(registry, table));
        }
        if let Some(MetaType::Object { fields: computed, .. }) = table.computed_type.map(|ty| ty(registry)) {
            fields.extend(computed);
        }
        object_type(table.object, table.docs, fields)
    });
    table.object
}

/// Adds the type of a page of a list; its name, which cannot be null.
pub fn connection(registry: &mut Registry, table: &'static Table) -> String {
    define(registry, table.connection, |registry| {
        let (node, edge) = (object(registry, table), edge(registry, table));
        let mut fields = Fields::new();
        add(&mut fields, "edges", format!("[{edge}!]!"), &["The rows of this page, each with its cursor."]);
        add(&mut fields, "nodes", format!("[{node}!]!"), &["The rows of this page."]);
        let info = PageInfo::create_type_info(registry);
        add(&mut fields, "page_info", info, &["Cursors at both ends of the page, and whether there are more rows."]);
        let docs: Docs = &["Number of rows on all pages. Counted only if requested."];
        add(&mut fields, "total_count", "Int!".to_owned(), docs);
        figures::fields(registry, table, &mut fields);
        object_type(table.connection, &["A page of a list."], fields)
    });
    format!("{}!", table.connection)
}

fn edge(registry: &mut Registry, table: &'static Table) -> &'static str {
    define(registry, table.edge, |registry| {
        let node = format!("{}!", object(registry, table));
        let mut fields = Fields::new();
        let docs: Docs = &["Cursor for `after` and `before`. It stays valid if the row is deleted."];
        add(&mut fields, "cursor", "String!".to_owned(), docs);
        add(&mut fields, "node", node, &["The row."]);
        object_type(table.edge, &["A row of a page."], fields)
    });
    table.edge
}

/// The arguments of a list.
pub fn list_arguments(registry: &mut Registry, table: &'static Table) -> [(String, MetaInputValue); 6] {
    let filter = filter(registry, table);
    let order = format!("[{}!]", order(registry, table));
    let number = <Option<i32> as InputType>::create_type_info(registry);
    let text = <Option<String> as InputType>::create_type_info(registry);
    let from_start = "Page size, at most 250. Default 50.";
    [
        argument("filter", filter, "Only rows that match."),
        argument("orderBy", order, "Sort order, most significant key first."),
        argument("first", number.clone(), from_start),
        argument("after", text.clone(), "Only rows after this cursor."),
        argument("last", number, "Page size counted from the end, at most 250."),
        argument("before", text, "Only rows before this cursor."),
    ]
}

/// An argument of a field.
pub fn argument(name: &str, ty: String, description: &str) -> (String, MetaInputValue) {
    let value = MetaInputValue { description: Some(description.to_owned()), ..MetaInputValue::new(name, ty) };
    (name.to_owned(), value)
}

fn filter(registry: &mut Registry, table: &'static Table) -> String {
    let name = format!("{}Filter", table.object);
    define(registry, &name, |registry| {
        let mut fields = InputFields::new();
        let mut add = |name: &str, ty: String, docs: Docs| {
            fields.extend([argument(&camel(name), ty, &lines(docs))]);
        };
        for column in table.fields {
            add(column.name, (column.ty.operators.register)(registry), column.docs);
        }
        for relation in table.to_one {
            add(relation.name, filter(registry, (relation.target)()), relation.docs);
        }
        for relation in table.to_many {
            add(relation.name, list_filter(registry, (relation.target)()), relation.docs);
        }
        for field in table.filtered {
            add(field.name, (field.operators.register)(registry), field.docs);
        }
        add("and", format!("[{name}!]"), &["All of these hold; an empty list matches everything."]);
        add("or", format!("[{name}!]"), &["At least one of these holds; an empty list matches nothing."]);
        add("not", name.clone(), &["This must not hold."]);
        let docs = format!("Conditions on rows of `{}`; all that are given must hold.", table.object);
        input_type(&name, docs, fields)
    });
    name
}

fn list_filter(registry: &mut Registry, table: &'static Table) -> String {
    let name = format!("{}ListFilter", table.object);
    define(registry, &name, |registry| {
        let rows = filter(registry, table);
        let fields = [
            argument("some", rows.clone(), "At least one row of the list matches."),
            argument("none", rows.clone(), "No row of the list matches."),
            argument("every", rows, "Every row of the list matches; also true for an empty list."),
        ];
        let docs = format!("Conditions on a list of `{}`; all that are given must hold.", table.object);
        input_type(&name, docs, fields.into_iter().collect())
    });
    name
}

fn order(registry: &mut Registry, table: &'static Table) -> String {
    let name = format!("{}Order", table.object);
    define(registry, &name, |registry| {
        let by_default = |(name, mut value): (String, MetaInputValue), default: &str| {
            value.default_value = Some(default.to_owned());
            (name, value)
        };
        let direction = <Option<SortDirection> as InputType>::create_type_info(registry);
        let nulls = <Option<NullsOrder> as InputType>::create_type_info(registry);
        let fields = [
            argument("field", format!("{}!", order_field(registry, table)), "Field to sort by."),
            by_default(argument("direction", direction, "Ascending or descending."), "ASC"),
            by_default(argument("nulls", nulls, "Whether nulls come first or last, in either direction."), "LAST"),
        ];
        let docs = format!("One sort key of a list of `{}`.", table.object);
        input_type(&name, docs, fields.into_iter().collect())
    });
    name
}

fn order_field(registry: &mut Registry, table: &'static Table) -> String {
    let name = format!("{}OrderField", table.object);
    define(registry, &name, |_| {
        let value = |sort: &super::table::SortField| {
            let name = screaming_snake_case(sort.name);
            let value = MetaEnumValue {
                name: name.clone(),
                description: Some(lines(sort.docs)),
                deprecation: Deprecation::NoDeprecated,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                directive_invocations: Vec::new(),
            };
            (name, value)
        };
        MetaType::Enum {
            name: name.clone(),
            description: Some(format!("Fields that a list of `{}` can be sorted by.", table.object)),
            enum_values: table.sorts.iter().map(value).collect(),
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: None,
            directive_invocations: Vec::new(),
            requires_scopes: Vec::new(),
        }
    });
    name
}

/// Adds a type, unless it is there or being made.
pub(super) fn define(registry: &mut Registry, name: &str, make: impl FnOnce(&mut Registry) -> MetaType) {
    if registry.types.contains_key(name) {
        return;
    }
    registry.types.insert(name.to_owned(), object_type(name, &[], Fields::new()));
    let ty = make(registry);
    registry.types.insert(name.to_owned(), ty);
}

/// Adds a field of an object type.
pub(super) fn add<'a>(fields: &'a mut Fields, name: &str, ty: String, docs: &[&str]) -> &'a mut MetaField {
    let name = camel(name);
    let field = field(&name, ty, &lines(docs));
    fields.entry(name).insert_entry(field).into_mut()
}

/// A field of an object type.
pub fn field(name: &str, ty: String, description: &str) -> MetaField {
    MetaField { description: Some(description.to_owned()), ..MetaField::new(name, ty) }
}

pub(super) fn object_type(name: &str, docs: &[&str], fields: Fields) -> MetaType {
    ObjectBuilder::new(name, fields).description(Some(lines(docs))).build()
}

/// A type of which exactly one field is given.
pub(super) fn one_of_type(name: &str, description: String, input_fields: InputFields) -> MetaType {
    match input_type(name, description, input_fields) {
        MetaType::InputObject { name, description, input_fields, .. } => MetaType::InputObject {
            name,
            description,
            input_fields,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            rust_typename: None,
            oneof: true,
            directive_invocations: Vec::new(),
        },
        other => other,
    }
}

/// A type of input objects.
pub(super) fn input_type(name: &str, description: String, input_fields: InputFields) -> MetaType {
    MetaType::InputObject {
        name: name.to_owned(),
        description: Some(description),
        input_fields,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        oneof: false,
        directive_invocations: Vec::new(),
    }
}

pub(super) fn lines(docs: &[&str]) -> String {
    docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}
