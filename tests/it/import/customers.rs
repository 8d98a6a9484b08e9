//! Customer exports.

use entity::{
    consents, customers,
    sea_orm_active_enums::{ConsentChannel, ConsentState},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;
use service::{
    customers::{erase::Erase, set_consent::SetConsent},
    import::{Counts, Noted},
};
use tests::on_both_engines;

use super::{Shop, TUESDAY};

const CUSTOMERS: &str = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,\
                         Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tags\n\
                         '7001,Ann,Quill,Ann@Example.com,yes,Quill & Sons,'+15550102030,no,0.00,0,Mondays,\"trade, vip\"\n\
                         '7002,Bo,Lark,bo@example.com,no,,,,120.50,2,,\n";

async fn rows(shop: &Shop) -> Vec<customers::Model> {
    let found = customers::Entity::find().order_by_asc(customers::Column::Email);
    found.all(shop.db.reader()).await.expect("customers are read")
}

async fn granted(shop: &Shop) -> u64 {
    let found = consents::Entity::find().filter(consents::Column::State.eq(ConsentState::Granted));
    found.count(shop.db.reader()).await.expect("consents are counted")
}

on_both_engines! {
    async fn customers_are_taken_once(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        let (dry, _) = Shop::open(db).await.dry(true).customers(CUSTOMERS).await;
        assert_eq!((dry.customers.created, rows(&shop).await.len()), (2, 0));
        let (report, refusals) = shop.customers(CUSTOMERS).await;
        assert_eq!(refusals, Vec::<String>::new());
        assert_eq!(report.customers, Counts { created: 2, ..Counts::default() });
        assert_eq!(report.noted, Noted { other_totals: 1, ..Noted::default() });
        let before = rows(&shop).await;
        let [ann, bo] = &before[..] else { panic!("two customers") };
        assert_eq!((ann.email.as_str(), ann.shopify_customer_id.as_deref()), ("ann@example.com", Some("7001")));
        assert_eq!((ann.company.as_deref(), ann.phone.as_deref()), (Some("Quill & Sons"), Some("+15550102030")));
        assert_eq!((&ann.tags, ann.note.as_deref()), (&json!(["trade", "vip"]), Some("Mondays")));
        assert_eq!((ann.accepts_marketing, bo.accepts_marketing), (true, false));
        assert_eq!((bo.orders_count, bo.total_spent.is_zero(), granted(&shop).await), (0, true, 1));
        let (again, _) = shop.on(*TUESDAY).customers(CUSTOMERS).await;
        assert_eq!(again.customers, Counts { unchanged: 2, ..Counts::default() });
        let shop = Shop::open(db).await;
        assert_eq!((rows(&shop).await, granted(&shop).await), (before, 1));
    }

    async fn the_id_counts_more_than_the_address(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        shop.customers(CUSTOMERS).await;
        let moved = CUSTOMERS.replace("bo@example.com", "bo.lark@example.com");
        let (report, _) = shop.customers(&moved).await;
        assert_eq!(report.customers, Counts { updated: 1, unchanged: 1, ..Counts::default() });
        assert_eq!(rows(&shop).await[1].email, "bo.lark@example.com");
        let taken = "Customer ID,First Name,Last Name,Email\n7002,Bo,Lark,ann@example.com\n";
        let (report, refusals) = shop.customers(taken).await;
        assert_eq!(report.customers, Counts { refused: 1, ..Counts::default() });
        assert!(refusals[0].starts_with("line 2, Email \"ann@example.com\": the customer"), "{refusals:?}");
        let other = "Customer ID,First Name,Last Name,Email\n7009,Bo,Lark,ann@example.com\n";
        let (_, refusals) = shop.customers(other).await;
        assert!(refusals[0].contains("has the customer ID 7001 here"), "{refusals:?}");
        assert_eq!(rows(&shop).await[0].first_name.as_deref(), Some("Ann"));
    }

    async fn addresses_may_move_within_a_file(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        shop.customers(CUSTOMERS).await;
        let moved = "Customer ID,First Name,Last Name,Email\n\
                     7001,Ann,Quill,new@example.com\n\
                     7003,Cy,Moss,ann@example.com\n";
        let (report, refusals) = shop.customers(moved).await;
        assert_eq!((report.customers.updated, report.customers.created), (1, 1), "{refusals:?}");
        assert_eq!(rows(&shop).await.len(), 3);
    }

    async fn bad_rows_are_refused_with_their_place(db: &TestDatabase) {
        let file = "Customer ID,First Name,Last Name,Email,Phone,Accepts Email Marketing,Tags\n\
                    ,Ann,Quill,,,,\n\
                    ,Bo,Lark,not an address,,,\n\
                    ,Cy,Moss,cy@example.com,none,,\n\
                    ,Di,Reed,di@example.com,,perhaps,\n\
                    7004,Ed,Fen,ed@example.com,,,\n\
                    7004,Ed,Fenn,ed@example.com,,,\n";
        let shop = Shop::open(db).await;
        let (report, refusals) = shop.customers(file).await;
        assert_eq!(report.customers, Counts { created: 1, refused: 5, ..Counts::default() });
        let places = ["2, Email", "3, Email", "4, Phone", "5, Accepts Email Marketing", "7, Customer ID"];
        for (refusal, place) in refusals.iter().zip(places) {
            assert!(refusal.starts_with(&format!("line {place}")), "{refusal}");
        }
        let (report, refusals) = Shop::open(db).await.stopping().customers(file).await;
        assert_eq!((refusals.len(), report.stopped, report.customers.refused), (1, true, 1));
    }

    async fn an_id_that_a_spreadsheet_changed_is_refused(db: &TestDatabase) {
        let file = CUSTOMERS.replace("'7001", "7.00112E+12").replace("'7002", "7.00112E+12");
        let (report, refusals) = Shop::open(db).await.customers(&file).await;
        assert_eq!(report.customers, Counts { refused: 2, ..Counts::default() });
        for (refusal, line) in refusals.iter().zip([2, 3]) {
            let expected = format!("line {line}, Customer ID \"7.00112E+12\": an id has only digits");
            assert!(refusal.starts_with(&expected), "{refusal}");
        }
    }

    async fn who_said_no_is_not_asked_by_a_file(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        shop.customers(CUSTOMERS).await;
        let shop = shop.on(*TUESDAY);
        let no = SetConsent {
            customer_id: None,
            address: Some("ann@example.com".to_owned()),
            channel: ConsentChannel::Email,
            state: ConsentState::Withdrawn,
            source: "customer".to_owned(),
            evidence: json!({}),
            occurred_at: None,
        };
        shop.perform(&no).await;
        let (report, _) = shop.customers(CUSTOMERS).await;
        assert_eq!(report.noted.suppressed, 1);
        assert!(!rows(&shop).await[0].accepts_marketing);
    }

    async fn a_file_says_that_somebody_left(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        shop.customers(CUSTOMERS).await;
        let left = CUSTOMERS.replace("Ann@Example.com,yes", "Ann@Example.com,no");
        let (report, _) = shop.on(*TUESDAY).customers(&left).await;
        assert_eq!(report.customers, Counts { updated: 1, unchanged: 1, ..Counts::default() });
        assert!(!rows(&Shop::open(db).await).await[0].accepts_marketing);
    }

    async fn who_was_erased_is_not_brought_back(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        shop.customers(CUSTOMERS).await;
        let ann = rows(&shop).await[0].id;
        shop.perform(&Erase { id: ann, expected_version: None, reason: "asked".to_owned() }).await;
        let before = rows(&shop).await;
        let by_address = "First Name,Last Name,Email\nAnn,Quill,ann@example.com\n";
        for (file, unchanged) in [(CUSTOMERS, 1), (by_address, 0)] {
            let (report, refusals) = shop.customers(file).await;
            assert_eq!((report.noted.erased, report.customers.unchanged), (1, unchanged), "{refusals:?}");
        }
        assert_eq!(rows(&shop).await, before);
    }
}
