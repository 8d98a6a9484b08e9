//! Orders: how a list is sorted in SQL, and where a position stands in it.

use async_graphql::Value;
use sea_orm::Value as Parameter;
use service::{
    Error, Result,
    database::{Alias, Col, Sql},
};

use super::{
    any_row::AnyRow, argument::value as argument, cell::Cell, column::Column, page::Position, sort::Sort, table::Table,
};

/// Reads `orderBy`: one key, or several.
pub fn parse(table: &Table, value: Value) -> Result<Vec<Sort>> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::List(keys) => keys.into_iter().map(|key| sort(table, key)).collect(),
        key => Ok(vec![sort(table, key)?]),
    }
}

fn sort(table: &Table, value: Value) -> Result<Sort> {
    let Value::Object(mut key) = value else {
        return Err(Error::invalid(format!("a sort key is an object, not {value}")));
    };
    let mut take = |name: &str| key.swap_remove(name).unwrap_or_default();
    let column = match take("field") {
        Value::Enum(name) => table.index().sorts.get(name.as_str()).copied(),
        Value::String(name) => table.index().sorts.get(&name).copied(),
        _ => None,
    };
    let column = column.ok_or_else(|| Error::invalid("a sort key without a field of the list"))?;
    let direction = argument("direction", take("direction"))?.unwrap_or_default();
    let nulls = argument("nulls", take("nulls"))?.unwrap_or_default();
    Ok(Sort::new(column, direction, nulls))
}

/// The whole order: the keys asked for, then the primary key, so that no two rows are equal.
pub fn total(table: &Table, asked: impl IntoIterator<Item = Sort>) -> Vec<Sort> {
    let mut keys: Vec<Sort> = Vec::new();
    for sort in asked {
        if !keys.iter().any(|key| key.column == sort.column) {
            keys.push(sort);
        }
    }
    // The tie-breaker runs the same way as the last key, as an index on both does.
    let descending = keys.last().is_some_and(|key| key.descending);
    for column in table.key {
        if !keys.iter().any(|key| key.column == *column) {
            keys.push(Sort { column: *column, descending, nulls_first: false });
        }
    }
    keys
}

/// Writes `ORDER BY`, or its reverse.
pub fn write(sql: &mut Sql, columns: &[Column], table: impl std::fmt::Display, keys: &[Sort], reverse: bool) {
    let mut separator = " ORDER BY ";
    for sort in keys {
        let sort = sort.reversed(reverse);
        let column = &columns[sort.column];
        sql.push(separator).write(format_args!("{table}.\"{}\"", column.name));
        sql.push(if sort.descending { " DESC" } else { "" });
        // Said only where it can matter: an index serves a plain column in both directions.
        if column.nullable {
            sql.push(if sort.nulls_first { " NULLS FIRST" } else { " NULLS LAST" });
        }
        separator = ", ";
    }
}

/// Writes that a row stands after (or before) a position, as ` AND …`.
pub fn seek(sql: &mut Sql, of: &Table, table: Alias, keys: &[Sort], position: &Position, before: bool) -> Result<()> {
    let keys: Vec<(Sort, Option<Parameter>)> =
        parameters(of, keys, position)?.into_iter().map(|(sort, value)| (sort.reversed(before), value)).collect();
    let column = |sort: &Sort| Col { table, name: of.columns()[sort.column].name };
    let nullable = |sort: &Sort| of.columns()[sort.column].nullable;
    let uniform = keys.iter().all(|(sort, _)| sort.descending == keys[0].0.descending && !nullable(sort));
    if uniform {
        // A row comparison is what an index can seek on.
        sql.push(" AND ");
        sql.list(&keys, |sql, (sort, _)| {
            sql.write(format_args!("{}", column(sort)));
        });
        sql.push(if keys[0].0.descending { " < " } else { " > " });
        sql.list(keys, |sql, (_, value)| {
            sql.bind(value.unwrap_or(Parameter::Int(None)));
        });
        return Ok(());
    }
    sql.push(" AND (FALSE");
    for (last, (sort, value)) in keys.iter().enumerate() {
        sql.push(" OR (TRUE");
        for (sort, value) in &keys[..last] {
            match value {
                Some(value) => sql.write(format_args!(" AND {} = ", column(sort))).bind(value.clone()),
                None => sql.write(format_args!(" AND {} IS NULL", column(sort))),
            };
        }
        let here = column(sort);
        let operator = if sort.descending { "<" } else { ">" };
        match value {
            Some(value) if nullable(sort) && !sort.nulls_first => {
                sql.write(format_args!(" AND ({here} {operator} ")).bind(value.clone());
                sql.write(format_args!(" OR {here} IS NULL)"))
            }
            Some(value) => sql.write(format_args!(" AND {here} {operator} ")).bind(value.clone()),
            None if sort.nulls_first => sql.write(format_args!(" AND {here} IS NOT NULL")),
            None => sql.push(" AND FALSE"),
        };
        sql.push(")");
    }
    sql.push(")");
    Ok(())
}

fn parameters(table: &Table, keys: &[Sort], position: &Position) -> Result<Vec<(Sort, Option<Parameter>)>> {
    let broken = || Error::invalid("the cursor does not fit this list");
    if position.0.len() != keys.len() {
        return Err(broken());
    }
    keys.iter()
        .zip(&position.0)
        .map(|(sort, key)| match key {
            Some(key) => Ok((*sort, Some(table.parameter(sort.column, key).ok_or_else(broken)?))),
            None if table.columns()[sort.column].nullable => Ok((*sort, None)),
            None => Err(broken()),
        })
        .collect()
}

/// Where a row stands in a list.
pub fn position(row: &AnyRow, keys: &[Sort]) -> Result<Position> {
    keys.iter().map(|sort| row.cell(sort.column).map(Cell::key)).collect::<Result<_>>().map(Position)
}
