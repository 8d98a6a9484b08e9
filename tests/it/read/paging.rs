//! Pages of every list of the schema, in every order, from both ends.

use std::collections::HashSet;

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    api::Api,
    crowd,
    listed::{Listed, Order},
};

/// Every list has a parent with at least so many rows.
const ENOUGH: usize = 6;

on_both_engines! {
    async fn pages_make_up_every_list_in_every_order(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 30).await;
        for listed in many(&api).await {
            let mut walks = Vec::new();
            for order in listed.orders() {
                let whole = whole(&listed, &order).await;
                let size = if whole.len() < 15 { 3 } else { 7 };
                walks.push(Walk::new(&order, whole.clone(), size, true));
                walks.push(Walk::new(&order, whole, size, false));
            }
            walk(&listed, walks).await;
        }
    }

    async fn two_cursors_cut_a_window(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 30).await;
        for listed in many(&api).await {
            for order in listed.orders().iter().step_by(7) {
                let whole = whole(&listed, order).await;
                window(&listed, order, &whole).await;
            }
        }
    }
}

/// Every list that can have many rows.
async fn many(api: &Api) -> Vec<Listed<'_>> {
    let mut lists = Listed::all(api).await;
    lists.retain(|listed| !crowd::UNSHARED.iter().any(|(_, _, list)| *list == listed.name()));
    lists
}

/// The whole list, which is checked to be in order.
async fn whole(listed: &Listed<'_>, order: &Order) -> Vec<Value> {
    let name = format!("{} {}", listed.name(), order.argument);
    let edges = listed.edges(&order.argument).await;
    assert!(edges.len() >= ENOUGH, "{name}: insert more rows for this list, it has {}", edges.len());
    let cursors: HashSet<_> = edges.iter().map(|edge| edge["cursor"].as_str().expect("a cursor")).collect();
    assert_eq!(cursors.len(), edges.len(), "{name}: rows share cursors");
    for pair in edges.windows(2) {
        let (a, b) = (&pair[0]["node"], &pair[1]["node"]);
        assert!(order.compare(a, b).is_le(), "{name}: out of order\n{a:#}\n{b:#}");
    }
    edges
}

/// A list that is read page by page.
struct Walk {
    order: String,
    whole: Vec<Value>,
    size: usize,
    forward: bool,
    seen: usize,
    cursor: Option<Value>,
}

impl Walk {
    fn new(order: &Order, whole: Vec<Value>, size: usize, forward: bool) -> Self {
        Self { order: order.argument.clone(), whole, size, forward, seen: 0, cursor: None }
    }

    fn arguments(&self) -> String {
        let (size, from) = if self.forward { ("first", "after") } else { ("last", "before") };
        let cursor = self.cursor.as_ref().map(|cursor| format!("{from}: {cursor}")).unwrap_or_default();
        format!("{} {size}: {} {cursor}", self.order, self.size)
    }

    /// Checks a page against the part of the whole that it should be.
    fn take(&mut self, page: &Value, name: &str) {
        let left = self.whole.len() - self.seen;
        let expected = if self.forward { &self.whole[self.seen..] } else { &self.whole[..left] };
        let (expected, more) = match (left > self.size, self.forward) {
            (true, true) => (&expected[..self.size], true),
            (true, false) => (&expected[left - self.size..], true),
            (false, _) => (expected, false),
        };
        assert_eq!(page["edges"], json!(expected), "{name} {}", self.arguments());
        let (ahead, behind) = if self.forward { (more, self.seen > 0) } else { (self.seen > 0, more) };
        let (first, last) = (&expected[0]["cursor"], &expected[expected.len() - 1]["cursor"]);
        let info = json!({ "hasNextPage": ahead, "hasPreviousPage": behind, "startCursor": first, "endCursor": last });
        assert_eq!(page["pageInfo"], info, "{name} {}", self.arguments());
        self.cursor = Some(if self.forward { last } else { first }.clone());
        self.seen += expected.len();
    }
}

/// Reads all of them to their ends, a page of each at a time.
async fn walk(listed: &Listed<'_>, mut walks: Vec<Walk>) {
    let name = listed.name();
    while !walks.is_empty() {
        let arguments: Vec<_> = walks.iter().map(Walk::arguments).collect();
        let pages = listed.ask(&arguments, &listed.page()).await;
        for (walk, page) in walks.iter_mut().zip(&pages) {
            walk.take(page, &name);
        }
        walks.retain(|walk| walk.seen < walk.whole.len());
    }
}

/// Tries pages between two cursors.
async fn window(listed: &Listed<'_>, order: &Order, whole: &[Value]) {
    let (after, before) = (1, whole.len() - 2);
    let bounds = format!("{} after: {} before: {}", order.argument, whole[after]["cursor"], whole[before]["cursor"]);
    let inside = &whole[after + 1..before];
    let reversed = format!("{} after: {} before: {}", order.argument, whole[before]["cursor"], whole[after]["cursor"]);
    // Arguments, rows, whether rows are before and after.
    let cases = [
        (bounds.clone(), inside, true, false),
        (format!("first: 2 {bounds}"), &inside[..2], true, true),
        (format!("last: 2 {bounds}"), &inside[inside.len() - 2..], true, true),
        (format!("last: 250 {bounds}"), inside, false, true),
        (format!("first: 0 {bounds}"), &[], true, true),
        (format!("last: 0 {bounds}"), &[], true, true),
        (format!("first: 0 {}", order.argument), &[], false, true),
        (reversed, &[], true, false),
    ];
    let arguments: Vec<_> = cases.iter().map(|(arguments, ..)| arguments.clone()).collect();
    let pages = listed.ask(&arguments, &(listed.page() + " totalCount")).await;
    for ((arguments, rows, previous, next), page) in cases.iter().zip(pages) {
        let name = format!("{} {arguments}", listed.name());
        assert_eq!(page["edges"], json!(rows), "{name}");
        assert_eq!(page["totalCount"], whole.len(), "{name}");
        assert_eq!(page["pageInfo"]["hasPreviousPage"], *previous, "{name}");
        assert_eq!(page["pageInfo"]["hasNextPage"], *next, "{name}");
        assert_eq!(page["pageInfo"]["startCursor"].is_null(), rows.is_empty(), "{name}");
    }
}
