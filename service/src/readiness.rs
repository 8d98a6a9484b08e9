//! Whether requests can be served, for whoever sends them here.

use std::time::Duration;

use crate::{Result, Service};

/// How long events may be held back before somebody should know.
const HELD_BACK: Duration = Duration::from_secs(5);

/// What is wrong, in sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Why requests should go elsewhere.
    pub obstacle: Option<String>,
    /// What somebody should look at, although requests are served.
    pub warnings: Vec<String>,
    /// Migrations that the database lacks.
    pub pending_migrations: usize,
}

impl Readiness {
    /// Not, for this reason.
    pub fn not(obstacle: impl Into<String>) -> Self {
        Self { obstacle: Some(obstacle.into()), ..Self::default() }
    }
}

impl Service {
    /// Whether requests can be served. When the database cannot be used, the error says why.
    pub async fn readiness(&self) -> Result<Readiness> {
        if self.signals().is_draining() {
            return Ok(Readiness::not("the server is stopping"));
        }
        let migrations = self.database().migrations().await?;
        let pending_migrations = migrations.iter().filter(|migration| !migration.applied).count();
        match pending_migrations {
            0 => {}
            1 => {
                let pending = "a migration is pending: run `vividwalls migrate up`";
                return Ok(Readiness { pending_migrations, ..Readiness::not(pending) });
            }
            pending => {
                let pending = format!("{pending} migrations are pending: run `vividwalls migrate up`");
                return Ok(Readiness { pending_migrations, ..Readiness::not(pending) });
            }
        }
        self.database().check().await?;
        if self.servers().is_skewed() {
            let seconds = self.servers().skew().as_secs();
            return Ok(Readiness::not(format!("the clocks of this server and of the database differ by {seconds} s")));
        }
        let held_back = self.log().held_back(self.clock().now()).await?;
        let warnings = (held_back >= HELD_BACK).then(|| {
            let seconds = held_back.as_secs();
            format!("events have been held back for {seconds} s by a transaction that is still open in PostgreSQL")
        });
        Ok(Readiness { warnings: warnings.into_iter().collect(), ..Readiness::default() })
    }
}
