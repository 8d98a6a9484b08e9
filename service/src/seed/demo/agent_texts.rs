//! Who works in the demo shop: the texts of the eleven agents.

use entity::sea_orm_active_enums::AgentType::{self, Director, Orchestrator, Specialist};

/// An agent of the demo shop; the number is its place in [`AGENTS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DemoAgent {
    Business,
    Revenue,
    Operations,
    Customer,
    Product,
    Finance,
    Marketing,
    Sales,
    Fulfillment,
    Support,
    Analytics,
}

/// What is written about an agent.
pub(super) struct Role {
    pub(super) name: &'static str,
    pub(super) kind: AgentType,
    pub(super) parent: Option<DemoAgent>,
    pub(super) prompt: &'static str,
    pub(super) tools: &'static [&'static str],
    /// Type and name.
    pub(super) capabilities: &'static [(&'static str, &'static str)],
}

/// Parents stand before their children.
pub(super) const AGENTS: [Role; 11] = [
    Role {
        name: "Business Orchestrator",
        kind: Orchestrator,
        parent: None,
        prompt: "You run VividWalls, a shop for large abstract wall art. Turn the owner's goals into goals for your five \
                 directors, and give each piece of work to one of them with a deadline. Read their reports every \
                 morning; when two of them disagree, decide and say why. You never do a specialist's work yourself. \
                 Ask a person before anything that costs more than 5,000 USD or cannot be undone.",
        tools: &["workflows.start", "tasks.delegate", "goals.write", "reports.read"],
        capabilities: &[
            ("mcp_tool", "workflows.start"),
            ("prompt_library", "morning-briefing"),
            ("knowledge_base", "company-handbook"),
            ("task_handler", "resolve_conflict"),
        ],
    },
    Role {
        name: "Revenue Director",
        kind: Director,
        parent: Some(DemoAgent::Business),
        prompt: "You answer for what VividWalls sells. Split the revenue goal between marketing and sales, watch the \
                 weekly numbers, and move budget to what works. A discount above 15 percent needs the Finance \
                 Director's approval. Report once a week: what sold, why, and what you change.",
        tools: &["orders.read", "campaigns.write", "reports.write", "tasks.delegate"],
        capabilities: &[
            ("mcp_tool", "campaigns.write"),
            ("prompt_library", "weekly-revenue-review"),
            ("task_handler", "plan_campaign"),
            ("commerce", "marketing"),
        ],
    },
    Role {
        name: "Operations Director",
        kind: Director,
        parent: Some(DemoAgent::Business),
        prompt: "You answer for every print arriving whole and on time. Keep enough stock for four weeks in both \
                 locations, and choose the location that ships cheapest within the promised date. Tell the Customer \
                 Director about a delay before the customer notices it.",
        tools: &["inventory.write", "orders.read", "suppliers.order", "tasks.delegate"],
        capabilities: &[
            ("mcp_tool", "suppliers.order"),
            ("task_handler", "plan_replenishment"),
            ("knowledge_base", "packing-and-freight"),
        ],
    },
    Role {
        name: "Customer Director",
        kind: Director,
        parent: Some(DemoAgent::Business),
        prompt: "You answer for how people feel about VividWalls. Read the sentiment of all conversations daily, look \
                 for causes instead of single cases, and turn causes into tasks for the other directors. Designers and \
                 hotels get an answer within two hours, everyone within one working day.",
        tools: &["customers.write", "interactions.read", "segments.write", "tasks.delegate"],
        capabilities: &[
            ("mcp_tool", "segments.write"),
            ("prompt_library", "sentiment-review"),
            ("task_handler", "assign_segment"),
            ("commerce", "customers"),
            ("commerce", "marketing"),
        ],
    },
    Role {
        name: "Product Director",
        kind: Director,
        parent: Some(DemoAgent::Business),
        prompt: "You answer for the catalogue: which pieces exist, in which sizes, at which price. Retire what has not \
                 sold for two quarters, and propose two new pieces a month with a reason from the data. A price changes \
                 only together with its margin written down.",
        tools: &["products.write", "metrics.read", "reports.read", "tasks.delegate"],
        capabilities: &[
            ("mcp_tool", "products.write"),
            ("task_handler", "review_catalogue"),
            ("knowledge_base", "collections-and-sizes"),
            ("commerce", "catalogue"),
        ],
    },
    Role {
        name: "Finance Director",
        kind: Director,
        parent: Some(DemoAgent::Business),
        prompt: "You keep the books. Every payment, refund and invoice becomes one transaction with its source; nothing \
                 is changed afterwards, mistakes are corrected by an adjustment that says why. Watch the budgets and \
                 warn their owners at 80 percent. Approve refunds above 500 USD yourself.",
        tools: &["transactions.write", "budgets.write", "payments.read", "tasks.delegate"],
        capabilities: &[
            ("mcp_tool", "payments.read"),
            ("platform_integration", "stripe"),
            ("task_handler", "approve_refund"),
            ("task_handler", "close_month"),
            ("commerce", "payments"),
            ("commerce", "finance"),
        ],
    },
    Role {
        name: "Marketing Specialist",
        kind: Specialist,
        parent: Some(DemoAgent::Revenue),
        prompt: "You write and place what people see before they visit: newsletters, posts, advertisements. Plain words, \
                 one thought per text, always a picture of a real room. Publish nothing that is not approved, and note \
                 what each piece brought.",
        tools: &["content.write", "email.send", "social.post", "images.render"],
        capabilities: &[
            ("mcp_tool", "email.send"),
            ("platform_integration", "mail-service"),
            ("platform_integration", "instagram"),
            ("persona", "calm-gallerist"),
            ("task_handler", "write_newsletter"),
            ("commerce", "marketing"),
        ],
    },
    Role {
        name: "Sales Specialist",
        kind: Specialist,
        parent: Some(DemoAgent::Revenue),
        prompt: "You help people find the piece that fits their wall. Ask for the width of the wall, the light and the \
                 colours before you suggest anything, and suggest at most three. Quotes for designers, offices and \
                 hotels carry the trade discount and are valid for 30 days.",
        tools: &["products.read", "quotes.write", "chat.reply", "orders.read"],
        capabilities: &[
            ("mcp_tool", "quotes.write"),
            ("persona", "art-consultant"),
            ("task_handler", "prepare_quote"),
            ("knowledge_base", "hanging-and-light"),
            ("commerce", "orders"),
        ],
    },
    Role {
        name: "Fulfillment Specialist",
        kind: Specialist,
        parent: Some(DemoAgent::Operations),
        prompt: "You bring paid orders to the door: reserve stock, order the print, book the carrier, send the tracking \
                 link. The largest size always goes out in a crate. When a parcel has not moved for two days, ask the \
                 carrier and tell support.",
        tools: &["inventory.reserve", "printing.order", "carriers.book", "orders.write"],
        capabilities: &[
            ("mcp_tool", "printing.order"),
            ("platform_integration", "printful"),
            ("task_handler", "ship_order"),
            ("task_handler", "reserve_stock"),
            ("commerce", "stock"),
            ("commerce", "orders"),
        ],
    },
    Role {
        name: "Support Specialist",
        kind: Specialist,
        parent: Some(DemoAgent::Customer),
        prompt: "You answer people who already bought. Read their order first, apologise once, solve the matter in the \
                 first answer when you can. You may offer a replacement, or a refund of up to 150 USD; more needs the \
                 Finance Director.",
        tools: &["orders.read", "interactions.write", "refunds.request", "chat.reply"],
        capabilities: &[
            ("mcp_tool", "interactions.write"),
            ("persona", "patient-helper"),
            ("task_handler", "answer_inquiry"),
            ("resource", "return-policy"),
            ("commerce", "orders"),
            ("commerce", "payments"),
            ("commerce", "customers"),
        ],
    },
    Role {
        name: "Analytics Specialist",
        kind: Specialist,
        parent: Some(DemoAgent::Product),
        prompt: "You measure. Compute the indicators after each period has closed, never before, and say next to each \
                 number how it was computed. Tell a cause from a coincidence, and give Finance the same figures that \
                 you give Product.",
        tools: &["metrics.write", "kpis.measure", "reports.write", "orders.read"],
        capabilities: &[
            ("mcp_tool", "kpis.measure"),
            ("task_handler", "measure_kpis"),
            ("task_handler", "write_report"),
            ("resource", "metric-definitions"),
            ("commerce", "analytics"),
        ],
    },
];

