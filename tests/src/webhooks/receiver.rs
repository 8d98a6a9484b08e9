//! A receiver of webhooks on this machine, which answers them as its owner wants.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::signature;

/// A webhook that was received.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// Its id: the same however often it is sent.
    pub id: String,
    /// What it says.
    pub body: String,
    timestamp: String,
    signatures: String,
}

impl Received {
    /// Whether one of its signatures was made with a secret, which is written as the server shows it: `whsec_…`.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let Some(Ok(secret)) = secret.strip_prefix("whsec_").map(|secret| STANDARD.decode(secret)) else {
            return false;
        };
        let head = format!("{}.{}.", self.id, self.timestamp);
        let expected = format!("v1,{}", signature(&secret, &[head.as_bytes(), self.body.as_bytes()]));
        self.signatures.split(' ').any(|signature| signature == expected)
    }

    /// Reads the next one of a connection; none at its end.
    fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let (mut received, mut length) = (Self::default(), 0);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            if line.trim_end().is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().map_err(io::Error::other)?,
                "webhook-id" => value.clone_into(&mut received.id),
                "webhook-timestamp" => value.clone_into(&mut received.timestamp),
                "webhook-signature" => value.clone_into(&mut received.signatures),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        received.body = String::from_utf8(body).map_err(io::Error::other)?;
        Ok(Some(received))
    }
}

/// Listens on a port of this machine until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    has_ended: Arc<AtomicBool>,
}

impl Receiver {
    /// Starts it. `take` gets each webhook, several at the same time, and returns the status of the answer.
    pub fn start(take: impl Fn(Received) -> u16 + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (address, has_ended, take) = (listener.local_addr()?, Arc::<AtomicBool>::default(), Arc::new(take));
        let ended = Arc::clone(&has_ended);
        thread::spawn(move || {
            for client in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(client) = client else { continue };
                let (ended, take) = (Arc::clone(&ended), Arc::clone(&take));
                thread::spawn(move || {
                    // Whoever hangs up or sends something else is let go.
                    let _ = serve(client, &ended, &*take);
                });
            }
        });
        Ok(Self { address, has_ended })
    }

    /// Where webhooks are to be sent.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.has_ended.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

/// Answers the webhooks of a connection, one after the other.
fn serve(client: TcpStream, has_ended: &AtomicBool, take: &dyn Fn(Received) -> u16) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut stream = BufReader::new(client);
    while let Some(received) = Received::read(&mut stream)? {
        if has_ended.load(Ordering::SeqCst) {
            break;
        }
        let status = take(received);
        let answer = format!("HTTP/1.1 {status} Answered\r\ncontent-length: 0\r\n\r\n");
        stream.get_mut().write_all(answer.as_bytes())?;
    }
    Ok(())
}
