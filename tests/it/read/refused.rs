//! What a list refuses: sizes, cursors, filters that are too large.

use ::api::read::page::Position;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use service::Error;
use tests::on_both_engines;

use super::{api::Api, crowd, listed::Listed, shape::text};

on_both_engines! {
    async fn sizes_have_bounds(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        for listed in Listed::all(&api).await {
            for (arguments, limit, says) in [
                ("first: 251", true, "`first` is 251"),
                ("last: 251", true, "`last` is 251"),
                ("first: -1", false, "`first` is -1"),
                ("last: -2147483648", false, "`last` is -2147483648"),
                ("first: 1, last: 1", false, "not both"),
                ("first: 0, last: 0", false, "not both"),
            ] {
                let error = refusal(&listed, arguments).await;
                assert_eq!(matches!(error, Error::Limit(_)), limit, "{} {error:?}", listed.name());
                assert_eq!(matches!(error, Error::Invalid(_)), !limit, "{} {error:?}", listed.name());
                assert!(error.to_string().contains(says), "{}: {error}", listed.name());
            }
        }
    }

    async fn cursors_belong_to_one_list(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        let lists = Listed::all(&api).await;
        let mut foreign = lists[lists.len() - 1].edges("").await[0]["cursor"].clone();
        for listed in &lists {
            let own = listed.edges("").await[0]["cursor"].clone();
            let orders = listed.orders();
            let (order, other) = (&orders[orders.len() - 1].argument, &orders[orders.len() - 2].argument);
            let ordered = listed.edges(order).await[0]["cursor"].clone();
            let known = "is a cursor of another list";
            for (arguments, says) in [
                ("after: \"garbage\"".to_owned(), "`after` is not a cursor"),
                ("before: \"\"".to_owned(), "`before` is not a cursor"),
                ("before: \"WyJhIiwxXQ\"".to_owned(), "`before` is not a cursor"),
                (format!("after: {foreign}"), known),
                (format!("before: {foreign}"), known),
                (format!("{order} after: {own}"), known),
                (format!("after: {ordered}"), known),
                (format!("{other} after: {ordered}"), known),
                (format!("filter: {{ or: [{{}}] }} after: {own}"), known),
            ] {
                let error = refusal(listed, &arguments).await;
                assert!(matches!(error, Error::Invalid(_)), "{} {arguments}: {error:?}", listed.name());
                assert!(error.to_string().contains(says), "{} {arguments}: {error}", listed.name());
            }
            listed.ask(&[format!("after: {own}")], "nodes { __typename }").await;
            foreign = own;
        }
    }

    async fn a_filter_says_something(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        for (filter, path) in [
            ("{ parentTaskId: { eq: null } }", "filter.parentTaskId.eq"),
            ("{ parentTaskId: { in: null } }", "filter.parentTaskId.in"),
            ("{ parentTaskId: null }", "filter.parentTaskId"),
            ("{ and: [{}, { not: { taskType: { startsWith: null } } }] }", "filter.and.1.not.taskType.startsWith"),
            ("{ assignedAgent: { name: { ne: null } } }", "filter.assignedAgent.name.ne"),
            ("{ taskType: { eq: \"a\\u0000b\" } }", "filter.taskType.eq"),
            ("{ inputData: { contains: { a: [\"\\u0000\"] } } }", "filter.inputData.contains.a.0"),
        ] {
            let error = api.error(&format!("{{ tasks(filter: {filter}) {{ totalCount }} }}"), Value::Null).await;
            let Error::Refused(refusal) = error else { panic!("{filter}: {error:?}") };
            assert_eq!(refusal.path.join("."), path, "{filter}");
        }
        let all = api.query("{ tasks { totalCount } }", Value::Null).await;
        for filter in ["null", "{}", "{ and: [] }", "{ parentTaskId: { isNull: null } }", "{ parentTaskId: { eq: $left } }"] {
            let query = format!("query($left: ID) {{ tasks(filter: {filter}) {{ totalCount }} }}");
            assert_eq!(api.query(&query, Value::Null).await, all, "{filter}");
        }
        let below = api.query("{ agents { nodes { tasks(filter: {}) { totalCount } } } }", Value::Null).await;
        assert!(!below["agents"]["nodes"].as_array().expect("agents").is_empty());
        let deep = format!("{}1{}", "[".repeat(20), "]".repeat(20));
        let many = format!("[{}]", "\"x\",".repeat(5001));
        for filter in [format!("{{ inputData: {{ contains: {deep} }} }}"), format!("{{ taskType: {{ in: {many} }} }}")] {
            let error = api.error(&format!("{{ tasks(filter: {filter}) {{ totalCount }} }}"), Value::Null).await;
            assert!(matches!(error, Error::Limit(_)), "{error:?}");
        }
        let error = api.error("{ productByHandle(handle: \"a\\u0000b\") { id } }", Value::Null).await;
        assert!(matches!(error, Error::Refused(_)), "{error:?}");
    }

    async fn wide_filters_are_answered_by_both_engines(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        let texts: Vec<String> = (0..100).map(|number| format!("tool {number}")).collect();
        let object: Value = texts.iter().map(|text| (text.clone(), Value::from(1))).collect::<serde_json::Map<_, _>>().into();
        for filter in [
            json!({ "mcpTools": { "hasAny": texts } }),
            json!({ "mcpTools": { "hasAll": texts } }),
            json!({ "mcpTools": { "hasAny": [] } }),
        ] {
            let query = "query($filter: AgentFilter) { agents(filter: $filter) { totalCount } }";
            assert_eq!(api.counted(query, json!({ "filter": filter })).await.0["agents"]["totalCount"], 0);
        }
        for document in [json!(texts), object] {
            let query = "query($filter: ConfigurationFilter) { configurations(filter: $filter) { totalCount } }";
            let filter = json!({ "value": { "contains": document } });
            assert_eq!(api.counted(query, json!({ "filter": filter })).await.0["configurations"]["totalCount"], 0);
        }
    }

    /// A cursor outlives the version of the server that made it: this number never changes.
    async fn the_identity_of_a_list_is_fixed(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        for filter in [
            "{ taskType: { startsWith: \"\" } }",
            "{ taskType: { startsWith: \"\" }, and: [] }",
            "{ and: [{ taskType: { startsWith: \"\" } }] }",
        ] {
            let query = format!("{{ tasks(filter: {filter}, orderBy: [{{ field: PRIORITY }}], first: 1) {{ edges {{ cursor }} }} }}");
            let answer = api.query(&query, Value::Null).await;
            let cursor = text(&answer["tasks"]["edges"][0], "cursor").to_owned();
            assert_eq!(format!("{:016x}", identity(&cursor)), "c3530ba8b57d843c", "{filter}");
        }
    }

    /// Only somebody who makes cursors himself gets here; the database must not.
    async fn a_forged_cursor_is_an_error_of_the_client(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        let tasks = Listed::named(&api, None, "tasks").await;
        let order = "orderBy: [{ field: PRIORITY }]";
        let edge = tasks.edges(order).await.remove(0);
        let id = text(&edge["node"], "id").replace('-', "");
        let keys = |keys: &[Option<&str>]| Position(keys.iter().map(|key| key.map(str::to_owned)).collect());
        let identity = identity(text(&edge, "cursor"));
        let good = keys(&[Some("1"), Some(&id)]).encode(identity);
        tasks.ask(&[format!("{order} after: \"{good}\"")], "nodes { id }").await;
        for bad in [
            keys(&[]),
            keys(&[Some("1")]),
            keys(&[Some("1"), Some("x")]),
            keys(&[Some("x"), Some(&id)]),
            keys(&[None, Some(&id)]),
            keys(&[Some("1"), None]),
            keys(&[Some("99999999999"), Some(&id)]),
            keys(&[Some("1"), Some(&id), Some(&id)]),
        ] {
            let cursor = bad.encode(identity);
            let error = refusal(&tasks, &format!("{order} after: \"{cursor}\"")).await;
            assert!(matches!(error, Error::Invalid(_)), "{bad:?}: {error:?}");
        }
    }
}

/// The list that a cursor belongs to.
fn identity(cursor: &str) -> u64 {
    let json = URL_SAFE_NO_PAD.decode(cursor).expect("base64");
    let (list, _): (String, Value) = serde_json::from_slice(&json).expect("JSON");
    u64::from_str_radix(&list, 16).expect("a number")
}

async fn refusal(listed: &Listed<'_>, arguments: &str) -> Error {
    let query = listed.query(&[arguments.to_owned()], "nodes { __typename }");
    listed.api.error(&query, Value::Null).await
}
