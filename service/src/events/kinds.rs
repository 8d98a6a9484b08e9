//! The one list of kinds of events.

/// Declares the kinds once, for the log and for GraphQL: `Name = "text in the log"`.
#[macro_export]
macro_rules! event_kinds {
    ($declare:ident) => {
        $declare! {
            /// An agent was created.
            AgentCreated = "agent.created",
            /// An agent was updated.
            AgentUpdated = "agent.updated",
            /// An agent was moved in the hierarchy.
            AgentMoved = "agent.moved",
            /// An agent was activated.
            AgentActivated = "agent.activated",
            /// An agent was deactivated.
            AgentDeactivated = "agent.deactivated",
            /// A goal was created.
            GoalCreated = "goal.created",
            /// A goal was updated.
            GoalUpdated = "goal.updated",
            /// Progress of a goal was recorded.
            GoalProgressed = "goal.progressed",
            /// A goal was closed.
            GoalClosed = "goal.closed",
            /// A workflow was created.
            WorkflowRegistered = "workflow.registered",
            /// A workflow was updated.
            WorkflowUpdated = "workflow.updated",
            /// A workflow was archived.
            WorkflowArchived = "workflow.archived",
            /// A schedule started no execution because the previous one has not ended.
            WorkflowSlotSkipped = "workflow.slot_skipped",
            /// A schedule could not start an execution.
            WorkflowSlotFailed = "workflow.slot_failed",
            /// An execution was created, and starts when the previous ones have ended.
            ExecutionQueued = "execution.queued",
            /// An execution started.
            ExecutionStarted = "execution.started",
            /// An execution was paused.
            ExecutionPaused = "execution.paused",
            /// An execution was resumed.
            ExecutionResumed = "execution.resumed",
            /// An execution ended: all its tasks were completed or skipped.
            ExecutionCompleted = "execution.completed",
            /// An execution ended with a task that failed or was cancelled.
            ExecutionFailed = "execution.failed",
            /// An execution was cancelled.
            ExecutionCancelled = "execution.cancelled",
            /// An execution that had ended is running again because one of its tasks is retried.
            ExecutionReopened = "execution.reopened",
            /// A task was created.
            TaskCreated = "task.created",
            /// A dependency of a task was met; others are still open.
            TaskDependencyMet = "task.dependency_met",
            /// All dependencies of a task are met.
            TaskUnblocked = "task.unblocked",
            /// A dependency of a pending task is open again.
            TaskBlocked = "task.blocked",
            /// A task was claimed.
            TaskClaimed = "task.claimed",
            /// Progress of a task was reported.
            TaskProgressed = "task.progressed",
            /// A task waits, without a lease, for its subtasks or for an approval.
            TaskWaiting = "task.waiting",
            /// A task that waited is pending again.
            TaskResumed = "task.resumed",
            /// A task was released by its worker, and is pending again.
            TaskReleased = "task.released",
            /// An attempt failed. The task is pending again, and can be claimed after a delay.
            TaskRetrying = "task.retrying",
            /// A task was completed.
            TaskCompleted = "task.completed",
            /// A task failed for good.
            TaskFailed = "task.failed",
            /// A task was skipped because a task that it depends on failed or was cancelled.
            TaskSkipped = "task.skipped",
            /// The worker of a task was asked to stop.
            TaskCancelRequested = "task.cancel_requested",
            /// A task was cancelled.
            TaskCancelled = "task.cancelled",
            /// A task that had failed is pending again.
            TaskRedriven = "task.redriven",
            /// A task was assigned to another agent.
            TaskReassigned = "task.reassigned",
            /// A task got the input of a new one with the same unique key.
            TaskInputReplaced = "task.input_replaced",
            /// A task was not completed by its deadline.
            TaskSlaBreached = "task.sla_breached",
            /// An approval was requested.
            ApprovalRequested = "approval.requested",
            /// An approval was approved.
            ApprovalApproved = "approval.approved",
            /// An approval was approved with changes to the task's input.
            ApprovalEdited = "approval.edited",
            /// An approval was rejected.
            ApprovalRejected = "approval.rejected",
            /// An approval was not decided by its deadline, and went to the agent above its approver, or to people.
            ApprovalEscalated = "approval.escalated",
            /// An approval was not decided by its deadline.
            ApprovalExpired = "approval.expired",
            /// The task of an approval ended before a decision was made.
            ApprovalCancelled = "approval.cancelled",
            /// A system event was recorded.
            SystemRecorded = "system.recorded",
            /// A product was created.
            ProductCreated = "product.created",
            /// A product, or one of its variants or prices, was created, updated or removed.
            ProductUpdated = "product.updated",
            /// A product was moved to another status.
            ProductStatusChanged = "product.status_changed",
            /// A product was deleted.
            ProductDeleted = "product.deleted",
            /// The edition of a variant is sold out. It cannot be bought any more.
            VariantSoldOut = "variant.sold_out",
            /// Less than a tenth of a variant's edition is left.
            VariantEditionLow = "variant.edition_low",
            /// Stock was held for a basket.
            StockHeld = "stock.held",
            /// Held stock is available again.
            StockReleased = "stock.released",
            /// Stock was set to what was counted.
            StockSet = "stock.set",
            /// Stock was adjusted.
            StockAdjusted = "stock.adjusted",
            /// Stock was received.
            StockReceived = "stock.received",
            /// Stock was moved to another location.
            StockTransferred = "stock.transferred",
            /// Available stock fell to the reorder threshold.
            StockLow = "stock.low",
            /// No stock is available any more.
            StockOut = "stock.out",
            /// A draft order was created.
            OrderDrafted = "order.drafted",
            /// A draft order was updated.
            OrderDraftChanged = "order.draft_changed",
            /// A draft order was deleted.
            OrderDraftDeleted = "order.draft_deleted",
            /// An order was placed.
            OrderPlaced = "order.placed",
            /// An order was confirmed.
            OrderConfirmed = "order.confirmed",
            /// An order was updated.
            OrderUpdated = "order.updated",
            /// The lines of an order were changed.
            OrderEdited = "order.edited",
            /// An order was completed.
            OrderCompleted = "order.completed",
            /// An order was cancelled, or expired.
            OrderCancelled = "order.cancelled",
            /// An order that had expired was paid, and is confirmed.
            OrderRevived = "order.revived",
            /// A payment came for an order that is cancelled. It is refunded.
            OrderPaidAfterCancel = "order.paid_after_cancel",
            /// An order was imported from another system.
            OrderImported = "order.imported",
            /// Another system sold more pieces than there were in stock. The missing ones are backordered.
            OrderOversold = "order.oversold",
            /// A parcel of an order was created.
            FulfillmentCreated = "fulfillment.created",
            /// A parcel was shipped.
            FulfillmentShipped = "fulfillment.shipped",
            /// A parcel was delivered.
            FulfillmentDelivered = "fulfillment.delivered",
            /// A parcel was cancelled.
            FulfillmentCancelled = "fulfillment.cancelled",
            /// A return was requested.
            ReturnRequested = "return.requested",
            /// A return was approved.
            ReturnApproved = "return.approved",
            /// A return was refused.
            ReturnRefused = "return.refused",
            /// Pieces of a return were received.
            ReturnReceived = "return.received",
            /// A return was cancelled.
            ReturnCancelled = "return.cancelled",
            /// A payment was created.
            PaymentCreated = "payment.created",
            /// A payment was authorized.
            PaymentAuthorized = "payment.authorized",
            /// The capture of a payment was requested.
            PaymentCaptureRequested = "payment.capture_requested",
            /// A payment was captured.
            PaymentCaptured = "payment.captured",
            /// The capture of a payment failed.
            PaymentCaptureFailed = "payment.capture_failed",
            /// The cancellation of an authorization was requested.
            PaymentVoidRequested = "payment.void_requested",
            /// An authorization was cancelled.
            PaymentVoided = "payment.voided",
            /// A payment failed.
            PaymentFailed = "payment.failed",
            /// A part of a payment was refunded.
            PaymentRefunded = "payment.refunded",
            /// A part of a payment was charged back.
            PaymentChargedBack = "payment.charged_back",
            /// A part of a payment that was charged back is there again.
            PaymentChargebackReversed = "payment.chargeback_reversed",
            /// The provider charged a fee for a payment.
            PaymentFeeCharged = "payment.fee_charged",
            /// The payer disputes a payment.
            PaymentDisputed = "payment.disputed",
            /// A dispute about a payment was closed.
            PaymentDisputeClosed = "payment.dispute_closed",
            /// A refund was requested.
            RefundRequested = "refund.requested",
            /// A refund was paid out.
            RefundSucceeded = "refund.succeeded",
            /// A refund failed.
            RefundFailed = "refund.failed",
            /// A refund was cancelled.
            RefundCancelled = "refund.cancelled",
            /// A refund that had succeeded came back.
            RefundReversed = "refund.reversed",
            /// A customer was created.
            CustomerCreated = "customer.created",
            /// A customer was updated.
            CustomerUpdated = "customer.updated",
            /// What a customer consents to has changed.
            CustomerConsentChanged = "customer.consent_changed",
            /// Other customers were merged into a customer.
            CustomerMerged = "customer.merged",
            /// The personal data of a customer was erased.
            CustomerErased = "customer.erased",
            /// An interaction with a customer was logged.
            InteractionLogged = "interaction.logged",
            /// An interaction with a customer was updated.
            InteractionUpdated = "interaction.updated",
            /// A segment was created.
            SegmentCreated = "segment.created",
            /// A segment was updated.
            SegmentUpdated = "segment.updated",
            /// The members of a segment were recomputed.
            SegmentRecomputed = "segment.recomputed",
            /// Customers were assigned to a segment by hand.
            SegmentAssigned = "segment.assigned",
            /// Customers were removed from a segment by hand.
            SegmentUnassigned = "segment.unassigned",
            /// An e-mail list was created.
            ListCreated = "list.created",
            /// An e-mail list was updated.
            ListUpdated = "list.updated",
            /// An e-mail list was deleted.
            ListDeleted = "list.deleted",
            /// An address was subscribed to an e-mail list.
            ListSubscribed = "list.subscribed",
            /// An address was unsubscribed from an e-mail list.
            ListUnsubscribed = "list.unsubscribed",
            /// The subscribers of a dynamic e-mail list were recomputed.
            ListRecomputed = "list.recomputed",
            /// Content was created.
            ContentCreated = "content.created",
            /// Content was updated.
            ContentUpdated = "content.updated",
            /// Content was submitted for approval.
            ContentSubmitted = "content.submitted",
            /// Content was approved.
            ContentApproved = "content.approved",
            /// Content was not approved, and is a draft again.
            ContentReturned = "content.returned",
            /// Content was published.
            ContentPublished = "content.published",
            /// Content was archived.
            ContentArchived = "content.archived",
            /// A campaign was created.
            CampaignCreated = "campaign.created",
            /// A campaign was updated.
            CampaignUpdated = "campaign.updated",
            /// The launch of a campaign was scheduled.
            CampaignScheduled = "campaign.scheduled",
            /// A campaign was launched.
            CampaignLaunched = "campaign.launched",
            /// A campaign was paused.
            CampaignPaused = "campaign.paused",
            /// A campaign was resumed.
            CampaignResumed = "campaign.resumed",
            /// A campaign was cancelled.
            CampaignCancelled = "campaign.cancelled",
            /// A campaign ended: no message is left to send, or its last day is over.
            CampaignCompleted = "campaign.completed",
            /// A campaign spent money.
            CampaignSpent = "campaign.spent",
            /// A campaign reached its budget, and is paused.
            CampaignBudgetReached = "campaign.budget_reached",
            /// A KPI was created.
            KpiCreated = "kpi.created",
            /// A KPI was updated.
            KpiUpdated = "kpi.updated",
            /// A KPI was measured.
            KpiMeasured = "kpi.measured",
            /// A report was generated.
            ReportGenerated = "report.generated",
            /// A budget was created.
            BudgetCreated = "budget.created",
            /// A budget was updated.
            BudgetUpdated = "budget.updated",
            /// Money of a budget was allocated to an agent, or taken back.
            BudgetAllocated = "budget.allocated",
            /// Money was moved between budget slices.
            BudgetMoved = "budget.moved",
            /// Money of a budget was reserved.
            BudgetReserved = "budget.reserved",
            /// Reserved money was spent.
            BudgetCommitted = "budget.committed",
            /// Reserved money is free again.
            BudgetReleased = "budget.released",
            /// A budget slice reached one of the levels in `budgets.alertLevels`.
            BudgetAlert = "budget.alert",
            /// An expense was more than the root slice of its budget had free.
            BudgetExceeded = "budget.exceeded",
            /// A transaction was recorded in the books.
            TransactionRecorded = "transaction.recorded",
            /// A transaction was reversed.
            TransactionReversed = "transaction.reversed",
            /// Revenue was attributed to agents and campaigns.
            TransactionAttributed = "transaction.attributed",
            /// A webhook that was received cannot be processed.
            WebhookDead = "webhook.dead",
            /// A webhook that was received is processed once more.
            WebhookReplayed = "webhook.replayed",
            /// A webhook endpoint was created.
            WebhookEndpointCreated = "webhook.endpoint_created",
            /// A webhook endpoint was updated.
            WebhookEndpointUpdated = "webhook.endpoint_updated",
            /// A webhook endpoint got a new secret.
            WebhookEndpointRotated = "webhook.endpoint_rotated",
            /// A webhook endpoint was disabled. It gets no events any more.
            WebhookEndpointDisabled = "webhook.endpoint_disabled",
            /// A webhook endpoint does not get all events: some were removed from the log before.
            WebhookEventsSkipped = "webhook.events_skipped",
            /// A webhook endpoint was deleted.
            WebhookEndpointDeleted = "webhook.endpoint_deleted",
            /// A bulk job was started.
            JobStarted = "job.started",
            /// A bulk job went on.
            JobProgressed = "job.progressed",
            /// A bulk job ended: it was completed, failed or was cancelled.
            JobEnded = "job.ended",
        }
    };
}
