//! The rules of campaigns.

use super::Rule;

/// The rules of campaigns.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "campaign_messages",
        "A campaign has counted each message that was sent, or may have been.",
        "SELECT c.id, CAST(c.message_count AS TEXT) AS found, 'at least ' || CAST(r.number AS TEXT) AS expected
         FROM campaigns c JOIN (
           SELECT campaign_id, COUNT(*) AS number FROM campaign_recipients
           WHERE status IN ('sending', 'sent', 'unknown') GROUP BY campaign_id) r ON r.campaign_id = c.id
         WHERE c.message_count < r.number",
    ),
    Rule::new(
        "recipient_tasks",
        "A recipient whose turn has come has a task that sends the message.",
        "SELECT id, CAST(status AS TEXT) AS found, 'a task' AS expected FROM campaign_recipients
         WHERE status IN ('queued', 'sending') AND task_id IS NULL",
    ),
];
