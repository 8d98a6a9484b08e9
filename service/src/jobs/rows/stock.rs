//! Lines that say how many pieces there are.

use super::{Fields, Line};
use crate::{
    Result, UnitOfWork, Verb,
    batch::OnError,
    refusal::Refusal,
    stock::set::{Count, Set},
};

/// How many pieces of a variant there are at a location.
pub(in crate::jobs) struct StockLine(Count);

impl Line for StockLine {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self(Count {
            variant_id: fields.id("variantId")?,
            sku: fields.text("sku")?,
            location: fields.needed_text("location")?,
            available: fields.whole("available")?,
            on_hand: fields.whole("onHand")?,
            incoming: fields.whole("incoming")?,
            change_from_quantity: fields.changed_whole("changeFromQuantity")?,
            reason: fields.text("reason")?,
        }))
    }

    fn subject(&self) -> String {
        format!("{:?} {:?} {}", self.0.variant_id, self.0.sku, self.0.location)
    }

    async fn perform(unit: &mut UnitOfWork, lines: &[&Self], on_error: OnError) -> Result<Vec<Option<Refusal>>> {
        let items = lines.iter().map(|line| line.0.clone()).collect();
        let results = Set { items, on_error }.perform(unit).await?;
        Ok(results.into_iter().map(|result| result.refused).collect())
    }
}
