//! Sockets that watch: how soon an event reaches them, and what they cost when nothing happens.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Barrier, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::{client::Target, number, report};

/// In JSON.
const SUBSCRIPTION: &str =
    r#"subscription { taskEvents(filter: { kinds: [\"task.created\"] }) { cursor kind task { id taskType status } } }"#;

/// A socket that speaks `graphql-transport-ws`.
struct Socket(TcpStream);

impl Socket {
    /// Opens it and subscribes; from the answer to a ping on, the subscription was begun.
    fn subscribed(target: &Target) -> Self {
        let mut stream = TcpStream::connect(&target.address).expect("a server listens there");
        stream.set_nodelay(true).expect("a socket");
        let head = "GET /graphql/ws HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                    sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("an answer");
            answer.extend(byte);
        }
        assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
        let mut socket = Self(stream);
        let key = target.key.as_ref().map(|key| format!(r#"{{"Authorization":"Bearer {key}"}}"#));
        socket.send(&format!(r#"{{"type":"connection_init","payload":{}}}"#, key.as_deref().unwrap_or("{}")));
        socket.hear("connection_ack");
        socket.send(&format!(r#"{{"id":"1","type":"subscribe","payload":{{"query":"{SUBSCRIPTION}"}}}}"#));
        socket.send(r#"{"type":"ping"}"#);
        socket.hear("pong");
        socket
    }

    fn send(&mut self, text: &str) {
        let length = u16::try_from(text.len()).expect("a short message");
        // Masked with zeros, which leaves it as it is.
        let mut frame = vec![0x81, 0x80 | 126];
        frame.extend(length.to_be_bytes());
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.0.write_all(&frame).expect("sent");
    }

    /// Waits for a message of a type.
    fn hear(&mut self, kind: &str) -> String {
        let kind = format!(r#""type":"{kind}""#);
        loop {
            let text = self.frame();
            if text.contains(&kind) {
                return text;
            }
            assert!(!text.contains(r#""type":"error""#), "{text}");
        }
    }

    fn frame(&mut self) -> String {
        let mut head = [0; 2];
        self.0.read_exact(&mut head).expect("a frame");
        let length = match head[1] {
            126 => {
                let mut length = [0; 2];
                self.0.read_exact(&mut length).expect("a length");
                u16::from_be_bytes(length).into()
            }
            short => usize::from(short),
        };
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("a frame");
        match head[0] & 0x0f {
            1 => String::from_utf8(body).expect("text"),
            8 => panic!("the server closed: {}", String::from_utf8_lossy(&body)),
            // Pings of the server; it waits for answers longer than this runs.
            _ => String::new(),
        }
    }
}

/// `SUBSCRIBERS` sockets watch while tasks are made, one after the other: from the request that makes one to each socket.
pub(super) fn watch(target: &Arc<Target>, agents: &Arc<Vec<String>>) {
    let (subscribers, events) = (number("SUBSCRIBERS", 500), number("EVENTS", 100));
    let ready = Arc::new(Barrier::new(subscribers + 1));
    let (heard, all_heard) = mpsc::channel();
    for _ in 0..subscribers {
        let (target, ready, heard) = (Arc::clone(target), Arc::clone(&ready), heard.clone());
        let listen = move || {
            let mut socket = Socket::subscribed(&target);
            ready.wait();
            for _ in 0..events {
                socket.hear("next");
                heard.send(Instant::now()).expect("somebody counts");
            }
        };
        thread::Builder::new().stack_size(128 << 10).spawn(listen).expect("a thread");
    }
    ready.wait();
    let mut maker = target.connect();
    let began = Instant::now();
    let mut took = Vec::with_capacity(subscribers * events);
    for event in 0..events {
        thread::sleep(Duration::from_millis(50));
        let made = Instant::now();
        maker.create(&agents[event % agents.len()], "watched", 1);
        took.extend(all_heard.iter().take(subscribers).map(|at| at - made));
    }
    report(&format!("a new task reaches {subscribers} subscribers"), took, began.elapsed());
}

/// `SUBSCRIBERS` sockets watch while nothing happens: the memory of the server, whose process is `SERVER`.
pub(super) fn idle(target: &Arc<Target>) {
    let (subscribers, server) = (number("SUBSCRIBERS", 5_000), number("SERVER", 0));
    let before = resident(server);
    let sockets: Vec<Socket> = (0..subscribers).map(|_| Socket::subscribed(target)).collect();
    let after = resident(server);
    println!("{} idle subscribers: {before} MB before, {after} MB with them", sockets.len());
}

/// The resident memory of a process, in MB.
fn resident(process: usize) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("SERVER is the number of a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") / 1024
}
