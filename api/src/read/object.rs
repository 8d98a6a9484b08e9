//! Writing an object of an answer: what is at hand at once, the rest through the library's resolvers.
//!
//! The library makes a future for every field and joins wide lists by a queue of tasks. Most fields are columns
//! that were read already, and a request goes on only when a statement ended: then all who wait are asked again.

use std::{
    borrow::Cow,
    collections::HashMap,
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    task::{Context as Polling, Poll},
};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, Name, OutputType, Positioned, ServerError, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
    resolver_utils::resolve_container,
};
use futures::{FutureExt, future::BoxFuture};
use service::Error;
use uuid::Uuid;

use super::load;

/// An object, whatever its type is.
pub(super) trait Object: Send + Sync {
    /// The name of its type.
    fn type_name(&self) -> &'static str;

    /// The number under which [`Object::known`] has a field.
    fn number(&self, field: &str) -> Option<usize>;

    /// The value of a field, if it is at hand.
    fn known<'a>(&self, ctx: &ContextSelectionSet<'a>, number: usize, field: &'a Field) -> Option<Value>;

    /// The key that the object's lists belong to.
    fn parent(&self) -> Option<Uuid> {
        None
    }

    /// The value of any field.
    fn resolve_field<'a>(&'a self, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>>;
}

/// An error at the field that is being resolved.
pub(super) fn located(ctx: &Context<'_>, error: Error) -> ServerError {
    let error: async_graphql::Error = error.into();
    ctx.set_error_path(error.into_server_error(ctx.item.pos))
}

/// What a selection asks of objects of one type.
pub(super) struct ObjectPlan<'a> {
    selection: Arc<SelectionPlan>,
    fields: Vec<&'a Positioned<Field>>,
}

impl<'a> ObjectPlan<'a> {
    /// Nothing where the library must write the object.
    pub(super) fn of(ctx: &ContextSelectionSet<'a>, set: &'a SelectionSet, object: &dyn Object) -> Option<Self> {
        let mut fields = Vec::with_capacity(set.items.len());
        is_plain(ctx, set, object.type_name(), &mut fields).then_some(())?;
        Some(Self { selection: SelectionPlans::of(ctx, set, object, &fields)?, fields })
    }

    /// The object, if all its fields are at hand.
    pub(super) fn try_write(&self, ctx: &ContextSelectionSet<'a>, object: &dyn Object) -> Option<Value> {
        if self.selection.has_relations {
            return None;
        }
        let mut values = self.selection.object.clone();
        for ((field, number), place) in self.fields.iter().zip(&self.selection.numbers).zip(values.values_mut()) {
            match number {
                Number::TypeName => {}
                Number::Known(number) => *place = object.known(ctx, *number, &field.node)?,
                Number::Other => return None,
            }
        }
        Some(Value::Object(values))
    }
}

/// Collects the fields of a selection, those of fragments of the same type included; false when a directive, or another
/// type, asks for more than that.
fn is_plain<'a>(
    ctx: &ContextSelectionSet<'a>,
    set: &'a SelectionSet,
    type_name: &str,
    fields: &mut Vec<&'a Positioned<Field>>,
) -> bool {
    set.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) => {
            fields.push(field);
            field.node.directives.is_empty()
        }
        Selection::FragmentSpread(spread) => {
            let spread = &spread.node;
            let fragment = ctx.query_env.fragments.get(&spread.fragment_name.node).map(|fragment| &fragment.node);
            spread.directives.is_empty()
                && fragment.is_some_and(|fragment| {
                    fragment.type_condition.node.on.node == type_name
                        && is_plain(ctx, &fragment.selection_set.node, type_name, fields)
                })
        }
        Selection::InlineFragment(fragment) => {
            let fragment = &fragment.node;
            fragment.directives.is_empty()
                && fragment.type_condition.as_ref().is_none_or(|condition| condition.node.on.node == type_name)
                && is_plain(ctx, &fragment.selection_set.node, type_name, fields)
        }
    })
}

/// The object: fields that are at hand at once, lists that siblings asked for before without reading their arguments
/// again, all others by the library.
pub(super) async fn write(ctx: &ContextSelectionSet<'_>, object: &dyn Object) -> ServerResult<Value> {
    write_planned(ctx, object, ObjectPlan::of(ctx, &ctx.item.node, object).as_ref()).await
}

/// A list of objects of one type: those that are at hand at once, the others each as soon as it can be written.
pub(super) async fn write_each<O: Object>(ctx: &ContextSelectionSet<'_>, objects: &[O]) -> ServerResult<Value> {
    let plan = objects.first().and_then(|first| ObjectPlan::of(ctx, &ctx.item.node, first));
    let plan = plan.as_ref();
    let slots =
        objects.iter().enumerate().map(|(index, object)| match plan.and_then(|plan| plan.try_write(ctx, object)) {
            Some(value) => Slot::Ready(value),
            None => Slot::Waiting(Box::pin(async move {
                let ctx = ctx.with_index(index);
                write_planned(&ctx, object, plan).await.map_err(|error| ctx.set_error_path(error))
            })),
        });
    all(slots.collect()).await.map(|values| Value::List(values.collect()))
}

