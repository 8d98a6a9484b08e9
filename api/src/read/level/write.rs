//! Rows and pages as JSON text, when everything below them is there. It is written piece by piece, so that others have
//! their turn between the pieces of a long answer: what has been begun is a stack, not calls within calls.
//!
//! The stack is the path of what is written, so that a field that failed is told at each place where its row stands, and
//! is null there as far as null has to go.

use std::sync::Arc;

use async_graphql::{ContextSelectionSet, PathSegment, Positioned, ServerError, ServerResult, parser::types::Field};
use service::{Error, Result};

use super::{Below, BelowPage, Level, Pages, Slice, failed, here, placed};
use crate::read::{
    any_row::AnyRow,
    json::{self, Json},
    list::List,
    meter::{MAX_BYTES, too_long},
    order,
    plan::{EdgeField, Fields, InfoField, PAGE_INFO, PageField, PagePlan, RowField, RowPlan},
};

/// The most steps of a piece: rows and what stands in them.
const STEPS: usize = 10_000;
/// Nor is a piece much longer than this, whatever its values are.
const BYTES: usize = 256 << 10;

/// The most places of one answer at which errors are told; those beyond are null without one.
const MAX_ERRORS: usize = 100;

/// An answer, as far as it is written.
pub(super) struct Writer<'a> {
    ctx: &'a ContextSelectionSet<'a>,
    json: Json,
    /// What has been begun, the innermost last.
    open: Vec<Open<'a>>,
    /// How long the text is at the end of the piece.
    end: usize,
    /// Errors so far.
    errors: usize,
}

/// An object or a list.
struct Open<'a> {
    part: Part<'a>,
    /// The field or item that comes next.
    next: usize,
    /// Where its text begins, if it may be null instead.
    nullable: Option<usize>,
}

/// Why the answer cannot be written.
enum Stop {
    /// Of a field whose null nothing holds up.
    Field(ServerError),
    /// Of the answer as a whole.
    Whole(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Whole(error)
    }
}

type Written = std::result::Result<(), Stop>;

