//! Every root field with every role: allowed exactly where the table says so.

use api::{
    connections::{InboundWebhook, WebhookEndpoint},
    customers::Consent,
    identity::{ApiKey, AuditEntry},
    read::resource::Resource,
};
use sea_orm::Iterable;
use serde_json::json;
use service::{Error, access::Operation, principal::Role};
use tests::on_both_engines;

use super::{actor, agent, calls::Types, open_with_demo};
use crate::client::Client;

on_both_engines! {
    async fn everybody_learns_who_they_are(db: &TestDatabase) {
        let service = open_with_demo(db).await;
        let client = Client::new(service.clone());
        let own = agent(&service, "Sales Specialist").await;
        let query = "{ me { name role apiKeyId agent { name } operations } }";
        for role in Role::iter() {
            let actor = actor(role, (role == Role::Agent).then_some(own));
            let me = client.acting_in(actor.clone()).query(query, json!({})).await["me"].clone();
            assert_eq!((&me["name"], &me["apiKeyId"]), (&json!(actor.principal.name), &json!(null)));
            assert_eq!(me["role"], format!("{role:?}").to_uppercase());
            assert_eq!(me["agent"]["name"] == "Sales Specialist", role == Role::Agent);
            let may = |name: &str| me["operations"].as_array().expect("names").contains(&json!(name));
            assert_eq!(may("createApiKey"), role == Role::Admin);
            assert_eq!(may("auditLog"), role == Role::Admin);
            assert_eq!(may("claimTasks"), matches!(role, Role::Agent | Role::Orchestrator | Role::Admin));
            assert_eq!(may("recordSystemEvent"), role != Role::Viewer);
        }
    }

    async fn every_root_field_asks_the_table(db: &TestDatabase) {
        let service = open_with_demo(db).await;
        let client = Client::new(service.clone());
        let types = Types::of(&client.schema).await;
        let own = agent(&service, "Sales Specialist").await;
        let mut forbidden = 0;
        for root in ["Query", "Mutation"] {
            for call in types.calls(root, &own.to_string()) {
                let operation = match root {
                    "Query" => read(&call.target).or_else(|| named(&call.field)),
                    _ => Some(named(&call.field).unwrap_or_else(|| panic!("{} is not in access.rs", call.field))),
                };
                for role in Role::iter() {
                    let actor = actor(role, (role == Role::Agent).then_some(own));
                    let response = client.acting_in(actor).respond(&call.text, json!({})).await;
                    let errors: Vec<_> = response.errors.iter().map(|error| error.source::<Error>()).collect();
                    // Else the call was not understood, and nobody was asked.
                    assert!(errors.iter().all(Option::is_some), "{}: {:?}", call.text, response.errors);
                    let refused = |error: &Option<&Error>| {
                        matches!(error, Some(Error::Forbidden(_) | Error::Unauthenticated(_)))
                    };
                    let allowed = operation.is_none_or(|operation| operation.roles().contains(&role));
                    assert_eq!(!errors.iter().any(refused), allowed, "{role:?}: {}: {errors:?}", call.text);
                    forbidden += usize::from(!allowed);
                }
            }
        }
        assert!(forbidden >= 4 * 6, "{forbidden} calls were forbidden");
    }
}

/// What the reader of a type must be allowed to do.
fn read(target: &str) -> Option<Operation> {
    match target.trim_end_matches("Connection") {
        "ApiKey" => ApiKey::GUARD,
        "AuditEntry" => AuditEntry::GUARD,
        "Consent" => Consent::GUARD,
        "InboundWebhook" => InboundWebhook::GUARD,
        "WebhookEndpoint" => WebhookEndpoint::GUARD,
        _ => None,
    }
}

/// The operation of the name of a field.
fn named(field: &str) -> Option<Operation> {
    Operation::ALL.iter().copied().find(|operation| operation.name().eq_ignore_ascii_case(field))
}
