//! Order exports.

use entity::{
    customers, order_items, orders, payments, refunds,
    sea_orm_active_enums::{FinancialStatus, FulfillmentStatus, OrderStatus},
};
use rust_decimal::Decimal;
use sea_orm::{EntityTrait, QueryOrder};
use service::import::{Counts, Noted};
use tests::on_both_engines;

use super::{Shop, TUESDAY};

const TITLES: &str = "Name,Id,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,\
                      Taxes,Total,Discount Code,Shipping Method,Created at,Lineitem quantity,Lineitem name,\
                      Lineitem price,Lineitem sku,Lineitem discount,Lineitem fulfillment status,Cancelled at,\
                      Payment Method,Refunded Amount,Tags,Notes,Shipping Name,Shipping Zip,Shipping Country\n";

/// Two lines, sent and paid; the second of something that is not in the catalogue.
const PAID: &str = "#1001,9001,Ann@Example.com,paid,2026-02-03 10:00:00 -0500,fulfilled,2026-02-04 10:00:00 -0500,USD,\
                    270.00,10.00,21.60,301.60,SPRING,Standard,2026-02-03 09:59:00 -0500,2,Harbour Lights,120.50,\
                    HARBOUR-ROLL-24,0.00,fulfilled,,Shopify Payments,0.00,\"trade, gift\",Ring twice,Ann Quill,'02134,US\n\
                    #1001,,Ann@Example.com,,,,,,,,,,,,,1,Gift wrap,59.00,,0.00,fulfilled,,,,,,,,\n";

/// Not paid, and not sent.
const OPEN: &str = "#1002,9002,bo@example.com,pending,,,,USD,240.00,0.00,38.32,240.00,,,2026-02-05 09:59:00 -0500,1,\
                    Harbour Lights,240.00,HARBOUR-ROLL-36,0.00,pending,,,0.00,,,,,\n";

/// Cancelled before anything was paid.
const CANCELLED: &str = "#1003,9003,,voided,,,,USD,59.00,0.00,0.00,59.00,,,2026-02-05 10:59:00 -0500,1,Gift wrap,59.00,,\
                         0.00,pending,2026-02-06 09:00:00 -0500,,0.00,,,,,\n";

fn file(orders: &[&str]) -> String {
    format!("{TITLES}{}", orders.concat())
}

async fn rows(shop: &Shop) -> Vec<orders::Model> {
    let found = orders::Entity::find().order_by_asc(orders::Column::OrderNumber);
    found.all(shop.db.reader()).await.expect("orders are read")
}

fn dollars(text: &str) -> Decimal {
    text.parse().expect("a number")
}

