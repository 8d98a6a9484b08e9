//! How many connections there may be, and for how long nothing may come over them.

use crate::{
    monitoring::{get, monitored},
    process::Server,
};

#[test]
fn connections_that_send_no_head_are_closed() {
    let server = Server::start(&["--head-timeout", "50ms"]);
    for sent in [&b""[..], b"PRI * HTTP/2.0\r\n\r\nSM", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\nhost:"]
    {
        let mut connection = server.connect();
        connection.write(sent);
        // To who speaks HTTP/2 the server says how it does first.
        let told = connection.rest();
        assert!(!told.starts_with(b"HTTP"), "{sent:?}: {told:?}");
    }
    assert_eq!(server.query("{ __typename }").status, 200);
}

#[test]
fn idle_connections_are_closed() {
    let server = Server::start(&["--idle-timeout", "50ms"]);
    let mut connection = server.connect();
    connection.write(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert_eq!(connection.answer().status, 200);
    assert!(connection.rest().is_empty());
}

#[test]
fn connections_are_bounded() {
    for (setting, status) in [("--max-connections", 503), ("--max-connections-per-address", 429)] {
        let server = Server::start(&[setting, "2"]);
        let (mut first, mut second) = (server.connect(), server.connect());
        for connection in [&mut first, &mut second] {
            assert_eq!(connection.status("/healthz"), Some(200));
        }
        // It hears so before it has sent anything.
        assert_eq!(server.connect().answer().status, status);
        drop(first);
        // As soon as the server has seen the end of the first one.
        while server.connect().status("/healthz") != Some(200) {
            std::thread::yield_now();
        }
    }
}

#[test]
fn new_connections_of_an_address_are_bounded() {
    let (server, monitoring) = monitored(&["--max-connection-rate", "1"]);
    let mut first = server.connect();
    while server.connect().status("/healthz") == Some(200) {}
    let figures = get(&monitoring, "/metrics").text();
    let refused = r#"vividwalls_connections_refused_total{reason="rate"} 1"#;
    assert!(figures.lines().any(|line| line == refused), "{figures}");
    // Those that are there go on, and later there are others.
    assert_eq!(first.status("/healthz"), Some(200));
    while server.connect().status("/healthz") != Some(200) {
        std::thread::yield_now();
    }
}

#[test]
fn large_requests_are_no_flood() {
    let server = Server::start(&[]);
    let mut connection = server.connect();
    let body = format!("{{\"query\":\"{{ __typename }}\"{}}}", " ".repeat(900 << 10));
    let length = body.len();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    );
    for _ in 0..4 {
        connection.write(request.as_bytes());
        assert_eq!(connection.answer().status, 200);
    }
    // Ahead of their answers.
    let path = "x".repeat(1 << 10);
    let requests = format!("GET /healthz?{path} HTTP/1.1\r\nhost: localhost\r\n\r\n").repeat(300);
    connection.write(requests.as_bytes());
    for _ in 0..300 {
        assert_eq!(connection.answer().status, 200);
    }
}
