//! What conditions name by ids.

use std::collections::HashSet;

use uuid::Uuid;

use crate::{
    Error, Result,
    database::{Source, row},
    refusal::Located,
};

/// What an id is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// A segment.
    Segment,
    /// An e-mail list.
    List,
    /// A campaign.
    Campaign,
    /// A product.
    Product,
}

impl Named {
    const ALL: [Self; 4] = [Self::Segment, Self::List, Self::Campaign, Self::Product];

    const fn table(self) -> &'static str {
        match self {
            Self::Segment => "customer_segments",
            Self::List => "email_lists",
            Self::Campaign => "campaigns",
            Self::Product => "products",
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::List => "email list",
            Self::Campaign => "campaign",
            Self::Product => "product",
        }
    }
}

/// An id in criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// What it is of.
    pub(crate) of: Named,
    /// The id.
    pub(crate) id: Uuid,
    /// Where it stands.
    pub(crate) path: Vec<String>,
}

/// Refuses ids that name nothing: one statement for each table that is named.
pub(super) async fn check(source: &impl Source, references: &[Reference]) -> Result<()> {
    for of in Named::ALL {
        let named: Vec<&Reference> = references.iter().filter(|reference| reference.of == of).collect();
        if named.is_empty() {
            continue;
        }
        let ids: Vec<Uuid> = named.iter().map(|reference| reference.id).collect();
        let mut sql = source.sql();
        sql.write(format_args!("SELECT id FROM {} WHERE id", of.table())).is_any(&ids);
        let known: HashSet<Uuid> = row::ids(&source.rows(sql).await?)?;
        if let Some(unknown) = named.into_iter().find(|reference| !known.contains(&reference.id)) {
            return Err(Error::NotFound(of.noun(), unknown.id).located(&unknown.path));
        }
    }
    Ok(())
}
