//! What selections ask: a tree that is filled for each group, and the columns of the statement that fill it.

use async_graphql::{ContextBase, Name, Positioned, Value as Argument, indexmap::IndexSet, parser::types::Field};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use service::{
    Error, Result,
    zone::{Span, Tz},
};

use super::{
    function::{Function, is_key, is_time, prefix},
    interval::Interval,
    key::{Bucket, Key, MAX_PATH},
    measure::{Measure, scale},
    types,
};
use crate::read::{
    argument,
    column_type::Kind,
    plan::{Document, Fields, InfoField, Same, TYPE_NAME, below, info},
    scalars::shown,
    table::{Member, Table},
};

/// The most figures of a selection.
const MAX_FIGURES: usize = 40;
/// The most keys.
const MAX_KEYS: usize = 8;

/// The columns of a statement.
pub(super) struct Asked {
    pub(super) table: &'static Table,
    pub(super) keys: IndexSet<Key>,
    pub(super) measures: IndexSet<Measure>,
    figures: usize,
}

/// A part of the answer of a group.
pub(super) enum Item {
    TypeName(String),
    Object(Vec<(String, Item)>),
    /// The key with a number.
    Key(usize),
    /// Where the period of a key begins, and where it ends.
    From(usize),
    Until(usize),
    /// Nothing where the key is null.
    Period(usize, Vec<(String, Item)>),
    /// The measure with a number.
    Measure(usize),
    Sum {
        sum: usize,
        scale: u32,
    },
    Average {
        sum: usize,
        count: usize,
        scale: u32,
    },
    Deviation {
        sum: usize,
        count: usize,
        squares: usize,
        scale: u32,
    },
}

/// What is asked of a page of groups.
pub(super) enum PageItem<'a> {
    TypeName(String),
    Nodes(Item),
    TotalCount,
    PageInfo(Fields<'a, InfoField>),
}

impl Asked {
    pub(super) fn of(table: &'static Table) -> Self {
        Self { table, keys: IndexSet::new(), measures: IndexSet::new(), figures: 0 }
    }

    /// The place of a measure.
    pub(super) fn measure(&mut self, measure: Measure) -> usize {
        self.measures.insert_full(measure).0
    }

    /// Says that a figure of a column is asked for: amounts of several currencies are not mixed.
    pub(super) fn figure(&mut self, column: usize, function: Function) -> Result<()> {
        self.figures += 1;
        if self.figures > MAX_FIGURES {
            return Err(Error::limit(format!("more than {MAX_FIGURES} figures are asked for at once")));
        }
        let ColumnOf { name, kind } = column_of(self.table, column);
        // Those of reports are in one currency.
        let is_amount = matches!(kind, Kind::Decimal) && function.is_amount() && !name.starts_with("report_");
        if is_amount && let Some(currency) = self.table.fields.iter().position(|field| field.name == "currency") {
            self.measure(Measure::Differ(currency));
        }
        Ok(())
    }

    fn key(&mut self, key: Key) -> Result<usize> {
        let place = self.keys.insert_full(key).0;
        match self.keys.len() > MAX_KEYS {
            true => Err(Error::limit(format!("rows are grouped by more than {MAX_KEYS} keys"))),
            false => Ok(place),
        }
    }

    /// The place of the measure that tells whether the currencies of a group differ, if that matters.
    pub(super) fn mixed(&self) -> Option<usize> {
        self.measures.iter().position(|measure| matches!(measure, Measure::Differ(_)))
    }

    /// Whether a key needs the zone of the shop.
    pub(super) fn needs_zone(&self) -> bool {
        let needs = |bucket: Bucket| bucket.zone.is_none() && !bucket.is_date;
        self.keys.iter().any(|key| key.bucket.is_some_and(needs))
    }
}

struct ColumnOf {
    name: &'static str,
    kind: Kind,
}

fn column_of(table: &Table, column: usize) -> ColumnOf {
    let field = &table.fields[column];
    ColumnOf { name: field.name, kind: field.ty.kind() }
}

/// Reads selections.
pub(super) struct Selections<'c, 'a, T> {
    pub(super) ctx: &'c ContextBase<'a, T>,
    pub(super) asked: Asked,
}

