//! Which agents do what is left to be done outside.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::rule::text;
use crate::edit::check;

/// The names of agents, by types of tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Routing(HashMap<String, String>);

impl Routing {
    pub(super) fn read(value: &Json) -> Option<Self> {
        let is_name = |name: &String| check::text("value", name, check::NAME).is_ok();
        let pairs = value.as_object()?.iter();
        let pairs = pairs.map(|(task_type, agent)| Some((task_type.clone(), text(agent).filter(is_name)?)));
        pairs.collect::<Option<_>>().map(Self)
    }

    /// The name of the agent that tasks of a type go to, if one is set.
    pub(crate) fn agent(&self, task_type: &str) -> Option<&str> {
        self.0.get(task_type).map(String::as_str)
    }
}
