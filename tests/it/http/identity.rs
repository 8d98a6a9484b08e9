//! Who a request acts as, and what it is told when that is nobody.

use ::api::http::Settings;
use axum::http::HeaderValue;
use serde_json::json;
use service::{
    Actor, Service,
    clock::Clock,
    keys::{Create, Revoke},
    principal::{Principal, Role},
};
use tests::{http::Connection, on_both_engines};
use tokio::task::block_in_place;
use uuid::Uuid;

use super::{Answer, Served, socket::Client};

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
        let twice = [("authorization", &*bearer(&good)), ("authorization", &*bearer(&good))];
        assert_eq!(send(&served, QUERY, &twice).status, 401);
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
        let port = served.address.rsplit(':').next().expect("a port").to_owned();
        for (header, value, status) in [
            ("accept", "application/graphql-response+json", 200),
            ("sec-fetch-site", "same-origin", 200),
            ("sec-fetch-site", "none", 200),
            ("x-forwarded-for", "127.0.0.1", 401),
            ("x-forwarded-host", "localhost", 401),
            ("x-real-ip", "127.0.0.1", 401),
            ("forwarded", "for=127.0.0.1", 401),
            ("via", "1.1 proxy", 401),
            ("origin", "http://localhost:1", 403),
            ("sec-fetch-site", "same-site", 403),
        ] {
            let answer = send(&served, QUERY, &[(header, value)]);
            assert_eq!(answer.status, status, "{header}: {value}: {}", answer.text());
            if status == 401 {
                assert!(answer.error().1.contains("vividwalls keys create"), "{}", answer.text());
            }
        }
        let by_name = |host: &str, origin: &str| {
            let head = format!("GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: {host}\r\norigin: {origin}\r\n\r\n");
            block_in_place(|| {
                let mut connection = Connection::open(&served.address);
                connection.write(head.as_bytes());
                connection.answer().status
            })
        };
        for (host, status) in [
            (served.address.as_str(), 200),
            (&*format!("localhost:{port}"), 200),
            // A name that leads here, and a port that leads here from another.
            (&*format!("evil.example:{port}"), 401),
            ("localhost:1", 401),
        ] {
            assert_eq!(by_name(host, &format!("http://{host}")), status, "{host}");
        }
    }

    async fn nobody_needs_to_be_the_local_administrator(db: &TestDatabase) {
        let served = Served::start_with(db, Settings { keyless: false, ..Settings::default() }).await;
        let answer = send(&served, QUERY, &[]);
        let (code, message) = answer.error();
        assert_eq!((answer.status, code.as_str()), (401, "UNAUTHENTICATED"), "{}", answer.text());
        assert!(message.contains("an API key is needed"), "{message}");
        let (_, good) = key(&served, Clock::system(), Role::Viewer).await;
        assert_eq!(send(&served, QUERY, &[("authorization", &format!("Bearer {good}"))]).status, 200);
    }

    async fn pages_of_other_origins_execute_nothing(db: &TestDatabase) {
        let allowed_origins = vec![HeaderValue::from_static("https://admin.example")];
        let served = Served::start_with(db, Settings { allowed_origins, ..Settings::default() }).await;
        let (_, good) = key(&served, Clock::system(), Role::Viewer).await;
        let bearer = format!("Bearer {good}");
        let get = "GET /graphql?query=%7B__typename%7D";
        let stream = "GET /graphql/stream?query=%7B__typename%7D";
        for head in ["POST /graphql", get, "PUT /graphql", stream, "POST /graphql/stream", "POST /graphql/ticket", "GET /graphql/ws"] {
            for page in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site")] {
                // Whoever it is: the page is asked about first.
                for authorization in ["", "Bearer vw_wrong", bearer.as_str()] {
                    let mut headers = vec![page, ("content-type", "application/json"), ("accept", "application/json, text/event-stream")];
                    headers.extend((!authorization.is_empty()).then_some(("authorization", authorization)));
                    let body = if head.starts_with("GET") { "" } else { QUERY };
                    let answer = served.send(head, &headers, body.as_bytes());
                    let (code, message) = answer.error();
                    assert_eq!((answer.status, code.as_str()), (403, "FORBIDDEN"), "{head} {page:?}: {}", answer.text());
                    assert!(message.contains("VIVIDWALLS_ALLOWED_ORIGINS"), "{message}");
                    assert_eq!(answer.header("access-control-allow-origin"), None);
                }
            }
        }
        // A page that is allowed, and a program.
        for page in [&[("origin", "https://admin.example"), ("sec-fetch-site", "cross-site")][..], &[]] {
            let headers = [page, &[("authorization", bearer.as_str())]].concat();
            let answer = send(&served, QUERY, &headers);
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(answer.header("access-control-allow-origin"), page.first().map(|(_, origin)| *origin));
            assert_eq!(served.send(get, &headers, b"").status, 200);
        }
        // What a browser asks before it sends a query, or the file of a bulk job.
        let asked = [
            ("origin", "https://admin.example"),
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "authorization,content-type"),
        ];
        for path in ["/graphql", "/bulk/00000000-0000-0000-0000-00000000abcd/input"] {
            let answer = served.send(&format!("OPTIONS {path}"), &asked, b"");
            assert_eq!(answer.status, 204, "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), Some("https://admin.example"));
            let allowed = |name: &str, value: &str| {
                let listed = answer.header(&format!("access-control-allow-{name}")).unwrap_or_default();
                assert!(listed.split(", ").any(|one| one == value), "{path}: {value} in {listed}");
            };
            for method in ["GET", "POST", "PUT"] {
                allowed("methods", method);
            }
            for header in ["authorization", "content-type"] {
                allowed("headers", header);
            }
        }
        // A link on a page of elsewhere leads to the page to try queries in, and executes none.
        let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("accept", "text/html,*/*;q=0.8")];
        for (path, status) in [("/", 307), ("/graphiql", 200), ("/graphql", 307), ("/graphql?query=%7B__typename%7D", 403)] {
            assert_eq!(served.send(&format!("GET {path}"), &link, b"").status, status, "{path}");
        }
    }

    async fn an_address_that_guesses_has_to_wait(db: &TestDatabase) {
        let clock = Clock::standing(Clock::system().now());
        let served = Served::start_at(db, Settings::default(), clock.clone()).await;
        let (_, good) = key(&served, clock.clone(), Role::Viewer).await;
        let bearer = |key: &str| format!("Bearer {key}");
        let guess = |number: u32| send(&served, QUERY, &[("authorization", &bearer(&format!("vw_{number:036}")))]);
        for number in 0..20 {
            assert_eq!(guess(number).status, 401, "{number}");
        }
        for number in [20, 0] {
            let answer = guess(number);
            let (code, message) = answer.error();
            assert_eq!((answer.status, code.as_str()), (429, "THROTTLED"), "{}", answer.text());
            assert!(message.contains("try again in 60 s"), "{message}");
            assert_eq!(answer.header("retry-after"), Some("60"));
            assert_eq!(answer.json()["errors"][0]["extensions"]["retryAfterMs"], 60_000);
        }
        let watch = |ticket: &str| {
            let head = format!("GET /graphql/stream?query=%7B__typename%7D&ticket={ticket}");
            served.send(&head, &[("accept", "text/event-stream")], b"").status
        };
        assert_eq!(watch("vwt_0000000000_99999999999999_00"), 429);
        let mut client = Client::open(&served, "graphql-transport-ws").await;
        let authorization = bearer("vw_000000000000000000000000000000000099");
        client.send(json!({ "type": "connection_init", "payload": { "authorization": authorization } })).await;
        let (code, reason) = client.closed().await;
        assert!(code == 1013 && reason.contains("try again in 60 s"), "{code} {reason}");

        // Who has a good key is let in, here for the first time, and so is its ticket.
        assert_eq!(send(&served, QUERY, &[("authorization", &bearer(&good))]).status, 200);
        let ticket = served.send("POST /graphql/ticket", &[("authorization", &bearer(&good))], b"").json();
        assert_eq!(watch(ticket["ticket"].as_str().expect("a ticket")), 200);
        assert_eq!(guess(21).status, 429);
        // What cannot be a key is no guess, and neither is none.
        assert_eq!(send(&served, QUERY, &[]).status, 401);
        assert_eq!(send(&served, QUERY, &[("authorization", "Bearer x")]).status, 401);
        clock.advance(chrono::Duration::minutes(1));
        assert_eq!(guess(21).status, 401);
    }
}
