//! The files of bulk jobs over HTTP.

use ::api::http::Settings;
use chrono::Utc;
use serde_json::{Value, json};
use service::{Service, clock::Clock, jobs};
use tests::{TestDatabase, http::Connection, on_both_engines};
use tokio::task::block_in_place;

use super::Served;

const FILE: &str = "{\"sku\": \"none\", \"location\": \"main\", \"available\": 1, \"changeFromQuantity\": null}\n";

async fn serve(db: &TestDatabase) -> Served {
    Served::start_at(db, Settings { bulk_limit: 1000, ..Settings::default() }, Clock::standing(Utc::now())).await
}

/// The id of a new job.
fn create(served: &Served, kind: &str) -> String {
    let query = format!("mutation {{ createBulkJob(input: {{ kind: {kind} }}) {{ uploadUrl bulkJob {{ id }} }} }}");
    let made = served.ask(&query, json!({})).json()["data"]["createBulkJob"].take();
    let id = made["bulkJob"]["id"].as_str().expect("an id").to_owned();
    let expected = if kind.starts_with("EXPORT") { Value::Null } else { json!(format!("/bulk/{id}/input")) };
    assert_eq!(made["uploadUrl"], expected);
    id
}

fn put(served: &Served, id: &str, body: &[u8]) -> u16 {
    served.send(&format!("PUT /bulk/{id}/input"), &[], body).status
}

async fn run(served: &Served, id: &str) {
    let query = format!("mutation {{ startBulkJob(input: {{ id: \"{id}\" }}) {{ userErrors {{ message }} }} }}");
    assert_eq!(served.ask(&query, json!({})).json()["data"]["startBulkJob"]["userErrors"], json!([]));
    let service = Service::new(served.database.clone(), Clock::standing(Utc::now()));
    assert_eq!(jobs::run_due(&service).await.expect("run"), 1);
}

/// The head and the body of a result, as they came.
fn result(served: &Served, id: &str) -> String {
    block_in_place(|| {
        let mut connection = Connection::open(&served.address);
        connection.send(&format!("GET /bulk/{id}/result"), &[], b"");
        String::from_utf8(connection.rest()).expect("text")
    })
}