#[derive(Clone, Copy)]
enum Part<'a> {
    /// The row with a number.
    Row(Rows<'a>, usize),
    /// Rows from one number to before another.
    List(Rows<'a>, usize, usize),
    Page(&'a PagePlan<'a>, &'a Pages, Slice),
    /// The edges of a page.
    Edges(Edges<'a>, Slice),
    /// That of the row with a number.
    Edge(Edges<'a>, usize),
}

/// Rows of one level, with what is asked of them and what hangs below.
#[derive(Clone, Copy)]
struct Rows<'a> {
    plan: &'a RowPlan<'a>,
    rows: &'a [Arc<AnyRow>],
    below: &'a [Below],
}

#[derive(Clone, Copy)]
struct Edges<'a> {
    plan: &'a PagePlan<'a>,
    fields: &'a Fields<'a, EdgeField<'a>>,
    pages: &'a Pages,
    below: &'a [Vec<Below>],
}

impl<'a> Writer<'a> {
    /// Of a row.
    pub(super) fn row(ctx: &'a ContextSelectionSet<'a>, plan: &'a RowPlan<'a>, level: &'a Level) -> Self {
        Self::new(ctx, Part::Row(Rows::new(plan, level), 0))
    }

    /// Of a page.
    pub(super) fn page(
        ctx: &'a ContextSelectionSet<'a>,
        plan: &'a PagePlan<'a>,
        pages: &'a Pages,
    ) -> ServerResult<Self> {
        let slice = pages.slice(0).map_err(|error| placed(ctx, error))?;
        Ok(Self::new(ctx, Part::Page(plan, pages, slice)))
    }

    fn new(ctx: &'a ContextSelectionSet<'a>, part: Part<'a>) -> Self {
        let mut writer = Self { ctx, json: Json::new(), open: Vec::new(), end: 0, errors: 0 };
        writer.begin(part, false);
        writer
    }

    /// Writes the next piece; whether there are more.
    pub(super) fn write(&mut self) -> ServerResult<bool> {
        self.write_piece().map_err(|stop| match stop {
            Stop::Field(error) => error,
            Stop::Whole(error) => placed(self.ctx, error),
        })
    }

    fn write_piece(&mut self) -> std::result::Result<bool, Stop> {
        self.end = self.json.len() + BYTES;
        for _ in 0..STEPS {
            let Some(open) = self.open.last_mut() else { return Ok(false) };
            if self.json.len() > MAX_BYTES {
                return Err(too_long().into());
            }
            if self.json.len() > self.end {
                return Ok(true);
            }
            let (part, number) = (open.part, open.next);
            open.next += 1;
            match part {
                Part::Row(rows, row) => self.row_fields(rows, row, number)?,
                Part::List(rows, start, end) => self.item(start + number, end, number, |row| Part::Row(rows, row)),
                Part::Page(plan, pages, slice) => self.page_field(plan, pages, slice, number)?,
                Part::Edges(edges, slice) => {
                    self.item(slice.start + number, slice.end, number, |row| Part::Edge(edges, row));
                }
                Part::Edge(edges, row) => self.edge_field(edges, row, number)?,
            }
        }
        Ok(!self.open.is_empty())
    }

    /// What was written.
    pub(super) fn into_json(self) -> Json {
        self.json
    }

    fn begin(&mut self, part: Part<'a>, is_nullable: bool) {
        let nullable = is_nullable.then_some(self.json.len());
        let is_list = matches!(part, Part::List(..) | Part::Edges(..));
        self.json.push(if is_list { b'[' } else { b'{' });
        self.open.push(Open { part, next: 0, nullable });
    }

    fn end(&mut self, bracket: u8) {
        self.json.push(bracket);
        self.open.pop();
    }

    /// The item of a list with a number, which is that of a row, or the end.
    fn item(&mut self, row: usize, end: usize, number: usize, item: impl FnOnce(usize) -> Part<'a>) {
        if row >= end {
            return self.end(b']');
        }
        if number > 0 {
            self.json.push(b',');
        }
        self.begin(item(row), false);
    }

    /// The field that is being written has failed: what may be null around it is null.
    fn fail(&mut self, error: &ServerError) -> Written {
        let error = self.located(error);
        while let Some(open) = self.open.pop() {
            if let Some(start) = open.nullable {
                self.json.truncate(start);
                json::null(&mut self.json);
                self.tell(error);
                return Ok(());
            }
        }
        Err(Stop::Field(error))
    }

    /// An error of the field that is being written, or of something within it.
    fn located(&self, error: &ServerError) -> ServerError {
        let mut path = here(self.ctx);
        path.extend(self.open.iter().map(Open::segment));
        path.extend_from_slice(&error.path);
        ServerError { path, ..error.clone() }
    }

    fn tell(&mut self, error: ServerError) {
        if self.errors < MAX_ERRORS {
            self.errors += 1;
            self.ctx.add_error(error);
        }
    }

    /// The fields of a row from a number on, up to one that is more than a column, or to the end of the piece.
    fn row_fields(&mut self, rows: Rows<'a>, row: usize, mut number: usize) -> Written {
        let shown = rows.rows.get(row).ok_or_else(missing)?;
        while let Some((name, RowField::Column(column))) = rows.plan.fields.get(number) {
            if self.json.len() > self.end {
                self.goes_on_with(number);
                return Ok(());
            }
            json::key(&mut self.json, number, name);
            shown.write(*column, &mut self.json)?;
            number += 1;
        }
        self.goes_on_with(number + 1);
        self.row_field(rows, row, number)
    }

    fn goes_on_with(&mut self, number: usize) {
        if let Some(open) = self.open.last_mut() {
            open.next = number;
        }
    }

    fn row_field(&mut self, rows: Rows<'a>, row: usize, number: usize) -> Written {
        let Rows { plan, rows, below } = rows;
        let Some((name, field)) = plan.fields.get(number) else {
            self.end(b'}');
            return Ok(());
        };
        let (json, shown) = (&mut self.json, rows.get(row).ok_or_else(missing)?);
        json::key(json, number, name);
        match (field, below.get(number).ok_or_else(missing)?) {
            (RowField::TypeName, _) => json::quoted(json, plan.table.object),
            (RowField::ToOne { field, key, is_needed, plan }, Below::One { places, level }) => {
                match places.get(row).copied().flatten() {
                    Some(place) => self.begin(Part::Row(Rows::new(plan, level), place), !is_needed),
                    None if *is_needed => return self.fail(&gone(field, shown, *key)?),
                    None => json::null(json),
                }
            }
            (RowField::ToOne { key, is_needed: false, .. }, Below::Failed(error)) => {
                json::null(json);
                // Where it points at nothing, nothing is missing.
                if shown.pointer(*key)?.is_some() {
                    let error = self.located(error);
                    self.tell(error);
                }
            }
            (RowField::Ancestors { plan, .. }, Below::Many { places, ends, level }) => {
                let place = *places.get(row).ok_or_else(missing)?;
                let start = place.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or_default();
                let end = *ends.get(place).ok_or_else(missing)?;
                self.begin(Part::List(Rows::new(plan, level), start, end), false);
            }
            (RowField::List { plan, .. }, Below::Pages { places, pages }) => {
                let slice = pages.slice(*places.get(row).ok_or_else(missing)?)?;
                self.begin(Part::Page(plan, pages, slice), false);
            }
            (RowField::Computed { .. }, Below::Values(values)) => match values.get(row).ok_or_else(missing)? {
                Ok(value) => json::value(json, value),
                Err(error) => return self.fail(error),
            },
            (_, Below::Failed(error)) => return self.fail(error),
            _ => return Err(missing().into()),
        }
        Ok(())
    }

    fn page_field(&mut self, plan: &'a PagePlan<'a>, pages: &'a Pages, slice: Slice, number: usize) -> Written {
        let Some((name, field)) = plan.fields.get(number) else {
            self.end(b'}');
            return Ok(());
        };
        let json = &mut self.json;
        json::key(json, number, name);
        match (field, pages.below.get(number).ok_or_else(missing)?) {
            (PageField::TypeName, _) => json::quoted(json, plan.table.connection),
            (PageField::Nodes(plan), BelowPage::Nodes(below)) => {
                let rows = Rows { plan, rows: &pages.rows, below };
                self.begin(Part::List(rows, slice.start, slice.end), false);
            }
            (PageField::Edges(fields), BelowPage::Edges(below)) => {
                self.begin(Part::Edges(Edges { plan, fields, pages, below }, slice), false);
            }
            (PageField::PageInfo(fields), _) => info(json, fields, pages, slice)?,
            (PageField::TotalCount, _) => json::display(json, &slice.total.ok_or_else(missing)?),
            (PageField::Aggregate(_) | PageField::Groups(_), _) => {
                let figures = pages.figures.get(number).and_then(|figures| figures.get(slice.number));
                json.extend_from_slice(figures.ok_or_else(missing)?);
            }
            _ => return Err(missing().into()),
        }
        Ok(())
    }

    fn edge_field(&mut self, edges: Edges<'a>, row: usize, number: usize) -> Written {
        let Edges { plan, fields, pages, below } = edges;
        let Some((name, field)) = fields.get(number) else {
            self.end(b'}');
            return Ok(());
        };
        let json = &mut self.json;
        json::key(json, number, name);
        match field {
            EdgeField::TypeName => json::quoted(json, plan.table.edge),
            EdgeField::Cursor => cursor(json, &pages.list, pages.rows.get(row))?,
            EdgeField::Node(plan) => {
                let below = below.get(number).ok_or_else(missing)?;
                self.begin(Part::Row(Rows { plan, rows: &pages.rows, below }, row), false);
            }
        }
        Ok(())
    }
}

impl Open<'_> {
    /// The field or item that is being written, as a part of a path.
    fn segment(&self) -> PathSegment {
        let number = self.next.saturating_sub(1);
        let name = match self.part {
            Part::List(..) | Part::Edges(..) => return PathSegment::Index(number),
            Part::Row(rows, _) => rows.plan.fields.get(number).map(|(name, _)| *name),
            Part::Page(plan, ..) => plan.fields.get(number).map(|(name, _)| *name),
            Part::Edge(edges, _) => edges.fields.get(number).map(|(name, _)| *name),
        };
        PathSegment::Field(name.unwrap_or_default().to_owned())
    }
}

impl<'a> Rows<'a> {
    fn new(plan: &'a RowPlan<'a>, level: &'a Level) -> Self {
        Self { plan, rows: &level.rows, below: &level.below }
    }
}

impl Pages {
    fn slice(&self, page: usize) -> Result<Slice> {
        self.pages.get(page).copied().ok_or_else(missing)
    }
}

fn info(json: &mut Json, fields: &Fields<'_, InfoField>, pages: &Pages, slice: Slice) -> Result<()> {
    let page = &pages.list.page;
    let (before, after) = match page.backward {
        true => (slice.more, page.before.is_some()),
        false => (page.after.is_some(), slice.more),
    };
    let rows = pages.rows.get(slice.start..slice.end).unwrap_or_default();
    json.push(b'{');
    for (number, (name, field)) in fields.iter().enumerate() {
        json::key(json, number, name);
        match field {
            InfoField::TypeName => json::quoted(json, PAGE_INFO),
            InfoField::HasPreviousPage => json::display(json, &before),
            InfoField::HasNextPage => json::display(json, &after),
            InfoField::StartCursor => cursor(json, &pages.list, rows.first())?,
            InfoField::EndCursor => cursor(json, &pages.list, rows.last())?,
        }
    }
    json.push(b'}');
    Ok(())
}

fn cursor(json: &mut Json, list: &List, row: Option<&Arc<AnyRow>>) -> Result<()> {
    match row {
        Some(row) => json::quoted(json, &order::position(row, &list.keys)?.encode(list.identity)),
        None => json::null(json),
    }
    Ok(())
}

/// Between two statements a row and its referrer can both be deleted.
fn gone(field: &Positioned<Field>, referrer: &AnyRow, key: usize) -> Result<ServerError> {
    let id = referrer.pointer(key)?.ok_or_else(missing)?;
    Ok(failed(Error::invalid(format!("the row {id} was deleted while it was being read")), field))
}

fn missing() -> Error {
    Error::internal("a part of an answer was not read")
}
