//! A throwaway PostgreSQL server: started once per test process, gone with it.
//!
//! A shell supervises it and waits on a pipe that this process holds: however this process ends, the pipe
//! closes, and the shell stops the server and removes its folder.

use std::{
    fs,
    io::{self, BufRead, BufReader, Lines, Write},
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout, Command, Stdio},
    sync::Mutex,
};

use tokio::sync::OnceCell;
use uuid::Uuid;

/// A running server, or why there is none.
pub struct Cluster {
    folder: PathBuf,
    supervisor: Mutex<Supervisor>,
}

struct Supervisor {
    /// The supervisor ends when it closes.
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

/// Starts the server and says `ready`, even if nobody listens any more. Then it does what each line of its input says,
/// `stop` or `start`, and says `ready` again, until the input ends.
const SUPERVISOR: &str = r#"
trap '' INT TERM HUP PIPE
folder=$1 programs=$2
cd "$folder"
start() {
    "$programs/pg_ctl" start -D data -w -t 60 -o "-c listen_addresses='' -c unix_socket_directories='$folder' \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off \
        -c wal_level=minimal -c max_wal_senders=0 -c max_connections=300 -c shared_buffers=64MB"
}
stop() { "$programs/pg_ctl" stop -D data -m immediate; }
{
    "$programs/initdb" -D data -U vividwalls -A trust -E UTF8 --locale=C --no-sync && start
} >log 2>&1 </dev/null && echo ready || cat log
exec 2>/dev/null
while read -r order; do
    "$order" >>log 2>&1 </dev/null && echo ready || echo "PostgreSQL did not $order"
done
stop >/dev/null
cd / && rm -rf "$folder"
"#;

impl Cluster {
    /// The server of this process; `None` when no PostgreSQL is installed and none is required.
    pub async fn shared() -> Option<&'static Self> {
        static CLUSTER: OnceCell<Option<Cluster>> = OnceCell::const_new();
        CLUSTER.get_or_init(async || Self::start_or_say()).await.as_ref()
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://vividwalls@localhost/{database}?host={}", self.folder.display())
    }

    /// The socket that it listens on.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// Stops the server at once, as a crash does: it has to recover when it is started again.
    pub fn stop(&self) -> io::Result<()> {
        self.order("stop")
    }

    /// Starts it again; it accepts connections when this returns.
    pub fn start_again(&self) -> io::Result<()> {
        self.order("start")
    }

    fn order(&self, order: &str) -> io::Result<()> {
        let mut supervisor = self.supervisor.lock().expect("nobody panics");
        writeln!(supervisor.input, "{order}")?;
        match supervisor.output.next().transpose()?.as_deref() {
            Some("ready") => Ok(()),
            said => Err(io::Error::other(said.unwrap_or("the supervisor has ended").to_owned())),
        }
    }

    fn start_or_say() -> Option<Self> {
        let Some(programs) = programs() else {
            let required = std::env::var("VIVIDWALLS_TEST_POSTGRES").is_ok_and(|value| value == "required");
            assert!(!required, "VIVIDWALLS_TEST_POSTGRES=required, but initdb and pg_ctl were not found");
            // Written past the test harness, which swallows what a passing test prints.
            let notice = "\n*** PostgreSQL was not found: its tests are SKIPPED (install it to run them) ***\n\n";
            io::stderr().write_all(notice.as_bytes()).ok();
            return None;
        };
        Some(Self::start(&programs).expect("PostgreSQL starts"))
    }

    fn start(programs: &Path) -> io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("vividwalls-{}", Uuid::now_v7().simple()));
        fs::create_dir(&folder)?;
        let mut supervisor = shell_as_nobody_special(&folder)?;
        let mut child = supervisor
            .args(["-c", SUPERVISOR, "supervisor"])
            .args([&folder, programs])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Out of reach of the terminal's Ctrl-C, which the supervisor has to survive.
            .process_group(0)
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the supervisor has no pipes"));
        };
        let (mut output, mut said) = (BufReader::new(output).lines(), String::new());
        while let Some(line) = output.next().transpose()? {
            match line.as_str() {
                "ready" => return Ok(Self { folder, supervisor: Mutex::new(Supervisor { input, output }) }),
                line => said.extend([line, "\n"]),
            }
        }
        Err(io::Error::other(said))
    }
}

/// The folder of PostgreSQL's programs: the newest installed one, else the one on the path.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    installed.sort_by_key(|path| {
        let version = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    installed
        .into_iter()
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

/// A shell; PostgreSQL refuses to run as root, so root hands the folder to another user and becomes that one.
fn shell_as_nobody_special(folder: &Path) -> io::Result<Command> {
    if fs::metadata(folder)?.uid() != 0 {
        return Ok(Command::new("sh"));
    }
    let user = ["postgres", "nobody"].into_iter().find_map(|name| Some((name, id(name, "-u")?, id(name, "-g")?)));
    let Some((name, uid, gid)) = user else {
        return Err(io::Error::other("there is no user to run PostgreSQL as"));
    };
    std::os::unix::fs::chown(folder, Some(uid), Some(gid))?;
    let mut shell = Command::new("sh");
    shell.uid(uid).gid(gid).env("HOME", folder).env("USER", name);
    Ok(shell)
}

fn id(user: &str, which: &str) -> Option<u32> {
    let output = Command::new("id").args([which, user]).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