async fn write_planned(
    ctx: &ContextSelectionSet<'_>,
    object: &dyn Object,
    plan: Option<&ObjectPlan<'_>>,
) -> ServerResult<Value> {
    let Some(plan) = plan else {
        return resolve_container(ctx, &Container(object)).await;
    };
    let mut slots = Vec::with_capacity(plan.fields.len());
    for (field, number) in plan.fields.iter().zip(&plan.selection.numbers) {
        let known = match number {
            Number::TypeName => Some(Value::from(object.type_name())),
            Number::Known(number) => object.known(ctx, *number, &field.node),
            Number::Other => None,
        };
        slots.push(match known {
            Some(value) => Slot::Ready(value),
            None => Slot::Waiting(Box::pin(async move {
                let field = ctx.with_field(field);
                match object.parent().and_then(|parent| load::again(&field, parent)) {
                    Some(list) => list.await,
                    None => object.resolve_field(&field).await.map(Option::unwrap_or_default),
                }
            })),
        });
    }
    let values = all(slots).await?;
    let mut object = plan.selection.object.clone();
    object.values_mut().zip(values).for_each(|(place, value)| *place = value);
    Ok(Value::Object(object))
}

/// An object for the library, which writes what is not plain.
struct Container<'a>(&'a dyn Object);

impl OutputType for Container<'_> {
    fn type_name() -> Cow<'static, str> {
        // No type of the schema: what an object is it says itself.
        Cow::Borrowed("Object")
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.0.type_name())
    }

    fn create_type_info(_: &mut Registry) -> String {
        <Self as OutputType>::type_name().into_owned()
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl ContainerType for Container<'_> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.0.resolve_field(ctx).await
    }
}

/// What a selection makes of an object.
struct SelectionPlan {
    /// The object with nothing in it yet but the name of its type: cloning it is cheaper than making it.
    object: IndexMap<Name, Value>,
    /// How the fields are written.
    numbers: Vec<Number>,
    /// Some field is never at hand.
    has_relations: bool,
}

/// How a field is written.
enum Number {
    /// As the name of the type.
    TypeName,
    /// By [`Object::known`], if it is at hand.
    Known(usize),
    /// By [`Object::resolve_field`].
    Other,
}

impl SelectionPlan {
    /// Of fields none of which has a name twice.
    fn new(fields: &[&Positioned<Field>], object: &dyn Object) -> Option<Self> {
        let mut plan =
            Self { object: IndexMap::new(), numbers: Vec::with_capacity(fields.len()), has_relations: false };
        for field in fields {
            let name = field.node.name.node.as_str();
            let (number, value) = match name {
                "__typename" => (Number::TypeName, Value::from(object.type_name())),
                _ => (object.number(name).map_or(Number::Other, Number::Known), Value::Null),
            };
            if plan.object.insert(field.node.response_key().node.clone(), value).is_some() {
                return None;
            }
            plan.has_relations |= matches!(number, Number::Other);
            plan.numbers.push(number);
        }
        Some(plan)
    }
}

/// The plans that a request has met; none where the library must write the object.
#[derive(Default)]
pub(super) struct SelectionPlans(Mutex<HashMap<Place, Option<Arc<SelectionPlan>>>>);

/// Where a selection stands in the document, and on what type it is.
type Place = (usize, &'static str);

impl SelectionPlans {
    fn of(
        ctx: &ContextSelectionSet<'_>,
        set: &SelectionSet,
        object: &dyn Object,
        fields: &[&Positioned<Field>],
    ) -> Option<Arc<SelectionPlan>> {
        // The document, and with it the place of the selection, lives as long as the request.
        let place = (std::ptr::from_ref(set).addr(), object.type_name());
        let mut plans = ctx.data_opt::<Self>()?.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.entry(place).or_insert_with(|| SelectionPlan::new(fields, object).map(Arc::new)).clone()
    }
}

/// A value of an answer, or the work that gives it.
enum Slot<'a> {
    /// It is at hand.
    Ready(Value),
    /// It waits for a statement.
    Waiting(BoxFuture<'a, ServerResult<Value>>),
}

impl Slot<'_> {
    fn poll(&mut self, cx: &mut Polling<'_>) -> Poll<ServerResult<()>> {
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
async fn all(mut slots: Vec<Slot<'_>>) -> ServerResult<impl Iterator<Item = Value>> {
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
