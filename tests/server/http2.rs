//! HTTP/2, frame by frame: what a client can do that no library does.

use tests::http::Connection;

use crate::process::Server;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
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
            block.extend([name, u8::try_from(value.len()).expect("a short one")]);
            block.extend(value.as_bytes());
        }
        self.send(HEADERS, WHOLE, stream, &block);
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).expect("a short one").to_be_bytes();
        let frame = [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat();
        self.0.write(&frame);
    }

    /// The content of the next frame of this kind and stream.
    fn next(&mut self, kind: u8, stream: u32) -> Vec<u8> {
        loop {
            let head = self.0.read(9);
            let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
            let payload = self.0.read(length);
            if head[3] == kind && head[5..] == stream.to_be_bytes() {
                return payload;
            }
        }
    }
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
    const GO_AWAY: u8 = 7;
    client.next(GO_AWAY, 0);
}
