//! The customers at hand, locked: who is who.

use std::collections::{HashMap, HashSet};

use entity::{
    customers,
    sea_orm_active_enums::{ConsentChannel, CustomerAliasKind},
};
use uuid::Uuid;

use super::{
    ExternalCustomer,
    consents::Consents,
    known::{Asked, Known},
};
use crate::{
    Change, Result, UnitOfWork,
    customers::{
        address,
        consent::{self, LatestConsents},
        hold_addresses,
    },
    settings,
};

/// A customer at hand.
pub(super) struct Held {
    /// As the database has it; none if it is new.
    pub(super) before: Option<customers::Model>,
    /// As it is to be.
    pub(super) now: customers::Model,
}

/// Who a customer of another system is here, by its place among those at hand.
pub(super) enum Found {
    /// This customer.
    Own(usize),
    /// This customer has the address, but this other Shopify id.
    OfOther(usize, String),
    /// Somebody who was merged into this customer.
    Merged(usize),
    /// Somebody who was erased; the customer, if it is known which one.
    Erased(Option<Uuid>),
    /// Nobody yet.
    Nobody,
}

/// The customers at hand.
pub(super) struct Locked {
    /// The currency of new ones.
    pub(super) currency: String,
    pub(super) held: Vec<Held>,
    pub(super) by_shopify_id: HashMap<String, usize>,
    pub(super) by_email: HashMap<String, usize>,
    by_id: HashMap<Uuid, usize>,
    /// To whom the Shopify ids and addresses lead of those who were merged.
    pub(super) merged: HashMap<(CustomerAliasKind, String), Uuid>,
    /// The customers who were erased, by the hashes of their addresses.
    erased: HashMap<String, Option<Uuid>>,
    pub(super) consents: Consents,
    /// Addresses that customers at hand gave up, and the database does not know of it yet.
    pub(super) freed: HashSet<String>,
    /// Shopify ids that are to lead to the customer into whom somebody was merged.
    pub(super) led: Vec<(String, Uuid)>,
}

impl Locked {
    /// Holds the addresses of customers, and locks those who are here.
    pub(super) async fn open(unit: &UnitOfWork, all: &[ExternalCustomer]) -> Result<Self> {
        let currency = settings::load(unit).await?.currency;
        let emails: Vec<String> = all.iter().filter_map(email_of).collect();
        let email_hashes: Vec<String> =
            emails.iter().map(|email| address::hash(ConsentChannel::Email, email)).collect();
        let phone_hashes: Vec<(ConsentChannel, String)> = all.iter().flat_map(phone_hashes).collect();
        let of_emails = email_hashes.iter().map(|hash| (ConsentChannel::Email, hash.as_str()));
        let of_phones = phone_hashes.iter().map(|(channel, hash)| (*channel, hash.as_str()));
        let addresses: Vec<(ConsentChannel, &str)> = of_emails.chain(of_phones).collect();
        // Addresses are held before rows: nobody else gives one of them to a customer meanwhile.
        hold_addresses(unit, &addresses.iter().map(|(_, hash)| *hash).collect::<Vec<_>>()).await?;
        let asked = Asked {
            shopify_ids: all.iter().filter_map(|customer| customer.shopify_id.as_deref()).collect(),
            emails: emails.iter().map(String::as_str).collect(),
            hashes: email_hashes.iter().map(String::as_str).collect(),
        };
        let known = Known::find(unit, &asked).await?;
        Ok(Self::new(currency, known, consent::latest(unit, &addresses).await?))
    }

    fn new(currency: String, known: Known, latest: LatestConsents) -> Self {
        let mut locked = Self {
            currency,
            held: Vec::with_capacity(known.rows.len()),
            by_shopify_id: HashMap::new(),
            by_email: HashMap::new(),
            by_id: HashMap::new(),
            merged: known.merged,
            erased: known.erased,
            consents: Consents::new(latest),
            freed: HashSet::new(),
            led: Vec::new(),
        };
        for row in known.rows {
            locked.add(Some(row.clone()), row);
        }
        locked
    }

