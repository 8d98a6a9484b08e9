//! What sets a product's variants apart: size, print type and the like.

use super::Column;
use crate::import::{
    file::{Row, value},
    report::Refusal,
};

/// Where an option's name (on a product's first row) and value (on each row) stand.
const PLACES: [(Column, Column); 3] = [
    (Column::Option1Name, Column::Option1Value),
    (Column::Option2Name, Column::Option2Value),
    (Column::Option3Name, Column::Option3Value),
];
/// What Shopify calls the variant of a product without options.
const DEFAULT_TITLE: &str = "Default Title";
const SIZE: &str = "size";
/// What shops call the print type.
const PRINT_TYPE: [&str; 4] = ["print type", "finish", "frame type", "frame"];

/// The names of a product's options, in lower case; blank where there is none.
pub(super) struct Names([String; 3]);

/// One variant's values.
#[derive(Default)]
pub(super) struct Values {
    /// All of them, as Shopify titles a variant.
    pub(super) title: String,
    pub(super) size: Option<String>,
    pub(super) frame_type: Option<String>,
}

impl Names {
    /// The names on a product's first row.
    pub(super) fn read(row: &Row<Column>) -> Result<Self, Refusal> {
        let names = PLACES.map(|(column, _)| row.get(column).to_lowercase());
        let [first, second, third] = &names;
        let repeated = match () {
            () if !second.is_empty() && first == second => Column::Option2Name,
            () if !third.is_empty() && (first == third || second == third) => Column::Option3Name,
            () => return Ok(Self(names)),
        };
        Err(row.refuse(repeated, "the product has this option twice"))
    }

    /// The values on a variant's row.
    pub(super) fn values(&self, row: &Row<Column>) -> Result<Values, Refusal> {
        let mut titles = Vec::new();
        let mut values = Values::default();
        for (name, (_, column)) in self.0.iter().zip(PLACES) {
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
            titles.push(DEFAULT_TITLE);
        }
        if titles.is_empty() {
            let reason = "a variant needs the value of an option; Shopify writes Default Title where there is none";
            return Err(row.refuse(Column::Option1Value, reason));
        }
        values.title = titles.join(" / ");
        match value::text(500)(&values.title) {
            Ok(_) => Ok(values),
            Err(reason) => Err(row.refuse(Column::Option1Value, format!("the options together: {reason}"))),
        }
    }
}
