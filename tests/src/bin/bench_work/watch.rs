//! Sockets that watch: how soon an event reaches them, and what they cost when nothing happens.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

use tests::bench::{Target, Worker, number, report, resident};

/// In JSON.
const SUBSCRIPTION: &str =
    r#"subscription { taskEvents(filter: { kinds: [TASK_CREATED] }) { cursor kind task { id taskType status } } }"#;

/// A socket that speaks `graphql-transport-ws`.
struct Socket {
    stream: TcpStream,
    /// Not yet read as messages.
    heard: Vec<u8>,
}

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
        let mut socket = Self { stream, heard: Vec::new() };
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
        self.stream.write_all(&frame).expect("sent");
    }

    /// Waits for a message of a type.
    fn hear(&mut self, kind: &str) {
        let kind = format!(r#""type":"{kind}""#);
        loop {
            match self.frame() {
                Some(text) if text.contains(&kind) => return,
                Some(_) => {}
                None => drop(self.read()),
            }
        }
    }

    /// The next message, if there is a whole one.
    fn frame(&mut self) -> Option<String> {
        let (head, rest) = self.heard.split_first_chunk::<2>()?;
        let (start, length) = match (head[1], rest) {
            (126, [high, low, ..]) => (4, u16::from_be_bytes([*high, *low]).into()),
            (126, _) => return None,
            (short, _) => (2, usize::from(short)),
        };
        if self.heard.len() < start + length {
            return None;
        }
        let kind = head[0] & 0x0f;
        let frame: Vec<u8> = self.heard.drain(..start + length).skip(start).collect();
        let text = String::from_utf8_lossy(&frame).into_owned();
        assert!(kind != 8 && !text.contains(r#""type":"error""#), "{text}");
        Some(text)
    }

    /// Reads what is there; false when nothing is and the socket does not wait.
    fn read(&mut self) -> bool {
        let mut bytes = [0; 4096];
        match self.stream.read(&mut bytes) {
            Ok(0) => panic!("the server closed"),
            Ok(count) => self.heard.extend(&bytes[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) => panic!("{error}"),
        }
        true
    }
}

/// Listens to all sockets from one thread, as if their clients were elsewhere: a thread for each would be woken by the
/// server for most of what is measured. Looks every millisecond, and says when it heard each event.
fn listen(mut sockets: Vec<Socket>, heard: &mpsc::Sender<Instant>) {
    for socket in &sockets {
        socket.stream.set_nonblocking(true).expect("a socket");
    }
    loop {
        let mut was_silent = true;
        for socket in &mut sockets {
            while socket.read() {
                was_silent = false;
                while let Some(text) = socket.frame() {
                    if text.contains(r#""type":"next""#) && heard.send(Instant::now()).is_err() {
                        return;
                    }
                }
            }
        }
        if was_silent {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// `SUBSCRIBERS` sockets watch while tasks are made, one after the other: to each socket from the request that makes one,
/// and from its answer; the commit lies between them.
pub(super) fn watch(target: &Arc<Target>, agents: &Arc<Vec<String>>) {
    let (subscribers, events) = (number("SUBSCRIBERS", 500), number("EVENTS", 100));
    let sockets: Vec<Socket> = (0..subscribers).map(|_| Socket::subscribed(target)).collect();
    let (heard, all_heard) = mpsc::channel();
    thread::spawn(move || listen(sockets, &heard));
    let mut maker = target.connect();
    let began = Instant::now();
    let (mut since_asked, mut since_answered) = (Vec::new(), Vec::new());
    for event in 0..events {
        thread::sleep(Duration::from_millis(50));
        let asked = Instant::now();
        maker.create(&agents[event % agents.len()], "watched", 1);
        let answered = Instant::now();
        for at in all_heard.iter().take(subscribers) {
            since_asked.push(at - asked);
            since_answered.push(at.saturating_duration_since(answered));
        }
    }
    report(&format!("from the request for a task to {subscribers} subscribers"), since_asked, began.elapsed());
    report(&format!("from its answer to {subscribers} subscribers"), since_answered, began.elapsed());
}

/// `SUBSCRIBERS` sockets watch while nothing happens: the memory of the server, whose process is `SERVER`.
pub(super) fn idle(target: &Arc<Target>) {
    let (subscribers, server) = (number("SUBSCRIBERS", 5_000), number("SERVER", 0));
    let before = resident(server);
    let sockets: Vec<Socket> = (0..subscribers).map(|_| Socket::subscribed(target)).collect();
    let after = resident(server);
    println!("{} idle subscribers: {before} MB before, {after} MB with them", sockets.len());
}
