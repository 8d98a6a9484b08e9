//! The texts of the workflows: what starts them and which tasks they are made of.

use entity::sea_orm_active_enums::WorkflowTriggerType::{self, Chat, Event, Manual, Schedule, SubWorkflow, Webhook};

use super::Who;

/// A task of a workflow: type, who does it, priority, SLA in minutes, what it answers.
pub(super) type Step = (&'static str, Who, i32, i32, &'static str);

/// What is written about a workflow.
pub(super) struct Flow {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    pub(super) owner: Who,
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
           owner: Who::Business, goal: Some(0), n8n: Some("demo-morning-briefing"), trigger: Schedule, on: "0 7 * * *", is_active: true, of_order: false,
           steps: &[("collect_metrics", Who::Analytics, 3, 30, "eleven figures of yesterday"),
                    ("write_report", Who::Analytics, 4, 60, "one page"),
                    ("set_priorities", Who::Business, 2, 60, "three priorities for today")] },
    Flow { name: "Order intake", description: "From a paid checkout to reserved stock and a confirmation.",
           owner: Who::Operations, goal: Some(2), n8n: Some("demo-order-intake"), trigger: Webhook, on: "orders/paid", is_active: true, of_order: true,
           steps: &[("check_payment", Who::Finance, 2, 15, "payment matches the total"),
                    ("reserve_stock", Who::Fulfillment, 1, 15, "reserved"),
                    ("send_confirmation", Who::Support, 3, 30, "confirmation sent")] },
    Flow { name: "Ship an order", description: "Print, pack, hand over to the carrier, tell the customer.",
           owner: Who::Fulfillment, goal: Some(2), n8n: Some("demo-ship-order"), trigger: Event, on: "order.confirmed", is_active: true, of_order: true,
           steps: &[("order_print", Who::Fulfillment, 2, 240, "print ordered"),
                    ("pack", Who::Fulfillment, 3, 1_440, "packed with corner guards"),
                    ("book_carrier", Who::Fulfillment, 2, 240, "carrier booked"),
                    ("send_tracking", Who::Support, 3, 60, "tracking link sent")] },
    Flow { name: "Replenish stock", description: "Orders what fell below its reorder point.",
           owner: Who::Operations, goal: Some(2), n8n: Some("demo-replenish"), trigger: Schedule, on: "0 5 * * 1", is_active: true, of_order: false,
           steps: &[("list_low_stock", Who::Fulfillment, 3, 60, "low variants listed"),
                    ("approve_purchase", Who::Operations, 2, 240, "approved"),
                    ("order_from_supplier", Who::Fulfillment, 3, 480, "ordered")] },
    Flow { name: "Weekly newsletter", description: "One thought, one room, one piece.",
           owner: Who::Marketing, goal: Some(6), n8n: Some("demo-newsletter"), trigger: Schedule, on: "0 9 * * 3", is_active: true, of_order: false,
           steps: &[("choose_piece", Who::Marketing, 5, 480, "piece chosen"),
                    ("write_newsletter", Who::Marketing, 4, 960, "draft written"),
                    ("approve_content", Who::Revenue, 2, 480, "approved"),
                    ("send_newsletter", Who::Marketing, 3, 60, "sent")] },
    Flow { name: "Prepare a quote", description: "Pieces, trade price and delivery date for a room or a floor.",
           owner: Who::Sales, goal: Some(8), n8n: Some("demo-quote"), trigger: Chat, on: "sales-chat", is_active: true, of_order: false,
           steps: &[("read_request", Who::Sales, 2, 30, "walls and light noted"),
                    ("propose_pieces", Who::Sales, 2, 60, "three pieces proposed"),
                    ("price_quote", Who::Finance, 2, 60, "trade price set"),
                    ("send_quote", Who::Sales, 1, 30, "quote sent")] },
    Flow { name: "Answer a customer", description: "Reads the order and the history before a word is written.",
           owner: Who::Support, goal: Some(14), n8n: Some("demo-answer"), trigger: Event, on: "interaction.received", is_active: true, of_order: true,
           steps: &[("read_history", Who::Support, 2, 15, "history read"), ("answer_inquiry", Who::Support, 2, 60, "answered")] },
    Flow { name: "Return and refund", description: "Label, inspection, refund, stock.",
           owner: Who::Customer, goal: Some(3), n8n: Some("demo-return"), trigger: SubWorkflow, on: "Answer a customer", is_active: true, of_order: true,
           steps: &[("send_label", Who::Support, 3, 120, "label sent"),
                    ("inspect_return", Who::Fulfillment, 4, 2_880, "undamaged"),
                    ("approve_refund", Who::Finance, 2, 240, "approved"),
                    ("book_refund", Who::Finance, 2, 120, "booked")] },
    Flow { name: "Ask how it hangs", description: "Two weeks after delivery, one question.",
           owner: Who::Support, goal: Some(15), n8n: Some("demo-feedback"), trigger: Event, on: "order.delivered", is_active: true, of_order: true,
           steps: &[("ask_feedback", Who::Support, 7, 2_880, "asked"), ("rate_sentiment", Who::Analytics, 8, 1_440, "rated")] },
    Flow { name: "Measure the indicators", description: "After each period has closed, never before.",
           owner: Who::Analytics, goal: Some(16), n8n: Some("demo-kpis"), trigger: Schedule, on: "30 2 * * *", is_active: true, of_order: false,
           steps: &[("measure_kpis", Who::Analytics, 4, 60, "all indicators measured"), ("check_outliers", Who::Analytics, 5, 120, "no outlier")] },
    Flow { name: "Close the month", description: "Payouts against transactions, then the budgets.",
           owner: Who::Finance, goal: Some(18), n8n: Some("demo-close-month"), trigger: Schedule, on: "0 3 1 * *", is_active: true, of_order: false,
           steps: &[("match_payouts", Who::Finance, 2, 480, "all payouts matched"),
                    ("review_budgets", Who::Finance, 3, 480, "within the limits"),
                    ("share_figures", Who::Analytics, 4, 720, "figures shared")] },
    Flow { name: "Review the catalogue", description: "What sold, what did not, what to retire.",
           owner: Who::Product, goal: Some(4), n8n: Some("demo-catalogue"), trigger: Manual, on: "", is_active: true, of_order: false,
           steps: &[("rank_pieces", Who::Analytics, 5, 720, "ranked by revenue"), ("decide_pieces", Who::Product, 4, 1_440, "decided")] },
    Flow { name: "Plan a campaign", description: "Audience, budget, texts and dates of one campaign.",
           owner: Who::Revenue, goal: Some(1), n8n: Some("demo-campaign"), trigger: Manual, on: "", is_active: true, of_order: false,
           steps: &[("choose_audience", Who::Marketing, 4, 480, "segment chosen"),
                    ("set_budget", Who::Finance, 3, 480, "budget set"),
                    ("write_texts", Who::Marketing, 4, 1_440, "texts written")] },
    Flow { name: "Rescue a full basket", description: "A reminder a day after someone left a basket. Retired with its goal.",
           owner: Who::Marketing, goal: Some(9), n8n: Some("demo-basket"), trigger: Event, on: "basket.left", is_active: false, of_order: false,
           steps: &[("write_reminder", Who::Marketing, 6, 480, "reminder written"), ("send_reminder", Who::Marketing, 6, 60, "reminder sent")] },
    Flow { name: "Settle a disagreement", description: "Two directors want different things; the orchestrator decides.",
           owner: Who::Business, goal: None, n8n: None, trigger: Chat, on: "directors", is_active: true, of_order: false,
           steps: &[("hear_both", Who::Business, 2, 120, "both heard"), ("decide", Who::Business, 1, 120, "decided and explained")] },
];
