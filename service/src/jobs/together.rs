//! Jobs whose work is one unit: with `REJECT_ALL` either all rows are done or none.

use entity::sea_orm_active_enums::BulkOnError;

use crate::refusal::{Code, Refusal};

/// The most rows of such a job: until it ends, streams and webhooks show nothing newer.
const MOST_ROWS: u64 = 10_000;

/// Refuses a file that has too many rows for one unit.
pub(super) fn check_rows(on_error: BulkOnError, rows: u64) -> Result<(), Refusal> {
    if on_error != BulkOnError::RejectAll || rows <= MOST_ROWS {
        return Ok(());
    }
    let message = format!(
        "the file has more than {MOST_ROWS} rows, which is too many for REJECT_ALL: use SKIP or STOP, or split the file"
    );
    Err(Refusal::new(Code::LimitReached, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_or_nothing_is_limited() {
        assert!(check_rows(BulkOnError::RejectAll, MOST_ROWS).is_ok());
        let refused = check_rows(BulkOnError::RejectAll, MOST_ROWS + 1).expect_err("too many");
        assert_eq!(refused.code, Code::LimitReached);
        for on_error in [BulkOnError::Skip, BulkOnError::Stop] {
            assert!(check_rows(on_error, u64::MAX).is_ok());
        }
    }
}
