//! Goals: the company's, the directors' under it, the specialists' under those.

use entity::{
    goals,
    sea_orm_active_enums::{
        GoalStatus::{self, Abandoned, Achieved, Active, Missed, Suspended},
        GoalType::{self, CustomerSatisfaction, Efficiency, Growth, Revenue},
    },
};
use rust_decimal::Decimal;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder, counts},
    mailing::WEEKLY,
};

/// What a goal has reached.
#[derive(Clone, Copy)]
enum Reached {
    /// So much.
    At(i64),
    /// What all orders that count have brought.
    Sales,
    /// What the trade customers' orders have brought.
    TradeSales,
    /// Customers who came back, in percent of those who bought.
    Returning,
    /// Who reads the newsletter.
    Readers,
}

struct Aim {
    name: &'static str,
    description: &'static str,
    kind: GoalType,
    owner: Option<DemoAgent>,
    /// Its place in [`AIMS`].
    parent: Option<usize>,
    target: Option<i64>,
    reached: Reached,
    /// Days from today.
    due: Option<i64>,
    status: GoalStatus,
}

use Reached::{At, Readers, Returning, Sales, TradeSales};

#[rustfmt::skip]
const AIMS: [Aim; 19] = [
    Aim { name: "Bring large art into ordinary rooms", description: "Sell prints for 150,000 USD in the company's first twelve months.",
          kind: Revenue, owner: None, parent: None, target: Some(150_000), reached: Sales, due: Some(125), status: Active },
    Aim { name: "Earn 100,000 USD from all channels", description: "The revenue side of the company's goal, discounts deducted.",
          kind: Revenue, owner: Some(DemoAgent::Revenue), parent: Some(0), target: Some(100_000), reached: Sales, due: Some(60), status: Active },
    Aim { name: "Ship nine of ten orders within five days", description: "From payment to the carrier's first scan, in percent of orders.",
          kind: Efficiency, owner: Some(DemoAgent::Operations), parent: Some(0), target: Some(90), reached: At(87), due: Some(60), status: Active },
    Aim { name: "Have people come back", description: "A quarter of the customers buy a second time, in percent.",
          kind: CustomerSatisfaction, owner: Some(DemoAgent::Customer), parent: Some(0), target: Some(25), reached: Returning, due: Some(125), status: Active },
    Aim { name: "Bring out twelve pieces that sell", description: "Active pieces with at least one sale in the last quarter.",
          kind: Growth, owner: Some(DemoAgent::Product), parent: Some(0), target: Some(12), reached: At(12), due: Some(-10), status: Achieved },
    Aim { name: "Close six months without an open question", description: "Months whose payments were all explained on the day they were closed.",
          kind: Efficiency, owner: Some(DemoAgent::Finance), parent: Some(0), target: Some(6), reached: At(5), due: Some(90), status: Active },
    Aim { name: "Win 60 newsletter readers", description: "Confirmed subscribers of the newsletter.",
          kind: Growth, owner: Some(DemoAgent::Marketing), parent: Some(1), target: Some(60), reached: Readers, due: Some(45), status: Active },
    Aim { name: "Sell 60,000 USD to the trade", description: "Designers, hotels and offices.",
          kind: Revenue, owner: Some(DemoAgent::Sales), parent: Some(1), target: Some(60_000), reached: TradeSales, due: Some(60), status: Active },
    Aim { name: "Answer each quote within two hours", description: "Percent of quote requests answered in time, on working days.",
          kind: CustomerSatisfaction, owner: Some(DemoAgent::Sales), parent: Some(7), target: Some(95), reached: At(96), due: Some(-5), status: Achieved },
    Aim { name: "Try a text-message campaign", description: "Find out whether reminders by text message bring people back to a full basket.",
          kind: Growth, owner: Some(DemoAgent::Marketing), parent: Some(1), target: Some(20), reached: At(3), due: None, status: Abandoned },
    Aim { name: "Double the followers on the photo network", description: "From 600 to 1,200 followers.",
          kind: Growth, owner: Some(DemoAgent::Marketing), parent: Some(1), target: Some(1_200), reached: At(940), due: Some(-20), status: Missed },
    Aim { name: "Halve damage in transit", description: "Damaged parcels per hundred; fewer is better.",
          kind: Efficiency, owner: Some(DemoAgent::Fulfillment), parent: Some(2), target: Some(1), reached: At(2), due: Some(30), status: Active },
    Aim { name: "Count the stock every month", description: "Variants counted in the last thirty days, in percent.",
          kind: Efficiency, owner: Some(DemoAgent::Fulfillment), parent: Some(2), target: Some(100), reached: At(100), due: Some(-2), status: Achieved },
    Aim { name: "Open a third stock location", description: "A warehouse on the west coast, once volume justifies it.",
          kind: Growth, owner: Some(DemoAgent::Operations), parent: Some(2), target: None, reached: At(0), due: None, status: Suspended },
    Aim { name: "Solve four of five cases in the first answer", description: "Percent of support cases closed by the first answer.",
          kind: CustomerSatisfaction, owner: Some(DemoAgent::Support), parent: Some(3), target: Some(80), reached: At(74), due: Some(40), status: Active },
    Aim { name: "Ask every buyer how it hangs", description: "Buyers asked for feedback two weeks after delivery, in percent.",
          kind: CustomerSatisfaction, owner: Some(DemoAgent::Support), parent: Some(3), target: Some(100), reached: At(62), due: Some(20), status: Active },
    Aim { name: "Explain each month within two days", description: "Days from the end of a month to its report.",
          kind: Efficiency, owner: Some(DemoAgent::Analytics), parent: Some(4), target: Some(2), reached: At(2), due: Some(25), status: Active },
    Aim { name: "Find what makes people leave the product page", description: "One tested cause, with what it costs.",
          kind: Growth, owner: Some(DemoAgent::Analytics), parent: Some(4), target: Some(1), reached: At(0), due: Some(-35), status: Missed },
    Aim { name: "Match payments and books daily", description: "Days of the month on which payouts and transactions agree.",
          kind: Efficiency, owner: Some(DemoAgent::Finance), parent: Some(5), target: Some(30), reached: At(27), due: Some(15), status: Active },
];

