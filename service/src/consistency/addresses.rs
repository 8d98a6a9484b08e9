//! The rules of addresses and their hashes.

use super::Rule;

/// The rules of addresses and their hashes.
pub(super) const RULES: &[Rule] = &[Rule::new(
    "address_hashes",
    "Each address of a customer or on a list has its hash, the same for the same address; an erased one has none.",
    "SELECT c.id, COALESCE(c.email_hash, c.phone_hash, 'no hash') AS found, 'the hash of each address' AS expected
     FROM customers c
     WHERE (c.email_hash IS NULL) <> (c.erased_at IS NOT NULL) OR (c.phone_hash IS NULL) <> (c.phone IS NULL)
     UNION ALL
     SELECT s.list_id AS id, COALESCE(s.address_hash, 'no hash') AS found, c.email_hash AS expected
     FROM email_subscribers s LEFT JOIN customers c ON c.email = s.email
     WHERE s.address_hash IS NULL OR s.address_hash <> c.email_hash",
)];
