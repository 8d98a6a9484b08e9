//! Reading figures: one statement for a field, whatever the number of parents is, and one more for the number of groups.

use std::sync::Arc;

use async_graphql::{ContextBase, Value as Argument};
use futures::future::try_join_all;
use sea_orm::QueryResult;
use serde_json::json;
use service::{Error, Result, database::Sql, hash, zone::Tz};

pub(in crate::read) use super::statement::Of;
use super::{
    having::Having,
    order::Order,
    selection::{Asked, Item, PageItem, Selections, arguments},
    statement::{Figures, GroupPage},
    value::Value,
    write::write,
};
use crate::read::{
    argument,
    cell::Cell,
    json::{self, Json},
    list::List,
    load::Reading,
    page::PageRequest,
    plan::{InfoField, PAGE_INFO, PageField, PagePlan, Same},
};

/// A group: its keys, and what was measured of it.
pub(super) struct Group {
    keys: Vec<Cell>,
    measures: Vec<Value>,
}

impl Group {
    /// Of no rows, without keys.
    fn of_none(asked: &Asked) -> Self {
        Self { keys: Vec::new(), measures: asked.measures.iter().map(|measure| measure.of_none()).collect() }
    }

    fn read(row: &QueryResult, first: usize, asked: &Asked) -> Result<Self> {
        let keys = asked.keys.iter().enumerate();
        let keys: Vec<Cell> = keys
            .map(|(place, key)| key.read(asked.table, row, first + place))
            .collect::<std::result::Result<_, _>>()?;
        let first = first + keys.len();
        let measures = asked.measures.iter().enumerate();
        let measures = measures.map(|(place, measure)| measure.read(row, first + place, asked.table));
        let group = Self { keys, measures: measures.collect::<std::result::Result<_, _>>()? };
        for (measure, value) in asked.measures.iter().zip(&group.measures) {
            if measure.is_mixed(value) {
                return Err(mixed());
            }
        }
        Ok(group)
    }

    fn size(&self) -> usize {
        self.keys.iter().map(Cell::size).sum::<usize>() + self.measures.iter().map(Value::size).sum::<usize>()
    }

    pub(super) fn key(&self, place: usize) -> Result<&Cell> {
        self.keys.get(place).ok_or_else(|| Error::internal("a key that was not read"))
    }

    pub(super) fn measure(&self, place: usize) -> Result<&Value> {
        self.measures.get(place).ok_or_else(|| Error::internal("a measure that was not read"))
    }

    pub(super) fn number(&self, place: usize) -> Result<i64> {
        self.measure(place)?.number()
    }
}

/// The texts of the fields of a page that show figures, by their places in its plan: one for each page.
pub(in crate::read) async fn figures<T>(
    ctx: &ContextBase<'_, T>,
    plan: &PagePlan<'_>,
    list: &Arc<List>,
    of: Of<'_>,
) -> Result<Vec<Vec<Json>>> {
    let texts = plan.fields.iter().map(|(_, field)| async move {
        match field {
            PageField::Aggregate(same) => aggregate(ctx, same, list, of).await,
            PageField::Groups(same) => groups(ctx, same, list, of).await,
            _ => Ok(Vec::new()),
        }
    });
    try_join_all(texts).await
}

async fn aggregate<T>(ctx: &ContextBase<'_, T>, same: &Same<'_>, list: &List, of: Of<'_>) -> Result<Vec<Json>> {
    let mut selections = Selections { ctx, asked: Asked::of(list.table) };
    let item = selections.aggregate(same)?;
    let asked = &selections.asked;
    // Only the type was asked for.
    if asked.measures.is_empty() {
        let text = text(&item, &Group::of_none(asked), asked, Tz::UTC)?;
        return Ok(vec![text; of.len()]);
    }
    let reading = Reading::of(ctx, list.table)?;
    let sql = Figures { asked, list, of, zone: Tz::UTC }.aggregate(reading.sql());
    let mut groups = read(&reading, sql, asked, of).await?.into_iter();
    let text_of = |group: Vec<Group>| {
        let group = group.into_iter().next().unwrap_or_else(|| Group::of_none(asked));
        text(&item, &group, asked, Tz::UTC)
    };
    groups.by_ref().map(text_of).collect()
}

