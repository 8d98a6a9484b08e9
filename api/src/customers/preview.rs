//! Who would belong to a segment.

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use serde_json::Value as Json;
use service::{
    Result,
    segments::preview::{self, Preview},
};
use uuid::Uuid;

use super::Customer;
use crate::{
    read::{
        optional::{Number, Optional},
        row::{self, Row},
    },
    write::{self, error::UserError},
};

/// Who matches criteria, or why they cannot be used.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct SegmentPreviewPayload {
    /// Who matches. Null if the criteria cannot be used.
    preview: Option<SegmentPreview>,
    /// Why the criteria cannot be used. Empty if they can.
    user_errors: Vec<UserError>,
}

/// The customers who match criteria now.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct SegmentPreview {
    /// Number of customers.
    count: i32,
    #[graphql(skip)]
    ids: Vec<Uuid>,
}

#[ComplexObject]
impl SegmentPreview {
    /// The newest of them, at most `first`.
    async fn customers(&self, ctx: &Context<'_>) -> Result<Vec<Row<Customer>>> {
        Box::pin(row::rows(ctx, &self.ids)).await
    }
}

impl From<Preview> for SegmentPreview {
    fn from(preview: Preview) -> Self {
        Self { count: i32::try_from(preview.count).unwrap_or(i32::MAX), ids: preview.customers }
    }
}

/// The root field of segments.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SegmentQuery;

#[Object]
impl SegmentQuery {
    /// The customers who would be in a segment with these criteria. Nothing is written.
    async fn segment_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Criteria, a JSON object of at most 50 conditions and 8 levels.")] criteria: Json,
        #[graphql(desc = "How many customers to show, 0 to 100.", default)] first: Optional<i32, Number<10>>,
    ) -> Result<SegmentPreviewPayload> {
        match preview::preview(write::service(ctx)?, &criteria, first.value).await {
            Ok(found) => Ok(SegmentPreviewPayload { preview: Some(found.into()), user_errors: Vec::new() }),
            Err(error) => Ok(SegmentPreviewPayload { preview: None, user_errors: vec![error.into_refusal()?.into()] }),
        }
    }
}
