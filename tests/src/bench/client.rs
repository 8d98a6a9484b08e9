//! A client that keeps its connection, and reads answers by looking for what it needs: a parser would take as much of
//! the processor as the server.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// Where the server is and who asks.
pub struct Target {
    /// Host and port.
    pub address: String,
    /// The API key, if one is needed.
    pub key: Option<String>,
}

impl Target {
    /// Opens a connection.
    pub fn connect(&self) -> Client {
        let stream = TcpStream::connect(&self.address).expect("a server listens there");
        stream.set_nodelay(true).expect("a socket");
        let key = self.key.as_ref().map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
        Client {
            stream: BufReader::new(stream),
            head: format!("host: localhost\r\ncontent-type: application/json\r\n{key}"),
            body: Vec::new(),
        }
    }
}

/// One connection that is kept.
pub struct Client {
    stream: BufReader<TcpStream>,
    head: String,
    body: Vec<u8>,
}

impl Client {
    /// Asks to be told what operations cost.
    pub fn with_cost(mut self) -> Self {
        self.head.push_str("vividwalls-cost: 1\r\n");
        self
    }

    /// The answer to an operation whose one variable is `input`. The query stands in JSON as it is, so that it has no
    /// quotes but escaped ones; `input` is JSON.
    pub fn ask(&mut self, query: &str, input: &str) -> &str {
        let body = format!(r#"{{"query":"{query}","variables":{{"input":{input}}}}}"#);
        let request = format!("POST /graphql HTTP/1.1\r\n{}content-length: {}\r\n\r\n{body}", self.head, body.len());
        self.stream.get_mut().write_all(request.as_bytes()).expect("sent");
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("an answer");
            if line.trim_end().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).expect("a body");
        let text = std::str::from_utf8(&self.body).expect("text");
        assert!(text.contains(r#""data""#) && !text.contains(r#""errors""#), "no answer: {text:?}");
        text
    }
}

/// All texts under a name in a JSON document.
pub fn texts(document: &str, name: &str) -> Vec<String> {
    let mark = format!(r#""{name}":""#);
    document.split(&mark).skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
}

/// All whole numbers under a name in a JSON document.
pub fn numbers(document: &str, name: &str) -> Vec<i64> {
    let mark = format!(r#""{name}":"#);
    document.split(&mark).skip(1).filter_map(|rest| rest.split([',', '}', ']']).next()?.trim().parse().ok()).collect()
}
