//! Pages of reports.

use std::fmt::Debug;

use async_graphql::{OutputType, SimpleObject};
use service::{
    Error, Result, hash,
    insight::page::{self, Place, Rows},
};
use uuid::Uuid;

use super::{agent::AgentScorecard, campaign::CampaignPerformance, product::ProductPerformance, stock::VariantStock};
use crate::read::{
    connection::PageInfo,
    page::{PageRequest, Position},
};

/// A page of a report.
#[derive(Debug, SimpleObject)]
#[graphql(concrete(name = "AgentScorecardConnection", params(AgentScorecard)))]
#[graphql(concrete(name = "CampaignPerformanceConnection", params(CampaignPerformance)))]
#[graphql(concrete(name = "ProductPerformanceConnection", params(ProductPerformance)))]
#[graphql(concrete(name = "VariantStockConnection", params(VariantStock)))]
pub(crate) struct Page<T: OutputType> {
    /// The rows of this page.
    nodes: Vec<T>,
    /// Cursors at both ends of the page, and whether there are more rows.
    page_info: PageInfo,
}

/// Which page of which report is asked for.
pub(super) struct Ask {
    /// What its cursors are bound to.
    report: u64,
    pub(super) page: page::Page,
}

impl Ask {
    /// Reads the arguments. `report` is what decides about the rows and their order.
    pub(super) fn new(report: &impl Debug, first: Option<i32>, after: Option<String>) -> Result<Self> {
        let report = hash::number(format!("{report:?}"));
        let PageRequest { after, size, .. } = PageRequest::new(report, first, after, None, None)?;
        let after = after.as_ref().map(place).transpose()?;
        Ok(Self { report, page: page::Page { size, after } })
    }

    /// The page as it is answered.
    pub(super) fn answer<F, T: OutputType>(&self, found: Rows<F>, node: impl Fn(Uuid, F) -> T) -> Page<T> {
        let cursor = |(place, _): &(Place, F)| {
            let Place { rank, id } = place;
            Position(vec![Some(rank.to_string()), Some(id.to_string())]).encode(self.report)
        };
        let page_info = PageInfo {
            has_previous_page: self.page.after.is_some(),
            has_next_page: found.has_next,
            start_cursor: found.rows.first().map(cursor),
            end_cursor: found.rows.last().map(cursor),
        };
        Page { nodes: found.rows.into_iter().map(|(place, row)| node(place.id, row)).collect(), page_info }
    }
}

fn place(position: &Position) -> Result<Place> {
    let place = match position.0.as_slice() {
        [Some(rank), Some(id)] => rank.parse().ok().zip(id.parse().ok()).map(|(rank, id)| Place { rank, id }),
        _ => None,
    };
    place.ok_or_else(|| Error::invalid("`after` is not a cursor of this API"))
}
