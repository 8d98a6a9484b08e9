//! Configurations and reports.

use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;

use super::fixture::{DemoFixture, NOBODY, text, with};

on_both_engines! {
    async fn a_configuration_has_versions(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let fields = "configuration { id key value description version updatedByAgentId }";
        let made = fixture.done("setConfiguration", json!({ "key": "shop.open", "value": true, "description": "Whether.", "expectedVersion": 0 }), fields).await;
        let made = &made["configuration"];
        assert_eq!(*made, json!({ "id": made["id"], "key": "shop.open", "value": true, "description": "Whether.", "version": 1, "updatedByAgentId": null }));
        for (value, version) in [(json!({ "from": 9 }), 2), (json!([1, "a"]), 3), (json!("x"), 4), (json!(1.5), 5)] {
            let set = json!({ "key": "shop.open", "value": value, "expectedVersion": version - 1 });
            let set = fixture.done("setConfiguration", set, fields).await["configuration"].clone();
            assert_eq!(set, with(made.clone(), json!({ "value": value, "version": version })));
        }
        let same = fixture.done("setConfiguration", json!({ "key": "shop.open", "value": 1.5 }), fields).await;
        assert_eq!(same["configuration"]["version"], 5);
        let cleared = fixture.done("setConfiguration", json!({ "key": "shop.open", "value": 1.5, "description": null }), fields).await;
        assert_eq!(cleared["configuration"]["description"], Value::Null);
        for (changes, current) in [(json!({ "expectedVersion": 5 }), 6), (json!({ "expectedVersion": 0 }), 6), (json!({ "key": "new", "expectedVersion": 1 }), 0)] {
            let error = fixture.refused("setConfiguration", with(json!({ "key": "shop.open", "value": 1 }), changes)).await;
            assert_eq!((&error["code"], &error["current"]), (&json!("VERSION_CONFLICT"), &json!(current)));
        }
        for key in ["", "  ", &"x".repeat(256)] {
            assert_eq!(fixture.code_and_path("setConfiguration", json!({ "key": key, "value": 1 })).await, "INVALID key");
        }
        let sets = (0..8).map(|number| {
            let (fixture, input) = (fixture.clone(), json!({ "key": "raced", "value": number, "expectedVersion": 0 }));
            tokio::spawn(async move { fixture.mutate("setConfiguration", input, "configuration { id }").await })
        });
        let payloads = futures::future::join_all(sets).await;
        let won = payloads.iter().filter(|payload| payload.as_ref().is_ok_and(|payload| payload["userErrors"] == json!([])));
        assert_eq!(won.count(), 1);
        fixture.check().await;
    }

    async fn a_report_is_written_and_sent_once(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (maker, one, other) = (fixture.agent("Analytics Specialist").await, fixture.agent("Finance Director").await, fixture.agent("Product Director").await);
        let fields = "report { id name type createdByAgentId recipientAgents content generatedAt sentAt version }";
        let written = json!({
            "name": "Friday", "type": "weekly", "createdByAgentId": maker, "recipientAgentIds": [one, other, one],
            "content": { "sold": 3 }, "generatedAt": "2026-03-13T12:00:00Z",
        });
        let report = fixture.done("createReport", written.clone(), fields).await["report"].clone();
        assert_eq!(report, json!({
            "id": report["id"], "name": "Friday", "type": "weekly", "createdByAgentId": maker, "recipientAgents": [one, other],
            "content": { "sold": 3 }, "generatedAt": "2026-03-13T12:00:00+00:00", "sentAt": null, "version": 1,
        }));
        assert_eq!(fixture.code_and_path("sendReport", json!({ "id": report["id"], "expectedVersion": 2 })).await, "VERSION_CONFLICT expectedVersion");
        let sent = fixture.done("sendReport", json!({ "id": report["id"] }), fields).await["report"].clone();
        assert_eq!((&sent["sentAt"], &sent["version"]), (&json!("2026-03-14T15:09:26.535897+00:00"), &json!(2)));
        assert_eq!(fixture.code_and_path("sendReport", json!({ "id": report["id"] })).await, "INVALID_TRANSITION id");

        let short = fixture.done("createReport", json!({ "name": "Short", "type": "daily" }), fields).await["report"].clone();
        assert_eq!((&short["generatedAt"], &short["content"]), (&json!("2026-03-14T15:09:26.535897+00:00"), &json!({})));
        assert_eq!(fixture.code_and_path("sendReport", json!({ "id": short["id"] })).await, "INVALID id");
        for (changes, code) in [
            (json!({ "name": "" }), "INVALID name"),
            (json!({ "type": "x".repeat(51) }), "INVALID type"),
            (json!({ "content": [1] }), "INVALID content"),
        ] {
            assert_eq!(fixture.code_and_path("createReport", with(written.clone(), changes)).await, code);
        }
        for (lost, place) in [
            (json!({ "createdByAgentId": NOBODY }), "createdByAgentId"),
            (json!({ "recipientAgentIds": [one, NOBODY] }), "recipientAgentIds.1"),
        ] {
            assert_eq!(fixture.code_and_path("createReport", with(written.clone(), lost)).await, format!("NOT_FOUND {place}"));
        }
        let crowd = json!({ "recipientAgentIds": vec![one; 251] });
        assert_eq!(fixture.code_and_path("createReport", with(written, crowd)).await, "LIMIT_REACHED recipientAgentIds");
        assert_eq!(fixture.code_and_path("sendReport", json!({ "id": NOBODY })).await, "NOT_FOUND id");
        fixture.check().await;
    }

    async fn an_agent_writes_in_its_own_name(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (own, other) = (fixture.agent("Revenue Director").await, fixture.agent("Finance Director").await);
        let principal = Principal { name: "revenue".to_owned(), key: None, role: Role::Agent, agent: Some(own.parse().expect("an id")) };
        let agent = fixture.acting(principal);
        let short = json!({ "name": "Short", "type": "daily", "recipientAgentIds": [other] });
        let report = agent.done("createReport", short.clone(), "report { id createdByAgentId }").await["report"].clone();
        assert_eq!(text(&report["createdByAgentId"]), own);
        agent.done("sendReport", json!({ "id": report["id"] }), "report { sentAt }").await;
        // For those below it, and for nobody else.
        let below = fixture.agent("Sales Specialist").await;
        agent.done("createReport", with(short.clone(), json!({ "createdByAgentId": below })), "report { id }").await;
        let code = agent.code_and_path("createReport", with(short.clone(), json!({ "createdByAgentId": other }))).await;
        assert_eq!(code, "FORBIDDEN createdByAgentId");
        for made_by in [json!({}), json!({ "createdByAgentId": other })] {
            let strange = fixture.done("createReport", with(short.clone(), made_by), "report { id }").await["report"].clone();
            assert_eq!(agent.code_and_path("sendReport", json!({ "id": strange["id"] })).await, "FORBIDDEN id");
        }
    }
}
