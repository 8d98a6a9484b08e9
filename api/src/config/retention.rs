//! How long things are kept.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use service::retention::{Archive, FinishedWork, Retention};

use super::{DatabaseArgs, value};

/// How long things are kept.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Retention")]
pub struct RetentionArgs {
    /// How long idempotency keys are kept, at least; 0 for ever
    #[arg(
        long,
        env = "VIVIDWALLS_IDEMPOTENCY_RETENTION",
        value_name = "TIME",
        default_value = "7d",
        value_parser = value::duration
    )]
    pub idempotency_retention: Duration,

    /// How long events are kept, at least; 0 for ever
    #[arg(
        long,
        env = "VIVIDWALLS_EVENT_RETENTION",
        value_name = "TIME",
        default_value = "30d",
        value_parser = value::duration
    )]
    pub event_retention: Duration,

    /// How long system events of severity debug and info are kept, at least 30d; 0 for ever
    #[arg(
        long,
        env = "VIVIDWALLS_SYSTEM_INFO_RETENTION",
        value_name = "TIME",
        default_value = "30d",
        value_parser = value::duration_from::<30>
    )]
    pub system_info_retention: Duration,

    /// How long other system events are kept, at least 400d; 0 for ever
    #[arg(
        long,
        env = "VIVIDWALLS_SYSTEM_EVENT_RETENTION",
        value_name = "TIME",
        default_value = "400d",
        value_parser = value::duration_from::<400>
    )]
    pub system_event_retention: Duration,

    /// How long the audit log is kept, at least 400d; 0 for ever
    #[arg(
        long,
        env = "VIVIDWALLS_AUDIT_RETENTION",
        value_name = "TIME",
        default_value = "0",
        value_parser = value::duration_from::<400>
    )]
    pub audit_retention: Duration,

    /// How long finished executions and tasks are kept, at least 30d, before they go to the archive; 0 for ever
    #[arg(
        long,
        env = "VIVIDWALLS_WORK_RETENTION",
        value_name = "TIME",
        default_value = "0",
        value_parser = value::duration_from::<30>
    )]
    pub work_retention: Duration,

    /// Folder of the files that finished work is written to before it is removed
    #[arg(long, env = "VIVIDWALLS_ARCHIVE", value_name = "FOLDER")]
    pub archive: Option<PathBuf>,
}

impl RetentionArgs {
    /// The same for the service.
    pub fn settings(&self) -> Retention {
        Retention {
            events: self.event_retention,
            idempotency_keys: self.idempotency_retention,
            minor_system_events: self.system_info_retention,
            system_events: self.system_event_retention,
            audit: self.audit_retention,
        }
    }

    /// For how long finished work is kept and where it goes then, unless it is kept for ever; else what is wrong with
    /// the settings.
    pub fn finished_work(&self) -> Result<Option<FinishedWork>, String> {
        if self.work_retention.is_zero() {
            return Ok(None);
        }
        let folder = self.archive.as_deref().ok_or(
            "--work-retention (VIVIDWALLS_WORK_RETENTION) needs a folder to write finished work to: \
             --archive (VIVIDWALLS_ARCHIVE)",
        )?;
        Ok(Some(FinishedWork { age: self.work_retention, archive: Archive::new(folder) }))
    }
}

/// What to do with what is old.
#[derive(Args, Debug)]
#[command(after_help = "Servers do the same every minute.\n\n\
                  Examples:\n  \
                  vividwalls retention --dry-run\n  \
                  vividwalls retention --audit-retention 800d\n  \
                  vividwalls retention --work-retention 180d --archive ./archive")]
pub struct RetainArgs {
    /// Report how many rows are old, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub retention: RetentionArgs,
    #[expect(missing_docs, reason = "a doc comment would replace the heading")]
    #[command(flatten)]
    pub database: DatabaseArgs,
}
