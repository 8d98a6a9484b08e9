//! Rows and pages as JSON text, when everything below them is there.

use std::sync::Arc;

use service::{Error, Result};

use super::{Below, BelowPage, Pages, Slice};
use crate::read::{
    any_row::AnyRow,
    json::{self, Json},
    list::List,
    meter::{MAX_BYTES, too_long},
    order,
    plan::{EdgeField, Fields, InfoField, PAGE_INFO, PageField, PagePlan, RowField, RowPlan},
};

/// Writes the row with a number.
pub(super) fn row(
    json: &mut Json,
    plan: &RowPlan<'_>,
    rows: &[Arc<AnyRow>],
    below: &[Below],
    number: usize,
) -> Result<()> {
    let shown = rows.get(number).ok_or_else(missing)?;
    object(json, &plan.fields, below, |json, field, below| match (field, below) {
        (RowField::TypeName, _) => {
            json::quoted(json, plan.table.object);
            Ok(())
        }
        (RowField::Column(column), _) => shown.write(*column, json),
        (RowField::ToOne { plan, .. }, Below::One { places, level }) => match places.get(number).copied().flatten() {
            Some(place) => row(json, plan, &level.rows, &level.below, place),
            None => {
                json::null(json);
                Ok(())
            }
        },
        (RowField::Ancestors { plan, .. }, Below::Many { places, ends, level }) => {
            let place = *places.get(number).ok_or_else(missing)?;
            let start = place.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
            let end = *ends.get(place).ok_or_else(missing)?;
            list(json, start..end, |json, place| row(json, plan, &level.rows, &level.below, place))
        }
        (RowField::List { plan, .. }, Below::Pages { places, pages }) => {
            page(json, plan, pages, *places.get(number).ok_or_else(missing)?)
        }
        (RowField::Computed { .. }, Below::Values(values)) => {
            json::value(json, values.get(number).ok_or_else(missing)?);
            Ok(())
        }
        _ => Err(missing()),
    })
}

/// Writes the page with a number.
pub(super) fn page(json: &mut Json, plan: &PagePlan<'_>, pages: &Pages, number: usize) -> Result<()> {
    let slice = *pages.pages.get(number).ok_or_else(missing)?;
    let places = slice.start..slice.end;
    object(json, &plan.fields, &pages.below, |json, field, below| match (field, below) {
        (PageField::TypeName, _) => {
            json::quoted(json, plan.table.connection);
            Ok(())
        }
        (PageField::Nodes(plan), BelowPage::Nodes(below)) => {
            list(json, places.clone(), |json, place| row(json, plan, &pages.rows, below, place))
        }
        (PageField::Edges(fields), BelowPage::Edges(below)) => list(json, places.clone(), |json, place| {
            object(json, fields, below, |json, field, below| match field {
                EdgeField::TypeName => {
                    json::quoted(json, plan.table.edge);
                    Ok(())
                }
                EdgeField::Cursor => cursor(json, &pages.list, pages.rows.get(place)),
                EdgeField::Node(plan) => row(json, plan, &pages.rows, below, place),
            })
        }),
        (PageField::PageInfo(fields), _) => info(json, fields, pages, slice),
        (PageField::TotalCount, _) => {
            json::display(json, &slice.total.ok_or_else(missing)?);
            Ok(())
        }
        _ => Err(missing()),
    })
}

fn info(json: &mut Json, fields: &Fields<'_, InfoField>, pages: &Pages, slice: Slice) -> Result<()> {
    let page = &pages.list.page;
    let (before, after) = match page.backward {
        true => (slice.more, page.before.is_some()),
        false => (page.after.is_some(), slice.more),
    };
    let rows = pages.rows.get(slice.start..slice.end).unwrap_or_default();
    let nothing = vec![(); fields.len()];
    object(json, fields, &nothing, |json, field, ()| {
        match field {
            InfoField::TypeName => json::quoted(json, PAGE_INFO),
            InfoField::HasPreviousPage => json::display(json, &before),
            InfoField::HasNextPage => json::display(json, &after),
            InfoField::StartCursor => cursor(json, &pages.list, rows.first())?,
            InfoField::EndCursor => cursor(json, &pages.list, rows.last())?,
        }
        Ok(())
    })
}

fn cursor(json: &mut Json, list: &List, row: Option<&Arc<AnyRow>>) -> Result<()> {
    match row {
        Some(row) => json::quoted(json, &order::position(row, &list.keys)?.encode(list.identity)),
        None => json::null(json),
    }
    Ok(())
}

fn object<F, B>(
    json: &mut Json,
    fields: &Fields<'_, F>,
    below: &[B],
    mut write: impl FnMut(&mut Json, &F, &B) -> Result<()>,
) -> Result<()> {
    json.push(b'{');
    for (index, ((name, field), below)) in fields.iter().zip(below).enumerate() {
        if json.len() > MAX_BYTES {
            return Err(too_long());
        }
        json::key(json, index, name);
        write(json, field, below)?;
    }
    json.push(b'}');
    Ok(())
}

fn list(
    json: &mut Json,
    places: std::ops::Range<usize>,
    mut write: impl FnMut(&mut Json, usize) -> Result<()>,
) -> Result<()> {
    let mut done = Ok(());
    json::list(json, places, |json, place| {
        if done.is_ok() {
            done = write(json, place);
        }
    });
    done
}

fn missing() -> Error {
    Error::internal("a part of an answer was not read")
}
