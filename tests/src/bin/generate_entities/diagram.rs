//! The page with the entity-relationship diagrams: one for each domain, made of the single one that the library draws.

use std::collections::BTreeMap;

/// The domains and their tables. Every table is in one of them.
const DOMAINS: &[(&str, &[&str])] = &[
    ("Agents", &["agents", "agent_capabilities", "agent_collaborations"]),
    ("Goals and workflows", &["goals", "workflows", "workflow_executions"]),
    ("Tasks", &["tasks", "task_dependencies", "task_attempts", "task_keys", "approvals", "approval_uses"]),
    ("Catalog", &["products", "product_variants", "product_metrics"]),
    ("Stock", &["inventory", "stock_reservations", "stock_movements"]),
    ("Prices", &["prices", "discounts", "discount_uses", "exchange_rates", "tax_rates", "shipping_methods"]),
    (
        "Customers",
        &[
            "customers",
            "customer_aliases",
            "customer_segments",
            "customer_segment_members",
            "customer_interactions",
            "consents",
            "touchpoints",
        ],
    ),
    (
        "Orders",
        &["orders", "order_items", "order_numbers", "fulfillments", "fulfillment_lines", "returns", "return_lines"],
    ),
    ("Payments", &["payments", "payment_entries", "refunds", "refund_lines"]),
    ("Marketing", &["campaigns", "campaign_recipients", "content", "email_lists", "email_subscribers"]),
    ("Analytics", &["kpis", "kpi_measurements", "reports"]),
    ("Finance", &["transactions", "budgets", "budget_slices", "budget_reservations", "revenue_attribution"]),
    ("Connections", &["inbound_webhooks", "webhook_endpoints", "webhook_deliveries", "bulk_jobs", "bulk_chunks"]),
    ("System", &["system_events", "configurations", "events", "servers"]),
    ("Identity", &["api_keys", "audit_entries", "idempotency_keys"]),
];

/// What the library has drawn.
#[derive(Default)]
struct Drawn<'a> {
    /// The columns of each table, a line each.
    tables: BTreeMap<&'a str, Vec<&'a str>>,
    relations: Vec<Relation<'a>>,
}

/// A foreign key.
struct Relation<'a> {
    from: &'a str,
    column: &'a str,
    to: &'a str,
    line: &'a str,
}

/// The page, made by `command` from the diagram of all tables.
pub(crate) fn page(mermaid: &str, command: &str) -> Result<String, String> {
    let drawn = read(mermaid)?;
    for table in drawn.tables.keys() {
        if DOMAINS.iter().filter(|(_, tables)| tables.contains(table)).count() != 1 {
            return Err(format!("the table {table} must be in one domain of {}", file!()));
        }
    }
    let mut text = format!(
        "# Entity-relationship diagrams\n\n\
         Generated together with the entities by `{command}`;\n\
         [schema.md](schema.md) says what the tables are for. There is one diagram for each domain. A box without columns is a\n\
         table of another domain.\n\n"
    );
    for (domain, tables) in DOMAINS {
        let anchor = domain.to_lowercase().replace(' ', "-");
        let names: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
        text += &format!("- [{domain}](#{anchor}): {}\n", names.join(", "));
    }
    for (domain, tables) in DOMAINS {
        text += &section(domain, tables, &drawn)?;
    }
    Ok(text)
}

/// The diagram of a domain: its tables, what they refer to, and who refers to them.
fn section(domain: &str, tables: &[&str], drawn: &Drawn<'_>) -> Result<String, String> {
    let is_own = |table: &str| tables.contains(&table);
    let mut text = format!("\n## {domain}\n\n```mermaid\nerDiagram\n");
    for table in tables {
        let columns = drawn.tables.get(*table).ok_or_else(|| format!("{} has no table {table}: {domain}", file!()))?;
        text += &format!("    {table} {{\n");
        for column in columns {
            text += &format!("        {column}\n");
        }
        text += "    }\n";
    }
    for relation in drawn.relations.iter().filter(|relation| is_own(relation.from)) {
        text += &format!("    {}\n", relation.line);
    }
    text += "```\n";
    let others = drawn.relations.iter().filter(|relation| is_own(relation.to) && !is_own(relation.from));
    let others: Vec<String> = others.map(|relation| format!("`{}.{}`", relation.from, relation.column)).collect();
    if !others.is_empty() {
        text += &format!("\nColumns of other domains that refer to these tables:\n{}.\n", others.join(",\n"));
    }
    Ok(text)
}

/// Reads the diagram of all tables.
fn read(mermaid: &str) -> Result<Drawn<'_>, String> {
    let mut drawn = Drawn::default();
    let mut lines = mermaid.lines().map(str::trim).filter(|line| !line.is_empty());
    if lines.next() != Some("erDiagram") {
        return Err("this is no entity-relationship diagram".to_owned());
    }
    while let Some(line) = lines.next() {
        if let Some(table) = line.strip_suffix(" {") {
            let columns = lines.by_ref().take_while(|line| *line != "}").collect();
            drawn.tables.insert(table, columns);
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let [from, _, to, ":", label] = words[..] else {
            return Err(format!("this is no relation: {line}"));
        };
        let column = label.trim_matches('"');
        // One by way of a table in between, in brackets, is there again as the two foreign keys of that table.
        if !column.starts_with('[') {
            drawn.relations.push(Relation { from, column, to, line });
        }
    }
    Ok(drawn)
}
