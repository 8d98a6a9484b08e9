//! A key of an agent is for that agent and those below it.

use entity::sea_orm_active_enums::EventSeverity;
use sea_orm::EntityTrait;
use serde_json::json;
use service::{Error, Result, access, principal::Role, refusal::Code, system::events::Record};
use tests::on_both_engines;
use uuid::Uuid;

use super::{actor, agent, open_with_demo};

on_both_engines! {
    async fn an_agent_acts_for_itself_and_those_below(db: &TestDatabase) {
        let service = open_with_demo(db).await;
        let named = async |name| agent(&service, name).await;
        let (top, revenue, sales) =
            (named("Business Orchestrator").await, named("Revenue Director").await, named("Sales Specialist").await);
        let finance = named("Finance Director").await;
        for (own, asked, allowed) in [
            (revenue, vec![], true),
            (revenue, vec![revenue], true),
            (revenue, vec![sales, revenue, sales], true),
            (top, vec![top, sales, finance], true),
            (revenue, vec![top], false),
            (sales, vec![revenue], false),
            (revenue, vec![sales, finance], false),
            (revenue, vec![Uuid::nil()], false),
        ] {
            let unit = service.begin(&actor(Role::Agent, Some(own))).await.expect("begun");
            let outcome = access::within(&unit, asked.clone()).await;
            assert_eq!(outcome.is_ok(), allowed, "{asked:?}: {outcome:?}");
            assert!(allowed || is_forbidden(&outcome), "{outcome:?}");
        }
        for role in [Role::Operator, Role::Admin, Role::Orchestrator] {
            let unit = service.begin(&actor(role, None)).await.expect("begun");
            access::within(&unit, [finance, Uuid::nil()]).await.expect("they act for all");
        }
    }

    async fn an_agent_tells_of_nobody_else(db: &TestDatabase) {
        let service = open_with_demo(db).await;
        let (sales, finance) = (agent(&service, "Sales Specialist").await, agent(&service, "Finance Director").await);
        let events = async || {
            entity::system_events::Entity::find().all(service.database().reader()).await.expect("read").len()
        };
        let before = events().await;
        let tell = |agent| Record {
            event_type: "test".to_owned(),
            severity: EventSeverity::Info,
            source_agent_id: Some(agent),
            message: "x".to_owned(),
            details: json!({}),
        };
        let sales_key = actor(Role::Agent, Some(sales));
        let outcome = service.perform(&sales_key, None, &tell(finance)).await;
        assert!(is_forbidden(&outcome), "not its own: {outcome:?}");
        service.perform(&sales_key, None, &tell(sales)).await.expect("its own");
        assert_eq!(events().await, before + 1);
    }
}

fn is_forbidden<T>(outcome: &Result<T>) -> bool {
    matches!(outcome, Err(Error::Refused(refusal)) if refusal.code == Code::Forbidden)
}