pub(super) fn build(demo: &mut DemoBuilder) {
    for (order, aim) in (0..).zip(&AIMS) {
        let created = demo.ago(200 * DAY - order * 3 * DAY);
        let updated = demo.ago(if aim.status == Active { DAY } else { 9 * DAY });
        let goal = goals::Model {
            id: demo.id("goals", created),
            name: aim.name.to_owned(),
            description: Some(aim.description.to_owned()),
            r#type: aim.kind,
            target_value: aim.target.map(|target| Decimal::new(target * 100, 2)),
            current_value: reached(demo, aim.reached),
            target_date: aim.due.map(|days| demo.day(days)),
            owner_agent_id: aim.owner.map(|who| demo.agent(who)),
            parent_goal_id: aim.parent.map(|parent| demo.rows.goals[parent].id),
            status: aim.status,
            version: 2,
            created_at: created.into(),
            updated_at: updated.into(),
        };
        demo.rows.goals.push(goal);
    }
}

fn reached(demo: &DemoBuilder, reached: Reached) -> Decimal {
    let sales = demo.rows.orders.iter().filter(|order| counts(order));
    let customers = &demo.rows.customers;
    match reached {
        At(value) => Decimal::new(value * 100, 2),
        Sales => sales.map(|order| order.total_amount).sum(),
        TradeSales => sales
            .filter(|order| customers.iter().any(|c| Some(c.id) == order.customer_id && c.company.is_some()))
            .map(|order| order.total_amount)
            .sum(),
        Readers => Decimal::from(demo.rows.email_lists[WEEKLY].subscriber_count),
        Returning => {
            let buyers = customers.iter().filter(|customer| customer.orders_count > 0).count();
            let again = customers.iter().filter(|customer| customer.orders_count > 1).count();
            Decimal::new(i64::try_from(again * 10_000 / buyers.max(1)).unwrap_or_default(), 2)
        }
    }
}