on_both_engines! {
    async fn orders_are_taken_once(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let all = file(&[PAID, OPEN, CANCELLED]);
        let (report, refusals) = shop.orders(&all).await;
        assert_eq!(refusals, Vec::<String>::new());
        assert_eq!(report.orders, Counts { created: 3, ..Counts::default() });
        let before = rows(&shop).await;
        let [paid, open, cancelled] = &before[..] else { panic!("three orders") };
        assert_eq!((paid.source.as_str(), paid.shopify_order_id.as_deref()), ("import", Some("9001")));
        assert_eq!((paid.subtotal_amount, paid.discount_amount), (dollars("300"), dollars("30")));
        assert_eq!((paid.tax_amount, paid.total_amount), (dollars("21.6"), dollars("301.6")));
        assert_eq!((paid.captured_amount, paid.financial_status), (dollars("301.6"), FinancialStatus::Paid));
        assert_eq!(paid.fulfillment_status, FulfillmentStatus::Fulfilled);
        assert_eq!(paid.email.as_deref(), Some("ann@example.com"));
        let address = paid.shipping_address.as_ref().expect("an address");
        assert_eq!((&address["zip"], &address["country"]), (&"02134".into(), &"US".into()));
        assert!(open.tax_included && open.included_tax_amount == dollars("38.32"));
        assert_eq!((open.fulfillment_status, open.captured_amount), (FulfillmentStatus::Unfulfilled, Decimal::ZERO));
        assert_eq!((cancelled.status, cancelled.customer_id), (OrderStatus::Cancelled, None));
        let items = order_items::Entity::find().order_by_asc(order_items::Column::TotalAmount);
        let items = items.all(shop.db.reader()).await.expect("items are read");
        let of_paid: Vec<_> = items.iter().filter(|item| item.order_id == paid.id).collect();
        assert_eq!(of_paid.iter().map(|item| item.discount_amount).sum::<Decimal>(), dollars("30"));
        assert_eq!(of_paid.iter().filter(|item| item.product_variant_id.is_some()).count(), 1);
        let people = customers::Entity::find().all(shop.db.reader()).await.expect("customers are read");
        assert_eq!(people.len(), 2);
        let (again, _) = shop.on(*TUESDAY).orders(&all).await;
        assert_eq!(again.orders, Counts { unchanged: 3, ..Counts::default() });
        assert_eq!(rows(&Shop::open(db).await).await, before);
    }

    async fn a_dry_run_writes_nothing(db: &TestDatabase) {
        let shop = Shop::stocked(db).await.dry(true);
        let (report, refusals) = shop.orders(&file(&[PAID, OPEN])).await;
        assert_eq!((report.orders.created, refusals.len(), rows(&shop).await.len()), (2, 0, 0));
    }

    async fn a_refund_is_the_difference_to_what_is_known(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        shop.orders(&file(&[PAID])).await;
        for (total, updated) in [("50.00", 1), ("50.00", 0), ("80.00", 1), ("301.60", 1), ("301.60", 0)] {
            let refunded = PAID.replace("Shopify Payments,0.00", &format!("Shopify Payments,{total}"));
            let (report, refusals) = shop.orders(&file(&[&refunded])).await;
            assert_eq!((report.orders.updated, report.orders.unchanged), (updated, 1 - updated), "{total} {refusals:?}");
            assert_eq!(rows(&shop).await[0].refunded_amount, dollars(total));
        }
        assert_eq!(rows(&shop).await[0].financial_status, FinancialStatus::Refunded);
        let all = refunds::Entity::find().all(shop.db.reader()).await.expect("refunds are read");
        assert_eq!(all.len(), 3);
        let all = payments::Entity::find().all(shop.db.reader()).await.expect("payments are read");
        assert_eq!((all.len(), all[0].provider.as_str(), all[0].captured_amount), (1, "import", dollars("301.6")));
    }

    async fn an_id_that_a_spreadsheet_changed_overwrites_no_order(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        let rounded = [PAID.replace("9001", "5.04912E+12"), OPEN.replace("9002", "5.04912E+12")];
        let (report, refusals) = shop.orders(&file(&[&rounded[0], &rounded[1]])).await;
        assert_eq!(report.orders, Counts { refused: 2, ..Counts::default() });
        for (refusal, line) in refusals.iter().zip([2, 4]) {
            let expected = format!("line {line}, Id \"5.04912E+12\": an id has only digits");
            assert!(refusal.starts_with(&expected), "{refusal}");
        }
        // Another order has the id: in the file, and here.
        let alike = OPEN.replace("9002", "9001");
        let (report, refusals) = shop.orders(&file(&[PAID, &alike])).await;
        assert_eq!(report.orders, Counts { created: 1, refused: 1, ..Counts::default() });
        assert!(refusals[0].starts_with("line 4, Id \"9001\": the order on line 2 has this id"), "{refusals:?}");
        let (report, refusals) = shop.orders(&file(&[&alike])).await;
        assert_eq!(report.orders, Counts { refused: 1, ..Counts::default() });
        assert!(refusals[0].starts_with("line 2, Id \"9001\": the order \"#1001\" has this id here"), "{refusals:?}");
        let found = rows(&shop).await;
        assert_eq!((found.len(), found[0].order_number.as_str()), (1, "#1001"));
    }

    async fn what_does_not_add_up_is_refused_with_its_place(db: &TestDatabase) {
        let shop = Shop::stocked(db).await;
        for (from, to, expected) in [
            ("301.60", "301.61", "line 2, Total \"301.61\": Subtotal, Shipping and Taxes add up to 301.6"),
            ("270.00", "370.00", "line 2, Subtotal \"370.00\": the lines add up to 300"),
            ("Shopify Payments,0.00", "Shopify Payments,400.00", "line 2, Refunded Amount \"400.00\""),
            ("Gift wrap,59.00", "Gift wrap,fifty", "line 3, Lineitem price \"fifty\": not a number"),
            ("0.00,fulfilled,,,,", "0.00,partial,,,,", "line 3, Lineitem fulfillment status \"partial\""),
            ("2026-02-03 09:59:00 -0500", "2027-02-03 09:59:00 -0500", "line 2, Created at"),
            (",USD,", ",US,", "line 2, Currency \"US\""),
            ("#1001,,Ann@Example.com,,,", "#1001,,Ann@Example.com,,,,", "line 3: the row has 30 fields"),
        ] {
            assert!(PAID.contains(from), "{from}");
            let (report, refusals) = shop.orders(&file(&[&PAID.replace(from, to), OPEN])).await;
            assert_eq!(report.orders.refused, 1, "{to}: {refusals:?}");
            assert!(refusals.iter().any(|refusal| refusal.starts_with(expected)), "{to}: {refusals:?}");
        }
        assert_eq!(rows(&shop).await.len(), 1, "the other order");
        let apart = file(&[PAID, OPEN, PAID]);
        let (report, refusals) = shop.orders(&apart).await;
        assert_eq!((report.orders.created, report.orders.refused), (1, 1), "{refusals:?}");
        assert!(refusals[0].starts_with("line 5, Name \"#1001\": other rows of this order begin on line 2"));
        assert_eq!(report.noted, Noted::default());
    }
}
