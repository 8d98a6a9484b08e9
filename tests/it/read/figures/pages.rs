//! Pages of groups, put together, are the groups that are asked for at once.

use serde_json::{Value, json};
use service::zone;

use super::{
    case::{Case, ask},
    cases::Cases,
    sheet::Sheet,
};
use crate::read::{api::Api, fixture};

/// Questions to each type.
const CASES: usize = 6;

const ABOUT: &str = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_groups_are_the_groups() {
    fixture::open(async |apis| {
        let api = &apis[0];
        let (sheets, rows) = (Sheet::all(api).await, fixture::rows(api).await);
        let zone = zone::of_shop(api.service.database(), fixture::now()).await.expect("a zone");
        let (mut cases_read, mut pages) = (0, 0);
        for (number, sheet) in (1..).zip(&sheets) {
            let mut cases = Cases::new(&api.shape, &rows, sheet, zone, 1_000 + number);
            let all: Vec<(Case, usize)> = (0..CASES).map(|_| (cases.make(1), 1 + cases.below(3))).collect();
            let mut wholes = Vec::new();
            for api in apis {
                let (whole, number) = read(api, sheet, &all).await;
                wholes.push(whole);
                cases_read += all.len();
                pages += number;
            }
            assert!(wholes.windows(2).all(|pair| pair[0] == pair[1]), "{}\n{all:#?}\n{wholes:#?}", sheet.node);
        }
        assert!(2 * pages > 3 * cases_read, "{cases_read} cases have {pages} pages");
    })
    .await;
}

/// The groups of each case at once, which are checked to be those of its pages; and how many pages these are.
async fn read(api: &Api, sheet: &Sheet, all: &[(Case, usize)]) -> (Vec<Value>, usize) {
    let cases: Vec<&Case> = all.iter().map(|(case, _)| case).collect();
    let wholes = ask(api, sheet, &cases, |number, case| case.groups_field(number, "first: 250", ABOUT)).await;
    let walks = all.iter().zip(&wholes).map(|((case, size), whole)| Walk::new(case, &whole["groups"], *size)).collect();
    let pages = walk_all(api, sheet, walks).await;
    (wholes, pages)
}

/// Reads all of them to their ends, a page of each at a time; how many pages these are.
async fn walk_all(api: &Api, sheet: &Sheet, mut walks: Vec<Walk<'_>>) -> usize {
    let mut pages = 0;
    while !walks.is_empty() {
        let cases: Vec<&Case> = walks.iter().map(|walk| walk.case).collect();
        let found =
            ask(api, sheet, &cases, |number, case| case.groups_field(number, &walks[number].page(), ABOUT)).await;
        for (walk, page) in walks.iter_mut().zip(&found) {
            walk.take(&page["groups"]);
        }
        pages += walks.len();
        walks.retain(|walk| walk.seen < walk.whole.len());
    }
    pages
}

/// Groups that are read page by page.
struct Walk<'a> {
    case: &'a Case,
    whole: &'a [Value],
    size: usize,
    seen: usize,
    cursor: Value,
}

impl<'a> Walk<'a> {
    /// So many groups on a page, and more where there are many.
    fn new(case: &'a Case, groups: &'a Value, size: usize) -> Self {
        let whole = groups["nodes"].as_array().expect("groups");
        assert_eq!(groups["totalCount"], whole.len(), "{case:#?}");
        assert_eq!(groups["pageInfo"]["hasNextPage"], false, "{case:#?}");
        Self { case, whole, size: size + whole.len() / 12, seen: 0, cursor: Value::Null }
    }

    /// The arguments of the next page.
    fn page(&self) -> String {
        let after = if self.cursor.is_null() { String::new() } else { format!(", after: {}", self.cursor) };
        format!("first: {}{after}", self.size)
    }

    /// Checks a page against the part of the whole that it should be.
    fn take(&mut self, page: &Value) {
        let (from, until) = (self.seen, self.whole.len().min(self.seen + self.size));
        let said = format!("{} {}", self.page(), self.case.groups_field(0, "", ""));
        assert_eq!(page["nodes"], json!(self.whole[from..until]), "{said}");
        assert_eq!(page["totalCount"], self.whole.len(), "{said}");
        let info = &page["pageInfo"];
        let (next, previous) = (&info["hasNextPage"], &info["hasPreviousPage"]);
        assert_eq!((next, previous), (&json!(until < self.whole.len()), &json!(from > 0)), "{said}");
        assert_eq!(
            (info["startCursor"].is_null(), info["endCursor"].is_null()),
            (from == until, from == until),
            "{said}"
        );
        self.cursor = info["endCursor"].clone();
        self.seen = until;
    }
}
