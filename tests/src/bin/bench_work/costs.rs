//! What a point is worth: how long operations take, for each point that they are estimated at.

use std::time::{Duration, Instant};

use tests::bench::{Target, seconds};

/// Operations of all sorts, each with the weight of one thing.
const OPERATIONS: [(&str, &str); 14] = [
    ("one row", "{ agents(first: 1) { nodes { id } } }"),
    ("page of 50", "{ tasks(first: 50) { nodes { id taskType status } } }"),
    ("page of 250", "{ tasks(first: 250) { nodes { id taskType status } } }"),
    ("JSON columns", "{ tasks(first: 100) { nodes { inputData outputData } } }"),
    ("to-one rows", "{ tasks(first: 250) { nodes { id assignedAgent { name } workflowExecution { id } } } }"),
    ("lists of rows", "{ agents(first: 50) { nodes { tasks(first: 20) { nodes { id } } } } }"),
    ("counts", "{ agents(first: 50) { nodes { tasks(first: 0) { totalCount } } } }"),
    ("total count", "{ tasks(first: 0) { totalCount } }"),
    ("computed", "{ agents(first: 50) { nodes { status workload { claimable } } } }"),
    (
        "column filter",
        "{ tasks(first: 50, filter: { priority: { gte: 5 }, status: { eq: COMPLETED } }) { nodes { id } } }",
    ),
    ("text filter", "{ tasks(first: 50, filter: { taskType: { contains: \\\"e\\\" } }) { nodes { id } } }"),
    (
        "relation filter",
        "{ agents(first: 50, filter: { tasks: { some: { priority: { gte: 5 } } } }) { nodes { id } } }",
    ),
    ("type", "{ __type(name: \\\"Task\\\") { name fields { name description } } }"),
    ("schema", "{ __schema { types { name fields { name description type { name } } } } }"),
];

/// Asks each of them again and again.
pub(super) fn costs(target: &Target) {
    let time = seconds("SECS", 2);
    let mut measured: Vec<_> = OPERATIONS.iter().map(|(name, query)| (*name, measure(target, query, time))).collect();
    let each = |(took, points): (Duration, u64)| took.as_secs_f64() * 1e6 / points as f64;
    measured.sort_by(|(_, one), (_, other)| each(*one).total_cmp(&each(*other)));
    let median = measured.get(measured.len() / 2).map_or(1.0, |(_, middle)| each(*middle));
    for (name, (took, points)) in &measured {
        let worth = each((*took, *points));
        println!(
            "{name:<16} {points:>6} points, {:>8.3} ms, {worth:>7.2} µs a point, {:.2} of the median",
            took.as_secs_f64() * 1e3,
            worth / median
        );
    }
}

/// The median time of an operation, and its points.
fn measure(target: &Target, query: &str, time: Duration) -> (Duration, u64) {
    let mut client = target.connect().with_cost();
    let (begun, mut took, mut points) = (Instant::now(), Vec::new(), 1);
    while took.is_empty() || begun.elapsed() < time {
        let asked = Instant::now();
        let text = client.ask(query, "null");
        took.push(asked.elapsed());
        let requested = text.split("\"requested\":").nth(1).and_then(|rest| rest.split([',', '}']).next());
        points = requested.and_then(|number| number.parse().ok()).unwrap_or(1);
    }
    took.sort();
    (took[took.len() / 2], points)
}