impl<'a, T> Selections<'_, 'a, T> {
    fn document(&self) -> Document<'a> {
        Document::of(self.ctx)
    }

    /// What is asked of all rows.
    pub(super) fn aggregate(&mut self, same: &Same<'a>) -> Result<Item> {
        let table = self.asked.table;
        let name = types::aggregate(table);
        let fields = self.document().fields(&name, below(same), |field, same| match field {
            TYPE_NAME => Some(Ok(Item::TypeName(name.clone()))),
            "count" => Some(Ok(Item::Measure(self.asked.measure(Measure::Rows)))),
            _ => match table.index().members.get(field) {
                Some(Member::Column(column)) => Some(self.column(*column, &same)),
                _ => None,
            },
        });
        object(fields)
    }

    fn column(&mut self, column: usize, same: &Same<'a>) -> Result<Item> {
        let ColumnOf { kind, .. } = column_of(self.asked.table, column);
        let name = format!("{}Figures", prefix(kind));
        let fields = self.document().fields(&name, below(same), |field, same| {
            if field == TYPE_NAME {
                return Some(Ok(Item::TypeName(name.clone())));
            }
            let function = Function::of(kind).iter().find(|function| function.name() == field)?;
            Some(self.figure(column, *function, same[0]))
        });
        object(fields)
    }

    fn figure(&mut self, column: usize, function: Function, field: &'a Positioned<Field>) -> Result<Item> {
        self.asked.figure(column, function)?;
        let (scale, _) = scale(self.asked.table, column);
        let asked = &mut self.asked;
        Ok(match function {
            Function::Count => Item::Measure(asked.measure(Measure::Count(column))),
            Function::CountDistinct => Item::Measure(asked.measure(Measure::CountDistinct(column))),
            Function::CountTrue => Item::Measure(asked.measure(Measure::CountTrue(column))),
            Function::CountFalse => Item::Measure(asked.measure(Measure::CountFalse(column))),
            Function::Min => Item::Measure(asked.measure(Measure::Min(column))),
            Function::Max => Item::Measure(asked.measure(Measure::Max(column))),
            Function::Earliest => Item::Measure(asked.measure(Measure::Earliest(column))),
            Function::Latest => Item::Measure(asked.measure(Measure::Latest(column))),
            Function::Sum => Item::Sum { sum: asked.measure(Measure::Sum(column)), scale },
            Function::Avg => {
                let (sum, count) = (asked.measure(Measure::Sum(column)), asked.measure(Measure::Count(column)));
                Item::Average { sum, count, scale }
            }
            Function::Stddev => Item::Deviation {
                sum: asked.measure(Measure::Sum(column)),
                count: asked.measure(Measure::Count(column)),
                squares: asked.measure(Measure::Squares(column)),
                scale,
            },
            Function::Percentile => {
                let percent = percent(arguments(self.ctx, field)?)?;
                Item::Measure(self.asked.measure(Measure::Percentile(column, percent)))
            }
        })
    }

    /// What is asked of groups.
    pub(super) fn groups(&mut self, same: &Same<'a>) -> Result<Vec<(&'a str, PageItem<'a>)>> {
        let (document, table) = (self.document(), self.asked.table);
        let name = types::group_connection(table);
        let fields = document.fields(&name, below(same), |field, same| {
            Some(match field {
                TYPE_NAME => Ok(PageItem::TypeName(name.clone())),
                "nodes" => self.group(&same).map(PageItem::Nodes),
                "totalCount" => Ok(PageItem::TotalCount),
                "pageInfo" => Ok(PageItem::PageInfo(info(document, &same))),
                _ => return None,
            })
        });
        let fields = fields.into_iter().map(|(name, item)| Ok((name, item?))).collect::<Result<_>>()?;
        match self.asked.keys.is_empty() {
            true => Err(Error::invalid("select at least one field of `key` in `nodes`: rows are grouped by these")),
            false => Ok(fields),
        }
    }

    fn group(&mut self, same: &Same<'a>) -> Result<Item> {
        let table = self.asked.table;
        let name = types::group(table);
        let fields = self.document().fields(&name, below(same), |field, same| {
            Some(match field {
                TYPE_NAME => Ok(Item::TypeName(name.clone())),
                "key" => self.keys(table, &[], &same),
                "aggregate" => self.aggregate(&same),
                _ => return None,
            })
        });
        object(fields)
    }

    fn keys(&mut self, table: &'static Table, path: &[usize], same: &Same<'a>) -> Result<Item> {
        let name = types::key(table);
        let fields = self.document().fields(&name, below(same), |field, same| {
            if field == TYPE_NAME {
                return Some(Ok(Item::TypeName(name.clone())));
            }
            match table.index().members.get(field)? {
                Member::Column(column) => Some(self.key(table, path, *column, &same)),
                Member::ToOne(relation) => {
                    let number = table.to_one.iter().position(|to_one| to_one.name == relation.name)?;
                    Some(self.related_keys((relation.target)(), &[path, &[number]].concat(), &same))
                }
                _ => None,
            }
        });
        object(fields)
    }

    fn related_keys(&mut self, table: &'static Table, path: &[usize], same: &Same<'a>) -> Result<Item> {
        match path.len() > MAX_PATH {
            true => Err(Error::limit(format!("a key is more than {MAX_PATH} relations away"))),
            false => self.keys(table, path, same),
        }
    }

    fn key(&mut self, table: &'static Table, path: &[usize], column: usize, same: &Same<'a>) -> Result<Item> {
        let ColumnOf { kind, .. } = column_of(table, column);
        if !is_key(kind) {
            return Err(Error::internal("a column that is no key"));
        }
        if !is_time(kind) {
            return Ok(Item::Key(self.asked.key(Key { path: path.into(), column, bucket: None })?));
        }
        let bucket = bucket(arguments(self.ctx, same[0])?, matches!(kind, Kind::Date))?;
        let key = self.asked.key(Key { path: path.into(), column, bucket: Some(bucket) })?;
        let name = types::range(kind);
        let fields = self.document().fields(name, below(same), |field, _| match field {
            TYPE_NAME => Some(Ok(Item::TypeName(name.to_owned()))),
            "from" => Some(Ok(Item::From(key))),
            "until" => Some(Ok(Item::Until(key))),
            _ => None,
        });
        match object(fields)? {
            Item::Object(fields) => Ok(Item::Period(key, fields)),
            other => Ok(other),
        }
    }
}

