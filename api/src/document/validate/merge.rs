//! Fields under one name: section 5.3.2.
//!
//! All fields that stand under one name are compared with the first of them, then what they select is taken
//! together and compared in the same way. A fragment counts once within a set, so that nothing doubles; a bound
//! holds for the document, because many operations can spread the same fragments.

use std::{
    collections::{HashMap, HashSet},
    ptr,
};

use async_graphql::{
    Name, Pos, Positioned,
    indexmap::IndexMap,
    parser::types::{BaseType, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, Type},
};

use crate::document::{Rejection, Shape, error::Problem, shape, walk::root};

/// Fields that are compared for one document.
const COMPARISONS: usize = 100_000;

type Result<T> = std::result::Result<T, Rejection>;

/// Refuses fields of one name that cannot be one field of the answer.
pub(super) fn check<'a>(
    document: &'a ExecutableDocument,
    operations: &[(Option<&'a Name>, &'a Positioned<OperationDefinition>)],
    shape: &'a Shape,
) -> Result<()> {
    let mut merge = Merge { document, shape, left: COMPARISONS };
    for (_, operation) in operations {
        let operation = &operation.node;
        let sets = root(shape, operation.ty).map(|root| (&operation.selection_set.node, root));
        let members = merge.members(sets)?;
        merge.shapes(&members)?;
        merge.fields(&members)?;
    }
    Ok(())
}

struct Merge<'a> {
    document: &'a ExecutableDocument,
    shape: &'a Shape,
    left: usize,
}

/// A field within its type.
#[derive(Clone, Copy)]
struct Member<'a> {
    parent: &'a str,
    field: &'a Field,
    known: &'a shape::Field,
}

type ByName<'a> = IndexMap<&'a str, Vec<Member<'a>>>;

impl<'a> Merge<'a> {
    /// The fields of selection sets, fragments expanded, by the name under which they are answered.
    fn members(&mut self, sets: impl IntoIterator<Item = (&'a SelectionSet, &'a str)>) -> Result<ByName<'a>> {
        let (mut members, mut spread) = (ByName::new(), HashSet::new());
        for (set, parent) in sets {
            self.add(set, parent, &mut members, &mut spread)?;
        }
        Ok(members)
    }

    fn add(
        &mut self,
        set: &'a SelectionSet,
        parent: &'a str,
        to: &mut ByName<'a>,
        spread: &mut HashSet<&'a str>,
    ) -> Result<()> {
        for selection in &set.items {
            self.left = self.left.checked_sub(1).ok_or_else(too_many)?;
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    if let Some(known) = self.shape.field(parent, &field.name.node) {
                        let member = Member { parent, field, known };
                        to.entry(field.response_key().node.as_str()).or_default().push(member);
                    }
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map(|condition| condition.node.on.node.as_str());
                    self.add(&inline.node.selection_set.node, on.unwrap_or(parent), to, spread)?;
                }
                Selection::FragmentSpread(name) => {
                    let name = name.node.fragment_name.node.as_str();
                    if let Some(fragment) = self.document.fragments.get(name)
                        && spread.insert(name)
                    {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.add(&fragment.node.selection_set.node, on, to, spread)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn selected(&mut self, members: &[Member<'a>]) -> Result<ByName<'a>> {
        let inner = members.iter().map(|one| (&one.field.selection_set.node, one.known.target.as_str()));
        self.members(inner)
    }

    /// Whatever object it is, what stands under a name has one shape.
    fn shapes(&mut self, members: &ByName<'a>) -> Result<()> {
        for (name, members) in members {
            let Some((first, others)) = members.split_first() else { continue };
            for other in others {
                if !self.have_one_shape(&first.known.kind, &other.known.kind) {
                    let reason = format!("\"{}\" and \"{}\" are different types", first.known.kind, other.known.kind);
                    return Err(conflict(name, &reason, first, other));
                }
            }
            let selected = self.selected(members)?;
            self.shapes(&selected)?;
        }
        Ok(())
    }

    /// In one object, what stands under a name is one field with one set of arguments.
    fn fields(&mut self, members: &ByName<'a>) -> Result<()> {
        for (name, members) in members {
            for group in self.together(members) {
                let Some((first, others)) = group.split_first() else { continue };
                for other in others {
                    let (one, two) = (&first.field.name.node, &other.field.name.node);
                    if one != two {
                        let reason = format!("\"{one}\" and \"{two}\" are different fields");
                        return Err(conflict(name, &reason, first, other));
                    }
                    if !have_same_arguments(first.field, other.field) {
                        return Err(conflict(name, "their arguments differ", first, other));
                    }
                }
                let selected = self.selected(&group)?;
                self.fields(&selected)?;
            }
        }
        Ok(())
    }

    /// The fields that one object can have: those of each object type with those of interfaces and unions.
    fn together(&self, members: &[Member<'a>]) -> Vec<Vec<Member<'a>>> {
        let mut concrete: IndexMap<&str, Vec<Member<'a>>> = IndexMap::new();
        let mut shared = Vec::new();
        for member in members {
            match self.shape.is_abstract(member.parent) {
                true => shared.push(*member),
                false => concrete.entry(member.parent).or_default().push(*member),
            }
        }
        if concrete.is_empty() {
            return vec![shared];
        }
        concrete
            .into_values()
            .map(|mut group| {
                group.extend(&shared);
                group
            })
            .collect()
    }

    fn have_one_shape(&self, one: &Type, other: &Type) -> bool {
        one.nullable == other.nullable
            && match (&one.base, &other.base) {
                (BaseType::List(one), BaseType::List(other)) => self.have_one_shape(one, other),
                (BaseType::Named(one), BaseType::Named(other)) => {
                    one == other || (self.shape.is_composite(one) && self.shape.is_composite(other))
                }
                _ => false,
            }
    }
}

fn have_same_arguments(one: &Field, other: &Field) -> bool {
    // A fragment that two others spread.
    ptr::eq(one, other)
        || (one.arguments.len() == other.arguments.len() && {
            let given: HashMap<_, _> = one.arguments.iter().map(|(name, value)| (&name.node, &value.node)).collect();
            other.arguments.iter().all(|(name, value)| given.get(&name.node) == Some(&&value.node))
        })
}

fn conflict(name: &str, reason: &str, one: &Member<'_>, other: &Member<'_>) -> Rejection {
    let position = |member: &Member<'_>| -> Pos { member.field.response_key().pos };
    let field = &other.field.name.node;
    let message = format!(
        "the fields with the response name \"{name}\" conflict because {reason}: use an alias, such as `other: {field}`"
    );
    Rejection::Invalid(vec![Problem { message, positions: vec![position(one), position(other)] }])
}

fn too_many() -> Rejection {
    Rejection::limit(format!("the query has more than {COMPARISONS} fields to compare, fragments expanded"))
}
