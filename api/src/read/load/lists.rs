//! The list fields of a request.
//!
//! Below many parents a field is the same list for each of them: its arguments are read once, and one batch
//! carries all parents that ask at the same moment.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{Context, Positioned, ServerResult, Value, dataloader::Loader, parser::types::Field};
use futures::{
    FutureExt,
    channel::oneshot,
    future::BoxFuture,
    task::{FutureObj, Spawn},
};
use service::{Error, Result};
use uuid::Uuid;

use super::{
    Answer, BATCH, Link, Shared,
    batch::Begun,
    children::{Pages, Parents},
};
use crate::read::{connection::Page, list::List, object::located, resource::AnyRow, selection::Wanted};

/// The list fields of a request that were met.
pub(super) struct Lists {
    reader: Shared,
    begun: Begun,
    /// By the place of the field in the document, which lives as long as the request.
    fields: Mutex<HashMap<usize, Arc<ListField>>>,
}

impl Lists {
    pub(super) fn new(reader: Shared, begun: Begun) -> Self {
        Self { reader, begun, fields: Mutex::default() }
    }

    pub(super) fn of<'a>(ctx: &Context<'a>) -> Result<&'a Self> {
        ctx.data::<Self>().map_err(|_| Error::internal("the request has no lists"))
    }

    fn met(&self, field: &Positioned<Field>) -> Option<Arc<ListField>> {
        self.fields.lock().unwrap_or_else(PoisonError::into_inner).get(&place(field)).cloned()
    }

    /// The list that the field stands for; the first parent makes it.
    pub(super) fn field(
        &self,
        field: &Positioned<Field>,
        make: impl FnOnce() -> ServerResult<ListField>,
    ) -> ServerResult<Arc<ListField>> {
        if let Some(met) = self.met(field) {
            return Ok(met);
        }
        let made = Arc::new(make()?);
        self.fields.lock().unwrap_or_else(PoisonError::into_inner).insert(place(field), made.clone());
        Ok(made)
    }
}

fn place(field: &Positioned<Field>) -> usize {
    std::ptr::from_ref(field).addr()
}

/// The answer of a list field that another parent asked for before.
pub(in crate::read) fn again<'a>(ctx: &'a Context<'a>, parent: Uuid) -> Option<BoxFuture<'a, ServerResult<Value>>> {
    Some(ctx.data_opt::<Lists>()?.met(ctx.item)?.answer(ctx, parent))
}

/// A list field of a request.
pub(super) struct ListField {
    link: Link,
    list: Arc<List>,
    wanted: Wanted,
    rows: Waiting<Vec<Arc<dyn AnyRow>>>,
    totals: Waiting<i64>,
}

/// The parents that wait for their value.
type Waiting<V> = Mutex<Vec<(Uuid, oneshot::Sender<Result<Answer<V>>>)>>;

impl ListField {
    pub(super) fn new(link: Link, wanted: Wanted, list: Arc<List>) -> Self {
        Self { link, list, wanted, rows: Mutex::default(), totals: Mutex::default() }
    }

    /// The page of one parent.
    pub(super) async fn page(self: &Arc<Self>, ctx: &Context<'_>, parent: Uuid) -> Result<Page> {
        let lists = Lists::of(ctx)?;
        let rows = self
            .wanted
            .columns
            .map(|columns| wait(lists, self, |field| &field.rows, parent, move |parents| Pages { parents, columns }));
        let total = self.wanted.total.then(|| wait(lists, self, |field| &field.totals, parent, |parents| parents));
        let rows = match rows {
            Some(rows) => received(rows.await)?.seen(ctx),
            None => Vec::new(),
        };
        let total = match total {
            Some(total) => Some(received(total.await)?.seen(ctx)),
            None => None,
        };
        Ok(Page::new(self.list.clone(), rows, total))
    }

    fn parents(&self, ids: &[Uuid]) -> Parents {
        Parents::new(self.link, self.list.clone(), ids.into())
    }

    fn answer<'a>(self: Arc<Self>, ctx: &'a Context<'a>, parent: Uuid) -> BoxFuture<'a, ServerResult<Value>> {
        async move {
            let page = self.page(ctx, parent).await.map_err(|error| located(ctx, error))?;
            page.write(&ctx.with_selection_set(&ctx.item.node.selection_set)).await
        }
        .boxed()
    }
}

fn received<V>(answer: Result<Result<Answer<V>>, oneshot::Canceled>) -> Result<Answer<V>> {
    answer.unwrap_or_else(|_| Err(Error::internal("a list was not read")))
}

/// Joins those who wait; the first of them begins the batch that reads for all.
fn wait<K, V>(
    lists: &Lists,
    field: &Arc<ListField>,
    waiting: fn(&ListField) -> &Waiting<V>,
    parent: Uuid,
    key: impl Fn(Parents) -> K + Send + 'static,
) -> oneshot::Receiver<Result<Answer<V>>>
where
    K: Send + Sync + Eq + std::hash::Hash + Clone + 'static,
    V: Send + 'static,
    Shared: Loader<K, Value = Answer<Vec<V>>, Error = Error>,
{
    let (answer, answered) = oneshot::channel();
    let first = {
        let mut waiting = waiting(field).lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push((parent, answer));
        waiting.len() == 1
    };
    if first {
        let (field, reader) = (Arc::clone(field), lists.reader.clone());
        let batch = async move {
            let mut all = mem::take(&mut *waiting(&field).lock().unwrap_or_else(PoisonError::into_inner));
            while !all.is_empty() {
                let some: Vec<_> = all.drain(..all.len().min(BATCH)).collect();
                let ids: Vec<Uuid> = some.iter().map(|(parent, _)| *parent).collect();
                let key = key(field.parents(&ids));
                let answer = reader.load(std::slice::from_ref(&key)).await.and_then(|mut answers| {
                    answers.remove(&key).ok_or_else(|| Error::internal("a list without an answer"))
                });
                hand_out(some, answer);
            }
        };
        // It only joins a queue of the request, which never refuses.
        let _ = lists.begun.spawn_obj(FutureObj::new(Box::new(batch)));
    }
    answered
}

fn hand_out<V>(waiting: Vec<(Uuid, oneshot::Sender<Result<Answer<V>>>)>, answer: Result<Answer<Vec<V>>>) {
    // Who was given up meanwhile is not there to hear it.
    match answer {
        Ok(Answer { statement, value }) => {
            for ((_, waiting), value) in waiting.into_iter().zip(value) {
                let _ = waiting.send(Ok(Answer { statement, value }));
            }
        }
        Err(error) => {
            for (_, waiting) in waiting {
                let _ = waiting.send(Err(error.clone()));
            }
        }
    }
}
