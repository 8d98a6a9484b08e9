//! What a selection asks of the rows of a table and of the pages of a list, the same for all of them.

use std::{borrow::Cow, collections::HashMap};

use async_graphql::{
    ContextBase, Name, Positioned,
    indexmap::IndexMap,
    parser::types::{Field, FragmentDefinition, Selection, SelectionSet},
    registry::Registry,
};

use super::{
    column::Columns,
    table::{Hierarchy, Member, Table, ToMany, ToOne},
};

/// The fields of an object, each under its name in the answer.
pub(super) type Fields<'a, F> = Vec<(&'a str, F)>;

/// What is asked of the rows of a table.
pub(super) struct RowPlan<'a> {
    pub(super) table: &'static Table,
    pub(super) fields: Fields<'a, RowField<'a>>,
}

/// A field of a row.
pub(super) enum RowField<'a> {
    TypeName,
    Column(usize),
    /// The row that a column points at.
    ToOne {
        field: &'a Positioned<Field>,
        key: usize,
        is_needed: bool,
        plan: RowPlan<'a>,
    },
    /// The rows above it.
    Ancestors {
        field: &'a Positioned<Field>,
        key: usize,
        plan: RowPlan<'a>,
    },
    /// The rows that belong to it.
    List {
        field: &'a Positioned<Field>,
        relation: Member,
        plan: PagePlan<'a>,
    },
    /// What is made of columns: the library resolves it.
    Computed {
        field: Cow<'a, Positioned<Field>>,
        columns: Columns,
    },
}

/// What is asked of the pages of a list.
pub(super) struct PagePlan<'a> {
    pub(super) table: &'static Table,
    pub(super) fields: Fields<'a, PageField<'a>>,
}

/// A field of a page.
pub(super) enum PageField<'a> {
    TypeName,
    Nodes(RowPlan<'a>),
    Edges(Fields<'a, EdgeField<'a>>),
    PageInfo(Fields<'a, InfoField>),
    TotalCount,
    /// Figures over all rows of the list.
    Aggregate(Same<'a>),
    /// Figures over groups of them.
    Groups(Same<'a>),
}

/// A field of a row of a page.
pub(super) enum EdgeField<'a> {
    TypeName,
    Cursor,
    Node(RowPlan<'a>),
}

/// A field of what is said about a page.
#[derive(Clone, Copy)]
pub(super) enum InfoField {
    TypeName,
    HasPreviousPage,
    HasNextPage,
    StartCursor,
    EndCursor,
}

/// The document that selections stand in. The library has taken out what is skipped.
#[derive(Clone, Copy)]
pub(super) struct Document<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    registry: &'a Registry,
}

/// Fields that are one in the answer.
pub(super) type Same<'a> = Vec<&'a Positioned<Field>>;

impl<'a> Document<'a> {
    pub(super) fn of<T>(ctx: &ContextBase<'a, T>) -> Self {
        Self { fragments: &ctx.query_env.fragments, registry: &ctx.schema_env.registry }
    }

    /// The fields of an object of a type, as `field` makes them of their names and of where they stand.
    pub(super) fn fields<F>(
        self,
        type_name: &str,
        sets: impl IntoIterator<Item = &'a SelectionSet>,
        mut field: impl FnMut(&str, Same<'a>) -> Option<F>,
    ) -> Fields<'a, F> {
        let mut collected = IndexMap::new();
        sets.into_iter().for_each(|set| self.collect(type_name, set, &mut collected));
        let named = |(key, same): (&'a str, Same<'a>)| Some((key, field(&same[0].node.name.node, same)?));
        collected.into_iter().filter_map(named).collect()
    }

    fn collect(self, type_name: &str, set: &'a SelectionSet, into: &mut IndexMap<&'a str, Same<'a>>) {
        for selection in &set.items {
            let (condition, inner) = match &selection.node {
                Selection::Field(field) => {
                    into.entry(&field.node.response_key().node).or_default().push(field);
                    continue;
                }
                Selection::FragmentSpread(spread) => match self.fragments.get(&spread.node.fragment_name.node) {
                    Some(fragment) => (Some(&fragment.node.type_condition), &fragment.node.selection_set),
                    None => continue,
                },
                Selection::InlineFragment(inline) => (inline.node.type_condition.as_ref(), &inline.node.selection_set),
            };
            if condition.is_none_or(|condition| self.is_a(type_name, &condition.node.on.node)) {
                self.collect(type_name, &inner.node, into);
            }
        }
    }

    /// The selections below the fields of a name, whatever the type of their object is.
    pub(super) fn below(self, set: &'a SelectionSet, name: &str) -> Vec<&'a SelectionSet> {
        let below = |selection: &'a Positioned<Selection>| match &selection.node {
            Selection::Field(field) if field.node.name.node == name => vec![&field.node.selection_set.node],
            Selection::Field(_) => Vec::new(),
            Selection::FragmentSpread(spread) => match self.fragments.get(&spread.node.fragment_name.node) {
                Some(fragment) => self.below(&fragment.node.selection_set.node, name),
                None => Vec::new(),
            },
            Selection::InlineFragment(inline) => self.below(&inline.node.selection_set.node, name),
        };
        set.items.iter().flat_map(below).collect()
    }

    fn is_a(self, type_name: &str, condition: &str) -> bool {
        type_name == condition || self.registry.types.get(condition).is_some_and(|ty| ty.is_possible_type(type_name))
    }
}

/// The selections below fields.
pub(super) fn below<'a>(same: &Same<'a>) -> impl Iterator<Item = &'a SelectionSet> {
    same.iter().map(|field| &field.node.selection_set.node).collect::<Vec<_>>().into_iter()
}