async fn groups<T>(ctx: &ContextBase<'_, T>, same: &Same<'_>, list: &List, of: Of<'_>) -> Result<Vec<Json>> {
    let mut selections = Selections { ctx, asked: Asked::of(list.table) };
    let items = selections.groups(same)?;
    let mut asked = selections.asked;
    let reading = Reading::of(ctx, list.table)?;
    let zone = if asked.needs_zone() { reading.zone().await? } else { Tz::UTC };
    let shown = shown(ctx, same, list, &mut asked, zone)?;
    let (shown, identity) = (shown.0, shown.1);
    let figures = Figures { asked: &asked, list, of, zone };
    let is_asked = |wanted: fn(&PageItem<'_>) -> bool| items.iter().any(|(_, item)| wanted(item));
    let pages = async {
        match is_asked(|item| matches!(item, PageItem::Nodes(_) | PageItem::PageInfo(_))) {
            true => read(&reading, figures.page(reading.sql(), &shown)?, &asked, of).await,
            false => Ok(Vec::from_iter(std::iter::repeat_with(Vec::new).take(of.len()))),
        }
    };
    let totals = async {
        match is_asked(|item| matches!(item, PageItem::TotalCount)) {
            true => totals(&reading, figures.total(reading.sql(), shown.having.as_ref()), of).await,
            false => Ok(vec![0; of.len()]),
        }
    };
    let (pages, totals) = futures::try_join!(pages, totals)?;
    let page = |(mut groups, total): (Vec<Group>, i64)| {
        let size = shown.page.size as usize;
        let has_more = groups.len() > size;
        groups.truncate(size);
        let page = Page { groups, has_more, total, shown: &shown, identity };
        page.text(&items, &asked, zone)
    };
    pages.into_iter().zip(totals).map(page).collect()
}

/// Which groups are asked for, and what cursors are bound to.
fn shown<T>(
    ctx: &ContextBase<'_, T>,
    same: &Same<'_>,
    list: &List,
    asked: &mut Asked,
    zone: Tz,
) -> Result<(GroupPage, u64)> {
    let field = same[0];
    argument::check(&ctx.with_field(field), &["having"])?;
    let mut given = arguments(ctx, field)?;
    let mut take = |name: &str| {
        let place = given.iter().position(|(given, _)| given == name);
        place.map(|place| given.swap_remove(place).1).unwrap_or_default()
    };
    let having = take("having");
    let said = having.clone().into_json().unwrap_or_default();
    let having = match having {
        Argument::Null => None,
        having => Some(Having::parse(asked, having)?),
    };
    let order = Order::parse(asked, take("orderBy"))?;
    let keys: Vec<_> = asked.keys.iter().map(|key| key.identity(asked.table, zone)).collect();
    let identity = hash::number(json!([list.rows, keys, said, order.identity(asked)]).to_string());
    let first: Option<i32> = argument::value("first", take("first"))?;
    let after: Option<String> = argument::value("after", take("after"))?;
    let page = PageRequest::new(identity, first, after, None, None)?;
    Ok((GroupPage { having, order, page }, identity))
}

/// The groups of each parent, in order.
async fn read(reading: &Reading<'_>, sql: Sql, asked: &Asked, of: Of<'_>) -> Result<Vec<Vec<Group>>> {
    let mut all: Vec<Vec<Group>> = std::iter::repeat_with(Vec::new).take(of.len()).collect();
    let mut add = |row: &QueryResult| {
        let (place, first) = of.place(row)?;
        let group = Group::read(row, first, asked)?;
        let size = group.size();
        all.get_mut(place).ok_or_else(|| Error::internal("figures of no parent that was asked for"))?.push(group);
        Ok(size)
    };
    reading.read(sql, of.len(), &mut add).await?;
    Ok(all)
}

async fn totals(reading: &Reading<'_>, sql: Sql, of: Of<'_>) -> Result<Vec<i64>> {
    let mut all = vec![0; of.len()];
    let mut add = |row: &QueryResult| {
        let (place, first) = of.place(row)?;
        // Of no groups none is mixed.
        let is_mixed: Option<i64> = row.try_get_by(first + 1)?;
        if is_mixed == Some(1) {
            return Err(mixed());
        }
        if let Some(total) = all.get_mut(place) {
            *total = row.try_get_by(first)?;
        }
        Ok(size_of::<i64>())
    };
    reading.read(sql, of.len(), &mut add).await?;
    Ok(all)
}

fn text(item: &Item, group: &Group, asked: &Asked, zone: Tz) -> Result<Json> {
    let mut json = Json::new();
    write(&mut json, item, group, asked, zone)?;
    Ok(json)
}

fn mixed() -> Error {
    Error::invalid("amounts of several currencies cannot be added or compared: filter by one, or make `currency` a key")
}

/// A page of groups.
struct Page<'a> {
    groups: Vec<Group>,
    has_more: bool,
    total: i64,
    shown: &'a GroupPage,
    identity: u64,
}

