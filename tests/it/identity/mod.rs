//! Who acts, and what is written down of it.
//!
//! [`keys`]: API keys. [`roles`]: every root field with every role. [`scope`]: for whom a key acts. [`audit`]: the log.

mod audit;
mod calls;
mod keys;
mod roles;
mod scope;

use service::{
    Actor, Service,
    clock::Clock,
    principal::{Principal, Role},
    seed,
};
use tests::TestDatabase;
use uuid::Uuid;

use crate::client::connect;

const NOW: &str = "2026-05-04T03:02:01.5Z";

/// The rules over a test's database, with a clock that stands.
async fn open(db: &TestDatabase) -> Service {
    Service::new(connect(db).await, Clock::standing(NOW.parse().expect("a time")))
}

/// The same with the demo data in it.
async fn open_with_demo(db: &TestDatabase) -> Service {
    let service = open(db).await;
    seed::demo(service.database(), service.clock().now()).await.expect("inserted").expect("it was empty");
    service
}

/// Somebody of this role.
fn actor(role: Role, agent: Option<Uuid>) -> Actor {
    let name = format!("a {role:?}").to_lowercase();
    Actor { principal: Principal { name, key: None, role, agent }, request: Some("request-1".to_owned()) }
}

fn admin() -> Actor {
    actor(Role::Admin, None)
}

/// The agent of this name.
async fn agent(service: &Service, name: &str) -> Uuid {
    let agent = service::keys::agent_named(service.database(), name).await.expect("read");
    agent.unwrap_or_else(|| panic!("no agent {name}"))
}
