//! Creating content.

use crate::{marketing::ContentItem, mutation::prelude::*};

verbs! {
    /// Creates content, as a draft.
    create_content = perform(service::marketing::content::create::Create) {
        /// Kind of content; any name, such as email_template, newsletter or social_post. At most 50 characters.
        r#type: String,
        /// Title. At most 500 characters.
        title: Option<String>,
        /// The text itself. At most 64 KiB.
        body: Option<String>,
        /// Additional data, a JSON object.
        metadata: Option<Json>,
        /// The agent that created it. Default: the agent of the API key.
        created_by_agent_id: Option<Id>,
        /// The campaign it was created for.
        campaign_id: Option<Id>,
    } -> content: ContentItem;
}