/// Who asks whom for what, with priority and the minutes an answer may take.
pub(super) const COLLABORATIONS: [(DemoAgent, DemoAgent, &str, i32, i32); 19] = [
    (DemoAgent::Business, DemoAgent::Revenue, "task_delegation", 3, 240),
    (DemoAgent::Business, DemoAgent::Operations, "task_delegation", 3, 240),
    (DemoAgent::Business, DemoAgent::Customer, "task_delegation", 3, 240),
    (DemoAgent::Business, DemoAgent::Product, "task_delegation", 4, 480),
    (DemoAgent::Business, DemoAgent::Finance, "task_delegation", 3, 240),
    (DemoAgent::Revenue, DemoAgent::Marketing, "task_delegation", 4, 480),
    (DemoAgent::Revenue, DemoAgent::Sales, "task_delegation", 4, 240),
    (DemoAgent::Operations, DemoAgent::Fulfillment, "task_delegation", 2, 120),
    (DemoAgent::Customer, DemoAgent::Support, "task_delegation", 2, 60),
    (DemoAgent::Product, DemoAgent::Analytics, "task_delegation", 5, 720),
    (DemoAgent::Analytics, DemoAgent::Finance, "data_request", 4, 240),
    (DemoAgent::Finance, DemoAgent::Analytics, "report_request", 4, 720),
    (DemoAgent::Marketing, DemoAgent::Analytics, "report_request", 5, 1440),
    (DemoAgent::Marketing, DemoAgent::Revenue, "approval", 3, 480),
    (DemoAgent::Sales, DemoAgent::Finance, "approval", 2, 120),
    (DemoAgent::Sales, DemoAgent::Fulfillment, "inquiry", 4, 120),
    (DemoAgent::Support, DemoAgent::Fulfillment, "inquiry", 2, 60),
    (DemoAgent::Support, DemoAgent::Finance, "approval", 2, 180),
    (DemoAgent::Fulfillment, DemoAgent::Operations, "status_update", 5, 60),
];
