//! The models: how credit for revenue is divided among the touches before it. Arithmetic alone.

use std::collections::HashMap;

use entity::sea_orm_active_enums::AttributionModel;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::money::allocate;

/// Whom credit goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Credited {
    /// The agent.
    pub(crate) agent: Uuid,
    /// The campaign, if it was one.
    pub(crate) campaign: Option<Uuid>,
}

/// A share of the credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// Whose it is.
    pub(crate) of: Credited,
    /// In percent, above 0.
    pub(crate) percentage: Decimal,
    /// How many touches it comes from.
    pub(crate) touches: usize,
}

/// All of the credit, in percent.
pub(crate) const WHOLE: Decimal = Decimal::ONE_HUNDRED;

/// The finest share, in percent.
pub(crate) fn step() -> Decimal {
    Decimal::new(1, 2)
}

/// Divides the credit among touches, which come in the order of time. The shares sum up to exactly 100.00, unless there
/// is no touch, or a person is to divide it. Who would get less than 0.01 gets nothing.
pub(crate) fn shares(model: AttributionModel, touches: &[Credited]) -> Vec<Share> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<Credited, usize> = HashMap::new();
    for (place, touch) in touches.iter().enumerate() {
        let of = *places.entry(*touch).or_insert(groups.len());
        if of == groups.len() {
            groups.push(Group { of: *touch, weight: 0, touches: 0 });
        }
        if let Some(group) = groups.get_mut(of) {
            group.weight = group.weight.saturating_add(weight(model, place, touches.len()));
            group.touches += 1;
        }
    }
    let weights: Vec<Decimal> = groups.iter().map(|group| Decimal::from(group.weight)).collect();
    let parts = groups.into_iter().zip(allocate(WHOLE, &weights, step()));
    let shares = parts.map(|(Group { of, touches, .. }, percentage)| Share { of, percentage, touches });
    shares.filter(|share| !share.percentage.is_zero()).collect()
}

/// The touches of the same, in the order of the first ones.
struct Group {
    of: Credited,
    weight: i64,
    touches: usize,
}

/// What the touch at a place counts beside the others. Of a position-based credit, 40 parts of 100 belong to the first
/// one, 40 to the last, and 20 to those between; all of it times their number, so that no part has a remainder.
fn weight(model: AttributionModel, place: usize, count: usize) -> i64 {
    let last = count.saturating_sub(1);
    let is_end = place == 0 || place == last;
    let between = i64::try_from(count.saturating_sub(2)).unwrap_or(i64::MAX);
    match model {
        AttributionModel::FirstTouch => i64::from(place == 0),
        AttributionModel::LastTouch => i64::from(place == last),
        AttributionModel::Linear => 1,
        AttributionModel::PositionBased if between == 0 => 1,
        AttributionModel::PositionBased if is_end => between.saturating_mul(40),
        AttributionModel::PositionBased => 20,
        AttributionModel::Manual => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::seed::rng::Rng;

    const COMPUTED: [AttributionModel; 4] = [
        AttributionModel::FirstTouch,
        AttributionModel::LastTouch,
        AttributionModel::Linear,
        AttributionModel::PositionBased,
    ];

    fn touch(agent: u128) -> Credited {
        Credited { agent: Uuid::from_u128(agent), campaign: None }
    }

    /// The shares in hundredths of a percent, by agent.
    fn shown(model: AttributionModel, agents: &[u128]) -> Vec<(u128, i128)> {
        let touches: Vec<Credited> = agents.iter().copied().map(touch).collect();
        let shares = shares(model, &touches);
        shares.iter().map(|share| (share.of.agent.as_u128(), share.percentage.mantissa())).collect()
    }

    #[test]
    fn credit_by_hand() {
        use AttributionModel::*;
        for (model, agents, expected) in [
            (FirstTouch, &[1, 2, 3][..], &[(1, 10_000)][..]),
            (LastTouch, &[1, 2, 3], &[(3, 10_000)]),
            (Linear, &[1, 2, 3], &[(1, 3_334), (2, 3_333), (3, 3_333)]),
            (Linear, &[1, 2, 1], &[(1, 6_667), (2, 3_333)]),
            (PositionBased, &[1], &[(1, 10_000)]),
            (PositionBased, &[1, 2], &[(1, 5_000), (2, 5_000)]),
            (PositionBased, &[1, 2, 3], &[(1, 4_000), (2, 2_000), (3, 4_000)]),
            (PositionBased, &[1, 2, 3, 4, 5], &[(1, 4_000), (2, 667), (3, 667), (4, 666), (5, 4_000)]),
            (PositionBased, &[1, 2, 1], &[(1, 8_000), (2, 2_000)]),
            (FirstTouch, &[1, 1], &[(1, 10_000)]),
            (Linear, &[], &[]),
            (Manual, &[1, 2], &[]),
        ] {
            assert_eq!(shown(model, agents), expected, "{model:?} {agents:?}");
        }
    }

    #[test]
    fn an_agent_gets_credit_for_each_campaign_by_itself() {
        let campaign = Some(Uuid::from_u128(9));
        let touches = [touch(1), Credited { campaign, ..touch(1) }];
        let shares = shares(AttributionModel::Linear, &touches);
        assert_eq!(shares.iter().map(|share| share.of.campaign).collect::<Vec<_>>(), [None, campaign]);
    }

    #[test]
    fn all_credit_is_given_whatever_the_touches() {
        let mut rng = Rng::new(12);
        for case in 0..150 {
            let (count, agents) = (rng.between(1, 1_000), rng.between(1, 400));
            let one = |rng: &mut Rng| {
                let campaign = rng.percent(30).then(|| Uuid::from_u128(u128::from(rng.below(5).unsigned_abs())));
                Credited { campaign, ..touch(u128::from(rng.below(agents).unsigned_abs())) }
            };
            let touches: Vec<Credited> = (0..count).map(|_| one(&mut rng)).collect();
            let credited: HashSet<Credited> = touches.iter().copied().collect();
            for model in COMPUTED {
                let shares = shares(model, &touches);
                let sum: Decimal = shares.iter().map(|share| share.percentage).sum();
                assert_eq!(sum, WHOLE, "case {case}: {model:?}");
                for share in &shares {
                    let percentage = share.percentage;
                    assert!(percentage > Decimal::ZERO && percentage.scale() <= 2, "case {case}: {share:?}");
                    assert!(credited.contains(&share.of), "case {case}: {share:?}");
                }
            }
        }
    }
}
