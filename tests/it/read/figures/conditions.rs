//! Conditions on groups, made at random, with bounds near the figures that groups have.

use serde_json::{Map, Value, json};

use super::{
    cases::Cases,
    figure::{MORE, PARTS, measured},
    key::Group,
    sheet::Column,
    worth::{Worth, decimal},
};
use crate::read::meaning::operators;

impl Cases<'_> {
    /// Conditions on some figures of the columns, with others nested in them.
    pub(super) fn having(&mut self, columns: &[&Column], groups: &[Group<'_>], depth: usize) -> Value {
        let mut having = Map::new();
        // Nested twice, never more than 32 figures: those that are shown and ordered by are eight at most.
        for _ in 0..=self.below(2) {
            let (name, condition) = match self.below(if depth > 0 { 7 } else { 4 }) {
                0 => ("count".to_owned(), self.bounds("IntFilter", groups, None, |rows| count(rows.len()))),
                1..=3 => self.on_column(columns, groups),
                4 => ("not".to_owned(), self.having(columns, groups, depth - 1)),
                other => {
                    let name = if other == 5 { "and" } else { "or" };
                    (name.to_owned(), (0..self.below(3)).map(|_| self.having(columns, groups, depth - 1)).collect())
                }
            };
            having.insert(name, condition);
        }
        Value::Object(having)
    }

    fn on_column(&mut self, columns: &[&Column], groups: &[Group<'_>]) -> (String, Value) {
        let (column, function, ty) = self.compared(columns, "Having");
        let digits = match function.as_str() {
            "sum" | "avg" => Some(column.scale + MORE),
            _ => None,
        };
        let conditions = match function.as_str() {
            "min" | "max" => self.conditions(&ty, |cases, operator, ty| {
                cases.maker.operand(&cases.sheet.node, &column.name, operator, ty)
            }),
            name => self.bounds(&ty, groups, digits, |rows| measured(column, name, rows)),
        };
        (column.name.clone(), json!({ function: conditions }))
    }

    /// One or two operators of a filter. A figure has no fields beside it to be compared with.
    fn conditions(&mut self, filter: &str, operand: impl Fn(&mut Self, &str, &str) -> Value) -> Value {
        let mut all = operators(self.maker.shape, filter);
        all.retain(|(operator, _)| !operator.ends_with("Field"));
        let mut conditions = Map::new();
        for _ in 0..=self.below(2) {
            let (operator, ty) = self.pick(&all);
            conditions.insert(operator.clone(), operand(self, operator, ty));
        }
        Value::Object(conditions)
    }

    /// Conditions on a number: a decimal with some digits, or a count.
    fn bounds(
        &mut self,
        filter: &str,
        groups: &[Group<'_>],
        digits: Option<u32>,
        measure: impl Fn(&[&Value]) -> Option<Worth>,
    ) -> Value {
        self.conditions(filter, |cases, operator, _| match operator {
            "isNull" => json!(cases.below(2) == 0),
            "in" | "notIn" => (0..cases.below(4)).map(|_| cases.near(groups, digits, &measure)).collect(),
            _ => cases.near(groups, digits, &measure),
        })
    }

    /// What is measured of some group, or one more or less: of a decimal, one of its last digit or a whole unit.
    fn near(
        &mut self,
        groups: &[Group<'_>],
        digits: Option<u32>,
        measure: &impl Fn(&[&Value]) -> Option<Worth>,
    ) -> Value {
        let nothing: &[&Value] = &[];
        let rows = self.maker.rng.pick(groups).map_or(nothing, |group| group.rows.as_slice());
        let Some(Worth::Number(parts, shared)) = measure(rows).or(Some(Worth::whole(0))) else {
            panic!("a figure that is no number")
        };
        let (number, shift) = (parts.div_euclid(shared), *self.pick(&[-1, 0, 0, 1]));
        match digits {
            None => json!(i64::try_from(number + shift).expect("a count")),
            Some(digits) => json!(decimal(number + shift * *self.pick(&[1, PARTS]), digits)),
        }
    }
}

fn count(rows: usize) -> Option<Worth> {
    Some(Worth::whole(rows as i128))
}