    /// Adds a customer; its place.
    pub(super) fn add(&mut self, before: Option<customers::Model>, now: customers::Model) -> usize {
        let place = self.held.len();
        self.by_id.insert(now.id, place);
        self.by_email.insert(now.email.clone(), place);
        if let Some(id) = &now.shopify_customer_id {
            self.by_shopify_id.insert(id.clone(), place);
        }
        self.held.push(Held { before, now });
        place
    }

    /// Who a customer is here.
    pub(super) fn find(&self, shopify_id: Option<&str>, email: Option<&str>) -> Found {
        let found = self.by_id_or_address(shopify_id, email);
        let place = match &found {
            Found::Own(place) | Found::OfOther(place, _) | Found::Merged(place) => Some(*place),
            Found::Erased(_) | Found::Nobody => None,
        };
        match place.and_then(|place| self.held.get(place)) {
            Some(held) if held.now.erased_at.is_some() => Found::Erased(Some(held.now.id)),
            Some(_) => found,
            None => email.and_then(|email| self.erased_at(email)).map_or(Found::Nobody, Found::Erased),
        }
    }

    fn by_id_or_address(&self, shopify_id: Option<&str>, email: Option<&str>) -> Found {
        let merged = |kind, value: Option<&str>| {
            let id = self.merged.get(&(kind, value?.to_owned()))?;
            self.by_id.get(id).copied()
        };
        if let Some(place) = shopify_id.and_then(|id| self.by_shopify_id.get(id)) {
            return Found::Own(*place);
        }
        if let Some(place) = merged(CustomerAliasKind::Shopify, shopify_id) {
            return Found::Merged(place);
        }
        if let Some(place) = email.and_then(|email| self.by_email.get(email)) {
            let own = self.held.get(*place).and_then(|held| held.now.shopify_customer_id.clone());
            return match (own, shopify_id) {
                (Some(own), Some(id)) if own != id => Found::OfOther(*place, own),
                _ => Found::Own(*place),
            };
        }
        merged(CustomerAliasKind::Email, email).map_or(Found::Nobody, Found::Merged)
    }

    /// The customer who was erased and had an address, if somebody had.
    pub(super) fn erased_at(&self, email: &str) -> Option<Option<Uuid>> {
        self.erased.get(&address::hash(ConsentChannel::Email, email)).copied()
    }

    /// Another customer than this one who has an address, or had it before a merge.
    pub(super) fn owner_beside(&self, customer: Uuid, email: &str) -> Option<Uuid> {
        let owner = self.by_email.get(email).and_then(|place| self.held.get(*place)).map(|held| held.now.id);
        let merged = self.merged.get(&(CustomerAliasKind::Email, email.to_owned())).copied();
        owner.or(merged).filter(|owner| *owner != customer)
    }
}

/// The e-mail address of a customer as it is stored.
pub(super) fn email_of(customer: &ExternalCustomer) -> Option<String> {
    customer.email.as_deref().map(address::normal).filter(|email| !email.is_empty())
}

/// The telephone number that is named of a customer.
pub(super) fn phone_of(customer: &ExternalCustomer) -> Option<&str> {
    match &customer.phone {
        Change::Set(phone) => phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty()),
        Change::Keep => None,
    }
}

/// The hashes of the telephone number, for the channels that consents are named of.
fn phone_hashes(customer: &ExternalCustomer) -> Vec<(ConsentChannel, String)> {
    let Some(phone) = phone_of(customer) else { return Vec::new() };
    let channels = customer.consents.iter().map(|consent| consent.channel);
    let channels = channels.filter(|channel| *channel != ConsentChannel::Email);
    channels.map(|channel| (channel, address::hash(channel, phone))).collect()
}