/// Fields as one.
fn merged<'a>(same: Same<'a>) -> Cow<'a, Positioned<Field>> {
    match same[..] {
        [field] => Cow::Borrowed(field),
        _ => {
            let mut whole = same[0].clone();
            let others = same[1..].iter().flat_map(|field| field.node.selection_set.node.items.iter().cloned());
            whole.node.selection_set.node.items.extend(others);
            Cow::Owned(whole)
        }
    }
}

impl<'a> RowPlan<'a> {
    /// What selections ask of rows.
    pub(super) fn new(
        document: Document<'a>,
        table: &'static Table,
        sets: impl IntoIterator<Item = &'a SelectionSet>,
    ) -> Self {
        let rows = |table, same: &Same<'a>| Self::new(document, table, below(same));
        let fields = document.fields(table.object, sets, |name, same| {
            let Some(member) = table.index().members.get(name) else {
                return (name == TYPE_NAME).then_some(RowField::TypeName);
            };
            let (field, relation) = (same[0], *member);
            Some(match relation {
                Member::Column(column) => RowField::Column(column),
                Member::Computed(columns) => RowField::Computed { field: merged(same), columns },
                Member::ToOne(ToOne { key, target, optional, .. }) => {
                    RowField::ToOne { field, key: *key, is_needed: !optional, plan: rows(target(), &same) }
                }
                Member::Ancestors(Hierarchy { key, .. }) => {
                    RowField::Ancestors { field, key: *key, plan: rows(table, &same) }
                }
                Member::ToMany(ToMany { target, .. }) => {
                    RowField::List { field, relation, plan: PagePlan::new(document, target(), below(&same)) }
                }
                Member::Descendants(_) => {
                    RowField::List { field, relation, plan: PagePlan::new(document, table, below(&same)) }
                }
            })
        });
        Self { table, fields }
    }

    /// The columns that it needs.
    pub(super) fn columns(&self) -> Columns {
        let needed = |field: &RowField<'_>| match field {
            RowField::TypeName | RowField::Ancestors { .. } | RowField::List { .. } => Columns::NONE,
            RowField::Column(column) | RowField::ToOne { key: column, .. } => Columns::one(*column),
            RowField::Computed { columns, .. } => *columns,
        };
        self.fields.iter().fold(self.table.key_columns(), |set, (_, field)| set.with(needed(field)))
    }
}

impl<'a> PagePlan<'a> {
    /// What selections ask of pages.
    pub(super) fn new(
        document: Document<'a>,
        table: &'static Table,
        sets: impl IntoIterator<Item = &'a SelectionSet>,
    ) -> Self {
        let rows = |same: Same<'a>| RowPlan::new(document, table, below(&same));
        let fields = document.fields(table.connection, sets, |name, same| {
            Some(match name {
                "nodes" => PageField::Nodes(rows(same)),
                "edges" => PageField::Edges(document.fields(table.edge, below(&same), |name, same| match name {
                    "node" => Some(EdgeField::Node(rows(same))),
                    "cursor" => Some(EdgeField::Cursor),
                    TYPE_NAME => Some(EdgeField::TypeName),
                    _ => None,
                })),
                "pageInfo" => PageField::PageInfo(info(document, &same)),
                "totalCount" => PageField::TotalCount,
                "aggregate" => PageField::Aggregate(same),
                "groups" => PageField::Groups(same),
                TYPE_NAME => PageField::TypeName,
                _ => return None,
            })
        });
        Self { table, fields }
    }

    /// The columns of its rows that it needs, those of `keys` for cursors; nothing when it needs no row.
    pub(super) fn columns(&self, keys: Columns) -> Option<Columns> {
        let keys = keys.with(self.table.key_columns());
        let edge = |field: &EdgeField<'_>| match field {
            EdgeField::Node(plan) => plan.columns(),
            EdgeField::Cursor => keys,
            EdgeField::TypeName => Columns::NONE,
        };
        let needed = self.fields.iter().filter_map(|(_, field)| match field {
            PageField::Nodes(plan) => Some(plan.columns()),
            PageField::Edges(fields) => {
                Some(fields.iter().fold(self.table.key_columns(), |set, (_, field)| set.with(edge(field))))
            }
            PageField::PageInfo(_) => Some(keys),
            PageField::TotalCount | PageField::TypeName | PageField::Aggregate(_) | PageField::Groups(_) => None,
        });
        needed.reduce(Columns::with)
    }

    /// Whether the number of all rows is asked for.
    pub(super) fn counts(&self) -> bool {
        self.fields.iter().any(|(_, field)| matches!(field, PageField::TotalCount))
    }
}

/// What is asked about a page.
pub(super) fn info<'a>(document: Document<'a>, same: &Same<'a>) -> Fields<'a, InfoField> {
    document.fields(PAGE_INFO, below(same), |name, _| match name {
        "hasPreviousPage" => Some(InfoField::HasPreviousPage),
        "hasNextPage" => Some(InfoField::HasNextPage),
        "startCursor" => Some(InfoField::StartCursor),
        "endCursor" => Some(InfoField::EndCursor),
        TYPE_NAME => Some(InfoField::TypeName),
        _ => None,
    })
}

/// The field that every type has.
pub(super) const TYPE_NAME: &str = "__typename";
/// The type of what is said about a page.
pub(super) const PAGE_INFO: &str = "PageInfo";
