//! What is known of consent: who accepts marketing, and who is on a list or was.
//!
//! A subscription is a consent of its day. An address that unsubscribed or refused messages allows none from then on. A
//! customer who accepts marketing has consented, at an unknown time, unless the same address unsubscribed.

use crate::engine::Engine;

/// An e-mail address as it is hashed.
pub(super) fn email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A phone number as it is hashed: without what only groups its digits.
pub(super) fn phone(text: &str) -> String {
    text.to_lowercase().chars().filter(|letter| !letter.is_whitespace() && !"()-./".contains(*letter)).collect()
}

/// The times at which an address was taken off lists, or its last message came back.
const REFUSED: &str = "SELECT address_hash, status, COALESCE(unsubscribed_at, updated_at) AS moment \
                       FROM email_subscribers WHERE status IN ('unsubscribed', 'bounced', 'complained')";

/// The latest consent of each address.
const LATEST: &str = "SELECT address_hash, (state = 'granted') AS granted, \
                        ROW_NUMBER() OVER (PARTITION BY address_hash ORDER BY occurred_at DESC, id DESC) AS turn \
                      FROM consents WHERE channel = 'email'";

pub(super) fn fill(engine: Engine) -> Vec<String> {
    let mut statements = vec![accepting(engine), subscribed(engine)];
    let refusals = [("unsubscribed", "withdrawn"), ("bounced", "bounced"), ("complained", "complained")];
    statements.extend(refusals.map(|(status, state)| refused(engine, status, state)));
    statements.push(format!(
        "UPDATE customers SET accepts_marketing = latest.granted FROM ({LATEST}) AS latest \
         WHERE latest.turn = 1 AND latest.address_hash = customers.email_hash \
           AND customers.accepts_marketing <> latest.granted"
    ));
    statements
}

/// Makes consents of one state from rows `said`: their address, the customer and a time.
fn insert(engine: Engine, state: &str, said: &str) -> String {
    let id = engine.new_uuid();
    format!(
        "INSERT INTO consents (id, channel, address_hash, customer_id, state, source, evidence, principal, \
           occurred_at, created_at) \
         SELECT {id}, 'email', said.address_hash, said.customer_id, '{state}', 'import', '{{}}', 'server', \
           said.moment, said.moment \
         FROM ({said}) AS said"
    )
}

fn accepting(engine: Engine) -> String {
    let said = format!(
        "SELECT c.email_hash AS address_hash, c.id AS customer_id, c.created_at AS moment FROM customers AS c \
         WHERE c.accepts_marketing \
           AND NOT EXISTS (SELECT 1 FROM ({REFUSED}) AS refused WHERE refused.address_hash = c.email_hash)"
    );
    insert(engine, "granted", &said)
}

/// At the same moment somebody went and did not come: of two lists, that is the stricter one.
fn subscribed(engine: Engine) -> String {
    let said = format!(
        "SELECT s.address_hash, c.id AS customer_id, MAX(s.subscribed_at) AS moment \
         FROM email_subscribers AS s LEFT JOIN customers AS c ON c.email_hash = s.address_hash \
         WHERE s.status = 'subscribed' \
           AND NOT EXISTS (SELECT 1 FROM ({REFUSED}) AS refused \
                           WHERE refused.address_hash = s.address_hash AND refused.moment = s.subscribed_at) \
         GROUP BY s.address_hash, c.id"
    );
    insert(engine, "granted", &said)
}

fn refused(engine: Engine, status: &str, state: &str) -> String {
    let said = format!(
        "SELECT refused.address_hash, c.id AS customer_id, MAX(refused.moment) AS moment \
         FROM ({REFUSED}) AS refused LEFT JOIN customers AS c ON c.email_hash = refused.address_hash \
         WHERE refused.status = '{status}' GROUP BY refused.address_hash, c.id"
    );
    insert(engine, state, &said)
}
