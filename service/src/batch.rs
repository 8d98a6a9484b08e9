//! Batches: calls with many items.

use serde::{Deserialize, Serialize};

use crate::{
    Result,
    refusal::{At, Code, Refusal},
};

/// What happens to the other items when one is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum OnError {
    /// They are done.
    #[default]
    Skip,
    /// The whole call is refused.
    RejectAll,
}

/// What became of one item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ItemResult<T> {
    /// Its place in the call.
    pub index: i32,
    /// What was done; none when it was refused.
    pub outcome: Option<T>,
    /// Why nothing was done.
    pub refused: Option<Refusal>,
}

/// The most items of one call.
pub const MAX_ITEMS: usize = 1000;

/// Refuses a list that is too long; `field` is where the input has it, and what it holds.
pub(crate) fn check_size(field: &str, count: usize) -> Result<(), Refusal> {
    match count > MAX_ITEMS {
        true => {
            let message = format!("there are {count} {field}: at most {MAX_ITEMS} are allowed");
            Err(Refusal::new(Code::LimitReached, message).at([field]))
        }
        false => Ok(()),
    }
}

/// Collects what became of the items of a call, each with its path below `items`. An item that was refused must have
/// written nothing. What is no refusal concerns the whole call, and so does the first refusal with
/// [`OnError::RejectAll`].
pub(crate) fn collect<T>(
    on_error: OnError,
    results: impl IntoIterator<Item = Result<T>>,
) -> Result<Vec<ItemResult<T>>> {
    results.into_iter().enumerate().map(|(index, result)| item(on_error, index, result)).collect()
}

/// What became of one item, as [`collect`] says.
fn item<T>(on_error: OnError, index: usize, result: Result<T>) -> Result<ItemResult<T>> {
    let (outcome, refused) = match result.under(["items", &index.to_string()]) {
        Ok(outcome) => (Some(outcome), None),
        Err(error) if on_error == OnError::RejectAll => return Err(error),
        Err(error) => (None, Some(error.into_refusal()?)),
    };
    Ok(ItemResult { index: i32::try_from(index).unwrap_or(i32::MAX), outcome, refused })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    fn results() -> [Result<i32>; 3] {
        [Ok(1), Err(Refusal::invalid("sku", "it is blank").into()), Ok(3)]
    }

    #[test]
    fn a_refused_item_stops_no_other() {
        let items = collect(OnError::Skip, results()).expect("collected");
        assert_eq!(items.iter().map(|item| item.outcome).collect::<Vec<_>>(), [Some(1), None, Some(3)]);
        let refused = items[1].refused.as_ref().expect("refused");
        assert_eq!((items[1].index, refused.path.join(".")), (1, "items.1.sku".to_owned()));
    }

    #[test]
    fn all_or_nothing_ends_at_the_first_refusal() {
        let error = collect(OnError::RejectAll, results()).expect_err("refused");
        assert_eq!(error.into_refusal().expect("a refusal").path, ["items", "1", "sku"]);
    }

    #[test]
    fn other_errors_concern_the_whole_call() {
        let error = collect(OnError::Skip, [Ok(1), Err(Error::Timeout)]).expect_err("failed");
        assert!(matches!(error, Error::Timeout));
    }
}
