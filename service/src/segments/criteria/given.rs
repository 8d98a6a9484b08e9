//! A condition as it is given: members of an object, each refused at its place.

use chrono::TimeDelta;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::operand::Operand;
use crate::{
    edit::check,
    refusal::{Code, Refusal},
    value,
};

/// The members of every condition.
const OF_ALL: [&str; 3] = ["field", "op", "value"];
/// The most values of a list.
const LIST: usize = 100;
/// The most days: a hundred years.
const DAYS: i64 = 36_525;

/// `{field, op, value}`, with the arguments of the field beside them.
pub(super) struct Given<'a> {
    members: &'a Map<String, Json>,
    path: &'a [String],
}

impl<'a> Given<'a> {
    /// The members of a condition, which stands at `path`.
    pub(super) fn new(members: &'a Map<String, Json>, path: &'a [String]) -> Self {
        Self { members, path }
    }

    /// Where a member stands.
    pub(super) fn place(&self, member: &str) -> Vec<String> {
        self.path.iter().cloned().chain([member.to_owned()]).collect()
    }

    /// A bad value of a member.
    pub(super) fn refuse(&self, member: &str, message: impl Into<String>) -> Refusal {
        Refusal::new(Code::Invalid, message).at(self.place(member))
    }

    /// Refuses members beside those of every condition and these arguments.
    pub(super) fn only(&self, arguments: &[&str]) -> Result<(), Refusal> {
        let is_known = |name: &str| OF_ALL.contains(&name) || arguments.contains(&name);
        match self.members.keys().find(|name| !is_known(name)) {
            Some(unknown) if arguments.is_empty() => Err(self.refuse(unknown, "the field has no arguments")),
            Some(unknown) => {
                Err(self.refuse(unknown, format!("the arguments of the field are {}", arguments.join(", "))))
            }
            None => Ok(()),
        }
    }

    /// A member; null is none.
    pub(super) fn member(&self, name: &str) -> Option<&'a Json> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// A member that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&'a Json, Refusal> {
        self.member(name).ok_or_else(|| self.refuse(name, format!("`{name}` is missing")))
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Result<&'a str, Refusal> {
        let text = self.required(name)?.as_str().ok_or_else(|| self.refuse(name, format!("`{name}` is not a text")))?;
        let checked = check::text(name, text, check::NAME).and_then(|()| value::check_text(name, text));
        checked.map(|()| text).map_err(|refusal| self.refuse(name, refusal.message))
    }

    /// An id.
    pub(super) fn id(&self, name: &str) -> Result<Uuid, Refusal> {
        let id = self.required(name)?.as_str().and_then(|id| Uuid::parse_str(id).ok());
        id.ok_or_else(|| self.refuse(name, format!("`{name}` is not an id")))
    }

    /// Yes or no.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        self.required(name)?.as_bool().ok_or_else(|| self.refuse(name, format!("`{name}` is neither true nor false")))
    }

    /// A number of days that must be there.
    pub(super) fn days(&self, name: &str) -> Result<TimeDelta, Refusal> {
        let days = self.required(name)?.as_i64().filter(|days| (0..=DAYS).contains(days));
        let days = days.ok_or_else(|| self.refuse(name, format!("`{name}` is not a whole number from 0 to {DAYS}")))?;
        Ok(TimeDelta::days(days))
    }

    /// The last days that count; none for all times.
    pub(super) fn last_days(&self) -> Result<Option<TimeDelta>, Refusal> {
        self.member("days").map(|_| self.days("days")).transpose()
    }

    /// The operator, which must be one of these.
    pub(super) fn operator(&self, operators: &[&'static str]) -> Result<&'static str, Refusal> {
        let given = self.required("op")?.as_str();
        let found = operators.iter().copied().find(|operator| Some(*operator) == given);
        found.ok_or_else(|| self.refuse("op", format!("`op` must be one of {}", operators.join(", "))))
    }

    /// The value.
    pub(super) fn operand<T: Operand>(&self) -> Result<T, Refusal> {
        T::read(self.required("value")?).map_err(|must_be| self.refuse("value", format!("`value` must be {must_be}")))
    }

    /// The value of an operator that takes a list.
    pub(super) fn operands<T: Operand>(&self) -> Result<Vec<T>, Refusal> {
        let values = self.required("value")?.as_array();
        let values = values.ok_or_else(|| self.refuse("value", "`value` must be a list"))?;
        if values.len() > LIST {
            let message = format!("`value` has {} entries, at most {LIST} are allowed", values.len());
            return Err(Refusal::new(Code::LimitReached, message).at(self.place("value")));
        }
        let read = |(index, value): (usize, &Json)| {
            T::read(value).map_err(|must_be| {
                let place = self.place("value").into_iter().chain([index.to_string()]);
                Refusal::new(Code::Invalid, format!("a value must be {must_be}")).at(place)
            })
        };
        values.iter().enumerate().map(read).collect()
    }
}