impl Page<'_> {
    fn text(&self, items: &[(&str, PageItem<'_>)], asked: &Asked, zone: Tz) -> Result<Json> {
        let mut json = vec![b'{'];
        for (number, (name, item)) in items.iter().enumerate() {
            json::key(&mut json, number, name);
            match item {
                PageItem::TypeName(name) => json::quoted(&mut json, name),
                PageItem::TotalCount => json::display(&mut json, &self.total),
                PageItem::PageInfo(fields) => {
                    json.push(b'{');
                    for (number, (name, field)) in fields.iter().enumerate() {
                        json::key(&mut json, number, name);
                        self.info(&mut json, *field)?;
                    }
                    json.push(b'}');
                }
                PageItem::Nodes(item) => {
                    let mut written = Ok(());
                    json::list(&mut json, &self.groups, |json, group| {
                        if written.is_ok() {
                            written = write(json, item, group, asked, zone);
                        }
                    });
                    written?;
                }
            }
        }
        json.push(b'}');
        Ok(json)
    }

    fn info(&self, json: &mut Json, field: InfoField) -> Result<()> {
        let cursor = |json: &mut Json, group: Option<&Group>| match group {
            Some(group) => {
                json::quoted(json, &self.shown.order.position(group)?.encode(self.identity));
                Ok(())
            }
            None => {
                json::null(json);
                Ok(())
            }
        };
        match field {
            InfoField::TypeName => json::quoted(json, PAGE_INFO),
            InfoField::HasPreviousPage => json::display(json, &self.shown.page.after.is_some()),
            InfoField::HasNextPage => json::display(json, &self.has_more),
            InfoField::StartCursor => return cursor(json, self.groups.first()),
            InfoField::EndCursor => return cursor(json, self.groups.last()),
        }
        Ok(())
    }
}

impl Of<'_> {
    /// How many answers there are.
    fn len(self) -> usize {
        match self {
            Self::All => 1,
            Self::Parents(_, ids) => ids.len(),
        }
    }

    /// Whose figures a row of the answer has, and the column where they begin.
    fn place(self, row: &QueryResult) -> Result<(usize, usize)> {
        match self {
            Self::All => Ok((0, 0)),
            Self::Parents(..) => {
                let number: i64 = row.try_get_by(0)?;
                Ok((usize::try_from(number - 1).unwrap_or(usize::MAX), 1))
            }
        }
    }
}
