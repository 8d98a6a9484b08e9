//! Writing an object of an answer: what is at hand at once, the rest through the library's resolvers.
//!
//! The library makes a future for every field and joins wide lists by a queue of tasks. Most fields are columns
//! that were read already, and a request goes on only when a statement ended: then all who wait are asked again.

use std::{
    any::TypeId,
    collections::HashMap,
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use async_graphql::{
    ContainerType, ContextSelectionSet, Name, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    resolver_utils::resolve_container,
};
use futures::{FutureExt, future::BoxFuture};
use uuid::Uuid;

use super::load;

/// What can be written of an object at once.
pub(super) trait Known: ContainerType + 'static {
    /// The number under which [`Known::known`] has a field.
    fn number(field: &str) -> Option<usize>;

    /// The value of a field, if it is at hand.
    fn known(&self, ctx: &ContextSelectionSet<'_>, number: usize, field: &Field) -> Option<Value>;

    /// The key that the object's lists belong to.
    fn parent(&self) -> Option<Uuid> {
        None
    }
}

/// The object, if all its fields are at hand.
pub(super) fn at_hand<T: Known>(ctx: &ContextSelectionSet<'_>, asked: &SelectionSet, value: &T) -> Option<Value> {
    let shape = Shapes::of::<T>(ctx, asked)?;
    let mut object = shape.object.clone();
    for ((field, number), place) in shape.fields(asked).zip(object.values_mut()) {
        *place = value.known(ctx, number?, &field.node)?;
    }
    Some(Value::Object(object))
}

/// The object: fields that are at hand at once, lists that siblings asked for before without reading their arguments
/// again, all others by the library.
pub(super) async fn write<T: Known>(ctx: &ContextSelectionSet<'_>, value: &T) -> ServerResult<Value> {
    let Some(shape) = Shapes::of::<T>(ctx, &ctx.item.node) else {
        return resolve_container(ctx, value).await;
    };
    let slot = |(field, number): (_, Option<usize>)| {
        let field: &Positioned<Field> = field;
        match number.and_then(|number| value.known(ctx, number, &field.node)) {
            Some(value) => Slot::Ready(value),
            None => Slot::Waiting(Box::pin(async move {
                let field = ctx.with_field(field);
                match value.parent().and_then(|parent| load::again(&field, parent)) {
                    Some(list) => list.await,
                    None => value.resolve_field(&field).await.map(Option::unwrap_or_default),
                }
            })),
        }
    };
    let values = all(shape.fields(&ctx.item.node).map(slot).collect()).await?;
    let mut object = shape.object.clone();
    object.values_mut().zip(values).for_each(|(place, value)| *place = value);
    Ok(Value::Object(object))
}

/// What a selection makes of an object.
struct Shape {
    /// The object with nothing in it yet: cloning it is cheaper than making it.
    object: IndexMap<Name, Value>,
    /// The numbers of the fields that may be at hand.
    numbers: Vec<Option<usize>>,
}

impl Shape {
    /// Only of plain fields: no fragments, no directives, no name twice.
    fn new(asked: &SelectionSet, number: impl Fn(&str) -> Option<usize>) -> Option<Self> {
        let mut shape = Self { object: IndexMap::new(), numbers: Vec::with_capacity(asked.items.len()) };
        for selection in &asked.items {
            let Selection::Field(field) = &selection.node else { return None };
            let name = field.node.name.node.as_str();
            let again = shape.object.insert(field.node.response_key().node.clone(), Value::Null).is_some();
            if again || !field.node.directives.is_empty() || name == "__typename" {
                return None;
            }
            shape.numbers.push(number(name));
        }
        Some(shape)
    }

    fn fields<'a>(&self, asked: &'a SelectionSet) -> impl Iterator<Item = (&'a Positioned<Field>, Option<usize>)> {
        let fields = asked.items.iter().filter_map(|selection| match &selection.node {
            Selection::Field(field) => Some(field),
            _ => None,
        });
        fields.zip(&self.numbers).map(|(field, number)| (field, *number))
    }
}

/// The shapes that a request has met; none where the library must write the object.
#[derive(Default)]
pub(super) struct Shapes(Mutex<HashMap<Place, Option<Arc<Shape>>>>);

/// Where a selection stands in the document, and on what it is.
type Place = (usize, TypeId);

impl Shapes {
    fn of<T: Known>(ctx: &ContextSelectionSet<'_>, asked: &SelectionSet) -> Option<Arc<Shape>> {
        // The document, and with it the place of the selection, lives as long as the request.
        let place = (std::ptr::from_ref(asked).addr(), TypeId::of::<T>());
        let mut shapes = ctx.data_opt::<Self>()?.0.lock().unwrap_or_else(PoisonError::into_inner);
        shapes.entry(place).or_insert_with(|| Shape::new(asked, T::number).map(Arc::new)).clone()
    }
}

/// A value of an answer, or the work that gives it.
pub(super) enum Slot<'a> {
    /// It is at hand.
    Ready(Value),
    /// It waits for a statement.
    Waiting(BoxFuture<'a, ServerResult<Value>>),
}

impl Slot<'_> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ServerResult<()>> {
        if let Self::Waiting(future) = self {
            match future.poll_unpin(cx) {
                Poll::Ready(Ok(value)) => *self = Self::Ready(value),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn value(self) -> Value {
        match self {
            Self::Ready(value) => value,
            Self::Waiting(_) => Value::Null,
        }
    }
}

/// Waits for all of them; the first error ends it.
pub(super) async fn all(mut slots: Vec<Slot<'_>>) -> ServerResult<impl Iterator<Item = Value>> {
    poll_fn(|cx| {
        let mut waits = false;
        for slot in &mut slots {
            match slot.poll(cx) {
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(())) => {}
                Poll::Pending => waits = true,
            }
        }
        if waits { Poll::Pending } else { Poll::Ready(Ok(())) }
    })
    .await?;
    Ok(slots.into_iter().map(Slot::value))
}
