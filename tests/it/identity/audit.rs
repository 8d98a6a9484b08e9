//! The audit log: who did what, to which object, before and after, in which request.

use chrono::Duration;
use serde_json::{Value, json};
use service::{
    Error,
    keys::{Create, Revoke},
    principal::Role,
};
use tests::on_both_engines;

use super::{actor, admin, open};
use crate::client::Client;

const LOG: &str = "query($filter: AuditEntryFilter) { auditLog(filter: $filter) { totalCount nodes {
    id principal apiKeyId operation objectType objectId before after requestId createdAt } } }";

on_both_engines! {
    async fn what_is_done_is_written_down(db: &TestDatabase) {
        let service = open(db).await;
        let client = Client::new(service.clone()).acting_in(admin());
        let verb = Create { name: "root".to_owned(), role: Role::Admin, agent_id: None, expires_at: None };
        let made = service.perform(&admin(), Some("once"), &verb).await.expect("made").outcome;
        service.perform(&admin(), Some("once"), &verb).await.expect("the first answer");
        let token = made.token.expect("a key");
        let mut root = admin();
        root.principal = service.authenticate(token.reveal()).await.expect("known");
        root.request = None;
        service.clock().advance(Duration::minutes(1));
        for _ in 0..2 {
            service.perform(&root, None, &Revoke { id: made.id }).await.expect("revoked");
        }
        // What is refused is not done.
        service.perform(&admin(), None, &Create { name: String::new(), ..verb }).await.expect_err("no name");
        let viewer = actor(Role::Viewer, None);
        service.perform(&viewer, None, &Revoke { id: made.id }).await.expect_err("a viewer");

        let log = client.query(LOG, json!({})).await["auditLog"].take();
        assert_eq!(log["totalCount"], 2);
        let expected = json!({
            "principal": "a admin", "apiKeyId": null, "operation": "CreateApiKey", "objectType": "ApiKey",
            "objectId": made.id, "before": null, "requestId": "request-1", "createdAt": "2026-05-04T03:02:01.500+00:00",
            "after": {
                "name": "root", "prefix": token.prefix(), "role": "ADMIN",
                "agentId": null, "expiresAt": null,
            },
        });
        let mut created = log["nodes"][1].clone();
        created.as_object_mut().expect("an entry").remove("id");
        assert_eq!(created, expected);
        let revoked = &log["nodes"][0];
        assert_eq!((&revoked["principal"], &revoked["requestId"]), (&json!("root"), &Value::Null));
        assert_eq!((&revoked["apiKeyId"], &revoked["objectId"]), (&json!(made.id), &json!(made.id)));
        assert_eq!(revoked["before"]["revokedAt"], Value::Null);
        assert_eq!(revoked["after"]["revokedAt"], "2026-05-04T03:03:01.500Z");

        for (filter, found) in [
            (json!({ "principal": { "eq": "root" } }), 1),
            (json!({ "operation": { "eq": "CreateApiKey" } }), 1),
            (json!({ "objectId": { "eq": made.id } }), 2),
            (json!({ "objectType": { "eq": "Agent" } }), 0),
            (json!({ "createdAt": { "gt": "2026-05-04T03:02:30Z" } }), 1),
            (json!({ "requestId": { "eq": "request-1" } }), 1),
        ] {
            let log = client.query(LOG, json!({ "filter": filter })).await;
            assert_eq!(log["auditLog"]["totalCount"], found, "{filter}");
        }
    }

    async fn a_key_is_revoked_once_by_many_at_once(db: &TestDatabase) {
        let service = open(db).await;
        let verb = Create { name: "root".to_owned(), role: Role::Admin, agent_id: None, expires_at: None };
        let id = service.perform(&admin(), None, &verb).await.expect("made").outcome.id;
        let revokes = (0..8).map(|_| {
            let service = service.clone();
            tokio::spawn(async move { service.perform(&admin(), None, &Revoke { id }).await.map(drop) })
        });
        for revoked in futures::future::join_all(revokes).await {
            revoked.expect("no panic").expect("revoked");
        }
        let client = Client::new(service).acting_in(admin());
        let log = client.query(LOG, json!({ "filter": { "operation": { "eq": "RevokeApiKey" } } })).await;
        assert_eq!(log["auditLog"]["totalCount"], 1);
    }

    async fn only_administrators_reach_it(db: &TestDatabase) {
        let service = open(db).await;
        let client = Client::new(service.clone()).acting_in(admin());
        let verb = Create { name: "root".to_owned(), role: Role::Admin, agent_id: None, expires_at: None };
        let key = service.perform(&admin(), None, &verb).await.expect("made").outcome.id;
        let entry = client.query(LOG, json!({})).await["auditLog"]["nodes"][0]["id"].take();
        let query = "query($id: ID!) { it: auditEntry(id: $id) { id } }";
        assert_eq!(client.query(query, json!({ "id": entry })).await["it"]["id"], entry);
        for id in [json!(key), entry] {
            for actor in [admin(), actor(Role::Viewer, None)] {
                let any = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }";
                let found = client.acting_in(actor).query(any, json!({ "id": id })).await;
                assert_eq!(found, json!({ "node": null, "nodes": [null] }), "no way around the guarded fields");
            }
        }
        for role in [Role::Viewer, Role::Operator, Role::Orchestrator] {
            for query in [
                "{ auditLog { totalCount } }",
                "{ auditLog { __typename } }",
                "{ apiKeys { nodes { id } } }",
                "{ apiKey(id: \"00000000-0000-0000-0000-000000000000\") { id } }",
                "{ auditEntry(id: \"00000000-0000-0000-0000-000000000000\") { id } }",
            ] {
                let error = client.acting_in(actor(role, None)).error(query, json!({})).await;
                assert!(matches!(error, Error::Forbidden(_)), "{query}: {error:?}");
            }
        }
    }
}
