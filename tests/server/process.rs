//! Starting `vividwalls`.

use std::{
    cell::RefCell,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use tests::http::{Answer, Connection};

/// A folder of its own for a test, gone afterwards.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("server-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// With a database that has its tables.
    pub(crate) fn migrated() -> Self {
        let folder = Self::new();
        let (code, _, error) = output(&folder, &["migrate", "up"]);
        assert_eq!(code, 0, "{error}");
        folder
    }

    pub(crate) fn database_url(&self) -> String {
        format!("sqlite://{}", self.0.join("vividwalls.db").display())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The command on the folder's database, with none of this process's settings.
pub(crate) fn vividwalls(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vividwalls"));
    command.args(arguments).current_dir(folder.path()).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("VIVIDWALLS_") {
            command.env_remove(name);
        }
    }
    command.env("DATABASE_URL", folder.database_url());
    // Nobody has to learn from `/readyz` that a server stops, and the disk is shared with many others.
    command.env("VIVIDWALLS_DRAIN_DELAY", "0").env("VIVIDWALLS_DISK_RESERVE", "0");
    // Some ask again and again, over a new connection each time.
    command.env("VIVIDWALLS_MAX_CONNECTION_RATE", "1000000");
    command
}

/// Runs a command to its end: the exit code, what it printed, what it said beside.
pub(crate) fn output(folder: &Folder, arguments: &[&str]) -> (i32, String, String) {
    finish(&mut vividwalls(folder, arguments))
}

/// The same for a command with an environment of its own.
pub(crate) fn finish(command: &mut Command) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("it ended by itself"), text(stdout), text(stderr))
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    address: String,
    stdout: RefCell<BufReader<ChildStdout>>,
    _folder: Folder,
}

impl Server {
    /// Starts one on a free port of this machine, unless the arguments say another address; it serves when this returns.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_in(Folder::new(), arguments)
    }

    /// The same, on the database of a folder.
    pub(crate) fn start_in(folder: Folder, arguments: &[&str]) -> Self {
        let mut command = vividwalls(&folder, &["serve"]);
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        // Tests run beside each other: the default port is one of them's.
        if !arguments.contains(&"--admin-listen") {
            command.args(["--admin-listen", "off"]);
        }
        command.args(arguments);
        Self::spawn(command, folder)
    }

    /// The same by a command of one's own.
    pub(crate) fn spawn(mut command: Command, folder: Folder) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut line).expect("a line");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        Self { child, address, stdout: RefCell::new(stdout), _folder: folder }
    }

    /// The next line that it prints.
    pub(crate) fn said(&self) -> String {
        let mut line = String::new();
        self.stdout.borrow_mut().read_line(&mut line).expect("a line");
        line
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::open(&self.address)
    }

    /// Whether new connections are accepted.
    pub(crate) fn accepts(&self) -> bool {
        std::net::TcpStream::connect(&self.address).is_ok()
    }

    /// Sends a request and waits for its answer.
    pub(crate) fn send(&self, head: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut connection = self.connect();
        connection.send(head, headers, body);
        connection.answer()
    }

    /// Asks by POST, for the newer media type.
    pub(crate) fn ask(&self, body: &serde_json::Value) -> Answer {
        let headers = [("content-type", "application/json"), ("accept", "application/graphql-response+json")];
        self.send("POST /graphql", &headers, body.to_string().as_bytes())
    }

    pub(crate) fn query(&self, query: &str) -> Answer {
        self.ask(&serde_json::json!({ "query": query }))
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Waits for the end: the exit code, and what it logged.
    pub(crate) fn end(mut self) -> (i32, String) {
        let mut log = String::new();
        self.child.stderr.take().expect("piped").read_to_string(&mut log).expect("UTF-8");
        (self.child.wait().expect("it ends").code().expect("by itself"), log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
