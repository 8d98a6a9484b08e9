//! What migrations make of the customers, lists, budgets and KPIs that are there.

use migration::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;
use tests::{TestDatabase, on_both_engines};

use super::{
    catalog::count,
    migrations::take_back,
    rows::{NOW, Row},
};

const LATER: &str = "'2026-05-05T03:02:01+00:00'";
const LATEST: &str = "'2026-05-06T03:02:01+00:00'";

/// The hash of the e-mail address of the first customer, and that of the phone number.
const EMAIL: &str = "'4bf23d3be1e35e4b86cdae5724d5805ee8eb82e352568e39b9a72a74b98e5561'";
const PHONE: &str = "'b67cf92a319ce1bf98e39413be20248b560e9b71a3773207837972624dc5ac47'";

on_both_engines! {
    async fn consents_are_what_customers_and_lists_say(db: &TestDatabase) {
        take_back(db, "m0024_customers").await;
        insert_customers(db).await;
        for _ in 0..2 {
            Migrator::up(db.connection(), None).await.expect("up");
            are_consents(db).await;
            let change = "UPDATE consents SET customer_id = NULL";
            db.connection().execute_unprepared(change).await.expect_err("consents stay as they are");
            take_back(db, "m0024_customers").await;
        }
    }

    async fn more_addresses_than_a_page_have_hashes(db: &TestDatabase) {
        take_back(db, "m0024_customers").await;
        insert(db, Row::new("email_lists", 1)).await;
        let mut script = String::from("BEGIN;");
        for number in 1..=1_005 {
            script += &(Row::new("customers", number).sql(db) + ";");
            script += &(Row::new("email_subscribers", number).sql(db) + ";");
        }
        db.connection().execute_unprepared(&(script + "COMMIT;")).await.expect("inserted");
        Migrator::up(db.connection(), None).await.expect("up");
        assert_eq!(count(db, "customers", "length(email_hash) = 64 AND phone_hash IS NULL").await, 1_005);
        assert_eq!(count(db, "email_subscribers", "length(address_hash) = 64").await, 1_005);
        assert_eq!(count(db, "consents", "state = 'granted' AND customer_id IS NULL").await, 1_005);
        let same = "EXISTS (SELECT 1 FROM customers AS other WHERE other.email_hash = customers.email_hash \
                    AND other.id <> customers.id)";
        assert_eq!(count(db, "customers", same).await, 0);
    }

    async fn members_of_before_were_put_there_by_hand(db: &TestDatabase) {
        take_back(db, "m0024_customers").await;
        for number in [1, 2] {
            insert(db, Row::new("customers", number)).await;
            insert(db, Row::new("customer_segments", number)).await;
            insert(db, Row::new("customer_segment_members", number)).await;
        }
        Migrator::up(db.connection(), None).await.expect("up");
        assert_eq!(count(db, "customer_segment_members", "is_manual").await, 2);
        assert_eq!(count(db, "customer_segments", "member_count = 2").await, 1);
        assert_eq!(count(db, "customer_segments", "member_count = 0").await, 1);
    }

    async fn budgets_get_their_root_slices(db: &TestDatabase) {
        take_back(db, "m0025_marketing_finance").await;
        let levels = [("0", 0), ("799.99", 0), ("800", 80), ("950.5", 90), ("1000", 100), ("1200", 100)];
        for (number, (spent, _)) in (1..).zip(levels) {
            insert(db, Row::new("budgets", number).set("spent_amount", spent)).await;
        }
        Migrator::up(db.connection(), None).await.expect("up");
        for (spent, level) in levels {
            let whole = "id = budget_id AND parent_id IS NULL AND agent_id IS NULL AND allocated_amount = 1000";
            let empty = "delegated_amount = 0 AND reserved_amount = 0 AND version = 1";
            let root = format!("{whole} AND {empty} AND spent_amount = {spent} AND alert_level = {level}");
            assert_eq!(count(db, "budget_slices", &root).await, 1, "{root}");
        }
        assert_eq!(count(db, "budget_slices", "TRUE").await, levels.len());
    }

    async fn a_kpi_goes_on_behind_its_last_measurement(db: &TestDatabase) {
        take_back(db, "m0025_marketing_finance").await;
        for number in [1, 2] {
            insert(db, Row::new("kpis", number)).await;
        }
        for (number, from, to) in [(1, NOW, LATER), (2, LATER, LATEST)] {
            insert(db, Row::new("kpi_measurements", number).set("period_start", from).set("period_end", to)).await;
        }
        insert(db, Row::new("kpi_measurements", 3).set("kpi_id", "@kpis:2")).await;
        Migrator::up(db.connection(), None).await.expect("up");
        assert_eq!(count(db, "kpis", &format!("measured_until = {LATEST}")).await, 1);
        assert_eq!(count(db, "kpis", "measured_until IS NULL").await, 1);
    }
}

