//! Every figure and every group is what a plain computation makes of the same rows.

use entity::{
    goals,
    sea_orm_active_enums::{GoalStatus, GoalType},
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, Set};
use serde_json::Value;
use service::zone;
use uuid::Uuid;

use super::{
    case::{Case, ask},
    cases::Cases,
    sheet::Sheet,
};
use crate::read::{api::Api, fixture};

/// Questions to each type: some 1,600 on each engine. With 250 they are 10,000.
const CASES: usize = 40;
/// Questions that are asked at once.
const TOGETHER: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_figure_equals_the_plain_computation() {
    fixture::open(async |apis| {
        for api in apis {
            insert_large_numbers(api).await;
        }
        let api = &apis[0];
        let (sheets, rows) = (Sheet::all(api).await, fixture::rows(api).await);
        let zone = zone::of_shop(api.service.database(), fixture::now()).await.expect("a zone");
        let mut groups = 0;
        for (number, sheet) in (1..).zip(&sheets) {
            let mut cases = Cases::new(&api.shape, &rows, sheet, zone, number);
            let cases: Vec<Case> = (0..CASES).map(|_| cases.make(0)).collect();
            for some in cases.chunks(TOGETHER) {
                groups += compare(apis, sheet, some).await;
            }
        }
        let asked = sheets.len() * CASES;
        assert!(asked > 1_000 && groups > asked as u64, "{groups} groups in {asked} cases");
    })
    .await;
}

/// Compares what each engine answers with what is expected, which is the same for both; how many groups that are.
async fn compare(apis: &[Api], sheet: &Sheet, cases: &[Case]) -> u64 {
    let expected: Vec<Value> = cases.iter().map(|case| case.answer(&apis[0].shape, sheet)).collect();
    let cases: Vec<&Case> = cases.iter().collect();
    for api in apis {
        let found = ask(api, sheet, &cases, |number, case| case.selection(number)).await;
        for ((case, expected), found) in cases.iter().zip(&expected).zip(&found) {
            let (engine, node) = (api.service.database().engine(), &sheet.node);
            assert_eq!(found, expected, "{engine:?} {node} {}\n{case:#?}", case.selection(0));
        }
    }
    expected.iter().filter_map(|answer| answer["groups"]["totalCount"].as_u64()).sum()
}

/// Inserts goals with numbers at the ends of what their columns hold: no float adds them up exactly.
async fn insert_large_numbers(api: &Api) {
    const LARGEST: i64 = 999_999_999_999;
    let numbers = [LARGEST, -LARGEST, LARGEST, LARGEST - 1, 1, -1, 0, 333_333_333_333, 100_000_000_001, -5];
    for (number, cents) in (1..).zip(numbers) {
        let row = goals::ActiveModel {
            id: Set(Uuid::from_u128(number)),
            name: Set(format!("large {number}")),
            description: Set(None),
            r#type: Set(GoalType::Growth),
            target_value: Set((number % 3 > 0).then(|| Decimal::new(cents, 2))),
            current_value: Set(Decimal::new(cents, 2)),
            target_date: Set(None),
            owner_agent_id: Set(None),
            parent_goal_id: Set(None),
            status: Set(if number % 2 > 0 { GoalStatus::Active } else { GoalStatus::Missed }),
            version: Set(1),
            created_at: Set(fixture::now().into()),
            updated_at: Set(fixture::now().into()),
        };
        row.insert(api.service.database().writer()).await.expect("inserted");
    }
}
