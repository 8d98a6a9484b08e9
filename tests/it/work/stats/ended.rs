//! How work ended, compared with a plain computation over the same rows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use serde_json::{Value, json};
use service::Error;
use tests::on_both_engines;
use uuid::Uuid;

use super::tries::{TYPES, Try, counted, holds, insert_all, judged, periods, shown};
use crate::work::fixture::{WorkFixture, start};

const STATS: &str = "completed failed overdue successRate p50Seconds p95Seconds p99Seconds";
const FIGURES: &str = "pending claimable blocked postponed oldestPendingSeconds running waiting overdue deadLetters
    completed failures failuresByCode { errorCode count } p50Seconds p95Seconds";

on_both_engines! {
    async fn agents_are_judged_as_a_plain_computation_does(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let tries = insert_all(db, &fixture, 400).await;
        let query = format!("query($period: StatsPeriod) {{ agents {{ nodes {{ id stats(period: $period) {{ {STATS} }} }} }} }}");
        for period in periods(&tries) {
            let found = fixture.query(&query, json!({ "period": shown(period) })).await;
            for agent in found["agents"]["nodes"].as_array().expect("agents") {
                let own = |it: &&Try| json!(it.agent) == agent["id"] && holds(period, it.ended);
                let expected = judged(&tries.iter().filter(own).collect::<Vec<_>>());
                assert_eq!(agent["stats"], expected, "{period:?}");
            }
        }
    }

    async fn the_work_is_counted_as_a_plain_computation_does(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let tries = insert_all(db, &fixture, 400).await;
        let query = format!("query($filter: WorkStatsFilter) {{ workStats(filter: $filter) {{ totals {{ {FIGURES} }}
            rows {{ agentId agent {{ id }} taskType figures {{ {FIGURES} }} }} rowCount }} }}");
        for (number, period) in periods(&tries).into_iter().enumerate() {
            let mut filter = shown(period);
            let agents = match number % 3 {
                0 => BTreeSet::from([fixture.top, fixture.director, fixture.other, fixture.specialist]),
                1 => {
                    filter["agentIds"] = json!([fixture.other]);
                    filter["agentSubtree"] = json!(fixture.director);
                    BTreeSet::from([fixture.other, fixture.director, fixture.specialist])
                }
                _ => {
                    filter["agentIds"] = json!([fixture.top, fixture.specialist]);
                    BTreeSet::from([fixture.top, fixture.specialist])
                }
            };
            let types = if number % 2 == 0 { TYPES } else { &TYPES[..2] };
            if types.len() < TYPES.len() {
                filter["taskTypes"] = json!(types);
            }
            let found = fixture.query(&query, json!({ "filter": filter })).await["workStats"].clone();
            let scope = |it: &&Try| agents.contains(&it.agent) && types.contains(&it.task_type);
            let tries: Vec<_> = tries.iter().filter(scope).collect();
            assert_eq!(figures(&found["totals"]), counted(&tries, period), "{filter}");
            let mut groups: BTreeMap<(Uuid, &str), Vec<&Try>> = BTreeMap::new();
            for it in tries.into_iter().filter(|it| !it.is_past() || holds(period, it.ended) && it.counts()) {
                groups.entry((it.agent, it.task_type)).or_default().push(it);
            }
            let rows = found["rows"].as_array().expect("rows");
            assert_eq!((rows.len(), &found["rowCount"]), (groups.len(), &json!(groups.len())), "{filter}");
            for row in rows {
                let of = (row["agentId"].as_str().and_then(|id| id.parse().ok()).expect("an id"), row["taskType"].as_str().expect("a type"));
                assert_eq!(figures(&row["figures"]), counted(&groups[&of], period), "{of:?} {filter}");
                assert_eq!(row["agent"]["id"], row["agentId"]);
            }
            let pending: Vec<_> = rows.iter().map(|row| row["figures"]["pending"].as_i64()).collect();
            assert!(pending.is_sorted_by(|a, b| a >= b), "{pending:?}");
        }
    }

    async fn what_the_engine_writes_is_counted(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        // One is done in 90 seconds, one fails for good, one fails and is done at the second try, one is given back.
        fixture.create(4).await;
        let leases = fixture.claim(4).await;
        fixture.clock().advance(Duration::seconds(30));
        fixture.end("releaseTasks", &leases[3], json!({})).await;
        fixture.fail(&leases[1], "PERMANENT").await;
        fixture.fail(&leases[2], "RETRYABLE").await;
        fixture.clock().advance(Duration::seconds(60));
        fixture.complete(&leases[0]).await;
        let again = fixture.claim(9).await;
        let again = again.iter().find(|lease| lease["taskId"] == leases[2]["taskId"]).expect("the second try");
        fixture.clock().advance(Duration::hours(1));
        fixture.complete(again).await;
        let expected = json!({ "completed": 2, "failed": 1, "overdue": 1, "successRate": "0.6667",
            "p50Seconds": 90.0, "p95Seconds": 3600.0, "p99Seconds": 3600.0 });
        assert_eq!(stats(&fixture).await, expected);
        let totals = totals(&fixture).await;
        assert_eq!(totals["failuresByCode"], json!([{ "errorCode": "BROKEN", "count": 2 }]));
        assert_eq!((&totals["deadLetters"], &totals["completed"]), (&json!(1), &json!(2)));
        // Another chance: the failure of before was not for good.
        fixture.done("retryTask", json!({ "taskId": leases[1]["taskId"] }), "task { id }").await;
        assert_eq!(stats(&fixture).await["failed"], 0);
        assert_eq!(self::totals(&fixture).await["deadLetters"], 0);
    }

    async fn nothing_gives_nothing(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let none = json!({ "completed": 0, "failed": 0, "overdue": 0, "successRate": null, "p50Seconds": null, "p95Seconds": null, "p99Seconds": null });
        assert_eq!(stats(&fixture).await, none);
        for filter in [json!({}), json!({ "agentIds": [] }), json!({ "taskTypes": [] }), json!({ "agentSubtree": Uuid::nil() })] {
            let query = "query($filter: WorkStatsFilter) { workStats(filter: $filter) { rowCount rows { taskType } totals { pending oldestPendingSeconds } } }";
            let found = fixture.query(query, json!({ "filter": filter })).await["workStats"].clone();
            assert_eq!(found, json!({ "rowCount": 0, "rows": [], "totals": { "pending": 0, "oldestPendingSeconds": null } }));
        }
    }

    async fn what_cannot_be_meant_is_refused(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (early, late) = (start() - Duration::days(1), start() + Duration::days(1));
        for period in [json!({ "since": start(), "until": early }), json!({ "since": late })] {
            for query in [
                "query($period: StatsPeriod) { agents { nodes { stats(period: $period) { completed } } } }",
                "query($period: WorkStatsFilter) { workStats(filter: $period) { rowCount } }",
            ] {
                let (_, errors) = fixture.try_query(query, json!({ "period": period })).await;
                assert!(errors[0].contains("`since` is after `until`") && errors[0].contains("Invalid"), "{errors:?}");
            }
        }
        for first in [-1, 251] {
            let (_, errors) = fixture.try_query(&format!("{{ workStats {{ rows(first: {first}) {{ taskType }} }} }}"), json!({})).await;
            assert!(errors[0].contains(&Error::invalid(format!("`first` is {first}")).to_string()), "{errors:?}");
        }
        let found = fixture.query("query { workStats { rows(first: 0) { taskType } } }", json!({})).await;
        assert_eq!(found["workStats"]["rows"], json!([]));
    }
}

async fn stats(fixture: &WorkFixture) -> Value {
    let query = format!("query($id: ID!) {{ agent(id: $id) {{ stats {{ {STATS} }} }} }}");
    fixture.query(&query, json!({ "id": fixture.specialist })).await["agent"]["stats"].clone()
}

async fn totals(fixture: &WorkFixture) -> Value {
    fixture.query(&format!("{{ workStats {{ totals {{ {FIGURES} }} }} }}"), json!({})).await["workStats"]["totals"]
        .clone()
}

/// Figures with the failures as [`counted`] has them.
fn figures(found: &Value) -> Value {
    let mut figures = found.clone();
    let codes = found["failuresByCode"].as_array().expect("a list");
    assert!(codes.is_sorted_by(|a, b| a["count"].as_i64() >= b["count"].as_i64()), "{codes:?}");
    let code = |code: &Value| (format!("{:?}", code["errorCode"].as_str()), code["count"].clone());
    figures["failuresByCode"] = codes.iter().map(code).collect::<serde_json::Map<_, _>>().into();
    figures
}
