//! A program that was started here, and ends no later than this tool drops it.

use std::{
    env,
    fs::File,
    io,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit};
use tests::webhooks::SHOPIFY_SECRET;

use super::wait::until;

/// How long a program may take to its end.
const LONGEST_RUN: Duration = Duration::from_secs(120);
/// Without links, no campaign sends e-mails and no endpoint is sent webhooks; this process receives them.
const SETTINGS: [(&str, &str); 4] = [
    ("VIVIDWALLS_PUBLIC_URL", "http://127.0.0.1"),
    ("VIVIDWALLS_SECRET", "0123456789abcdef0123456789abcdef"),
    ("VIVIDWALLS_SHOPIFY_SECRET", SHOPIFY_SECRET),
    ("VIVIDWALLS_WEBHOOK_ALLOW", "127.0.0.0/8"),
];

/// A running program.
pub(crate) struct Process(Child);

impl Process {
    /// Starts a program in a folder, where its log goes, on a database and with none of this process's settings.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        folder: &Path,
        database_url: &str,
        stdout: File,
    ) -> io::Result<Self> {
        let log = File::options().create(true).append(true).open(folder.join("log"))?;
        let mut command = Command::new("sh");
        // A file that is too large is an error of the write, as on a full disk, and not the end of the process.
        command.args(["-c", r#"trap '' XFSZ; exec "$@""#, "sh"]).arg(program).args(arguments);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("VIVIDWALLS_") {
                command.env_remove(name);
            }
        }
        command.env("DATABASE_URL", database_url);
        // Nobody has to learn that a server stops, and the disk is shared with others.
        command.env("VIVIDWALLS_DRAIN_DELAY", "0").env("VIVIDWALLS_DISK_RESERVE", "0").envs(SETTINGS);
        // Out of reach of the terminal's Ctrl-C: this tool ends it.
        command.current_dir(folder).process_group(0);
        Ok(Self(command.stdin(Stdio::null()).stdout(stdout).stderr(log).spawn()?))
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// Waits for its end.
    pub(crate) fn end(&mut self) -> Result<ExitStatus, String> {
        until("the program ends", LONGEST_RUN, || self.has_ended())?;
        self.0.wait().map_err(|error| error.to_string())
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<(), String> {
        kill_process(Pid::from_child(&self.0), signal).map_err(|error| format!("no signal was sent: {error}"))
    }

    /// Ends it at once, also when it is stopped.
    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    /// Lets none of its files grow beyond a size, or all as far as the system allows.
    pub(crate) fn limit_files(&self, size: Option<u64>) -> Result<(), String> {
        let maximum = getrlimit(Resource::Fsize).maximum;
        let limit = Rlimit { current: size.or(maximum), maximum };
        let set = prlimit(Some(Pid::from_child(&self.0)), Resource::Fsize, limit);
        set.map(drop).map_err(|error| format!("no limit was set: {error}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
