//! Everything that can be done: one file for each file of verbs in the service, at the same path.

mod agents;
mod batch;
mod catalog;
mod goals;
mod keys;
mod orders;
mod payments;
mod prelude;
mod stock;
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
    catalog::product::create::Verbs,
    catalog::product::update::Verbs,
    catalog::product::status::Verbs,
    catalog::product::delete::Verbs,
    catalog::product::upsert::Verbs,
    catalog::variant::create::Verbs,
    catalog::variant::update::Verbs,
    catalog::variant::delete::Verbs,
    catalog::price::Verbs,
    catalog::metric::Verbs,
    catalog::discount::save::Verbs,
    catalog::discount::remove::Verbs,
    catalog::tax_rate::Verbs,
    catalog::shipping_method::Verbs,
    catalog::exchange_rate::Verbs,
    stock::holds::Verbs,
    stock::set::Verbs,
    stock::adjust::Verbs,
    stock::receive::Verbs,
    stock::transfer::Verbs,
    stock::levels::Verbs,
    payments::create::Verbs,
    payments::capture::Verbs,
    payments::void::Verbs,
    payments::paid::Verbs,
    payments::report::Verbs,
    payments::refund::ask::Verbs,
    payments::refund::cancel::Verbs,
    payments::refund::retry::Verbs,
    orders::draft::create::Verbs,
    orders::draft::update::Verbs,
    orders::draft::delete::Verbs,
    orders::place::Verbs,
    orders::confirm::Verbs,
    orders::update::Verbs,
    orders::complete::Verbs,
    orders::edit::Verbs,
    orders::cancel::Verbs,
    orders::fulfillments::Verbs,
    orders::returns::Verbs,
    system::configurations::Verbs,
    system::events::Verbs,
    system::reports::Verbs,
    keys::create::Verbs,
    keys::revoke::Verbs,
);
