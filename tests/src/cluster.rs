//! A throwaway PostgreSQL server: started once per test process, gone with it.
//!
//! A shell supervises it and waits on a pipe that this process holds: however this process ends, the pipe
//! closes, and the shell stops the server and removes its folder.

use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
};

use tokio::sync::OnceCell;
use uuid::Uuid;

/// A running server, or why there is none.
pub struct Cluster {
    folder: PathBuf,
    /// Held open; the supervisor ends when it closes.
    _alive: ChildStdin,
}

/// Starts the server and says `ready`, even if nobody listens any more, then waits for the end of its input.
const SUPERVISOR: &str = r#"
trap '' INT TERM HUP PIPE
cd "$1"
{
    "$2/initdb" -D data -U vividwalls -A trust -E UTF8 --locale=C --no-sync &&
    "$2/pg_ctl" start -D data -w -t 60 -o "-c listen_addresses='' -c unix_socket_directories='$1' \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off \
        -c wal_level=minimal -c max_wal_senders=0 -c max_connections=300 -c shared_buffers=64MB"
} >log 2>&1 </dev/null && echo ready || cat log
exec >/dev/null 2>&1
read -r _
"$2/pg_ctl" stop -D data -m immediate
cd / && rm -rf "$1"
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
        let (Some(alive), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the supervisor has no pipes"));
        };
        let mut said = String::new();
        for line in BufReader::new(output).lines() {
            match line?.as_str() {
                "ready" => return Ok(Self { folder, _alive: alive }),
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
