//! The links of e-mails: whoever has one leaves without a key, and only by a POST.

use std::sync::Arc;

use ::api::{
    http::{Settings, router},
    metrics::Metrics,
};
use serde_json::{Value, json};
use service::{
    Service,
    clock::Clock,
    links::{Links, Purpose},
};
use tests::on_both_engines;

use super::Served;
use crate::client::{Client, connect};

/// What mail programs send.
const ONE_CLICK: &[u8] = b"List-Unsubscribe=One-Click";

on_both_engines! {
    async fn one_click_takes_an_address_off_its_list(db: &TestDatabase) {
        let (served, client) = serve(db).await;
        let (list, path) = subscribed(&client).await;
        // Whoever only looks changes nothing.
        let page = served.get(&path);
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert!(page.text().contains("<form method=\"post\">") && page.text().contains("value=\"One-Click\""));
        for body in [&b""[..], b"unsubscribe=1", &[b'x'; 5000]] {
            assert_eq!(served.send(&format!("POST {path}"), &[], body).status, 400);
        }
        assert_eq!(status(&client, &list).await, "SUBSCRIBED");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        for _ in 0..2 {
            let left = served.send(&format!("POST {path}"), &form, ONE_CLICK);
            assert_eq!(left.status, 200, "{}", left.text());
            assert_eq!(status(&client, &list).await, "UNSUBSCRIBED");
        }
        assert_eq!(served.send(&format!("PUT {path}"), &[], ONE_CLICK).status, 405);
    }

    async fn the_body_may_come_in_parts(db: &TestDatabase) {
        let (served, client) = serve(db).await;
        let (list, path) = subscribed(&client).await;
        let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        let headers = [("content-type", "multipart/form-data; boundary=x")];
        assert_eq!(served.send(&format!("POST {path}"), &headers, parts.as_bytes()).status, 200);
        assert_eq!(status(&client, &list).await, "UNSUBSCRIBED");
    }

    async fn who_guesses_is_not_asked_any_more(db: &TestDatabase) {
        let (served, client) = serve(db).await;
        let (list, path) = subscribed(&client).await;
        let wrong = format!("{}00", &path[..path.len() - 2]);
        for _ in 0..20 {
            assert_eq!(served.send(&format!("POST {wrong}"), &[], ONE_CLICK).status, 404);
        }
        assert_eq!(served.send(&format!("POST {wrong}"), &[], ONE_CLICK).status, 429);
        assert_eq!(served.get("/unsubscribe/x").status, 429);
        // A good link is never refused for it.
        assert_eq!(served.send(&format!("POST {path}"), &[], ONE_CLICK).status, 200);
        assert_eq!(status(&client, &list).await, "UNSUBSCRIBED");
    }
}

/// A server that signs links, and the local administrator.
async fn serve(db: &tests::TestDatabase) -> (Served, Client) {
    let database = connect(db).await;
    let links = Links::new("a secret of the tests", "https://shop.example").expect("links");
    let service = Service::new(database.clone(), Clock::system()).with_links(links);
    let metrics = Arc::new(Metrics::new(&database));
    let router = router(::api::schema::schema(service.clone()), Settings::default(), metrics);
    (Served::serve(database, router).await, Client::new(service))
}

/// An address on a list, and the path of its link.
async fn subscribed(client: &Client) -> (Value, String) {
    let list = json!({ "name": "News", "type": "STATIC" });
    let list = client.done("createEmailList", list, "emailList { id }").await["emailList"]["id"].clone();
    let item = json!({ "email": "ann@example.com", "listId": list, "source": "API" });
    client.done("subscribe", json!({ "items": [item] }), "results { userErrors { message } }").await;
    let links = Links::new("a secret of the tests", "https://shop.example").expect("links");
    let hash = service::hash::hex("email:ann@example.com");
    let subject = format!("{}:{hash}", list.as_str().expect("an id"));
    (list, format!("/unsubscribe/{}", links.sign(Purpose::Unsubscribe, &subject)))
}

/// How the address stands on the list.
async fn status(client: &Client, list: &Value) -> String {
    let query = "query($id: ID!) { emailList(id: $id) { subscribers(first: 1) { nodes { status } } } }";
    let found = client.query(query, json!({ "id": list })).await;
    found["emailList"]["subscribers"]["nodes"][0]["status"].as_str().expect("a status").to_owned()
}
