//! Everything that can be done: one file for each file of verbs in the service, at the same path.

mod agents;
mod goals;
mod keys;
mod prelude;
mod system;
mod work;
mod workflows;

use async_graphql::MergedObject;

/// All write operations.
#[derive(Debug, Default, MergedObject)]
#[graphql(name = "Mutation")]
pub struct Verbs(
    agents::create::Verbs,
    agents::update::Verbs,
    agents::reparent::Verbs,
    agents::active::Verbs,
    agents::capability::Verbs,
    agents::collaboration::Verbs,
    work::create::Verbs,
    work::assign::Verbs,
    work::claim::Verbs,
    work::lease::Verbs,
    work::finish::Verbs,
    work::cancel::Verbs,
    work::retry::Verbs,
    work::execution::Verbs,
    work::approval::Verbs,
    goals::create::Verbs,
    goals::update::Verbs,
    goals::split::Verbs,
    goals::progress::Verbs,
    goals::close::Verbs,
    workflows::register::Verbs,
    workflows::update::Verbs,
    system::configurations::Verbs,
    system::events::Verbs,
    system::reports::Verbs,
    keys::create::Verbs,
    keys::revoke::Verbs,
);
