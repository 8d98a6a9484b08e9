//! The rules of customers: whether they accept marketing, and what must be gone once they are erased.

use super::Rule;

/// The latest consent of each e-mail address.
macro_rules! latest_consents {
    () => {
        "SELECT x.address_hash, x.state FROM consents x WHERE x.channel = 'email' AND NOT EXISTS (
           SELECT 1 FROM consents y WHERE y.channel = x.channel AND y.address_hash = x.address_hash
             AND (y.occurred_at, y.id) > (x.occurred_at, x.id))"
    };
}

/// The rules of customers.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "customer_consent",
        "A customer accepts marketing if the latest consent of the e-mail address is granted.",
        concat!(
            "SELECT c.id, CASE WHEN c.accepts_marketing THEN 'accepted' ELSE 'not accepted' END AS found,
               COALESCE(CAST(l.state AS TEXT), 'nothing') AS expected
             FROM customers c LEFT JOIN (",
            latest_consents!(),
            ") l ON l.address_hash = c.email_hash
             WHERE c.accepts_marketing <> (l.state IS NOT NULL AND l.state = 'granted')"
        ),
    ),
    Rule::new(
        "erased_customers",
        "An erased customer has no name, address, phone, company, note, tag, subscription or text of an interaction.",
        "SELECT c.id, 'personal data' AS found, 'nothing' AS expected FROM customers c
         WHERE c.erased_at IS NOT NULL AND (
           COALESCE(c.first_name, c.last_name, c.company, c.phone, c.note, c.email_hash, c.phone_hash) IS NOT NULL
           OR c.email NOT LIKE 'erased-%' OR CAST(c.tags AS TEXT) <> '[]'
           OR EXISTS (SELECT 1 FROM email_subscribers s WHERE s.customer_id = c.id)
           OR EXISTS (SELECT 1 FROM customer_interactions i WHERE i.customer_id = c.id AND i.content IS NOT NULL))",
    ),
];
