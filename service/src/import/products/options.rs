//! What sets a product's variants apart: size, print type and the like.

use super::Column;
use crate::{
    catalog::options::{ONLY_NAME, ONLY_VALUE, PRINT_TYPE, SIZE},
    import::{
        file::{Row, value},
        report::Refusal,
    },
};

/// Where an option's name (on a product's first row) and value (on each row) stand.
const PLACES: [(Column, Column); 3] = [
    (Column::Option1Name, Column::Option1Value),
    (Column::Option2Name, Column::Option2Value),
    (Column::Option3Name, Column::Option3Value),
];

/// The names of a product's options, blank where there is none: as they are, and in lower case.
pub(super) struct Names {
    shown: [String; 3],
    names: [String; 3],
}

/// One variant's values.
#[derive(Default)]
pub(super) struct Values {
    /// All of them, as Shopify titles a variant.
    pub(super) title: String,
    /// All of them, in the order of the options.
    pub(super) all: Vec<String>,
    pub(super) size: Option<String>,
    pub(super) frame_type: Option<String>,
}

impl Names {
    /// The names on a product's first row.
    pub(super) fn read(row: &Row<Column>) -> Result<Self, Refusal> {
        let shown = PLACES.map(|(column, _)| row.get(column).to_owned());
        let names = shown.each_ref().map(|name| name.to_lowercase());
        let [first, second, third] = &names;
        let repeated = match () {
            () if !second.is_empty() && first == second => Column::Option2Name,
            () if !third.is_empty() && (first == third || second == third) => Column::Option3Name,
            () => return Ok(Self { shown, names }),
        };
        Err(row.refuse(repeated, "the product has this option twice"))
    }

    /// The names, as a product lists them.
    pub(super) fn list(&self) -> Vec<String> {
        let named: Vec<String> = self.shown.iter().filter(|name| !name.is_empty()).cloned().collect();
        if named.is_empty() { vec![ONLY_NAME.to_owned()] } else { named }
    }

    /// The values on a variant's row.
    pub(super) fn values(&self, row: &Row<Column>) -> Result<Values, Refusal> {
        let mut titles = Vec::new();
        let mut values = Values::default();
        for (name, (_, column)) in self.names.iter().zip(PLACES) {
            let text = row.get(column);
            match (name.as_str(), text) {
                ("", "") => continue,
                ("", _) => return Err(row.refuse(column, "the option has no name on the product's first row")),
                (name, "") => return Err(row.refuse(column, format!("a value for the option {name:?} is missing"))),
                (SIZE, _) => values.size = row.read(column, value::text(50))?,
                (name, _) if PRINT_TYPE.contains(&name) && values.frame_type.is_none() => {
                    values.frame_type = row.read(column, value::text(50))?;
                }
                _ => {}
            }
            titles.push(text);
        }
        if !row.has(Column::Option1Value) {
            // A file without options has products of one variant.
            titles.push(ONLY_VALUE);
        }
        if titles.is_empty() {
            let reason = "a variant needs the value of an option; Shopify writes Default Title where there is none";
            return Err(row.refuse(Column::Option1Value, reason));
        }
        values.title = titles.join(" / ");
        values.all = titles.into_iter().map(str::to_owned).collect();
        match value::text(500)(&values.title) {
            Ok(_) => Ok(values),
            Err(reason) => Err(row.refuse(Column::Option1Value, format!("the options together: {reason}"))),
        }
    }
}
