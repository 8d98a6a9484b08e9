//! Where customers belong: segments and lists, and the campaigns that reached them.

use entity::sea_orm_active_enums::SubscriptionStatus;
use uuid::Uuid;

use super::{Condition, Read, wanted, write_wanted};
use crate::{
    database::{Alias, Sql},
    refusal::Refusal,
    segments::criteria::{given::Given, reference::Named},
};

pub(super) const FIELDS: &[(&str, Read)] = &[
    ("inSegment", |given| member(given, Named::Segment, write_segment)),
    ("onList", |given| member(given, Named::List, write_list)),
    ("openedCampaign", |given| member(given, Named::Campaign, write_opened)),
    ("clickedCampaign", |given| member(given, Named::Campaign, write_clicked)),
];

/// Whether they belong to what has an id.
fn member(given: &Given<'_>, of: Named, write: fn(&mut Sql, Alias, Uuid)) -> Result<Condition, Refusal> {
    given.only(&["id"])?;
    let (is_wanted, id) = (wanted(given)?, given.id("id")?);
    let condition = Condition::new(move |sql, customer| {
        write_wanted(sql, is_wanted, |sql| write(sql, customer, id));
    });
    Ok(condition.naming(given, of, "id", id))
}

/// The members that were found last, and those who were assigned.
fn write_segment(sql: &mut Sql, customer: Alias, id: Uuid) {
    sql.write(format_args!("{customer}.id IN (SELECT m.customer_id FROM customer_segment_members AS m "));
    sql.push("WHERE m.segment_id = ").bind(id).push(")");
}

/// Who is subscribed, by the address of now or an earlier one.
fn write_list(sql: &mut Sql, customer: Alias, id: Uuid) {
    for (column, key, next) in [("email", "email", " OR "), ("id", "customer_id", "")] {
        sql.write(format_args!("{customer}.{column} IN (SELECT s.{key} FROM email_subscribers AS s "));
        sql.push("WHERE s.list_id = ").bind(id).push(" AND s.status = ").literal(&SubscriptionStatus::Subscribed);
        sql.write(format_args!(" AND s.{key} IS NOT NULL){next}"));
    }
}

/// Who opened a message of a campaign.
fn write_opened(sql: &mut Sql, customer: Alias, id: Uuid) {
    write_reached(sql, customer, id, "opened_at");
}

/// Who followed a link of it.
fn write_clicked(sql: &mut Sql, customer: Alias, id: Uuid) {
    write_reached(sql, customer, id, "clicked_at");
}

/// The recipients of a campaign for whom a time is noted.
fn write_reached(sql: &mut Sql, customer: Alias, id: Uuid, column: &str) {
    sql.write(format_args!("{customer}.id IN (SELECT r.customer_id FROM campaign_recipients AS r "));
    sql.push("WHERE r.campaign_id = ").bind(id);
    sql.write(format_args!(" AND r.{column} IS NOT NULL AND r.customer_id IS NOT NULL)"));
}
