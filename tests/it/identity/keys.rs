//! API keys: made, used, over.

use std::collections::BTreeSet;

use api::{
    identity::{ApiKey, AuditEntry},
    read::{resource::Resource, table::Table},
};
use chrono::{DateTime, Duration, Utc};
use entity::{api_keys, audit_entries};
use sea_orm::{EntityTrait, IdenStatic, Iterable};
use serde_json::{Value, json};
use service::{
    Error, Service, Verb,
    clock::Clock,
    keys::{self, Create, Created, Identity, Revoke, Token},
    principal::{Principal, Role},
    refusal::Code,
};
use tests::on_both_engines;
use uuid::Uuid;

use super::{admin, agent, open, open_with_demo};
use crate::client::Client;

fn key(name: &str, role: Role) -> Create {
    Create { name: name.to_owned(), role, agent_id: None, expires_at: None }
}

async fn make(service: &Service, verb: &Create) -> (Uuid, Token) {
    let Created { id, token } = service.perform(&admin(), None, verb).await.expect("made").outcome;
    (id, token.expect("it is shown"))
}

async fn refused(service: &Service, token: &Token) -> String {
    match service.authenticate(token.reveal()).await {
        Err(Error::Unauthenticated(message)) => message,
        other => panic!("not refused: {other:?}"),
    }
}

async fn stored(service: &Service, id: Uuid) -> api_keys::Model {
    let row = api_keys::Entity::find_by_id(id).one(service.database().reader()).await;
    row.expect("read").expect("it is there")
}

/// Reads until a use was written, which nobody waits for.
async fn last_use(service: &Service, id: Uuid, expected: DateTime<Utc>) {
    for _ in 0..10_000 {
        if stored(service, id).await.last_used_at.is_some_and(|last| last == expected) {
            return;
        }
    }
    panic!("the use at {expected} was not written: {:?}", stored(service, id).await);
}

