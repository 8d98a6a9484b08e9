//! What operations cost, and who has spent too much.

use serde_json::{Value, json};
use service::{Service, clock::Clock, keys::Create, principal::Role};
use tests::{http::Answer, on_both_engines};

use super::{
    Served,
    identity::{key, local},
};

pub(super) fn send(
    served: &Served,
    key: Option<&str>,
    query: &str,
    headers: &[(&str, &str)],
    extensions: Value,
) -> Answer {
    let body = json!({ "query": query, "extensions": extensions }).to_string();
    let bearer = key.map(|key| format!("Bearer {key}"));
    let mut all = vec![("content-type", "application/json"), ("accept", "application/graphql-response+json")];
    all.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    all.extend(headers);
    served.send("POST /graphql", &all, body.as_bytes())
}

on_both_engines! {
    async fn an_answer_tells_its_cost_to_who_asks(db: &TestDatabase) {
        let served = Served::start(db).await;
        let query = "{ agents(first: 10) { totalCount nodes { name parent { name } } } }";
        // A list, its count, and for each of ten rows the row and its parent.
        let requested = 5 + 10 + 10 * (1 + 1);
        let silent = send(&served, None, query, &[], json!({})).json();
        assert_eq!(silent.get("extensions"), None);
        let told = send(&served, None, query, &[("vividwalls-cost", "1")], json!({})).json();
        assert_eq!(told["data"]["agents"]["totalCount"], 0);
        let cost = &told["extensions"]["cost"];
        assert_eq!((&cost["requested"], &cost["maximum"]), (&json!(requested), &json!(1_000_000)));
        // Two statements, and the row with the count.
        assert_eq!((&cost["actual"], &cost["throttle"]), (&json!(11), &Value::Null));
        let only = send(&served, None, "mutation { createAgent(input: { name: \"x\", type: ORCHESTRATOR }) { agent { id } } }", &[], json!({ "cost": "only" }));
        assert_eq!(only.json()["extensions"]["cost"]["requested"], json!(11), "{}", only.text());
        assert_eq!(served.ask("{ agents { totalCount } }", json!({})).json()["data"]["agents"]["totalCount"], 0);
    }

    async fn a_key_has_points_by_its_role(db: &TestDatabase) {
        let served = Served::start(db).await;
        let (_, viewer) = key(&served, Clock::system(), Role::Viewer).await;
        let told = send(&served, Some(&viewer), "{ agents { totalCount } }", &[("vividwalls-cost", "1")], json!({})).json();
        let throttle = &told["extensions"]["cost"]["throttle"];
        assert_eq!((&throttle["capacity"], &throttle["restoreRate"]), (&json!(100_000), &json!(10_000)));
        let large = "{ agents(first: 100) { nodes { tasks(first: 200) { nodes { id } } } } }";
        let answer = send(&served, Some(&viewer), large, &[], json!({}));
        let (code, message) = answer.error();
        assert_eq!((answer.status, code.as_str()), (400, "LIMIT_EXCEEDED"));
        let says = "this operation could cost 20305 points, at most 20000 are allowed";
        assert!(message.starts_with(says) && message.contains("`agents` (20305)"), "{message}");
        let (_, admin) = key(&served, Clock::system(), Role::Admin).await;
        assert_eq!(send(&served, Some(&admin), large, &[], json!({})).status, 200);
    }

    async fn who_has_spent_its_points_is_refused_and_nothing_is_done(db: &TestDatabase) {
        let served = Served::start(db).await;
        let (_, operator) = key(&served, Clock::system(), Role::Operator).await;
        let dear = "mutation { recordSystemEvent(input: { eventType: \"test\", message: \"made\" }) { systemEvent { sourceAgent { \
                    tasks(first: 250) { nodes { workflowExecution { tasks(first: 250) { nodes { id } } } } } } } } }";
        let mut made = 0;
        let refused = loop {
            let answer = send(&served, Some(&operator), dear, &[], json!({}));
            if answer.status != 200 {
                break answer;
            }
            made += 1;
            assert!(made < 20, "it is never refused");
        };
        let error = &refused.json()["errors"][0]["extensions"];
        assert_eq!((refused.status, &error["code"]), (429, &json!("THROTTLED")), "{}", refused.text());
        assert!(error["retryAfterMs"].as_u64().is_some_and(|time| time > 1_000), "{error}");
        assert!(refused.header("retry-after").is_some_and(|time| time.parse::<u64>().is_ok_and(|time| time > 1)));
        let (_, admin) = key(&served, Clock::system(), Role::Admin).await;
        let events = send(&served, Some(&admin), "{ systemEvents { totalCount } }", &[], json!({}));
        assert_eq!(events.json()["data"]["systemEvents"]["totalCount"], json!(made), "{}", events.text());
    }

    async fn what_is_refused_is_paid_by_its_length(db: &TestDatabase) {
        let served = Served::start(db).await;
        let (_, viewer) = key(&served, Clock::system(), Role::Viewer).await;
        let bearer = format!("Bearer {viewer}");
        let headers = [("content-type", "application/json"), ("authorization", &*bearer)];
        let long = "x".repeat(900_000);
        // Neither the one is an operation nor the other JSON.
        let bodies = [json!({ "query": format!("{{ nope }} # {long}") }).to_string(), format!("{{ {long}")];
        let statuses = (0..80).map(|number| served.send("POST /graphql", &headers, bodies[number % 2].as_bytes()).status);
        let statuses: Vec<u16> = statuses.take_while(|status| *status != 429).collect();
        // 100,000 points in the bucket, 3,515 for each, and what is restored meanwhile.
        assert!((28..80).contains(&statuses.len()), "{statuses:?}");
    }

    async fn the_keys_of_an_agent_have_one_bucket(db: &TestDatabase) {
        let served = Served::start(db).await;
        let agent = |input: String| {
            let query = format!("mutation {{ createAgent(input: {{ {input} }}) {{ agent {{ id }} }} }}");
            let made = served.ask(&query, json!({})).json();
            made["data"]["createAgent"]["agent"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
        };
        let first = agent("name: \"One\", type: ORCHESTRATOR".to_owned());
        let second = agent(format!("name: \"Two\", type: DIRECTOR, parentId: \"{first}\""));
        let service = Service::new(served.database.clone(), Clock::system());
        let mut keys = Vec::new();
        for agent in [&first, &first, &second] {
            let agent_id = Some(agent.parse().expect("an id"));
            let verb = Create { name: "worker".to_owned(), role: Role::Agent, agent_id, expires_at: None };
            let made = service.perform(&local(), None, &verb).await.expect("made").outcome;
            keys.push(made.token.expect("a key").reveal().to_owned());
        }
        let bearer = format!("Bearer {}", keys[0]);
        let headers = [("content-type", "application/json"), ("authorization", &*bearer)];
        let body = json!({ "query": format!("{{ nope }} # {}", "x".repeat(900_000)) }).to_string();
        let refused = (0..80).find(|_| served.send("POST /graphql", &headers, body.as_bytes()).status == 429);
        assert!(refused.is_some(), "it is never refused");
        // The bucket needs eleven seconds to be full again.
        let left = |key: &str| {
            let answer = send(&served, Some(key), "{ __typename }", &[], json!({ "cost": "only" }));
            (answer.status == 200).then(|| answer.json()["extensions"]["cost"]["throttle"]["available"].clone())
        };
        assert!(left(&keys[1]).is_none_or(|left| left.as_u64().is_some_and(|left| left < 100_000)));
        assert_eq!(left(&keys[2]), Some(json!(100_000)));
    }

    async fn answers_have_a_greatest_length(db: &TestDatabase) {
        let served = Served::start(db).await;
        let text = "x".repeat(60_000);
        let set = "mutation($value: JSON!) { setConfiguration(input: { key: \"k\", value: $value }) { configuration { key } } }";
        let made = served.ask(set, json!({ "value": { "text": text } }));
        assert_eq!(made.json()["data"]["setConfiguration"]["configuration"]["key"], "k", "{}", made.text());
        let ask = |lists: usize| {
            let values: String = (0..300).map(|n| format!("v{n}: value ")).collect();
            let lists: String = (0..lists).map(|n| format!("a{n}: configurations {{ nodes {{ {values} }} }} ")).collect();
            served.ask(&format!("{{ {lists} }}"), json!({}))
        };
        let answer = ask(1);
        assert_eq!((answer.status, answer.json().get("errors")), (200, None));
        let answer = ask(2);
        assert_eq!(answer.error().0, "LIMIT_EXCEEDED");
        let places = answer.json()["errors"][0]["locations"].clone();
        assert!(places.as_array().is_none_or(|places| places.iter().all(|place| place["line"] != 0)), "{places}");
        assert!(answer.text().len() < 1 << 20, "{}", answer.text().len());
    }

    async fn the_schema_is_described_once_in_a_request(db: &TestDatabase) {
        let served = Served::start(db).await;
        let schema = "__schema { queryType { name } }";
        assert_eq!(served.ask(&format!("{{ {schema} }}"), json!({})).status, 200);
        let answer = served.ask(&format!("{{ a: {schema} b: {schema} }}"), json!({}));
        assert_eq!(answer.error(), ("LIMIT_EXCEEDED".to_owned(), "the query asks for `__schema` 2 times; the most is 1".to_owned()));
        let types = |count: usize| -> String {
            (0..count).map(|n| format!("t{n}: __type(name: \"Agent\") {{ name }} ")).collect()
        };
        assert_eq!(served.ask(&format!("{{ {} }}", types(10)), json!({})).status, 200);
        assert_eq!(served.ask(&format!("{{ {} }}", types(11)), json!({})).error().0, "LIMIT_EXCEEDED");
    }
}
