//! The fields of a table's type: what they are in the schema, and how they are resolved. Columns and relations are data,
//! so that no field of a table costs a future of its own.

use async_graphql::{
    Context, InputType, ObjectType, OutputType, ServerResult, Value,
    indexmap::IndexMap,
    registry::{MetaField, MetaInputValue, MetaType, ObjectBuilder, Registry},
};
use futures::{FutureExt, future::BoxFuture};
use service::{Error, Result};
use uuid::Uuid;

use super::{
    cell::NOT_LOADED,
    connection::Connection,
    list::ReadArguments,
    load::{self, Link},
    object::{self, located},
    order::Sort,
    resource::{AnyRow, Resource, Table, camel},
    row::{Row, Shown},
};

/// How a row leads to others.
#[derive(Clone, Copy)]
pub enum Relation {
    /// To the row that a column points at.
    ToOne {
        /// The column.
        key: usize,
        /// Where the row stands.
        target: &'static Table,
    },
    /// To the rows that point at it.
    ToMany {
        /// The list: type and field.
        list: &'static str,
        /// The column that points.
        key: usize,
        /// The list's own order.
        order: &'static [Sort],
        /// Reads the arguments.
        arguments: ReadArguments,
    },
    /// To the rows above it, by the column that points at the next.
    Ancestors {
        /// The column.
        key: usize,
    },
    /// To the rows below it.
    Descendants {
        /// The list: type and field.
        list: &'static str,
        /// The column that points at the row above.
        key: usize,
        /// The list's own order.
        order: &'static [Sort],
        /// Reads the arguments.
        arguments: ReadArguments,
    },
}

/// The relations of a table, by the names of their fields.
pub type Relations = Vec<(String, Relation)>;

/// Resolves a field of a row, if it is a column or a relation.
pub fn resolve<'a>(
    row: &'a dyn AnyRow,
    relations: &'static Relations,
    ctx: &'a Context<'a>,
) -> Option<BoxFuture<'a, ServerResult<Option<Value>>>> {
    let name = ctx.item.node.name.node.as_str();
    if let Some(column) = row.table().fields().iter().position(|field| field == name) {
        let value = row.show(column).ok_or_else(|| located(ctx, Error::internal(NOT_LOADED)));
        return Some(std::future::ready(value.map(Some)).boxed());
    }
    let (_, relation) = relations.iter().find(|(field, _)| field == name)?;
    Some(async move { follow(row, *relation, ctx).await.map(Some) }.boxed())
}

async fn follow(row: &dyn AnyRow, relation: Relation, ctx: &Context<'_>) -> ServerResult<Value> {
    let below = ctx.with_selection_set(&ctx.item.node.selection_set);
    let fail = |error| located(ctx, error);
    let own = || row.id().ok_or_else(|| fail(Error::internal(NOT_LOADED)));
    match relation {
        Relation::ToOne { key, target } => {
            let id = pointer(row, key).map_err(fail)?;
            let is_needed = !row.table().columns()[key].nullable;
            match load::referenced(ctx, target, id, is_needed).await.map_err(fail)? {
                Some(found) => object::write(&below, &Shown(&*found)).await,
                None => Ok(Value::Null),
            }
        }
        Relation::ToMany { list, key, order, arguments } => {
            let page = load::children(ctx, list, || Ok(Link::Column(key)), own()?, order, arguments).await?;
            page.write(&below).await
        }
        Relation::Ancestors { key } => {
            let rows = load::ancestors(ctx, row.table(), own()?, key).await.map_err(fail)?;
            super::row::write(&below, &rows).await
        }
        Relation::Descendants { list, key, order, arguments } => {
            let link = || {
                let (_, depth) = ctx.param_value::<Option<i32>>("maxDepth", None)?;
                Link::descendants(key, depth).map_err(fail)
            };
            let page = load::children(ctx, list, link, own()?, order, arguments).await?;
            page.write(&below).await
        }
    }
}

