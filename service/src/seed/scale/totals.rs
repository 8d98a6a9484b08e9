//! What rows say about many later rows, added up beforehand.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use entity::sea_orm_active_enums::SubscriptionStatus;
use rust_decimal::Decimal;

use super::{LoadData, catalog::VARIANTS, customers, finance, marketing, parcels, sale::Sale};

/// Of one customer, over the orders that count.
#[derive(Clone, Copy, Default)]
pub(super) struct Spending {
    pub(super) orders: i32,
    pub(super) spent: Decimal,
    pub(super) latest: Option<DateTime<Utc>>,
}

/// Sums by the number of the row that they belong to.
pub(super) struct Totals {
    pub(super) customers: Vec<Spending>,
    /// Pieces in open orders, by variant.
    pub(super) reserved: Vec<i32>,
    /// Pieces that went out and did not come back, by variant.
    pub(super) gone: Vec<i32>,
    pub(super) campaigns: Vec<Decimal>,
    /// Expenses by category, year and month.
    pub(super) expenses: BTreeMap<(usize, i32, u32), Decimal>,
    pub(super) subscribers: Vec<i32>,
    /// Messages that were sent, by campaign.
    pub(super) messages: Vec<i32>,
    /// Customers, by segment.
    pub(super) members: Vec<i32>,
}

impl Totals {
    pub(super) fn of(data: &LoadData) -> Self {
        let size = |table| usize::try_from(data.count(table)).unwrap_or_default();
        let mut totals = Self {
            customers: vec![Spending::default(); size("customers")],
            reserved: vec![0; size("products") * VARIANTS],
            gone: vec![0; size("products") * VARIANTS],
            campaigns: vec![Decimal::new(0, 2); size("campaigns")],
            expenses: BTreeMap::new(),
            subscribers: vec![0; size("email_lists")],
            messages: vec![0; size("campaigns")],
            members: vec![0; size("customer_segments")],
        };
        for number in 0..data.count("customers") {
            let segment = customers::segment_of(data, number);
            totals.members[usize::try_from(segment).unwrap_or_default()] += 1;
        }
        for number in 0..data.count("orders") {
            totals.add_order(&Sale::of(data, number));
        }
        for number in 0..data.count("transactions") {
            let bill = finance::Bill::of(data, number);
            let day = bill.time.date_naive();
            *totals.expenses.entry((bill.category, day.year(), day.month())).or_default() += bill.amount;
            if let Some(campaign) = bill.campaign {
                totals.campaigns[campaign] += bill.amount;
            }
        }
        for number in 0..data.count("email_subscribers") {
            let (list, status) = marketing::subscription(data, number);
            totals.subscribers[list] += i32::from(status == SubscriptionStatus::Subscribed);
        }
        for number in 0..data.count("campaign_recipients") {
            let (campaign, is_skipped) = marketing::message(data, number);
            totals.messages[campaign] += i32::from(!is_skipped);
        }
        totals
    }

    fn add_order(&mut self, sale: &Sale) {
        let is_gone = sale.is_shipped() && !parcels::came_back(sale);
        for line in &sale.lines {
            self.reserved[line.variant] += if sale.is_open() { line.quantity } else { 0 };
            self.gone[line.variant] += if is_gone { line.quantity } else { 0 };
        }
        if sale.counts() {
            let customer = &mut self.customers[sale.customer];
            customer.orders += 1;
            customer.spent += sale.total() - sale.refunded();
            customer.latest = Some(sale.time);
        }
    }
}
