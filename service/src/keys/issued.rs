//! Which keys there are: for addresses whose other credentials are no longer looked at.

use std::{collections::HashSet, sync::Arc};

use entity::api_keys;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::Identity;
use crate::{Result, Service, hash};

/// The most keys that are listed, the newest.
const MOST: u64 = 100_000;

/// The hashes and the shown digits of all keys that were not revoked, each as a number of its own. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Issued(Arc<HashSet<u64>>);

impl Service {
    /// Whether there is such a key, and it was not revoked: as of a few seconds ago, and read once for all who ask.
    pub async fn is_issued(&self, identity: &Identity) -> Result<bool> {
        self.is_listed(&identity.hash).await
    }

    /// The same of a key's hash or of its shown digits.
    pub(super) async fn is_listed(&self, name: &str) -> Result<bool> {
        let now = self.clock().now();
        let issued = match self.keys().issued(now) {
            Some(issued) => issued,
            None => {
                let (age, read) = self.keys().read_issued();
                let issued = read.get_or_init(|| self.read_issued()).await.clone()?;
                self.keys().remember_issued(age, issued.clone(), now);
                issued
            }
        };
        Ok(issued.0.contains(&hash::number(name)))
    }

    async fn read_issued(&self) -> Result<Issued> {
        let keys = api_keys::Entity::find().filter(api_keys::Column::RevokedAt.is_null());
        let keys = keys.select_only().column(api_keys::Column::Hash).column(api_keys::Column::Prefix);
        let keys = keys.order_by_desc(api_keys::Column::Id).limit(MOST);
        let keys: Vec<(String, String)> = keys.into_tuple().all(self.database().reader()).await?;
        let numbers = keys.iter().flat_map(|(hash, prefix)| [hash::number(hash), hash::number(prefix)]);
        Ok(Issued(Arc::new(numbers.collect())))
    }
}
