//! What figures of a period are found by.

use crate::schema::{Addition, TablesOf, tables_of};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0027_figures", &[], Vec::new).adding(|| {
        vec![orders(), fulfillments(), returns(), workflow_executions(), campaign_recipients(), product_metrics()]
    })
}

fn orders() -> Addition {
    Addition::to("orders").index(&["placed_at", "id"])
}

fn fulfillments() -> Addition {
    Addition::to("fulfillments").index(&["shipped_at"])
}

fn returns() -> Addition {
    Addition::to("returns").index(&["received_at"])
}

fn workflow_executions() -> Addition {
    Addition::to("workflow_executions").index(&["completed_at"])
}

fn product_metrics() -> Addition {
    Addition::to("product_metrics").index(&["period_start"])
}

fn campaign_recipients() -> Addition {
    Addition::to("campaign_recipients").index(&["sent_at"])
}
