//! What refers to variants: who is named somewhere is archived with the product, not deleted.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    refusal::{Code, Facts, Refusal},
};

/// Where variants are named: the table, and its GraphQL type. What is named first counts.
const USES: [(&str, &str); 3] =
    [("order_items", "OrderItem"), ("stock_reservations", "StockReservation"), ("stock_movements", "StockMovement")];

/// What names some variants.
#[derive(Debug, Default)]
pub(super) struct Uses(HashMap<Uuid, &'static str>);

impl Uses {
    /// Asks about variants, which must be held: nobody begins to name them.
    pub(super) async fn read(unit: &UnitOfWork, variants: &[Uuid]) -> Result<Self> {
        let mut sql = unit.sql();
        // One row of a table says it: the history of a variant may be long.
        sql.push("SELECT k.id, CASE");
        for (place, (table, _)) in USES.iter().enumerate() {
            sql.write(format_args!(" WHEN EXISTS (SELECT 1 FROM {table} AS u WHERE u.product_variant_id = k.id)"));
            sql.write(format_args!(" THEN {place}"));
        }
        sql.push(" END AS place FROM ").keys(variants);
        let mut uses = HashMap::new();
        for row in unit.rows(sql).await? {
            let place: Option<i32> = row.try_get_by("place")?;
            let by = place.and_then(|place| USES.get(usize::try_from(place).ok()?));
            if let Some((_, by)) = by {
                uses.insert(row.try_get_by("id")?, *by);
            }
        }
        Ok(Self(uses))
    }

    /// Refuses to delete a variant that is named.
    pub(super) fn check(&self, variant: Uuid) -> Result<(), Refusal> {
        match self.0.get(&variant) {
            Some(by) => {
                Err(in_use(by, "orders, holds or stock movements refer to the variant: archive its product instead"))
            }
            None => Ok(()),
        }
    }
}

/// Refuses to delete something; `by` is the GraphQL type of what refers to it.
pub(super) fn in_use(by: &str, message: &str) -> Refusal {
    Refusal::new(Code::InUse, message).at(["id"]).with(Facts::UsedBy(by.to_owned()))
}
