//! The object that an approval is about: once approved, it permits one call on that object.

use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork,
    refusal::{Located, Refusal},
};

/// The types of such objects, as GraphQL calls them, each with its noun and its table.
const TYPES: [(&str, &str, &str); 9] = [
    ("Budget", "budget", "budgets"),
    ("Campaign", "campaign", "campaigns"),
    ("Content", "content", "content"),
    ("Customer", "customer", "customers"),
    ("Order", "order", "orders"),
    ("OrderReturn", "return", "returns"),
    ("Payment", "payment", "payments"),
    ("Product", "product", "products"),
    ("Refund", "refund", "refunds"),
];

/// Refuses a type that is none of these, an object that is not there, and one without the other.
pub(super) async fn check(unit: &UnitOfWork, subject_type: Option<&str>, id: Option<Uuid>) -> Result<()> {
    let (name, id) = match (subject_type, id) {
        (None, None) => return Ok(()),
        (Some(name), Some(id)) => (name, id),
        _ => return Err(Refusal::invalid("subjectId", "`subjectType` and `subjectId` belong together").into()),
    };
    let Some((_, noun, table)) = TYPES.iter().find(|(known, ..)| *known == name) else {
        let known: Vec<&str> = TYPES.iter().map(|(known, ..)| *known).collect();
        let message = format!("`subjectType` must be one of {}", known.join(", "));
        return Err(Refusal::invalid("subjectType", message).into());
    };
    let mut sql = unit.sql();
    sql.write(format_args!("SELECT id FROM {table} WHERE id = ")).bind(id);
    match unit.rows(sql).await?.is_empty() {
        true => Err(Error::NotFound(noun, id).located(["subjectId"])),
        false => Ok(()),
    }
}
