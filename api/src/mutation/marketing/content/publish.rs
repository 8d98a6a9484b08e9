//! Publishing and archiving content.

use crate::{marketing::ContentItem, mutation::prelude::*};

verbs! {
    /// Publishes approved content. Its `publish_content` task is cancelled, unless a worker has it.
    publish_content = perform(service::marketing::content::publish::Publish) on content -> content: ContentItem;

    /// Archives published content.
    archive_content = perform(service::marketing::content::publish::Archive) on content -> content: ContentItem;
}
