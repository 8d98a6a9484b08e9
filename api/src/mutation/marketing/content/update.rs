//! Changing content.

use crate::{marketing::ContentItem, mutation::prelude::*};

verbs! {
    /// Updates content. Fields that are left out stay as they are. A change of type, title, body or metadata makes it a
    /// draft again, and cancels its pending approval. Published content must be archived first, and an active campaign
    /// that sends the content must be paused.
    update_content = perform(service::marketing::content::update::Update) on content {
        /// Kind of content. At most 50 characters.
        r#type: Option<String>,
        /// Title. At most 500 characters. Null removes it.
        title: MaybeUndefined<String>,
        /// The text itself. At most 64 KiB. Null removes it.
        body: MaybeUndefined<String>,
        /// Additional data, a JSON object: it replaces all earlier data.
        metadata: Option<Json>,
        /// The campaign it was created for. Null for no particular one.
        campaign_id: MaybeUndefined<Id>,
        /// Performance metrics, a JSON object: it replaces all earlier ones. They do not make it a draft.
        performance_metrics: Option<Json>,
    } -> content: ContentItem;
}
