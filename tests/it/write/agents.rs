//! Agents: who there is, and whom they answer to.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::{DemoFixture, NOBODY, text, with};

const AGENT: &str =
    "agent { id name type parentId systemPrompt mcpTools isActive maxConcurrentTasks version createdAt updatedAt }";

on_both_engines! {
    async fn an_agent_is_created_as_it_is_said(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let top = fixture.agent("Business Orchestrator").await;
        let payload = fixture.done("createAgent", json!({ "name": "Night Watch", "type": "SPECIALIST", "parentId": top }), AGENT).await;
        let mut agent = payload["agent"].clone();
        let id = agent["id"].take();
        assert_eq!(agent, json!({
            "id": null, "name": "Night Watch", "type": "SPECIALIST", "parentId": top, "systemPrompt": null, "mcpTools": [],
            "isActive": true, "maxConcurrentTasks": null, "version": 1,
            "createdAt": "2026-03-14T15:09:26.535897+00:00", "updatedAt": "2026-03-14T15:09:26.535897+00:00",
        }));
        let whole = json!({
            "name": "Day Watch", "type": "DIRECTOR", "parentId": id, "systemPrompt": "Watch.", "mcpTools": ["n8n"],
            "isActive": false, "maxConcurrentTasks": 2,
        });
        let payload = fixture.done("createAgent", whole.clone(), AGENT).await;
        for (name, value) in whole.as_object().expect("an object") {
            assert_eq!(&payload["agent"][name], value, "{name}");
        }
        fixture.check().await;
    }

    async fn no_agent_is_what_it_cannot_be(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let top = fixture.agent("Business Orchestrator").await;
        let good = json!({ "name": "Night Watch", "type": "SPECIALIST", "parentId": top });
        for (changes, code) in [
            (json!({ "name": "" }), "INVALID name"),
            (json!({ "name": " \t" }), "INVALID name"),
            (json!({ "name": "é".repeat(256) }), "INVALID name"),
            (json!({ "name": "Sales Specialist" }), "ALREADY_EXISTS name"),
            (json!({ "parentId": null }), "INVALID parentId"),
            (json!({ "type": "ORCHESTRATOR" }), "INVALID parentId"),
            (json!({ "type": "ORCHESTRATOR", "parentId": null }), "ALREADY_EXISTS type"),
            (json!({ "maxConcurrentTasks": 0 }), "INVALID maxConcurrentTasks"),
        ] {
            assert_eq!(fixture.code_and_path("createAgent", with(good.clone(), changes.clone())).await, code, "{changes}");
        }
        let unknown = with(good.clone(), json!({ "parentId": "00000000-0000-0000-0000-00000000abcd" }));
        assert_eq!(fixture.code_and_path("createAgent", unknown).await, "NOT_FOUND parentId");
        let longest = with(good, json!({ "name": "é".repeat(255) }));
        fixture.done("createAgent", longest, AGENT).await;
        fixture.done("createAgent", json!({ "name": "Heir", "type": "ORCHESTRATOR", "isActive": false }), AGENT).await;
        fixture.check().await;
    }

    async fn an_update_changes_what_is_said_and_nothing_else(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let id = fixture.agent("Sales Specialist").await;
        let query = format!("query($id: ID!) {{ {} }}", AGENT.replace("agent {", "agent(id: $id) {"));
        let before = fixture.query(&query, json!({ "id": id })).await["agent"].take();
        fixture.clock().advance(chrono::Duration::seconds(5));

        let payload = fixture.done("updateAgent", json!({ "id": id, "systemPrompt": null, "maxConcurrentTasks": 7 }), AGENT).await;
        let changes = json!({
            "systemPrompt": null, "maxConcurrentTasks": 7, "version": 2, "updatedAt": "2026-03-14T15:09:31.535897+00:00",
        });
        let after = with(before.clone(), changes);
        assert_eq!(payload["agent"], after);
        // What is said again changes nothing, and neither does nothing.
        let again = json!({ "id": id, "systemPrompt": null, "maxConcurrentTasks": 7 });
        for input in [again, json!({ "id": id })] {
            assert_eq!(fixture.done("updateAgent", input, AGENT).await["agent"], after);
        }
        // A variable that is not given is left out, not null.
        let query = format!("mutation($id: ID!, $prompt: String, $name: String, $most: Int) {{
            updateAgent(input: {{ id: $id, systemPrompt: $prompt, name: $name, maxConcurrentTasks: $most }}) {{ {AGENT} }} }}");
        let given = fixture.query(&query, json!({ "id": id, "prompt": "Sell." })).await;
        assert_eq!(given["updateAgent"]["agent"]["systemPrompt"], "Sell.");
        assert_eq!(given["updateAgent"]["agent"]["maxConcurrentTasks"], 7);
        fixture.check().await;
    }

    async fn no_update_makes_what_cannot_be(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (id, top) = (fixture.agent("Sales Specialist").await, fixture.agent("Business Orchestrator").await);
        for (input, code) in [
            (json!({ "id": id, "name": " " }), "INVALID name"),
            (json!({ "id": id, "name": "Finance Director" }), "ALREADY_EXISTS name"),
            (json!({ "id": id, "type": "ORCHESTRATOR" }), "INVALID type"),
            (json!({ "id": top, "type": "DIRECTOR" }), "INVALID type"),
            (json!({ "id": id, "maxConcurrentTasks": -1 }), "INVALID maxConcurrentTasks"),
        ] {
            assert_eq!(fixture.code_and_path("updateAgent", input.clone()).await, code, "{input}");
        }
        let nulls = json!({ "id": id, "name": null, "type": null, "mcpTools": null });
        assert_eq!(fixture.done("updateAgent", nulls, "agent { version }").await["agent"]["version"], 1, "null is no value of them");
        let unknown = json!({ "id": "00000000-0000-0000-0000-00000000abcd", "name": "x" });
        assert_eq!(fixture.code_and_path("updateAgent", unknown).await, "NOT_FOUND id");
        fixture.done("updateAgent", json!({ "id": id, "name": "Sales", "type": "DIRECTOR", "expectedVersion": 1 }), AGENT).await;
        let error = fixture.refused("updateAgent", json!({ "id": id, "name": "Shop", "expectedVersion": 1 })).await;
        assert_eq!((&error["code"], &error["current"]), (&json!("VERSION_CONFLICT"), &json!(2)));
        fixture.check().await;
    }

    async fn an_agent_moves_with_all_below_it(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (revenue, finance) = (fixture.agent("Revenue Director").await, fixture.agent("Finance Director").await);
        let payload = fixture.done("moveAgent", json!({ "id": revenue, "parentId": finance, "expectedVersion": 1 }),
            "agent { parent { name } version descendants { totalCount } }").await;
        assert_eq!(payload["agent"], json!({ "parent": { "name": "Finance Director" }, "version": 2, "descendants": { "totalCount": 2 } }));

        let error = fixture.refused("moveAgent", json!({ "id": finance, "parentId": fixture.agent("Sales Specialist").await })).await;
        assert_eq!(error["code"], "CYCLE");
        assert_eq!(error["cycle"], json!(["Finance Director", "Sales Specialist", "Revenue Director", "Finance Director"]));
        let itself = fixture.refused("moveAgent", json!({ "id": finance, "parentId": finance })).await;
        assert_eq!(itself["cycle"], json!(["Finance Director", "Finance Director"]));
        let top = fixture.agent("Business Orchestrator").await;
        assert_eq!(fixture.code_and_path("moveAgent", json!({ "id": top, "parentId": finance })).await, "CYCLE parentId");
        let heir = fixture.done("createAgent", json!({ "name": "Heir", "type": "ORCHESTRATOR", "isActive": false }), AGENT).await;
        assert_eq!(fixture.code_and_path("moveAgent", json!({ "id": heir["agent"]["id"], "parentId": finance })).await, "INVALID id");
        let stale = fixture.refused("moveAgent", json!({ "id": revenue, "parentId": top, "expectedVersion": 1 })).await;
        assert_eq!(stale["current"], 2);
        for field in ["id", "parentId"] {
            let unknown = with(json!({ "id": revenue, "parentId": top }), json!({ field: NOBODY }));
            assert_eq!(fixture.code_and_path("moveAgent", unknown).await, format!("NOT_FOUND {field}"));
        }
        fixture.check().await;
    }

    async fn two_opposite_moves_make_no_circle(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (one, other) = (fixture.agent("Revenue Director").await, fixture.agent("Finance Director").await);
        let top = fixture.agent("Business Orchestrator").await;
        for _ in 0..20 {
            let below = |id: &str, parent: &str| {
                let (fixture, input) = (fixture.clone(), json!({ "id": id, "parentId": parent }));
                tokio::spawn(async move { fixture.mutate("moveAgent", input, "agent { id }").await })
            };
            let (first, second) = (below(&one, &other), below(&other, &one));
            let codes = [first.await.expect("no panic"), second.await.expect("no panic")]
                .map(|payload| payload["userErrors"][0]["code"].clone());
            assert!(codes.contains(&Value::Null) && codes.contains(&json!("CYCLE")), "{codes:?}");
            fixture.check().await;
            for id in [&one, &other] {
                fixture.done("moveAgent", json!({ "id": id, "parentId": top }), "agent { id }").await;
            }
        }
    }

    async fn of_many_orchestrators_one_is_active(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let top = fixture.agent("Business Orchestrator").await;
        fixture.done("deactivateAgent", json!({ "id": top, "openTasks": "CANCEL" }), "agent { isActive }").await;
        let tries = (0..6).map(|number| {
            let (fixture, input) = (fixture.clone(), json!({ "name": format!("Heir {number}"), "type": "ORCHESTRATOR" }));
            tokio::spawn(async move { fixture.mutate("createAgent", input, "agent { id }").await })
        });
        let mut codes = Vec::new();
        for payload in futures::future::join_all(tries).await {
            codes.push(payload.expect("no panic")["userErrors"][0]["code"].clone());
        }
        assert_eq!(codes.iter().filter(|code| code.is_null()).count(), 1, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == "ALREADY_EXISTS").count(), 5, "{codes:?}");
        assert_eq!(fixture.code_and_path("activateAgent", json!({ "id": top })).await, "ALREADY_EXISTS id");
        let active = fixture.query("{ agents(filter: { type: { eq: ORCHESTRATOR }, isActive: { eq: true } }) { nodes { id } } }", json!({})).await;
        let heir = text(&active["agents"]["nodes"][0]["id"]);
        fixture.done("deactivateAgent", json!({ "id": heir }), "agent { isActive }").await;
        fixture.done("activateAgent", json!({ "id": top }), "agent { isActive }").await;
        fixture.check().await;
    }

    async fn no_agent_stands_deeper_than_is_read(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let top = fixture.agent("Business Orchestrator").await;
        let create = |name: String, parent: &Value| json!({ "name": name, "type": "DIRECTOR", "parentId": parent });
        let mut chain = vec![json!(top)];
        for level in 1..=64 {
            let input = create(format!("level {level}"), &chain[level - 1]);
            chain.push(fixture.done("createAgent", input, "agent { id }").await["agent"]["id"].clone());
        }
        assert_eq!(fixture.code_and_path("createAgent", create("too deep".to_owned(), &chain[64])).await, "LIMIT_REACHED parentId");
        let found = fixture.done("updateAgent", json!({ "id": chain[64] }), "agent { ancestors { id } }").await;
        assert_eq!(found["agent"]["ancestors"].as_array().map(Vec::len), Some(64));
        // A director with one agent below it does not fit where only one more level does.
        let head = fixture.done("createAgent", create("head".to_owned(), &chain[0]), "agent { id }").await["agent"]["id"].clone();
        fixture.done("createAgent", create("tail".to_owned(), &head), "agent { id }").await;
        assert_eq!(fixture.code_and_path("moveAgent", json!({ "id": head, "parentId": chain[63] })).await, "LIMIT_REACHED parentId");
        fixture.done("moveAgent", json!({ "id": head, "parentId": chain[62] }), "agent { id }").await;
        fixture.check().await;
    }
}
