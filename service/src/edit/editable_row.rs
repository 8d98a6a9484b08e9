//! The tables whose rows are edited.

use entity::{
    agent_capabilities, agent_collaborations, agents, configurations, goals, reports,
    sea_orm_active_enums::EventAggregate, workflows,
};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, ModelTrait, PrimaryKeyTrait, prelude::DateTimeWithTimeZone,
};
use uuid::Uuid;

use crate::events::EventKind;

/// A row that people or agents edit.
pub(crate) trait EditableRow:
    ModelTrait<
        Entity: EntityTrait<
            Model = Self,
            PrimaryKey: PrimaryKeyTrait<ValueType = Uuid>,
            ActiveModel: ActiveModelTrait<Entity = <Self as ModelTrait>::Entity> + Send,
        >,
    > + IntoActiveModel<<<Self as ModelTrait>::Entity as EntityTrait>::ActiveModel>
    + Send
    + Sync
{
    /// What it is called in a sentence.
    const NOUN: &'static str;
    /// Its GraphQL type.
    const TYPE: &'static str;
    /// What its events are about, and the event of a new one; none for what is not told of.
    const EVENT: Option<(EventAggregate, EventKind)>;

    /// Its key.
    fn id(&self) -> Uuid;

    /// Counts its changes.
    fn version(&self) -> i32;

    /// The agent that it concerns.
    fn agent(&self) -> Option<Uuid>;

    /// Counts a change.
    fn touch(&mut self, now: DateTimeWithTimeZone);
}

macro_rules! editable_rows {
    ($($table:ident: $noun:literal, $ty:literal, $event:expr, |$row:ident| $agent:expr;)+) => {$(
        impl EditableRow for $table::Model {
            const NOUN: &'static str = $noun;
            const TYPE: &'static str = $ty;
            const EVENT: Option<(EventAggregate, EventKind)> = $event;

            fn id(&self) -> Uuid {
                self.id
            }

            fn version(&self) -> i32 {
                self.version
            }

            fn agent(&self) -> Option<Uuid> {
                let $row = self;
                $agent
            }

            fn touch(&mut self, now: DateTimeWithTimeZone) {
                self.version += 1;
                self.updated_at = now;
            }
        }
    )+};
}

editable_rows! {
    agents: "agent", "Agent", Some((EventAggregate::Agent, EventKind::AgentCreated)), |row| Some(row.id);
    agent_capabilities: "capability", "AgentCapability", None, |row| Some(row.agent_id);
    agent_collaborations: "collaboration", "AgentCollaboration", None, |row| Some(row.requesting_agent_id);
    goals: "goal", "Goal", Some((EventAggregate::Goal, EventKind::GoalCreated)), |row| row.owner_agent_id;
    workflows: "workflow", "Workflow", Some((EventAggregate::Workflow, EventKind::WorkflowRegistered)), |row| Some(row.owner_agent_id);
    configurations: "configuration", "Configuration", None, |row| row.updated_by_agent_id;
    reports: "report", "Report", None, |row| row.created_by_agent_id;
}
