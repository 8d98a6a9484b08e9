//! Goals: set, divided, followed and ended.

use async_graphql::{Context, Enum, InputObject, MaybeUndefined, Object};
use rust_decimal::Decimal;
use service::{
    Result,
    goals::{
        close::Close,
        create::{Create, NewGoal},
        progress::Note,
        split::{Part, Parts, Split},
        update::Update,
    },
};

use crate::{
    payload,
    read::{
        load,
        optional::Optional,
        row::Row,
        scalars::{Date, Id},
    },
    work::{Goal, GoalType},
    write::{
        self,
        input::{change, replace},
    },
};

/// A goal to set.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateGoalInput {
    /// What is to be reached, in one line of at most 255 characters.
    name: String,
    /// More about it.
    description: Option<String>,
    /// What it is about.
    r#type: GoalType,
    /// The number to be reached, in the goal's own unit; nothing when it cannot be measured.
    target_value: Option<Decimal>,
    /// The number reached so far, in the same unit.
    #[graphql(default)]
    current_value: Optional<Decimal>,
    /// The day by which it is to be reached.
    target_date: Option<Date>,
    /// The agent who answers for it; nobody for the whole company.
    owner_agent_id: Option<Id>,
    /// The goal that it is a part of.
    parent_goal_id: Option<Id>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// Changes of a goal; what is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateGoalInput {
    /// The goal.
    id: Id,
    /// What is to be reached.
    name: Option<String>,
    /// More about it; null takes it away.
    description: MaybeUndefined<String>,
    /// What it is about.
    r#type: Option<GoalType>,
    /// The number to be reached; null when it cannot be measured.
    target_value: MaybeUndefined<Decimal>,
    /// The day by which it is to be reached; null for no day.
    target_date: MaybeUndefined<Date>,
    /// The agent who answers for it; null for the whole company.
    owner_agent_id: MaybeUndefined<Id>,
    /// The goal that it is a part of; null for none.
    parent_goal_id: MaybeUndefined<Id>,
    /// Whether it is set aside for now (true) or pursued (false).
    suspended: Option<bool>,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A part of a goal.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct GoalPartInput {
    /// What is to be reached, in one line of at most 255 characters.
    name: String,
    /// More about it.
    description: Option<String>,
    /// What it is about; the same as the whole when nothing is said.
    r#type: Option<GoalType>,
    /// The number to be reached, in the part's own unit; nothing when it cannot be measured.
    target_value: Option<Decimal>,
    /// The day by which it is to be reached; the same as for the whole when nothing is said.
    target_date: Option<Date>,
    /// The agent who answers for it; nobody for the whole company.
    owner_agent_id: Option<Id>,
}

/// A goal to divide.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SplitGoalInput {
    /// The goal.
    id: Id,
    /// Its parts, 1 to 50.
    parts: Vec<GoalPartInput>,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// How far a goal is: either the number reached or what was added to it.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RecordGoalProgressInput {
    /// The goal.
    id: Id,
    /// The number reached so far, in the goal's own unit.
    current_value: Option<Decimal>,
    /// What was reached more, or less, than before.
    increment: Option<Decimal>,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// How a goal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::goals::close::End")]
pub(crate) enum GoalEnd {
    /// It was reached.
    Achieved,
    /// Its date passed without it being reached.
    Missed,
    /// It was given up.
    Abandoned,
}

/// A goal to end.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CloseGoalInput {
    /// The goal.
    id: Id,
    /// How it ended.
    status: GoalEnd,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `createGoal` did.
    CreateGoalPayload(uuid::Uuid) {
        /// The goal; null when it was refused.
        goal: Row<Goal> = |ctx, goal| load::row(ctx, *goal),
    }
    /// What `updateGoal` did.
    UpdateGoalPayload(uuid::Uuid) {
        /// The goal; null when it was refused.
        goal: Row<Goal> = |ctx, goal| load::row(ctx, *goal),
    }
    /// What `splitGoal` did.
    SplitGoalPayload(Parts) {
        /// The goal that was divided; null when it was refused.
        goal: Row<Goal> = |ctx, done| load::row(ctx, done.goal),
        /// Its new parts, in the order of the input; null when it was refused.
        parts: Vec<Row<Goal>> = |ctx, done| load::rows(ctx, &done.parts),
    }
    /// What `recordGoalProgress` did.
    RecordGoalProgressPayload(uuid::Uuid) {
        /// The goal; null when it was refused.
        goal: Row<Goal> = |ctx, goal| load::row(ctx, *goal),
    }
    /// What `closeGoal` did.
    CloseGoalPayload(uuid::Uuid) {
        /// The goal; null when it was refused.
        goal: Row<Goal> = |ctx, goal| load::row(ctx, *goal),
    }
}

impl From<GoalPartInput> for Part {
    fn from(part: GoalPartInput) -> Self {
        Self {
            name: part.name,
            description: part.description,
            kind: part.r#type.map(Into::into),
            target_value: part.target_value,
            target_date: part.target_date.map(|date| date.0),
            owner: part.owner_agent_id.map(|id| id.0),
        }
    }
}

/// Goals.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct GoalMutation;

#[Object]
impl GoalMutation {
    /// Sets a goal.
    async fn create_goal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The goal.")] input: CreateGoalInput,
    ) -> Result<Option<CreateGoalPayload>> {
        let goal = NewGoal {
            name: input.name,
            description: input.description,
            kind: input.r#type.into(),
            target_value: input.target_value,
            target_date: input.target_date.map(|date| date.0),
            owner: input.owner_agent_id.map(|id| id.0),
        };
        let parent = input.parent_goal_id.map(|id| id.0);
        let verb = Create { goal, current_value: input.current_value.value, parent };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Changes a goal. A goal that has ended stays so.
    async fn update_goal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateGoalInput,
    ) -> Result<Option<UpdateGoalPayload>> {
        let verb = Update {
            goal: input.id.0,
            expected_version: input.expected_version,
            name: replace(input.name, |it| it),
            description: change(input.description, |it| it),
            kind: replace(input.r#type, Into::into),
            target_value: change(input.target_value, |it| it),
            target_date: change(input.target_date, |date| date.0),
            owner: change(input.owner_agent_id, |id| id.0),
            parent: change(input.parent_goal_id, |id| id.0),
            suspended: replace(input.suspended, |it| it),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Divides a goal into parts, all or none.
    async fn split_goal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The goal and its parts.")] input: SplitGoalInput,
    ) -> Result<Option<SplitGoalPayload>> {
        let parts = input.parts.into_iter().map(Into::into).collect();
        let verb = Split { goal: input.id.0, expected_version: input.expected_version, parts };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Notes how far a goal is.
    async fn record_goal_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was reached.")] input: RecordGoalProgressInput,
    ) -> Result<Option<RecordGoalProgressPayload>> {
        let verb = Note {
            goal: input.id.0,
            expected_version: input.expected_version,
            current_value: input.current_value,
            increment: input.increment,
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Ends a goal for good.
    async fn close_goal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The goal and how it ended.")] input: CloseGoalInput,
    ) -> Result<Option<CloseGoalPayload>> {
        let verb = Close { goal: input.id.0, expected_version: input.expected_version, end: input.status.into() };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