/// What the rows of [`insert_customers`] become.
async fn are_consents(db: &TestDatabase) {
    let first = format!("email = 'customer-1@example.com' AND email_hash = {EMAIL} AND phone_hash = {PHONE}");
    assert_eq!(count(db, "customers", &first).await, 1);
    for (number, accepts, states) in [
        (1, true, &["granted"][..]),
        (2, false, &["withdrawn"]),
        (3, true, &["withdrawn", "granted"]),
        (4, false, &["bounced"]),
        (5, false, &[]),
    ] {
        let accepts = if accepts { "accepts_marketing" } else { "NOT accepts_marketing" };
        let customer = format!("email = 'customer-{number}@example.com'");
        assert_eq!(count(db, "customers", &format!("{customer} AND {accepts}")).await, 1, "{customer} {accepts}");
        let hash = format!("address_hash = (SELECT email_hash FROM customers WHERE {customer})");
        let own = format!("{hash} AND customer_id = (SELECT id FROM customers WHERE {customer}) AND channel = 'email'");
        assert_eq!(count(db, "consents", &hash).await, states.len(), "{customer}");
        for state in states {
            assert_eq!(count(db, "consents", &format!("{own} AND state = '{state}'")).await, 1, "{customer} {state}");
        }
    }
    let stranger = "state = 'complained' AND customer_id IS NULL AND source = 'import' AND principal = 'server'";
    assert_eq!(count(db, "consents", &format!("{stranger} AND occurred_at = {NOW}")).await, 1);
    assert_eq!(count(db, "consents", "TRUE").await, 6);
}

/// One who accepts marketing; one who went from a list; one who went and came back to another list; one whose messages
/// came back at the moment of subscribing; one of whom nothing is known; and a reader who complained.
async fn insert_customers(db: &TestDatabase) {
    for (number, accepts) in [(1, "TRUE"), (2, "TRUE"), (3, "FALSE"), (4, "TRUE"), (5, "FALSE")] {
        let row = Row::new("customers", number).set("accepts_marketing", accepts);
        insert(db, if number == 1 { row.set("phone", "'+1 (202) 555-0101'") } else { row }).await;
    }
    for number in [1, 2] {
        insert(db, Row::new("email_lists", number)).await;
    }
    for (number, customer, list, status, since, left) in [
        (1, Some(2), 1, "unsubscribed", NOW, Some(LATER)),
        (2, Some(3), 1, "unsubscribed", NOW, Some(LATER)),
        (3, Some(3), 2, "subscribed", LATEST, None),
        (4, Some(4), 1, "subscribed", NOW, None),
        (5, Some(4), 2, "bounced", NOW, None),
        (6, None, 1, "complained", NOW, None),
        (7, None, 2, "pending", NOW, None),
    ] {
        let row = Row::new("email_subscribers", number)
            .set("list_id", &format!("@email_lists:{list}"))
            .set("status", &format!("'{status}'"))
            .set("subscribed_at", since);
        let row =
            customer.iter().fold(row, |row, number| row.set("email", &format!("'customer-{number}@example.com'")));
        insert(db, left.iter().fold(row, |row, left| row.set("unsubscribed_at", left))).await;
    }
}

async fn insert(db: &TestDatabase, row: Row) {
    row.insert_only(db).await.expect("inserted");
}
