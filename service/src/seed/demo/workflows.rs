//! The texts of the workflows: what starts them and which tasks they are made of.

use entity::sea_orm_active_enums::WorkflowTriggerType::{self, Chat, Event, Manual, Schedule, SubWorkflow, Webhook};

use super::DemoAgent;

/// A task of a workflow: type, who does it, priority, SLA in minutes, what it answers.
pub(super) type Step = (&'static str, DemoAgent, i32, i32, &'static str);

/// What is written about a workflow.
pub(super) struct Flow {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) owner: DemoAgent,
    /// The goal's place in the list of goals.
    pub(super) goal: Option<usize>,
    pub(super) n8n: Option<&'static str>,
    pub(super) trigger: WorkflowTriggerType,
    /// Schedule, path, event, parent or channel, as the trigger wants.
    pub(super) on: &'static str,
    pub(super) is_active: bool,
    /// Whether its input is an order.
    pub(super) of_order: bool,
    pub(super) steps: &'static [Step],
}

#[rustfmt::skip]
pub(super) const FLOWS: [Flow; 15] = [
    Flow { name: "Morning briefing", description: "Collects what happened yesterday and decides what matters today.",
           owner: DemoAgent::Business, goal: Some(0), n8n: Some("demo-morning-briefing"), trigger: Schedule, on: "0 7 * * *", is_active: true, of_order: false,
           steps: &[("collect_metrics", DemoAgent::Analytics, 3, 30, "eleven figures of yesterday"),
                    ("write_report", DemoAgent::Analytics, 4, 60, "one page"),
                    ("set_priorities", DemoAgent::Business, 2, 60, "three priorities for today")] },
    Flow { name: "Order intake", description: "From a paid checkout to reserved stock and a confirmation.",
           owner: DemoAgent::Operations, goal: Some(2), n8n: Some("demo-order-intake"), trigger: Webhook, on: "orders/paid", is_active: true, of_order: true,
           steps: &[("check_payment", DemoAgent::Finance, 2, 15, "payment matches the total"),
                    ("reserve_stock", DemoAgent::Fulfillment, 1, 15, "reserved"),
                    ("send_confirmation", DemoAgent::Support, 3, 30, "confirmation sent")] },
    Flow { name: "Ship an order", description: "Print, pack, hand over to the carrier, tell the customer.",
           owner: DemoAgent::Fulfillment, goal: Some(2), n8n: Some("demo-ship-order"), trigger: Event, on: "order.confirmed", is_active: true, of_order: true,
           steps: &[("order_print", DemoAgent::Fulfillment, 2, 240, "print ordered"),
                    ("pack", DemoAgent::Fulfillment, 3, 1_440, "packed with corner guards"),
                    ("book_carrier", DemoAgent::Fulfillment, 2, 240, "carrier booked"),
                    ("send_tracking", DemoAgent::Support, 3, 60, "tracking link sent")] },
    Flow { name: "Replenish stock", description: "Orders what fell below its reorder point.",
           owner: DemoAgent::Operations, goal: Some(2), n8n: Some("demo-replenish"), trigger: Schedule, on: "0 5 * * 1", is_active: true, of_order: false,
           steps: &[("list_low_stock", DemoAgent::Fulfillment, 3, 60, "low variants listed"),
                    ("approve_purchase", DemoAgent::Operations, 2, 240, "approved"),
                    ("order_from_supplier", DemoAgent::Fulfillment, 3, 480, "ordered")] },
    Flow { name: "Weekly newsletter", description: "One thought, one room, one piece.",
           owner: DemoAgent::Marketing, goal: Some(6), n8n: Some("demo-newsletter"), trigger: Schedule, on: "0 9 * * 3", is_active: true, of_order: false,
           steps: &[("choose_piece", DemoAgent::Marketing, 5, 480, "piece chosen"),
                    ("write_newsletter", DemoAgent::Marketing, 4, 960, "draft written"),
                    ("approve_content", DemoAgent::Revenue, 2, 480, "approved"),
                    ("send_newsletter", DemoAgent::Marketing, 3, 60, "sent")] },
    Flow { name: "Prepare a quote", description: "Pieces, trade price and delivery date for a room or a floor.",
           owner: DemoAgent::Sales, goal: Some(8), n8n: Some("demo-quote"), trigger: Chat, on: "sales-chat", is_active: true, of_order: false,
           steps: &[("read_request", DemoAgent::Sales, 2, 30, "walls and light noted"),
                    ("propose_pieces", DemoAgent::Sales, 2, 60, "three pieces proposed"),
                    ("price_quote", DemoAgent::Finance, 2, 60, "trade price set"),
                    ("send_quote", DemoAgent::Sales, 1, 30, "quote sent")] },
    Flow { name: "Answer a customer", description: "Reads the order and the history before a word is written.",
           owner: DemoAgent::Support, goal: Some(14), n8n: Some("demo-answer"), trigger: Event, on: "interaction.received", is_active: true, of_order: true,
           steps: &[("read_history", DemoAgent::Support, 2, 15, "history read"), ("answer_inquiry", DemoAgent::Support, 2, 60, "answered")] },
    Flow { name: "Return and refund", description: "Label, inspection, refund, stock.",
           owner: DemoAgent::Customer, goal: Some(3), n8n: Some("demo-return"), trigger: SubWorkflow, on: "Answer a customer", is_active: true, of_order: true,
           steps: &[("send_label", DemoAgent::Support, 3, 120, "label sent"),
                    ("inspect_return", DemoAgent::Fulfillment, 4, 2_880, "undamaged"),
                    ("approve_refund", DemoAgent::Finance, 2, 240, "approved"),
                    ("book_refund", DemoAgent::Finance, 2, 120, "booked")] },
    Flow { name: "Ask how it hangs", description: "Two weeks after delivery, one question.",
           owner: DemoAgent::Support, goal: Some(15), n8n: Some("demo-feedback"), trigger: Event, on: "order.delivered", is_active: true, of_order: true,
           steps: &[("ask_feedback", DemoAgent::Support, 7, 2_880, "asked"), ("rate_sentiment", DemoAgent::Analytics, 8, 1_440, "rated")] },
    Flow { name: "Measure the indicators", description: "After each period has closed, never before.",
           owner: DemoAgent::Analytics, goal: Some(16), n8n: Some("demo-kpis"), trigger: Schedule, on: "30 2 * * *", is_active: true, of_order: false,
           steps: &[("measure_kpis", DemoAgent::Analytics, 4, 60, "all indicators measured"), ("check_outliers", DemoAgent::Analytics, 5, 120, "no outlier")] },
    Flow { name: "Close the month", description: "Payouts against transactions, then the budgets.",
           owner: DemoAgent::Finance, goal: Some(18), n8n: Some("demo-close-month"), trigger: Schedule, on: "0 3 1 * *", is_active: true, of_order: false,
           steps: &[("match_payouts", DemoAgent::Finance, 2, 480, "all payouts matched"),
                    ("review_budgets", DemoAgent::Finance, 3, 480, "within the limits"),
                    ("share_figures", DemoAgent::Analytics, 4, 720, "figures shared")] },
    Flow { name: "Review the catalogue", description: "What sold, what did not, what to retire.",
           owner: DemoAgent::Product, goal: Some(4), n8n: Some("demo-catalogue"), trigger: Manual, on: "", is_active: true, of_order: false,
           steps: &[("rank_pieces", DemoAgent::Analytics, 5, 720, "ranked by revenue"), ("decide_pieces", DemoAgent::Product, 4, 1_440, "decided")] },
    Flow { name: "Plan a campaign", description: "Audience, budget, texts and dates of one campaign.",
           owner: DemoAgent::Revenue, goal: Some(1), n8n: Some("demo-campaign"), trigger: Manual, on: "", is_active: true, of_order: false,
           steps: &[("choose_audience", DemoAgent::Marketing, 4, 480, "segment chosen"),
                    ("set_budget", DemoAgent::Finance, 3, 480, "budget set"),
                    ("write_texts", DemoAgent::Marketing, 4, 1_440, "texts written")] },
    Flow { name: "Rescue a full basket", description: "A reminder a day after someone left a basket. Retired with its goal.",
           owner: DemoAgent::Marketing, goal: Some(9), n8n: Some("demo-basket"), trigger: Event, on: "basket.left", is_active: false, of_order: false,
           steps: &[("write_reminder", DemoAgent::Marketing, 6, 480, "reminder written"), ("send_reminder", DemoAgent::Marketing, 6, 60, "reminder sent")] },
    Flow { name: "Settle a disagreement", description: "Two directors want different things; the orchestrator decides.",
           owner: DemoAgent::Business, goal: None, n8n: None, trigger: Chat, on: "directors", is_active: true, of_order: false,
           steps: &[("hear_both", DemoAgent::Business, 2, 120, "both heard"), ("decide", DemoAgent::Business, 1, 120, "decided and explained")] },
];
