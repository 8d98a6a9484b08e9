//! Periods follow each other: every moment lies in one of them, through every change of the clocks.

use chrono::{DateTime, Utc};
use entity::configurations;
use sea_orm::{ActiveModelTrait, Set};
use serde_json::{Value, json};
use service::zone::{Period, Span, Tz, period_at};
use tests::on_both_engines;
use uuid::Uuid;

use super::{
    clocks::moments,
    key::{INTERVALS, ZONES, zone_named},
};
use crate::read::api::Api;

on_both_engines! {
    async fn buckets_follow_each_other(db: &TestDatabase) {
        let api = Api::open(db).await;
        let moments: Vec<DateTime<Utc>> = moments().into_iter().collect();
        assert!(moments.len() > 300, "{} moments", moments.len());
        insert(&api, &moments).await;
        for name in ZONES {
            for (interval, span) in INTERVALS {
                let said = format!("{interval} of {name}");
                let groups = groups(&api, interval, name, moments.len()).await;
                let mut last = DateTime::<Utc>::MIN_UTC;
                for group in &groups {
                    let (period, figures) = (&group["key"]["createdAt"], &group["aggregate"]["createdAt"]);
                    let [from, until] = [&period["from"], &period["until"]].map(moment);
                    let [first, newest] = [&figures["min"], &figures["max"]].map(moment);
                    assert!(last <= from && from < until, "{said}: periods overlap before {group}");
                    assert!(from <= first && newest < until, "{said}: rows of another period are in {group}");
                    last = until;
                }
                assert_eq!(groups, expected(&moments, span, zone_named(name)), "{said}");
            }
        }
    }
}

/// A row that was made at each moment.
async fn insert(api: &Api, moments: &[DateTime<Utc>]) {
    for (number, at) in (1..).zip(moments) {
        let row = configurations::ActiveModel {
            id: Set(Uuid::from_u128(number)),
            key: Set(format!("moment {number}")),
            value: Set(json!(number as u64)),
            description: Set(None),
            updated_by_agent_id: Set(None),
            version: Set(1),
            created_at: Set((*at).into()),
            updated_at: Set((*at).into()),
        };
        row.insert(api.service.database().writer()).await.expect("inserted");
    }
}

/// All groups of so many rows, in their order.
async fn groups(api: &Api, interval: &str, zone: &str, rows: usize) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let query = format!(
            "{{ configurations {{ totalCount groups(first: 250 {after}) {{ pageInfo {{ hasNextPage endCursor }} nodes {{
                 key {{ createdAt(bucket: {interval}, timeZone: \"{zone}\") {{ from until }} }}
                 aggregate {{ count createdAt {{ min max }} }} }} }} }} }}"
        );
        let mut list = api.query(&query, Value::Null).await["configurations"].take();
        assert_eq!(list["totalCount"], rows);
        let Value::Array(nodes) = list["groups"]["nodes"].take() else { panic!("no groups: {list}") };
        all.extend(nodes);
        let info = &list["groups"]["pageInfo"];
        if info["hasNextPage"] == false {
            break;
        }
        after = format!("after: {}", info["endCursor"]);
    }
    let counted: u64 = all.iter().filter_map(|group| group["aggregate"]["count"].as_u64()).sum();
    assert_eq!(counted, rows as u64, "{interval} of {zone}");
    all
}

/// The groups of moments, which come in their order, as the periods of the service have them.
fn expected(moments: &[DateTime<Utc>], span: Span, zone: Tz) -> Vec<Value> {
    let mut groups: Vec<(Period, Vec<DateTime<Utc>>)> = Vec::new();
    for at in moments {
        let period = period_at(span, *at, zone);
        match groups.last_mut() {
            Some((last, of)) if *last == period => of.push(*at),
            _ => groups.push((period, vec![*at])),
        }
    }
    let shown = |(period, of): &(Period, Vec<DateTime<Utc>>)| {
        let [from, until, first, newest] =
            [period.start, period.end, of[0], of[of.len() - 1]].map(|moment| moment.to_rfc3339());
        json!({
            "key": { "createdAt": { "from": from, "until": until } },
            "aggregate": { "count": of.len(), "createdAt": { "min": first, "max": newest } },
        })
    };
    groups.iter().map(shown).collect()
}

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no time"))
}