on_both_engines! {
    async fn a_file_is_sent_and_its_result_is_read(db: &TestDatabase) {
        let served = serve(db).await;
        let id = create(&served, "SET_STOCK");
        assert_eq!(served.get(&format!("/bulk/{id}/result")).status, 409, "it has not ended");
        // The last one counts.
        assert_eq!(put(&served, &id, b"nothing\nof\nthis\n"), 200);
        let sent = served.send(&format!("PUT /bulk/{id}/input"), &[("content-type", "application/jsonl")], FILE.as_bytes());
        assert_eq!((sent.status, sent.json()), (200, json!({ "bytes": FILE.len() })));
        run(&served, &id).await;
        let answer = result(&served, &id).to_lowercase();
        assert!(answer.starts_with("http/1.1 200") && answer.contains("content-type: application/jsonl"), "{answer}");
        assert!(answer.contains(&format!("filename=\"job-{id}.jsonl\"")), "{answer}");
        assert!(answer.contains("\"refused\"") && answer.contains("\"row\":1") && !answer.contains("\"row\":2"), "{answer}");
        assert_eq!(put(&served, &id, FILE.as_bytes()), 409, "it has ended");
    }

    async fn an_export_needs_no_file(db: &TestDatabase) {
        let served = serve(db).await;
        let id = create(&served, "EXPORT_PRODUCTS");
        assert_eq!(put(&served, &id, FILE.as_bytes()), 400);
        run(&served, &id).await;
        let answer = result(&served, &id);
        assert!(answer.contains("text/csv") && answer.contains("Handle,Title"), "{answer}");
    }

    async fn what_is_no_file_is_refused(db: &TestDatabase) {
        let served = serve(db).await;
        let id = create(&served, "IMPORT_PRODUCTS");
        assert_eq!(put(&served, &id, &[b'x'; 1001]), 413);
        assert_eq!(put(&served, &id, b"Handle\xff"), 400);
        assert_eq!(put(&served, &id, b"Handle\0"), 400);
        let packed = served.send(&format!("PUT /bulk/{id}/input"), &[("content-encoding", "gzip")], b"x");
        assert_eq!(packed.status, 415);
        for unknown in ["00000000-0000-0000-0000-00000000abcd", "x"] {
            assert_eq!(put(&served, unknown, FILE.as_bytes()), 404, "{unknown}");
            assert_eq!(served.get(&format!("/bulk/{unknown}/result")).status, 404, "{unknown}");
        }
        assert_eq!(served.send(&format!("POST /bulk/{id}/input"), &[], b"x").status, 405);
        // A file that did not come as a whole is none.
        let query = format!("mutation {{ startBulkJob(input: {{ id: \"{id}\" }}) {{ userErrors {{ code }} }} }}");
        let refused = served.ask(&query, json!({})).json();
        assert_eq!(refused["data"]["startBulkJob"]["userErrors"][0]["code"], "INVALID_TRANSITION");
    }

    async fn a_line_is_never_cut_into_two(db: &TestDatabase) {
        let settings = Settings { bulk_limit: 4 << 20, ..Settings::default() };
        let served = Served::start_at(db, settings, Clock::standing(Utc::now())).await;
        let id = create(&served, "SET_STOCK");
        let long = [&[b'#'; 1 << 20], FILE.as_bytes()].concat();
        assert_eq!(put(&served, &id, &long), 400);
        let query = format!("mutation {{ startBulkJob(input: {{ id: \"{id}\" }}) {{ userErrors {{ code }} }} }}");
        let refused = served.ask(&query, json!({})).json();
        assert_eq!(refused["data"]["startBulkJob"]["userErrors"][0]["code"], "INVALID_TRANSITION");
        // A file of many lines is as long as it wants.
        assert_eq!(put(&served, &id, &FILE.as_bytes().repeat(20_000)), 200);
    }

    async fn what_is_cut_or_grows_too_large_is_no_file(db: &TestDatabase) {
        let served = serve(db).await;
        let id = create(&served, "SET_STOCK");
        let begin = |headers: &str| {
            let mut connection = Connection::open(&served.address);
            let head = format!("PUT /bulk/{id}/input HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}");
            connection.write(format!("{head}\r\n\r\n").as_bytes());
            connection
        };
        block_in_place(|| {
            // The client says nothing of the length.
            let mut connection = begin("transfer-encoding: chunked");
            connection.write(format!("3e8\r\n{}\r\n", "x".repeat(1000)).as_bytes());
            // All of it is read: nothing is left that could break the answer.
            let _ = connection.try_write(b"1\r\nx");
            let answer = connection.answer();
            assert_eq!(answer.status, 413);
            assert!(answer.text().contains("more than 1000 bytes"), "{}", answer.text());
            // The client goes away.
            let mut connection = begin("content-length: 100");
            connection.write(b"{}\n{}\n");
        });
        let query = format!("mutation {{ startBulkJob(input: {{ id: \"{id}\" }}) {{ userErrors {{ code }} }} }}");
        let refused = served.ask(&query, json!({})).json();
        assert_eq!(refused["data"]["startBulkJob"]["userErrors"][0]["code"], "INVALID_TRANSITION");
    }

    async fn who_does_not_trade_has_no_files(db: &TestDatabase) {
        let served = serve(db).await;
        let id = create(&served, "SET_STOCK");
        let new = r#"mutation { createApiKey(input: { name: "viewer", role: VIEWER }) { key } }"#;
        let made = served.ask(new, json!({})).json();
        let viewer = format!("Bearer {}", made["data"]["createApiKey"]["key"].as_str().expect("a key"));
        for (head, headers, status) in [
            (format!("PUT /bulk/{id}/input"), vec![], 401),
            (format!("GET /bulk/{id}/result"), vec![], 401),
            (format!("PUT /bulk/{id}/input"), vec![("authorization", viewer.as_str())], 403),
            (format!("GET /bulk/{id}/result"), vec![("authorization", viewer.as_str())], 403),
        ] {
            assert_eq!(served.send(&head, &headers, b"").status, status, "{head}");
        }
        let foreign = [("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site")];
        assert_eq!(served.send(&format!("PUT /bulk/{id}/input"), &foreign, b"x").status, 403);
    }
}
