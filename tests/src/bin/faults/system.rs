//! What is tried: a database of its own, and the program over it.

use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rustix::process::Signal;
use sea_orm::ConnectionTrait;
use tests::{Engine, TestDatabase, cluster::Cluster};
use tokio::runtime::Handle;
use uuid::Uuid;

use super::{fault::Fault, load::Load, process::Process, proxy::Proxy, wait::until};

/// How long the server may take until it listens, after a crash of PostgreSQL too.
const STARTED: Duration = Duration::from_secs(60);
/// The cluster of the tests acknowledges before it writes; a crash of its processes must lose nothing here.
const DURABLE: &str =
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$";

/// A database of its own, and the program over it.
pub(crate) struct System {
    binary: PathBuf,
    /// Of the logs and of what the program prints.
    folder: Folder,
    url: String,
    load: Arc<Load>,
    server: Option<Process>,
    proxy: Option<Proxy>,
    cluster: Option<&'static Cluster>,
    database: TestDatabase,
    runtime: Handle,
}

/// Removed at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl System {
    /// A new database without tables; nothing when there is no PostgreSQL.
    pub(crate) fn new(engine: Engine, fault: Fault, binary: &Path, runtime: &Handle) -> Result<Option<Self>, String> {
        let told = |error: io::Error| error.to_string();
        let Some(database) = runtime.block_on(TestDatabase::bare(engine)) else { return Ok(None) };
        let cluster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => runtime.block_on(Cluster::shared()),
        };
        if cluster.is_some() {
            let set = runtime.block_on(database.connection().execute_unprepared(DURABLE));
            set.map_err(|error| error.to_string())?;
        }
        // Connections of this process would keep files and locks.
        runtime.block_on(database.connection().close_by_ref()).map_err(|error| error.to_string())?;
        let proxy = match (fault, cluster) {
            (Fault::ResetInCommit, Some(cluster)) => Some(Proxy::start(&cluster.socket()).map_err(told)?),
            _ => None,
        };
        let url = proxy.as_ref().map_or_else(|| database.url().to_owned(), |proxy| through(proxy, database.url()));
        let folder = Folder(env::temp_dir().join(format!("vividwalls-faults-{}", Uuid::now_v7().simple())));
        fs::create_dir(&folder.0).map_err(told)?;
        Ok(Some(Self {
            binary: binary.to_owned(),
            folder,
            url,
            load: Arc::new(Load::new(fault)),
            server: None,
            proxy,
            cluster,
            database,
            runtime: runtime.clone(),
        }))
    }

    /// As the program is told it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn load(&self) -> &Arc<Load> {
        &self.load
    }

    pub(crate) fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        self.cluster
    }

    /// A file of its own.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    /// Starts the server, which serves when this returns.
    pub(crate) fn start(&mut self) -> Result<(), String> {
        let arguments =
            ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--log-requests", "false", "--no-demo"];
        let mut server = self.command(&arguments, "greeting")?;
        let mut address = None;
        until("the server starts", STARTED, || {
            let said = fs::read_to_string(self.file("greeting")).unwrap_or_default();
            let line = said.lines().next().filter(|_| said.contains('\n'));
            let rest = line.and_then(|line| line.split("http://").nth(1));
            address = rest.and_then(|rest| rest.split('/').next()).map(str::to_owned);
            address.is_some() || server.has_ended()
        })?;
        self.load.moved(address.ok_or("the server does not start")?);
        self.server = Some(server);
        Ok(())
    }

    /// Lets the server end what it does.
    pub(crate) fn stop(&mut self) -> Result<(), String> {
        let Some(mut server) = self.server.take() else { return Ok(()) };
        server.signal(Signal::TERM)?;
        let status = server.end()?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status}")) }
    }

    /// Makes a fault happen to the server, and starts it again if it has ended.
    pub(crate) fn strike(&mut self, fault: Fault) -> Result<(), String> {
        let mut server = self.server.take().ok_or("there is no server")?;
        fault.strike(&mut server, self)?;
        if !server.has_ended() {
            self.server = Some(server);
            return Ok(());
        }
        if fault == Fault::Kill { self.start() } else { Err("the server ended by itself".to_owned()) }
    }

    /// Starts the program; what it prints goes to a file of this name.
    pub(crate) fn command(&self, arguments: &[&str], output: &str) -> Result<Process, String> {
        let output = File::create(self.file(output)).map_err(|error| error.to_string())?;
        Process::start(&self.binary, arguments, &self.folder.0, &self.url, output)
            .map_err(|error| format!("{} does not start: {error}", self.binary.display()))
    }

    /// Runs the program to its end, which must be a success: what it printed.
    pub(crate) fn finish(&self, arguments: &[&str]) -> Result<String, String> {
        let status = self.command(arguments, "output")?.end()?;
        let said = fs::read_to_string(self.file("output")).unwrap_or_default();
        if status.success() { Ok(said) } else { Err(format!("`{}`: {status}: {said}", arguments.join(" "))) }
    }

    /// What the program logged.
    pub(crate) fn log(&self) -> String {
        let bytes = fs::read(self.file("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Ends what was started, and removes the database.
    pub(crate) fn remove(self) {
        let Self { server, proxy, database, runtime, .. } = self;
        drop((server, proxy));
        runtime.block_on(database.remove());
    }
}

/// The URL of the same database through a proxy.
fn through(proxy: &Proxy, url: &str) -> String {
    let name = url.split(['/', '?']).nth(3).unwrap_or_default();
    format!("postgres://vividwalls@127.0.0.1:{}/{name}?sslmode=disable", proxy.port())
}
