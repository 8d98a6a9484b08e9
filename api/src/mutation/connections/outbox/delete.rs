//! Deleting an endpoint.

use crate::mutation::prelude::*;

verbs! {
    /// Deletes an endpoint. Nothing is sent to it any more; its deliveries are removed within minutes.
    delete_webhook_endpoint = perform(service::webhooks::outbox::delete::Delete) on endpoint -> deleted {
        /// Id of the endpoint that was deleted.
        deleted_id: Id = *deleted,
    }
}
