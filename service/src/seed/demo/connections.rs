//! What came from other systems, an endpoint that was tried, and bulk jobs. Nothing of it is still to be done, and nothing
//! is sent to anybody.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    bulk_jobs, inbound_webhooks,
    sea_orm_active_enums::{
        BulkJobKind, BulkJobStatus, BulkOnError,
        DeliveryStatus::{self, Dead, Delivered},
        InboundStatus,
    },
    webhook_deliveries, webhook_endpoints,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::builder::{DAY, DemoBuilder, HOUR};

pub(super) fn build(demo: &mut DemoBuilder) {
    receive(demo);
    let endpoint = endpoint(demo);
    deliver(demo, endpoint);
    work(demo);
}

/// Webhooks of payments at Stripe, of which one is of a sort that changes nothing.
fn receive(demo: &mut DemoBuilder) {
    let topics = [
        (InboundStatus::Processed, "payment_intent.succeeded", None),
        (InboundStatus::Ignored, "payout.paid", Some("the topic is not used")),
    ];
    for (place, (status, topic, error)) in (1..).zip(topics) {
        let received = demo.ago((4 - place) * DAY);
        let processed = received + TimeDelta::seconds(1);
        let row = inbound_webhooks::Model {
            id: demo.id("inbound_webhooks", received),
            source: "stripe".to_owned(),
            external_id: format!("evt_demo_{place}"),
            topic: topic.to_owned(),
            object_key: Some(format!("demo_{place}")),
            event_key: None,
            email_hash: None,
            triggered_at: Some((received - TimeDelta::seconds(2)).into()),
            // As it is when it was processed long ago.
            payload: json!({}),
            status,
            attempts: 0,
            next_attempt_at: None,
            error: error.map(str::to_owned),
            processed_at: Some(processed.into()),
            created_at: received.into(),
            updated_at: processed.into(),
        };
        demo.rows.inbound_webhooks.push(row);
    }
}

/// An endpoint that nothing is sent to.
fn endpoint(demo: &mut DemoBuilder) -> Uuid {
    let created = demo.ago(10 * DAY);
    let id = demo.id("webhook_endpoints", created);
    demo.rows.webhook_endpoints.push(webhook_endpoints::Model {
        id,
        name: "Accounting".to_owned(),
        url: "https://accounting.example/webhooks".to_owned(),
        kinds: json!(["order.placed", "payment.captured"]),
        query: None,
        is_active: false,
        disabled_reason: Some("an example".to_owned()),
        generation: 1,
        previous_until: None,
        cursor_transaction: 1,
        cursor_position: 2,
        failing_since: None,
        skipped_at: None,
        leased_until: None,
        version: 2,
        created_at: created.into(),
        updated_at: demo.ago(9 * DAY).into(),
    });
    id
}

/// What the endpoint got while it was tried.
fn deliver(demo: &mut DemoBuilder, endpoint: Uuid) {
    let orders: Vec<Uuid> = demo.rows.orders.iter().take(2).map(|order| order.id).collect();
    for (place, (order, status)) in (1..).zip(orders.into_iter().zip([Delivered, Dead])) {
        let created = demo.ago(10 * DAY - place * HOUR);
        let row = delivery(demo, created, status);
        demo.rows.webhook_deliveries.push(webhook_deliveries::Model {
            endpoint_id: endpoint,
            aggregate_id: order,
            position: place,
            ..row
        });
    }
}

/// A delivery that is over.
fn delivery(demo: &mut DemoBuilder, created: DateTime<Utc>, status: DeliveryStatus) -> webhook_deliveries::Model {
    let is_delivered = status == Delivered;
    let ended = created + TimeDelta::minutes(if is_delivered { 0 } else { 90 });
    webhook_deliveries::Model {
        id: demo.id("webhook_deliveries", created),
        endpoint_id: Uuid::nil(),
        transaction_number: 1,
        position: 0,
        kind: "order.placed".to_owned(),
        aggregate_id: Uuid::nil(),
        status,
        attempts: if is_delivered { 0 } else { 10 },
        next_attempt_at: None,
        response_status: Some(if is_delivered { 200 } else { 503 }),
        error: (!is_delivered).then(|| "the endpoint answered 503".to_owned()),
        delivered_at: is_delivered.then(|| ended.into()),
        created_at: created.into(),
        updated_at: ended.into(),
    }
}

/// Jobs that have ended, each in its way.
fn work(demo: &mut DemoBuilder) {
    let refused = json!([{ "row": 3, "message": "the variant has no price in this currency" }]);
    let jobs = [
        (BulkJobKind::SetPrices, BulkJobStatus::Completed, refused, None),
        (BulkJobKind::ImportProducts, BulkJobStatus::Failed, json!([]), Some("the file has no column `Handle`")),
        (BulkJobKind::ExportInventory, BulkJobStatus::Cancelled, json!([]), None),
    ];
    for (place, (kind, status, errors, message)) in (1..).zip(jobs) {
        let created = demo.ago((8 - place) * DAY);
        let row = job(demo, created, errors);
        let error_message = message.map(str::to_owned);
        demo.rows.bulk_jobs.push(bulk_jobs::Model { kind, status, error_message, ..row });
    }
}

/// A job that took a minute.
fn job(demo: &mut DemoBuilder, created: DateTime<Utc>, first_errors: Value) -> bulk_jobs::Model {
    let ended = created + TimeDelta::minutes(1);
    let refused = first_errors.as_array().map_or(0, Vec::len);
    let done = if refused == 0 { 0 } else { 3 };
    bulk_jobs::Model {
        id: demo.id("bulk_jobs", created),
        kind: BulkJobKind::SetPrices,
        status: BulkJobStatus::Completed,
        on_error: BulkOnError::Skip,
        dry_run: false,
        options: json!({}),
        total_rows: (done > 0).then_some(done),
        done_rows: done,
        counts: json!({}),
        first_errors,
        checkpoint: json!({}),
        requested_by: "local".to_owned(),
        requesting_key_id: None,
        leased_until: None,
        started_at: Some(created.into()),
        ended_at: Some(ended.into()),
        error_message: None,
        version: 3,
        created_at: created.into(),
        updated_at: ended.into(),
    }
}
