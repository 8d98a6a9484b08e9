//! A connection that may be refused, broken off or left hanging.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// How long an answer is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Where the server is and who asks.
pub struct Target {
    /// Host and port.
    pub address: String,
    /// The API key, if one is needed.
    pub key: Option<String>,
}

/// One connection, which is kept between requests.
pub struct Client {
    stream: BufReader<TcpStream>,
    authorization: String,
}

impl Target {
    /// Opens a connection.
    pub fn connect(&self) -> io::Result<Client> {
        self.connect_with(self.key.as_deref())
    }

    /// The same with another key.
    pub fn connect_with(&self, key: Option<&str>) -> io::Result<Client> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LONGEST_WAIT))?;
        let authorization = key.map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
        Ok(Client { stream: BufReader::new(stream), authorization })
    }
}

impl Client {
    /// Sends bytes as they are.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Waits only so long for what comes.
    pub fn wait_only(&mut self, time: Duration) -> io::Result<()> {
        self.stream.get_mut().set_read_timeout(Some(time))
    }

    /// Sends a request with a body in JSON.
    pub fn send(&mut self, body: &[u8]) -> io::Result<()> {
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             accept: application/graphql-response+json\r\n{}content-length: {}\r\n\r\n",
            self.authorization,
            body.len()
        );
        self.write(&[head.as_bytes(), body].concat())
    }

    /// Sends it, and reads the answer: status and body.
    pub fn post(&mut self, body: &[u8]) -> io::Result<(u16, String)> {
        self.send(body)?;
        self.answer()
    }

    /// Reads an answer.
    pub fn answer(&mut self) -> io::Result<(u16, String)> {
        let (mut status, mut length) = (0, 0);
        loop {
            let text = self.line()?.to_ascii_lowercase();
            if let Some(rest) = text.strip_prefix("http/1.1 ") {
                status = rest.get(..3).and_then(|status| status.parse().ok()).unwrap_or_default();
            } else if let Some(value) = text.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            } else if text.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Reads a whole line; without its end.
    pub fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        if !line.ends_with('\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    /// Reads until the other side says nothing more.
    pub fn rest(&mut self) -> usize {
        let mut bytes = Vec::new();
        let _ = self.stream.read_to_end(&mut bytes);
        bytes.len()
    }
}
