//! What an import does as units of work, with events and audit entries.

use super::run::{ATTEMPTS, Run};
use crate::{Result, UnitOfWork};

impl Run<'_> {
    /// Does `work` as a unit, again when it collided with another one. A dry run undoes it. In a bulk job the unit is
    /// committed at the end of the step, or of the job.
    pub(super) async fn perform<T>(&mut self, work: impl AsyncFn(&mut UnitOfWork) -> Result<T>) -> Result<T> {
        let mut attempt = 1;
        loop {
            // What it would be done again in is gone.
            let may_repeat = self.job.as_ref().is_none_or(|job| job.open.is_none());
            match self.attempt_unit(&work).await {
                Err(error) if may_repeat && attempt < ATTEMPTS && (error.is_collision() || error.is_duplicate()) => {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    async fn attempt_unit<T>(&mut self, work: impl AsyncFn(&mut UnitOfWork) -> Result<T>) -> Result<T> {
        let open = self.job.as_mut().and_then(|job| job.open.take());
        let mut unit = match open {
            Some(unit) => unit,
            None => self.service.begin(&self.actor).await?,
        };
        let outcome = work(&mut unit).await;
        match (outcome, &mut self.job) {
            (Ok(done), _) if self.options.dry_run => {
                // What the database refuses is found, too.
                unit.write_all().await?.undo().await;
                Ok(done)
            }
            (Ok(done), Some(job)) => match unit.write_now().await {
                Ok(()) => {
                    job.open = Some(unit);
                    Ok(done)
                }
                Err(error) => unit.end(Err(error)).await,
            },
            (outcome, _) => unit.end(outcome).await,
        }
    }
}
