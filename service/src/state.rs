//! States, and how things move between them: a table for each sort of thing.

use sea_orm::{ActiveEnum, sea_query::Enum};

use crate::refusal::{Code, Facts, Refusal};

/// The state of something.
pub trait State: ActiveEnum<Value = Enum> + Copy + PartialEq + 'static {
    /// What has it, in a sentence.
    const NOUN: &'static str;

    /// Where it can go from here; nowhere from a final state.
    fn allowed(self) -> &'static [Self];
}

/// The name of a value, as GraphQL shows it.
pub fn name(value: &impl ActiveEnum<Value = Enum>) -> String {
    value.to_value().value.to_uppercase()
}

/// Refuses a move that the table does not have.
pub fn check<S: State>(from: S, to: S) -> Result<(), Refusal> {
    if from.allowed().contains(&to) {
        return Ok(());
    }
    let noun = S::NOUN;
    let message = match from.allowed().is_empty() {
        true => format!("the {noun} is {}, which is final", name(&from)),
        false => format!("the {noun} is {} and cannot become {}", name(&from), name(&to)),
    };
    Err(refuse(from, to, message))
}

/// A refusal of a move, for whatever reason.
pub fn refuse<S: State>(from: S, to: S, message: impl Into<String>) -> Refusal {
    let allowed = from.allowed().iter().map(name).collect();
    let facts = Facts::Transition { from: name(&from), to: name(&to), allowed };
    Refusal::new(Code::InvalidTransition, message).with(facts)
}

/// A refusal of what can be done in other states only.
pub fn refuse_in<S: State>(current: S, message: impl Into<String>) -> Refusal {
    refuse(current, current, message)
}
