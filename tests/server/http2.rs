//! HTTP/2, frame by frame: what a client can do that no library does.

use tests::http::Connection;

use crate::{
    monitoring::{get, monitored},
    process::Server,
};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GO_AWAY: u8 = 7;
/// Of the headers: these are all, and there is no body.
const WHOLE: u8 = 0b101;

/// A client with prior knowledge.
struct Client(Connection);

impl Client {
    /// Says how large the window of its streams is.
    fn open(server: &Server, window: u32) -> Self {
        let mut client = Self(server.connect());
        client.0.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        client.window(window);
        client
    }

    fn window(&mut self, window: u32) {
        const INITIAL_WINDOW_SIZE: [u8; 2] = [0, 4];
        let setting = [&INITIAL_WINDOW_SIZE[..], &window.to_be_bytes()].concat();
        self.send(SETTINGS, 0, 0, &setting);
    }

    /// Sends a request without body.
    fn get(&mut self, stream: u32, path: &str) {
        // The method and the scheme from the static table, the others beside their names of it.
        let mut block = vec![0x82, 0x86];
        for (name, value) in [(0x04, path), (0x01, "localhost")] {
            block.push(name);
            block.extend(length(value.len()));
            block.extend(value.as_bytes());
        }
        self.send(HEADERS, WHOLE, stream, &block);
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        self.0.write(&frame(kind, flags, stream, payload));
    }

    /// The content of the next frame of this kind and stream.
    fn next(&mut self, kind: u8, stream: u32) -> Vec<u8> {
        loop {
            let (head, payload) = self.read();
            if head[3] == kind && head[5..] == stream.to_be_bytes() {
                return payload;
            }
        }
    }

    /// The next frame: its head and its content.
    fn read(&mut self) -> (Vec<u8>, Vec<u8>) {
        let head = self.0.read(9);
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        let payload = self.0.read(length);
        (head, payload)
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short one").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The length of a text in a block of headers: seven bits, and what is over seven by seven, the lowest first.
fn length(length: usize) -> Vec<u8> {
    let Some(mut over) = length.checked_sub(127) else { return vec![length as u8] };
    let mut bytes = vec![127];
    while over >= 128 {
        bytes.push((over % 128) as u8 | 128);
        over /= 128;
    }
    bytes.push(over as u8);
    bytes
}

#[test]
fn a_stream_whose_client_takes_nothing_is_reset() {
    const CANCEL: u32 = 8;
    let server = Server::start(&["--keepalive", "50ms"]);
    let mut client = Client::open(&server, 0);
    client.get(1, "/healthz");
    assert_eq!(client.next(RESET, 1), CANCEL.to_be_bytes());
    // The others of the connection go on.
    client.window(65_535);
    client.get(3, "/healthz");
    assert_eq!(client.next(DATA, 3), b"ok\n");
}

#[test]
fn streams_and_headers_are_bounded() {
    const MAX_CONCURRENT_STREAMS: [u8; 2] = [0, 3];
    const MAX_HEADER_LIST_SIZE: [u8; 2] = [0, 6];
    let server = Server::start(&[]);
    let mut client = Client::open(&server, 65_535);
    let settings = client.next(SETTINGS, 0);
    for (name, value) in [(MAX_CONCURRENT_STREAMS, 100), (MAX_HEADER_LIST_SIZE, 16 << 10)] {
        let setting = [&name[..], &u32::to_be_bytes(value)].concat();
        assert!(settings.chunks(6).any(|told| told == setting), "{settings:?}");
    }
}

#[test]
fn idle_connections_are_closed() {
    let server = Server::start(&["--idle-timeout", "50ms"]);
    let mut client = Client::open(&server, 65_535);
    client.get(1, "/healthz");
    assert_eq!(client.next(DATA, 1), b"ok\n");
    client.next(GO_AWAY, 0);
    // Also if it does not answer.
    client.0.rest();
}

#[test]
fn a_connection_that_pings_without_end_is_closed() {
    let (server, monitoring) = monitored(&[]);
    let mut client = Client::open(&server, 65_535);
    let pings = frame(PING, 0, 0, &[0; 8]).repeat(100);
    while client.0.try_write(&pings).is_ok() {}
    let figures = get(&monitoring, "/metrics").text();
    let refused = r#"vividwalls_connections_refused_total{reason="flood"} 1"#;
    assert!(figures.lines().any(|line| line == refused), "{figures}");
}

#[test]
fn pings_beside_requests_are_no_flood() {
    let server = Server::start(&[]);
    let mut client = Client::open(&server, 65_535);
    let pings = frame(PING, 0, 0, &[0; 8]).repeat(500);
    for stream in (1..100).step_by(2) {
        client.0.write(&pings);
        client.get(stream, "/healthz");
        assert_eq!(client.next(DATA, stream), b"ok\n");
    }
}

#[test]
fn many_requests_at_once_are_no_flood() {
    let server = Server::start(&[]);
    let mut client = Client::open(&server, 65_535);
    let path = format!("/healthz?{}", "x".repeat(4 << 10));
    for round in 0..4 {
        for stream in 0..50 {
            client.get(2 * (50 * round + stream) + 1, &path);
        }
        let mut answered = 0;
        while answered < 50 {
            let (head, payload) = client.read();
            assert!(![RESET, GO_AWAY].contains(&head[3]), "{head:?} {payload:?}");
            answered += usize::from(head[3] == DATA && payload == b"ok\n");
        }
    }
}