on_both_engines! {
    async fn a_key_stands_for_whom_it_was_made(db: &TestDatabase) {
        let service = open_with_demo(db).await;
        assert!(!service.has_keys().await.expect("read"));
        let sales = agent(&service, "Sales Specialist").await;
        for role in [Role::Viewer, Role::Operator, Role::Admin, Role::Orchestrator, Role::Agent] {
            let agent_id = (role == Role::Agent).then_some(sales);
            let name = format!("{role:?}");
            let (id, token) = make(&service, &Create { agent_id, ..key(&name, role) }).await;
            let expected = Principal { name, key: Some(id), role, agent: agent_id };
            for _ in 0..2 {
                assert_eq!(service.authenticate(token.reveal()).await.expect("known"), expected);
            }
            let row = stored(&service, id).await;
            assert_eq!(row.prefix, token.prefix());
            assert!(!format!("{row:?}").contains(token.reveal()), "the key is not kept");
        }
        assert!(service.has_keys().await.expect("read"), "the process that makes the first key knows at once");
        let other = "vw_0000000000000000000000000000000000000";
        for (text, says) in [("", "not an API key"), ("vw_1", "not an API key"), (other, "not an API key"), (&other[..39], "there is no")] {
            let error = service.authenticate(text).await.expect_err("refused");
            assert!(matches!(&error, Error::Unauthenticated(message) if message.contains(says)), "{text}: {error}");
        }
    }

    async fn what_is_no_key_is_refused(db: &TestDatabase) {
        let service = open_with_demo(db).await;
        let sales = agent(&service, "Sales Specialist").await;
        let now = service.clock().now();
        for (verb, path) in [
            (key("", Role::Admin), "name"),
            (key(" \t", Role::Admin), "name"),
            (key(&"x".repeat(256), Role::Admin), "name"),
            (key("local", Role::Viewer), "name"),
            (key("server", Role::Viewer), "name"),
            (key("shopify", Role::Admin), "name"),
            (key("x", Role::Agent), "agentId"),
            (Create { agent_id: Some(sales), ..key("x", Role::Orchestrator) }, "agentId"),
            (Create { expires_at: Some(now), ..key("x", Role::Admin) }, "expiresAt"),
            (Create { expires_at: Some(DateTime::<Utc>::MAX_UTC), ..key("x", Role::Admin) }, "expiresAt"),
        ] {
            match service.perform(&admin(), None, &verb).await {
                Err(Error::Refused(refusal)) => assert_eq!(refusal.path, [path], "{refusal:?}"),
                other => panic!("{verb:?}: {other:?}"),
            }
        }
        let nobody = Create { agent_id: Some(Uuid::nil()), ..key("x", Role::Agent) };
        let error = service.perform(&admin(), None, &nobody).await.expect_err("nobody");
        assert!(names_nothing(&error, "agentId"), "{error:?}");
        let error = service.perform(&admin(), None, &Revoke { id: Uuid::nil() }).await.expect_err("nothing");
        assert!(names_nothing(&error, "id"), "{error:?}");
        assert!(keys::list(service.database()).await.expect("read").is_empty());
    }

    async fn a_key_ends_when_it_says(db: &TestDatabase) {
        let service = open(db).await;
        let expires_at = Some(service.clock().now() + Duration::hours(1));
        let (_, token) = make(&service, &Create { expires_at, ..key("guest", Role::Viewer) }).await;
        service.clock().advance(Duration::hours(1) - Duration::milliseconds(1));
        service.authenticate(token.reveal()).await.expect("it is not over");
        service.clock().advance(Duration::milliseconds(1));
        for _ in 0..2 {
            let message = refused(&service, &token).await;
            assert!(message.contains("expired at 2026-05-04T04:02:01Z"), "{message}");
            assert!(!message.contains(token.reveal()), "{message}");
        }
    }

    async fn a_revoked_key_ends_here_at_once_and_elsewhere_within_seconds(db: &TestDatabase) {
        let service = open(db).await;
        // Another process, at the same time.
        let elsewhere = Service::new(open(db).await.database().clone(), service.clock().clone());
        assert!(!elsewhere.has_keys().await.expect("read"));
        let (id, token) = make(&service, &key("guest", Role::Viewer)).await;
        service.clock().advance(Duration::seconds(2));
        assert!(elsewhere.has_keys().await.expect("read"));
        for service in [&service, &elsewhere] {
            service.authenticate(token.reveal()).await.expect("known");
        }
        service.perform(&admin(), None, &Revoke { id }).await.expect("revoked");
        assert!(refused(&service, &token).await.contains("was revoked at"));
        service.clock().advance(Duration::seconds(2));
        assert!(refused(&elsewhere, &token).await.contains("was revoked at"));
        // It was the only one, and still nobody comes in without a key.
        for service in [&service, &elsewhere, &open(db).await] {
            assert!(service.has_keys().await.expect("read"));
        }
    }

    async fn a_refusal_is_remembered_for_ten_seconds(db: &TestDatabase) {
        let service = open(db).await;
        let (id, ended) = make(&service, &key("guest", Role::Viewer)).await;
        service.perform(&admin(), None, &Revoke { id }).await.expect("revoked");
        let unknown = "vw_000000000000000000000000000000000000";
        for text in [unknown, ended.reveal()] {
            service.authenticate(text).await.expect_err("refused");
        }
        let wrong = format!("vwt_0000000000_{}_00", (service.clock().now() + Duration::hours(1)).timestamp_millis());
        service.redeem(&wrong).await.expect_err("refused");
        // No statement is possible from here on.
        service.database().close().await;
        service.clock().advance(Duration::milliseconds(9_999));
        for text in [unknown, ended.reveal()] {
            let error = service.authenticate(text).await.expect_err("refused");
            assert!(matches!(error, Error::Unauthenticated(_)), "{error:?}");
        }
        let error = service.redeem(&wrong).await.expect_err("refused");
        assert!(matches!(error, Error::Unauthenticated(_)), "{error:?}");
        let another = service.authenticate("vw_000000000000000000000000000000000001").await.expect_err("refused");
        assert!(matches!(another, Error::Unavailable(_)), "{another:?}");
        service.clock().advance(Duration::milliseconds(1));
        let error = service.authenticate(unknown).await.expect_err("asked again");
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    }

    async fn a_key_is_known_as_issued_here_at_once_and_elsewhere_within_ten_seconds(db: &TestDatabase) {
        let service = open(db).await;
        let elsewhere = Service::new(open(db).await.database().clone(), service.clock().clone());
        let unknown = Identity::of("vw_000000000000000000000000000000000000").expect("well-formed");
        for service in [&service, &elsewhere] {
            assert!(!service.is_issued(&unknown).await.expect("read"));
        }
        let (id, token) = make(&service, &key("guest", Role::Viewer)).await;
        let made = Identity::of(token.reveal()).expect("well-formed");
        assert!(service.is_issued(&made).await.expect("read"));
        assert!(!elsewhere.is_issued(&made).await.expect("read"));
        // The key itself works at once everywhere.
        elsewhere.authenticate(token.reveal()).await.expect("known");
        service.clock().advance(Duration::seconds(10));
        assert!(elsewhere.is_issued(&made).await.expect("read"));
        let ticket = service.ticket(&made).expect("a ticket").text;
        assert!(elsewhere.is_issued_ticket(&ticket).await.expect("read"));
        assert!(!elsewhere.is_issued_ticket("vwt_0000000000_1_00").await.expect("read"));
        assert!(!elsewhere.is_issued_ticket("vwt_").await.expect("read"));
        service.perform(&admin(), None, &Revoke { id }).await.expect("revoked");
        assert!(!service.is_issued(&made).await.expect("read"));
        assert!(!service.is_issued(&unknown).await.expect("read"));
    }

    async fn a_second_end_changes_nothing(db: &TestDatabase) {
        let service = open(db).await;
        let (id, _) = make(&service, &key("guest", Role::Viewer)).await;
        service.perform(&admin(), None, &Revoke { id }).await.expect("revoked");
        let first = stored(&service, id).await;
        service.clock().advance(Duration::days(1));
        service.perform(&admin(), None, &Revoke { id }).await.expect("still revoked");
        assert_eq!(stored(&service, id).await, first);
    }

    async fn the_last_use_is_written_once_a_minute(db: &TestDatabase) {
        let service = open(db).await;
        let (id, token) = make(&service, &key("guest", Role::Viewer)).await;
        assert_eq!(stored(&service, id).await.last_used_at, None);
        let first = service.clock().now();
        service.authenticate(token.reveal()).await.expect("known");
        last_use(&service, id, first).await;
        service.clock().advance(Duration::seconds(59));
        service.authenticate(token.reveal()).await.expect("known");
        // A process that knows nothing of that use does not write either.
        let elsewhere = Service::new(service.database().clone(), Clock::standing(service.clock().now()));
        elsewhere.authenticate(token.reveal()).await.expect("known");
        service.clock().advance(Duration::seconds(1));
        let second = service.clock().now();
        service.authenticate(token.reveal()).await.expect("known");
        last_use(&service, id, second).await;
        let row = stored(&service, id).await;
        assert_eq!(row.updated_at, row.created_at, "a use is no change");
    }

    async fn a_key_is_found_by_what_people_have_of_it(db: &TestDatabase) {
        let service = open(db).await;
        let (id, token) = make(&service, &key("guest", Role::Viewer)).await;
        for text in [token.prefix(), token.reveal(), &id.to_string(), &id.simple().to_string()] {
            assert_eq!(keys::find(service.database(), text).await.expect("read"), Some(id), "{text}");
        }
        for text in ["", "guest", &token.prefix()[..12], &Uuid::nil().to_string()] {
            assert_eq!(keys::find(service.database(), text).await.expect("read"), None, "{text}");
        }
    }

    async fn a_key_is_shown_once(db: &TestDatabase) {
        let service = open(db).await;
        let client = Client::new(service.clone()).acting_in(admin());
        let query = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
                       key replayed userErrors { code path } apiKey { id name prefix role agent { name } lastUsedAt } } }";
        let input = json!({ "input": { "name": "guest", "role": "VIEWER", "idempotencyKey": "once" } });
        let made = client.query(query, input.clone()).await["createApiKey"].take();
        let token = Token::parse(made["key"].as_str().expect("a key")).expect("well-formed");
        assert_eq!(made["apiKey"]["prefix"], token.prefix());
        service.authenticate(token.reveal()).await.expect("known");
        let again = client.query(query, input).await["createApiKey"].take();
        assert_eq!((&again["key"], &again["replayed"]), (&Value::Null, &json!(true)));
        assert_eq!(again["apiKey"]["id"], made["apiKey"]["id"]);
        assert_eq!(keys::list(service.database()).await.expect("read").len(), 1);

        let wrong = json!({ "input": { "name": "", "role": "VIEWER" } });
        let wrong = client.query(query, wrong).await["createApiKey"].take();
        assert_eq!(wrong["userErrors"], json!([{ "code": "INVALID", "path": ["name"] }]));
        assert_eq!((&wrong["key"], &wrong["apiKey"]), (&Value::Null, &Value::Null));

        let query = "mutation($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { revokedAt } } }";
        let revoked = client.query(query, json!({ "id": made["apiKey"]["id"] })).await;
        assert_eq!(revoked["revokeApiKey"]["apiKey"]["revokedAt"], "2026-05-04T03:02:01.500+00:00");
        refused(&service, &token).await;
        let list = "{ apiKeys(filter: { role: { eq: VIEWER } }) { totalCount nodes { name revokedAt } } }";
        let list = client.query(list, json!({})).await;
        assert_eq!(list["apiKeys"]["totalCount"], 1);
    }
}

#[test]
fn the_table_names_the_verbs() {
    assert_eq!(Create::OPERATION.name(), "CreateApiKey");
    assert_eq!(Revoke::OPERATION.name(), "RevokeApiKey");
}

#[test]
fn all_but_the_hash_is_shown() {
    let shown = |table: &Table| table.columns().iter().map(|column| column.name).collect::<BTreeSet<_>>();
    let mut stored: BTreeSet<_> = api_keys::Column::iter().map(|column| column.as_str()).collect();
    assert!(stored.remove("hash"));
    assert_eq!(shown(ApiKey::TABLE), stored);
    let stored: BTreeSet<_> = audit_entries::Column::iter().map(|column| column.as_str()).collect();
    assert_eq!(shown(AuditEntry::TABLE), stored);
}

/// Whether an error says that the id at this place is unknown.
fn names_nothing(error: &Error, place: &str) -> bool {
    matches!(error, Error::Refused(refusal) if refusal.code == Code::NotFound && refusal.path == [place])
}