/// The id in a column; nothing when it is null.
fn pointer(row: &dyn AnyRow, column: usize) -> Result<Option<Uuid>> {
    match row.show(column) {
        Some(Value::String(text)) => {
            Uuid::try_parse(&text).map(Some).map_err(|_| Error::internal("a column that points is no id"))
        }
        Some(_) => Ok(None),
        None => Err(Error::internal(NOT_LOADED)),
    }
}

/// The fields of an object type, as they are declared.
#[derive(Default)]
pub struct Fields(IndexMap<String, MetaField>);

impl Fields {
    fn add(&mut self, name: &str, ty: String, docs: &[&str]) -> &mut MetaField {
        let name = camel(plain_name(name));
        let field = MetaField { description: description(docs), ..MetaField::new(name.as_str(), ty) };
        self.0.entry(name).insert_entry(field).into_mut()
    }

    /// A column.
    pub fn column<T: OutputType>(&mut self, registry: &mut Registry, name: &str, docs: &[&str]) {
        let ty = T::create_type_info(registry);
        self.add(name, ty, docs);
    }

    /// The row that a column points at.
    pub fn to_one<T: Resource>(&mut self, registry: &mut Registry, name: &str, docs: &[&str]) {
        let ty = Row::<T>::create_type_info(registry);
        self.add(name, ty, docs);
    }

    /// The same, where there may be none.
    pub fn to_one_or_none<T: Resource>(&mut self, registry: &mut Registry, name: &str, docs: &[&str]) {
        let ty = Option::<Row<T>>::create_type_info(registry);
        self.add(name, ty, docs);
    }

    /// The rows that point at it.
    pub fn to_many<T: Resource>(&mut self, registry: &mut Registry, name: &str, docs: &[&str]) {
        let ty = Connection::<T>::create_type_info(registry);
        let arguments = arguments::<T>(registry);
        self.add(name, ty, docs).args.extend(arguments);
    }

    /// The rows above and below it.
    pub fn hierarchy<T: Resource>(&mut self, registry: &mut Registry) {
        let ancestors = Vec::<Row<T>>::create_type_info(registry);
        self.add("ancestors", ancestors, &["The rows above it in the hierarchy, nearest first."]);
        let descendants = Connection::<T>::create_type_info(registry);
        let depth = "Number of levels: 1 means children only. Default: all.";
        let depth = argument("maxDepth", <Option<i32> as InputType>::create_type_info(registry), depth);
        let others = arguments::<T>(registry);
        let field = self.add("descendants", descendants, &["All rows below it in the hierarchy, at any depth."]);
        field.args.extend([depth]);
        field.args.extend(others);
    }

    /// What is made of columns: the fields of another type.
    pub fn computed<T: ObjectType>(&mut self, registry: &mut Registry) {
        if let MetaType::Object { fields, .. } = registry.create_fake_output_type::<T>() {
            self.0.extend(fields);
        }
    }

    /// The type.
    pub fn object<T: OutputType>(self, docs: &[&str]) -> MetaType {
        ObjectBuilder::new(T::type_name(), self.0)
            .description(description(docs))
            .rust_typename(std::any::type_name::<T>())
            .build()
    }
}

fn plain_name(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

fn description(docs: &[&str]) -> Option<String> {
    let lines: Vec<&str> = docs.iter().map(|line| line.trim()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn argument(name: &str, ty: String, description: &str) -> (String, MetaInputValue) {
    let value = MetaInputValue { description: Some(description.to_owned()), ..MetaInputValue::new(name, ty) };
    (name.to_owned(), value)
}

/// The arguments of a list.
fn arguments<T: Resource>(registry: &mut Registry) -> [(String, MetaInputValue); 6] {
    let filter = <Option<T::Filter> as InputType>::create_type_info(registry);
    let order = <Option<Vec<T::OrderBy>> as InputType>::create_type_info(registry);
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
