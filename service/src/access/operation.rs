//! The table of operations.

use super::Area;
use crate::principal::Role;

const ADMIN: &[Role] = &[Role::Admin];
/// People who edit records.
const EDIT: &[Role] = &[Role::Operator, Role::Admin];
/// Who works: agents only for themselves and those below them.
const WORK: &[Role] = &[Role::Agent, Role::Orchestrator, Role::Admin];
/// Who starts and stops work.
const DIRECT: &[Role] = &[Role::Operator, Role::Orchestrator, Role::Admin];
/// Everybody but those who only look.
const ACT: &[Role] = &[Role::Agent, Role::Operator, Role::Orchestrator, Role::Admin];
/// Who decides for the company.
const DECIDE: &[Role] = &[Role::Agent, Role::Operator, Role::Admin];
/// Who trades: agents only with the capability of the area.
const TRADE: &[Role] = ACT;

operations! {
    /// Creates an API key.
    CreateApiKey: ADMIN,
    /// Revokes an API key.
    RevokeApiKey: ADMIN,
    /// Reads the API keys.
    ApiKeys: ADMIN,
    /// Reads who did what.
    AuditLog: ADMIN,
    /// Creates an agent.
    CreateAgent: EDIT,
    /// Updates an agent.
    UpdateAgent: EDIT,
    /// Moves an agent below another one.
    MoveAgent: EDIT,
    /// Activates an agent.
    ActivateAgent: EDIT,
    /// Deactivates an agent.
    DeactivateAgent: EDIT,
    /// Sets a capability of an agent.
    SetAgentCapability: EDIT,
    /// Removes a capability of an agent.
    RemoveAgentCapability: EDIT,
    /// Sets a collaboration of agents.
    SetAgentCollaboration: EDIT,
    /// Removes a collaboration of agents.
    RemoveAgentCollaboration: EDIT,
    /// Creates a goal.
    CreateGoal: DIRECT,
    /// Updates a goal.
    UpdateGoal: DIRECT,
    /// Splits a goal.
    SplitGoal: DIRECT,
    /// Records how far a goal is.
    RecordGoalProgress: DIRECT,
    /// Closes a goal.
    CloseGoal: DIRECT,
    /// Registers a workflow.
    RegisterWorkflow: DIRECT,
    /// Updates a workflow.
    UpdateWorkflow: DIRECT,
    /// Archives a workflow.
    ArchiveWorkflow: DIRECT,
    /// Starts an execution.
    StartExecution: DIRECT,
    /// Pauses an execution.
    PauseExecution: DIRECT,
    /// Resumes a paused execution.
    ResumeExecution: DIRECT,
    /// Cancels an execution.
    CancelExecution: DIRECT,
    /// Creates tasks.
    CreateTasks: WORK,
    /// Delegates a part of a task to another agent.
    DelegateTask: WORK,
    /// Claims tasks to work on.
    ClaimTasks: WORK,
    /// Extends leases by heartbeats.
    HeartbeatTasks: WORK,
    /// Reports how far a task is.
    ReportProgress: WORK,
    /// Completes tasks.
    CompleteTasks: WORK,
    /// Fails tasks.
    FailTasks: WORK,
    /// Releases tasks.
    ReleaseTasks: WORK,
    /// Retries a failed task.
    RetryTask: DIRECT,
    /// Redrives failed tasks: retries many at once.
    RedriveTasks: DIRECT,
    /// Reassigns a task to another agent.
    ReassignTask: DIRECT,
    /// Cancels a task.
    CancelTask: ACT,
    /// Requests an approval.
    RequestApproval: WORK,
    /// Decides an approval.
    DecideApproval: DECIDE,
    /// Records what happened in the system.
    RecordSystemEvent: ACT,
    /// Sets a configuration.
    SetConfiguration: EDIT,
    /// Creates a report.
    CreateReport: ACT,
    /// Sends a report.
    SendReport: ACT,
    /// Creates a product.
    CreateProduct: TRADE in Catalogue,
    /// Updates a product.
    UpdateProduct: TRADE in Catalogue,
    /// Moves a product to another status.
    SetProductStatus: TRADE in Catalogue,
    /// Deletes a product that nothing refers to.
    DeleteProduct: EDIT,
    /// Creates or updates products by their handles.
    UpsertProducts: TRADE in Catalogue,
    /// Creates variants.
    CreateVariants: TRADE in Catalogue,
    /// Updates variants.
    UpdateVariants: TRADE in Catalogue,
    /// Deletes variants that nothing refers to.
    DeleteVariants: EDIT,
    /// Sets prices of price lists.
    SetPrices: TRADE in Catalogue,
    /// Records views and sales of products.
    RecordProductMetrics: TRADE in Catalogue,
    /// Creates or updates a discount.
    SaveDiscount: EDIT,
    /// Removes a discount.
    RemoveDiscount: EDIT,
    /// Creates, updates or removes tax rates.
    SaveTaxRates: EDIT,
    /// Creates, updates or removes shipping methods.
    SaveShippingMethods: EDIT,
    /// Sets exchange rates of days.
    SetExchangeRates: EDIT,
    /// Holds stock for a basket.
    ReserveStock: TRADE in Stock,
    /// Extends a hold of stock.
    ExtendHold: TRADE in Stock,
    /// Releases a hold of stock.
    ReleaseHold: TRADE in Stock,
    /// Sets stock to what was counted.
    SetStock: TRADE in Stock,
    /// Adds to stock or takes off it.
    AdjustStock: TRADE in Stock,
    /// Receives stock.
    ReceiveStock: TRADE in Stock,
    /// Moves stock between locations.
    TransferStock: TRADE in Stock,
    /// Sets when and how much to reorder.
    UpdateInventoryLevels: TRADE in Stock,
    /// Removes an empty stock row.
    RemoveInventoryLevel: EDIT,
    /// Creates a draft order: a quote.
    CreateDraftOrder: TRADE in Orders,
    /// Updates a draft order.
    UpdateDraftOrder: TRADE in Orders,
    /// Deletes a draft order.
    DeleteDraftOrder: TRADE in Orders,
    /// Places an order.
    PlaceOrder: TRADE in Orders,
    /// Confirms an order.
    ConfirmOrder: TRADE in Orders,
    /// Updates notes, tags and addresses of an order.
    UpdateOrder: TRADE in Orders,
    /// Completes an order.
    CompleteOrder: TRADE in Orders,
    /// Changes the lines of an order.
    EditOrder: TRADE in Orders,
    /// Cancels an order.
    CancelOrder: TRADE in Orders,
    /// Creates a parcel.
    CreateFulfillment: TRADE in Orders,
    /// Ships a parcel.
    ShipFulfillment: TRADE in Orders,
    /// Records that a parcel arrived.
    DeliverFulfillment: TRADE in Orders,
    /// Cancels a parcel.
    CancelFulfillment: TRADE in Orders,
    /// Requests a return.
    RequestReturn: TRADE in Orders,
    /// Approves or refuses a return.
    DecideReturn: TRADE in Orders,
    /// Records what came back.
    ReceiveReturn: TRADE in Orders,
    /// Cancels a return.
    CancelReturn: TRADE in Orders,
    /// Creates a payment of an order.
    CreatePayment: TRADE in Payments,
    /// Requests that a payment is captured.
    CapturePayment: TRADE in Payments,
    /// Requests that an authorization is voided.
    VoidPayment: TRADE in Payments,
    /// Records that an order was paid.
    MarkOrderPaid: TRADE in Payments,
    /// Records what happened to a payment.
    ReportPayment: TRADE in Payments,
    /// Refunds an order.
    RefundOrder: TRADE in Payments,
    /// Cancels a refund that nobody works on.
    CancelRefund: TRADE in Payments,
    /// Requests a failed refund once more.
    RetryRefund: TRADE in Payments,
    /// Reads what customers consented to.
    Consents: EDIT,
    /// Creates a customer.
    CreateCustomer: TRADE in Customers,
    /// Updates a customer.
    UpdateCustomer: TRADE in Customers,
    /// Records that a person consents to messages, or does not.
    SetConsent: TRADE in Customers,
    /// Merges customers who are one person.
    MergeCustomers: EDIT,
    /// Discloses all that is kept about a customer.
    DiscloseCustomer: EDIT,
    /// Erases the personal data of a customer.
    EraseCustomer: ADMIN,
    /// Logs an interaction with a customer.
    LogInteraction: TRADE in Customers,
    /// Updates an interaction with a customer.
    UpdateInteraction: TRADE in Customers,
    /// Creates a segment of customers.
    CreateSegment: TRADE in Marketing,
    /// Updates a segment of customers.
    UpdateSegment: TRADE in Marketing,
    /// Recomputes the members of a segment.
    RecomputeSegment: TRADE in Marketing,
    /// Assigns customers to segments by hand.
    AssignSegment: TRADE in Marketing,
    /// Takes customers out of segments that they were assigned to by hand.
    UnassignSegment: TRADE in Marketing,
    /// Creates a campaign.
    CreateCampaign: TRADE in Marketing,
    /// Updates a campaign.
    UpdateCampaign: TRADE in Marketing,
    /// Schedules the launch of a campaign.
    ScheduleCampaign: TRADE in Marketing,
    /// Launches a campaign.
    LaunchCampaign: TRADE in Marketing,
    /// Pauses a campaign.
    PauseCampaign: TRADE in Marketing,
    /// Resumes a paused campaign.
    ResumeCampaign: TRADE in Marketing,
    /// Cancels a campaign.
    CancelCampaign: TRADE in Marketing,
    /// Begins to send a message of a campaign.
    BeginCampaignSend: TRADE in Marketing,
    /// Records whether a message of a campaign was sent.
    CompleteCampaignSend: TRADE in Marketing,
    /// Records what recipients did with messages of campaigns.
    RecordCampaignEngagement: TRADE in Marketing,
    /// Records that an agent or a campaign met a customer.
    RecordTouchpoint: TRADE in Marketing,
    /// Records what a campaign spent.
    RecordCampaignSpend: TRADE in Marketing,
    /// Creates content.
    CreateContent: TRADE in Marketing,
    /// Updates content.
    UpdateContent: TRADE in Marketing,
    /// Submits content for approval.
    SubmitContent: TRADE in Marketing,
    /// Publishes approved content.
    PublishContent: TRADE in Marketing,
    /// Archives published content.
    ArchiveContent: TRADE in Marketing,
    /// Creates an e-mail list.
    CreateEmailList: TRADE in Marketing,
    /// Updates an e-mail list.
    UpdateEmailList: TRADE in Marketing,
    /// Deletes an e-mail list.
    DeleteEmailList: EDIT,
    /// Subscribes addresses to e-mail lists.
    Subscribe: TRADE in Marketing,
    /// Confirms a subscription that its owner was asked to confirm.
    ConfirmSubscription: TRADE in Marketing,
    /// Unsubscribes an address.
    Unsubscribe: TRADE in Marketing,
    /// Recomputes the subscribers of a dynamic e-mail list.
    RecomputeEmailList: TRADE in Marketing,
    /// Creates a KPI.
    CreateKpi: TRADE in Analytics,
    /// Updates a KPI.
    UpdateKpi: TRADE in Analytics,
    /// Records a measurement of a KPI that people measure.
    RecordKpiMeasurement: TRADE in Analytics,
    /// Measures KPIs.
    TakeKpiSnapshot: TRADE in Analytics,
    /// Generates a report of a period.
    GenerateReport: TRADE in Analytics,
    /// Creates a budget.
    CreateBudget: EDIT,
    /// Updates a budget.
    UpdateBudget: EDIT,
    /// Allocates a part of a budget to an agent.
    AllocateBudget: TRADE in Finance,
    /// Moves money between parts of budgets.
    MoveBudget: TRADE in Finance,
    /// Reserves money of a budget.
    ReserveBudget: TRADE in Finance,
    /// Spends reserved money.
    CommitBudget: TRADE in Finance,
    /// Releases reserved money.
    ReleaseBudget: TRADE in Finance,
    /// Records a transaction in the books.
    RecordTransaction: TRADE in Finance,
    /// Reverses a transaction.
    ReverseTransaction: EDIT,
    /// Attributes revenue to agents and campaigns.
    AttributeRevenue: TRADE in Finance,
    /// Reads the webhooks that were received.
    InboundWebhooks: EDIT,
    /// Processes webhooks that were received once more.
    ReplayInboundWebhooks: EDIT,
    /// Names the order that a webhook belongs to.
    MatchInboundWebhook: EDIT,
    /// Reads the webhook endpoints: whoever knows the URL of one can send to it.
    WebhookEndpoints: ADMIN,
    /// Creates a webhook endpoint.
    CreateWebhookEndpoint: ADMIN,
    /// Updates a webhook endpoint.
    UpdateWebhookEndpoint: ADMIN,
    /// Makes a new secret for a webhook endpoint.
    RotateWebhookSecret: ADMIN,
    /// Deletes a webhook endpoint.
    DeleteWebhookEndpoint: ADMIN,
    /// Sends a test event to a webhook endpoint.
    TestWebhookEndpoint: ADMIN,
    /// Sends events to a webhook endpoint once more.
    RedeliverWebhooks: ADMIN,
    /// Creates a bulk job: agents need the capability of what the job does.
    CreateBulkJob: TRADE,
    /// Starts a bulk job.
    StartBulkJob: TRADE,
    /// Cancels a bulk job.
    CancelBulkJob: TRADE,
}
