//! The root fields that find rows of tables.

use std::collections::HashMap;

use async_graphql::{
    Context, InputType, ServerResult, Value,
    indexmap::IndexMap,
    registry::{MetaField, Registry},
};
use service::{Error, Result};

use super::{
    argument, level,
    list::Arguments,
    load::{self, Found},
    names::camel,
    scalars::Id,
    table::{Find, Table},
    types,
};

/// The root fields of tables, by name.
pub struct Roots(HashMap<String, Root>);

#[derive(Clone, Copy)]
enum Root {
    One(&'static Table),
    Find(&'static Table, &'static Find),
    List(&'static Table),
}

impl Roots {
    /// Those of some tables.
    pub fn of(tables: &[&'static Table]) -> Self {
        Self(tables.iter().flat_map(|table| roots(table)).collect())
    }

    /// Resolves a root field, if it is one of these.
    pub async fn resolve(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let Some(root) = self.0.get(ctx.item.node.name.node.as_str()) else { return Ok(None) };
        let below = ctx.with_selection_set(&ctx.item.node.selection_set);
        let fail = |error: Error| {
            let error: async_graphql::Error = error.into();
            ctx.set_error_path(error.into_server_error(ctx.item.pos))
        };
        let found = match root {
            Root::List(table) => {
                let arguments = Arguments::read(ctx, table).map_err(fail)?;
                let page = load::list(ctx, &camel(table.list), arguments).await.map_err(fail)?;
                return level::page(&below, page).await.map(Some);
            }
            Root::One(table) => match given::<Id>(ctx, "id") {
                Ok(id) => load::by_id(ctx, table, id.0).await,
                Err(error) => Err(error),
            },
            Root::Find(table, find) => match given::<String>(ctx, &camel(table.fields[find.key].name)) {
                Ok(text) => {
                    let text = find.fold.map_or(text.clone(), |fold| fold(&text));
                    load::by_key(ctx, table, find.key, text).await.map(|row| row.map(Found::from))
                }
                Err(error) => Err(error),
            },
        };
        let written = match found {
            Ok(Some(found)) => level::row(&below, &found).await,
            Ok(None) => Ok(Value::Null),
            Err(error) => Err(fail(error)),
        };
        Ok(Some(written.unwrap_or_else(|error| {
            ctx.add_error(error);
            Value::Null
        })))
    }
}

fn given<T: InputType>(ctx: &Context<'_>, name: &str) -> Result<T> {
    let arguments = ctx.field().arguments().map_err(|error| Error::invalid(error.message))?;
    let value = arguments.into_iter().find(|(given, _)| given == name).map(|(_, value)| value).unwrap_or_default();
    argument::value(name, value)?.ok_or_else(|| Error::invalid(format!("`{name}` is missing")))
}

fn roots(table: &'static Table) -> impl Iterator<Item = (String, Root)> {
    let one = table.one.map(|name| (camel(name), Root::One(table)));
    let finds = table.finds.iter().map(move |find| (camel(find.name), Root::Find(table, find)));
    one.into_iter().chain(finds).chain([(camel(table.list), Root::List(table))])
}

/// The same in the schema.
pub fn fields(registry: &mut Registry, tables: &[&'static Table]) -> IndexMap<String, MetaField> {
    let mut fields = IndexMap::new();
    for table in tables {
        let object = types::object(registry, table);
        for (name, root) in roots(table) {
            let (ty, description, arguments) = match root {
                Root::One(_) => {
                    let id = types::argument("id", <Id as InputType>::create_type_info(registry), "Id to look up.");
                    (object.to_owned(), format!("The `{object}` with this id; null if there is none."), vec![id])
                }
                Root::Find(_, find) => {
                    let key = camel(table.fields[find.key].name);
                    let exact = "Exact value to look up. Case is ignored for email addresses only.";
                    let text = <String as InputType>::create_type_info(registry);
                    let description = format!("The `{object}` with this `{key}`; null if there is none.");
                    (object.to_owned(), description, vec![types::argument(&key, text, exact)])
                }
                Root::List(_) => {
                    let description = format!("A page of `{object}` rows, newest first by default.");
                    let ty = types::connection(registry, table);
                    (ty, description, types::list_arguments(registry, table).into())
                }
            };
            let mut field = types::field(&name, ty, &description);
            field.args.extend(arguments);
            fields.insert(name, field);
        }
    }
    fields
}
