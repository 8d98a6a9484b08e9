//! A proxy before PostgreSQL that can cut a connection when a transaction is committed.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

/// A simple query, as `sqlx` commits.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// Listens on a port of this machine until it is dropped.
pub(crate) struct Proxy {
    port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    has_ended: AtomicBool,
    /// The next commit is to be cut.
    cuts_next: AtomicBool,
    cuts: AtomicUsize,
}

impl Proxy {
    pub(crate) fn start(socket: &Path) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let (port, state, socket) = (listener.local_addr()?.port(), Arc::<State>::default(), socket.to_owned());
        let shared = Arc::clone(&state);
        thread::spawn(move || accept(&listener, &socket, &shared));
        Ok(Self { port, state })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Cuts the connection over which the next commit comes: by turns after the commit was sent on, and before.
    pub(crate) fn cut_next(&self) {
        self.state.cuts_next.store(true, Ordering::SeqCst);
    }

    /// How many were cut.
    pub(crate) fn cuts(&self) -> usize {
        self.state.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.has_ended.store(true, Ordering::SeqCst);
        // Wakes who accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn accept(listener: &TcpListener, socket: &Path, state: &Arc<State>) {
    for client in listener.incoming() {
        if state.has_ended.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        // Without a server the client is let go, and told nothing.
        if let Ok(server) = UnixStream::connect(socket) {
            let _ = connect(client, server, state);
        }
    }
}

fn connect(client: TcpStream, server: UnixStream, state: &Arc<State>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (mut answers, mut asker) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut answers, &mut asker);
        let _ = asker.shutdown(Shutdown::Both);
    });
    let state = Arc::clone(state);
    thread::spawn(move || {
        let _ = forward(client, server, &state);
    });
    Ok(())
}

/// Hands on what the client asks.
fn forward(mut client: TcpStream, mut server: UnixStream, state: &State) -> io::Result<()> {
    let mut bytes = vec![0; 64 << 10];
    loop {
        // The other direction may go on until its end is read.
        let length = client.read(&mut bytes).unwrap_or(0);
        let Some(read) = bytes.get(..length).filter(|read| !read.is_empty()) else {
            return server.shutdown(Shutdown::Write);
        };
        let commits = read.windows(COMMIT.len()).any(|window| window == COMMIT);
        if commits && state.cuts_next.swap(false, Ordering::SeqCst) {
            client.shutdown(Shutdown::Both)?;
            if state.cuts.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
                server.write_all(read)?;
            }
            return server.shutdown(Shutdown::Write);
        }
        server.write_all(read)?;
    }
}
