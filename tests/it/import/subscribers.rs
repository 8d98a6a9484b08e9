//! Files of subscribers.

use entity::{
    consents, email_lists, email_subscribers,
    sea_orm_active_enums::{ConsentState, EmailListType, SubscriptionStatus},
};
use sea_orm::{EntityTrait, QueryOrder};
use service::{
    import::{Counts, Noted},
    marketing::lists::{create::Create, unsubscribe::Unsubscribe},
};
use tests::on_both_engines;

use super::{Shop, TUESDAY};

const SUBSCRIBERS: &str = "Email,List,Consent Source,Consent Time\n\
                           ann@example.com,News,Shop counter,2026-01-05 09:30:00 -0500\n\
                           BO@example.com,News,,\n\
                           bo@example.com,News,,\n";

async fn list(shop: &Shop, name: &str, double_opt_in: bool) {
    let list = Create {
        name: name.to_owned(),
        description: None,
        r#type: EmailListType::Static,
        criteria: None,
        double_opt_in,
        refresh_minutes: None,
        is_active: true,
    };
    shop.perform(&list).await;
}

async fn rows(shop: &Shop) -> Vec<(String, SubscriptionStatus, String)> {
    let found = email_subscribers::Entity::find().order_by_asc(email_subscribers::Column::Email);
    let rows = found.all(shop.db.reader()).await.expect("subscribers are read");
    rows.into_iter().map(|row| (row.email, row.status, row.source)).collect()
}

on_both_engines! {
    async fn addresses_come_onto_lists_once(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        list(&shop, "News", false).await;
        let (report, refusals) = shop.subscribers(SUBSCRIBERS).await;
        assert_eq!(refusals, Vec::<String>::new());
        assert_eq!(report.subscribers, Counts { created: 2, unchanged: 1, ..Counts::default() });
        let subscribed = |email: &str| (email.to_owned(), SubscriptionStatus::Subscribed, "import".to_owned());
        assert_eq!(rows(&shop).await, [subscribed("ann@example.com"), subscribed("bo@example.com")]);
        let said = consents::Entity::find().order_by_asc(consents::Column::OccurredAt).all(shop.db.reader()).await;
        let said = said.expect("consents are read");
        let at = "2026-01-05T14:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().expect("a time");
        assert_eq!((said.len(), said[0].state, said[0].occurred_at.to_utc()), (2, ConsentState::Granted, at));
        let count = email_lists::Entity::find().one(shop.db.reader()).await.expect("a list").expect("a list");
        assert_eq!(count.subscriber_count, 2);
        let (again, _) = shop.on(*TUESDAY).subscribers(SUBSCRIBERS).await;
        assert_eq!(again.subscribers, Counts { unchanged: 3, ..Counts::default() });
    }

    async fn who_left_stays_away(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        list(&shop, "News", false).await;
        shop.subscribers(SUBSCRIBERS).await;
        let leave = Unsubscribe {
            token: None,
            email: Some("ann@example.com".to_owned()),
            list_id: None,
            all: true,
            reason: None,
        };
        shop.perform(&leave).await;
        let (report, _) = shop.on(*TUESDAY).subscribers(SUBSCRIBERS).await;
        assert_eq!(report.noted, Noted { suppressed: 1, ..Noted::default() });
        assert_eq!(rows(&Shop::open(db).await).await[0].1, SubscriptionStatus::Unsubscribed);
    }

    async fn bad_rows_are_refused_with_their_place(db: &TestDatabase) {
        let shop = Shop::open(db).await;
        list(&shop, "News", true).await;
        let file = "Email,List,Consent Source,Consent Time\n\
                    ,News,,\n\
                    ann@example.com,Olds,,\n\
                    bo@example.com,News,,\n\
                    cy@example.com,News,Counter,yesterday\n\
                    di@example.com,News,Counter,2026-12-24T00:00:00Z\n\
                    ed@example.com,News,Counter,2026-01-05T00:00:00Z\n";
        let (report, refusals) = shop.subscribers(file).await;
        assert_eq!(report.subscribers, Counts { created: 1, refused: 5, ..Counts::default() });
        let places = ["2, Email", "3, List", "4, Consent Source", "5, Consent Time", "6, Consent Time"];
        for (refusal, place) in refusals.iter().zip(places) {
            assert!(refusal.starts_with(&format!("line {place}")), "{refusal}");
        }
        assert_eq!(rows(&shop).await.len(), 1);
    }
}
