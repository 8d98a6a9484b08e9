//! `vividwalls retention`.

use std::process::ExitCode;

use service::{Service, clock::Clock, retention::Kind};

use super::{Failure, Outcome, open, output::print};
use crate::config::RetainArgs;

pub(super) async fn run(settings: RetainArgs) -> Outcome {
    let work = settings.retention.finished_work().map_err(Failure::Usage)?;
    let service = Service::new(open(&settings.database).await?, Clock::system());
    let retention = settings.retention.settings();
    let mut report = String::new();
    for kind in Kind::ALL {
        let rows = match settings.dry_run {
            true => service.count_old(kind, retention).await?,
            false => service.remove_old(kind, retention).await?,
        };
        report += &format!("{rows:>10}  {}\n", kind.name());
    }
    let rows = match &work {
        None => 0,
        Some(work) if settings.dry_run => service.count_old_work(work.age).await?,
        Some(work) => {
            work.archive.make()?;
            service.archive_old_work(work).await?
        }
    };
    report += &format!("{rows:>10}  rows of finished work\n");
    service.database().close().await;
    print(&report)?;
    Ok(ExitCode::SUCCESS)
}
