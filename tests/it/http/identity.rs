//! Who a request acts as, and what it is told when that is nobody.

use serde_json::json;
use service::{
    Actor, Service,
    clock::Clock,
    keys::{Create, Revoke},
    principal::{Principal, Role},
};
use tests::on_both_engines;
use uuid::Uuid;

use super::{Answer, Served};

const QUERY: &str = r#"{"query": "{ agents { totalCount } }"}"#;

pub(super) fn local() -> Actor {
    Actor { principal: Principal::local(), request: None }
}

/// A key made at a time; it lives for an hour.
pub(super) async fn key(served: &Served, at: Clock, role: Role) -> (Uuid, String) {
    let expires_at = Some(at.now() + chrono::Duration::hours(1));
    let service = Service::new(served.database.clone(), at);
    let verb = Create { name: "test".to_owned(), role, agent_id: None, expires_at };
    let made = service.perform(&local(), None, &verb).await.expect("made").outcome;
    (made.id, made.token.expect("a key").reveal().to_owned())
}

fn send(served: &Served, body: &str, headers: &[(&str, &str)]) -> Answer {
    let headers = [&[("content-type", "application/json")], headers].concat();
    served.send("POST /graphql", &headers, body.as_bytes())
}

on_both_engines! {
    async fn once_there_is_a_key_everybody_needs_one(db: &TestDatabase) {
        let served = Served::start(db).await;
        let now = Clock::system().now();
        let (_, expired) = key(&served, Clock::standing(now - chrono::Duration::hours(2)), Role::Admin).await;
        let (id, revoked) = key(&served, Clock::system(), Role::Admin).await;
        let service = Service::new(served.database.clone(), Clock::system());
        service.perform(&local(), None, &Revoke { id }).await.expect("revoked");
        let (_, good) = key(&served, Clock::system(), Role::Viewer).await;
        let bearer = |key: &str| format!("Bearer {key}");

        assert_eq!(send(&served, QUERY, &[("authorization", &bearer(&good))]).status, 200);
        assert_eq!(send(&served, QUERY, &[("authorization", &format!("bearer   {good} "))]).status, 200);
        let get = served.send("GET /graphql?query=%7B__typename%7D", &[("authorization", &bearer(&good))], b"");
        assert_eq!(get.status, 200);
        let unknown = "vw_000000000000000000000000000000000000";
        for (authorization, says) in [
            (None, "an API key is needed"),
            (Some(String::new()), "not of the form `Bearer vw_…`"),
            (Some(good.clone()), "not of the form"),
            (Some(format!("Basic {good}")), "not of the form"),
            (Some(bearer("")), "not of the form"),
            (Some(bearer("vw_1")), "this is not an API key"),
            (Some(bearer(&good.to_uppercase())), "this is not an API key"),
            (Some(bearer(unknown)), "there is no API key vw_0000000000…"),
            (Some(bearer(&expired)), "expired at"),
            (Some(bearer(&revoked)), "was revoked at"),
        ] {
            for accept in ["application/graphql-response+json", "application/json"] {
                let mut headers = vec![("accept", accept)];
                headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
                let answer = send(&served, QUERY, &headers);
                let (code, message) = answer.error();
                assert_eq!((answer.status, code.as_str()), (401, "UNAUTHENTICATED"), "{}", answer.text());
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
                assert!(message.contains(says), "{message}");
                assert!(answer.json().get("data").is_none(), "{}", answer.text());
                assert!(!message.contains(&good) && !message.contains(&revoked), "{message}");
            }
        }
        // Nothing is told before: not what is wrong with the request, nor what the schema is.
        assert_eq!(send(&served, "{", &[]).status, 401);
        assert_eq!(served.send("GET /graphql", &[], b"").status, 401);
        // The page and the probes need no key.
        for path in ["/graphiql", "/healthz"] {
            assert_eq!(served.get(path).status, 200, "{path}");
        }
        assert_eq!(served.ready().await.status, 200);
    }

    async fn a_role_is_held_against_what_is_asked(db: &TestDatabase) {
        let served = Served::start(db).await;
        let (_, viewer) = key(&served, Clock::system(), Role::Viewer).await;
        let (_, admin) = key(&served, Clock::system(), Role::Admin).await;
        let ask = |key: &str, query: &str| {
            let accept = ("accept", "application/graphql-response+json");
            let body = json!({ "query": query }).to_string();
            send(&served, &body, &[accept, ("authorization", &format!("Bearer {key}"))])
        };
        let mutation = "mutation { createApiKey(input: { name: \"more\", role: ADMIN }) { apiKey { name } } }";
        for query in [mutation, "{ auditLog { totalCount } }"] {
            let answer = ask(&viewer, query);
            let (code, message) = answer.error();
            assert_eq!((answer.status, code.as_str()), (200, "FORBIDDEN"), "{}", answer.text());
            assert!(message.contains("needs the role admin, this key has the role "), "{message}");
            assert!(ask(&admin, query).json().get("errors").is_none());
        }
        // By name and key, in a request that the log names too.
        let log = "{ auditLog(first: 1) { nodes { principal apiKeyId requestId } } }";
        let entry = ask(&admin, log).json()["data"]["auditLog"]["nodes"][0].take();
        assert_eq!(entry["principal"], "test");
        assert!(entry["apiKeyId"].is_string() && entry["requestId"].is_string(), "{entry}");
    }

    async fn a_mutation_is_not_done_twice(db: &TestDatabase) {
        let served = Served::start(db).await;
        let call = "createApiKey(input: { name: \"x\", role: VIEWER }) { replayed }";
        let answer = served.ask(&format!("mutation {{ {call} {call} }}"), json!({}));
        let (code, message) = answer.error();
        assert_eq!((answer.status, code.as_str()), (400, "BAD_USER_INPUT"), "{}", answer.text());
        assert!(message.contains("two fields with the response name \"createApiKey\""), "{message}");
        let service = Service::new(served.database.clone(), Clock::system());
        assert!(!service.has_keys().await.expect("read"), "nothing was done");
    }

    async fn strangers_are_not_the_local_administrator(db: &TestDatabase) {
        let served = Served::start(db).await;
        assert_eq!(send(&served, QUERY, &[]).status, 200);
        assert_eq!(send(&served, QUERY, &[("origin", "http://localhost:3000")]).status, 200);
        let answer = send(&served, QUERY, &[("origin", "https://evil.example")]);
        let (code, message) = answer.error();
        assert_eq!((answer.status, code.as_str()), (401, "UNAUTHENTICATED"), "{}", answer.text());
        assert!(message.contains("vividwalls keys create"), "{message}");
        // A key is good from anywhere.
        let (_, good) = key(&served, Clock::system(), Role::Viewer).await;
        let headers = [("origin", "https://evil.example"), ("authorization", &format!("Bearer {good}"))];
        assert_eq!(send(&served, QUERY, &headers).status, 200);
    }
}
