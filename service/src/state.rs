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
    let allowed: Vec<String> = from.allowed().iter().map(name).collect();
    let (from, to) = (name(&from), name(&to));
    let message = match allowed.is_empty() {
        true => format!("the {noun} is {from}, which is final"),
        false => format!("the {noun} is {from} and cannot become {to}"),
    };
    Err(Refusal::new(Code::InvalidTransition, message).with(Facts::Transition { from, to, allowed }))
}
