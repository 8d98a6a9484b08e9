//! Removing the payloads about a person who is erased.

use entity::{inbound_webhooks, sea_orm_active_enums::ConsentChannel};
use uuid::Uuid;

use super::row::EMPTY;
use crate::{Result, UnitOfWork, customers::consent, database::Sql, principal::Source};

/// The topic of somebody who wants to be forgotten.
const REDACTION: &str = "customers/redact";

/// Removes the payloads about a customer, who is erased now: those about the customer, the orders and their
/// payments, and those whose e-mail address has one of these hashes. What is still to be processed keeps its payload
/// until then, since it may be about money.
pub(crate) async fn forget_person(
    unit: &UnitOfWork,
    customer: Uuid,
    hashes: &[&str],
    shopify_ids: &[&str],
) -> Result<()> {
    let keys: Vec<String> = shopify_ids.iter().map(|id| format!("customer:{id}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut sql = unit.sql();
    // What has not ended is written too: whoever ends it meanwhile comes before this, or sees what was erased.
    sql.push("UPDATE inbound_webhooks SET payload = CASE WHEN processed_at IS NULL THEN payload ELSE ").push(EMPTY);
    sql.push(" END, updated_at = ").now().push(" WHERE payload <> ").push(EMPTY);
    sql.push(" AND id IN (SELECT id FROM inbound_webhooks WHERE email_hash").is_any_text(hashes);
    of(&mut sql, Source::Shopify).is_any_text(&keys);
    of(&mut sql, Source::Shopify).push(" IN (SELECT 'order:' || shopify_order_id FROM orders WHERE customer_id = ");
    sql.bind(customer).push(")");
    of(&mut sql, Source::Stripe).push(" IN (SELECT p.provider_reference FROM payments AS p JOIN orders AS o ");
    sql.push("ON o.id = p.order_id WHERE o.customer_id = ").bind(customer).push("))");
    unit.execute(sql).await.map(drop)
}

/// Adds the events of a source that are about some objects.
fn of(sql: &mut Sql, source: Source) -> &mut Sql {
    sql.push(" UNION ALL SELECT id FROM inbound_webhooks WHERE source = ").bind(source.name()).push(" AND object_key")
}

/// Empties the payload of an event whose end was written, if it is about somebody who was erased, or who wants to be.
/// This is a statement of its own behind the end: it sees an erasure for which the end had to wait.
pub(super) fn empty_if_erased(unit: &UnitOfWork, row: &inbound_webhooks::Model) {
    let (owners, is_redaction) = (owners(row), row.topic == REDACTION);
    if row.email_hash.is_none() && owners.is_empty() && !is_redaction {
        return;
    }
    unit.write(|sql| {
        sql.push("UPDATE inbound_webhooks SET payload = ").push(EMPTY).push(" WHERE id = ").bind(row.id);
        if is_redaction {
            return;
        }
        sql.push(" AND (FALSE");
        for (owner, name) in owners {
            sql.push(" OR EXISTS (SELECT 1 FROM ").push(owner).push(" = ").bind(name);
            sql.push(" AND c.erased_at IS NOT NULL)");
        }
        if let Some(hash) = &row.email_hash {
            sql.push(" OR EXISTS (SELECT 1 FROM consents AS e WHERE e.channel = ").literal(&ConsentChannel::Email);
            sql.push(" AND e.address_hash = ").bind(hash.as_str()).push(" AND ");
            consent::write_erased(sql);
            sql.push(")");
        }
        sql.push(")");
    });
}

/// How the customer `c` is found whom an event is about: by what, and its value.
fn owners(row: &inbound_webhooks::Model) -> Vec<(&'static str, &str)> {
    let Some(key) = row.object_key.as_deref() else { return Vec::new() };
    match (Source::named(&row.source), key.split_once(':')) {
        (Some(Source::Shopify), Some(("customer", id))) => vec![
            ("customers AS c WHERE c.shopify_customer_id", id),
            (
                "customer_aliases AS a JOIN customers AS c ON c.id = a.customer_id \
                 WHERE a.kind = 'shopify' AND a.value",
                id,
            ),
        ],
        (Some(Source::Shopify), Some(("order", id))) => {
            vec![("orders AS o JOIN customers AS c ON c.id = o.customer_id WHERE o.shopify_order_id", id)]
        }
        (Some(Source::Stripe), _) => vec![(
            "payments AS p JOIN orders AS o ON o.id = p.order_id JOIN customers AS c ON c.id = o.customer_id \
             WHERE p.provider = 'stripe' AND p.provider_reference",
            key,
        )],
        _ => Vec::new(),
    }
}