fn object(fields: Fields<'_, Result<Item>>) -> Result<Item> {
    fields.into_iter().map(|(name, item)| Ok((name.to_owned(), item?))).collect::<Result<_>>().map(Item::Object)
}

/// The arguments of a field.
pub(super) fn arguments<T>(ctx: &ContextBase<'_, T>, field: &Positioned<Field>) -> Result<Vec<(Name, Argument)>> {
    ctx.with_field(field).field().arguments().map_err(|error| Error::invalid(error.message))
}

fn take(arguments: &mut [(Name, Argument)], name: &str) -> Argument {
    let given = arguments.iter_mut().find(|(given, _)| given == name);
    given.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
}

/// `percent` in hundredths.
fn percent(mut arguments: Vec<(Name, Argument)>) -> Result<u32> {
    let percent: Option<Decimal> = argument::value("percent", take(&mut arguments, "percent"))?;
    let hundredths = percent.and_then(|percent| percent.checked_mul(Decimal::ONE_HUNDRED)).filter(Decimal::is_integer);
    let hundredths =
        hundredths.and_then(|hundredths| hundredths.to_u32()).filter(|hundredths| (1..=10_000).contains(hundredths));
    hundredths.ok_or_else(|| {
        Error::invalid("`percent` is more than 0 and at most 100, with at most two digits after the point")
    })
}

fn bucket(mut arguments: Vec<(Name, Argument)>, is_date: bool) -> Result<Bucket> {
    let interval: Option<Interval> = argument::value("bucket", take(&mut arguments, "bucket"))?;
    let span: Span = interval.ok_or_else(|| Error::invalid("`bucket` is missing"))?.into();
    if is_date && span == Span::Hour {
        return Err(Error::invalid("`bucket` is HOUR: a date has no hours"));
    }
    let zone: Option<String> = argument::value("timeZone", take(&mut arguments, "timeZone"))?;
    let zone = zone.map(|name| {
        let unknown = || {
            let name = shown(&name);
            Error::invalid(format!("`timeZone`: there is no time zone {name}: write a name such as Europe/Berlin"))
        };
        name.parse::<Tz>().map_err(|_| unknown())
    });
    Ok(Bucket { span, zone: zone.transpose()?, is_date })
}
