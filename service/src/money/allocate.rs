//! Spreading an amount over weights: largest remainder.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use super::round;

/// Spreads `total`, a multiple of the step, over weights, none of which is negative. The parts are multiples of the
/// step and sum up to the total; where that is at most the sum of the weights, no part exceeds its weight. Where all
/// weights are 0, so are all parts.
///
/// Each part is total · weight ÷ sum of the weights, rounded down to the step. The steps that are left go one each to
/// the largest remainders; of equal ones, first to the larger weight, then to the earlier place.
pub fn allocate(total: Decimal, weights: &[Decimal], step: Decimal) -> Vec<Decimal> {
    if total < Decimal::ZERO {
        return allocate(-total, weights, step).into_iter().map(|part| -part).collect();
    }
    let scale = step.normalize().scale();
    let steps = units(round(total, step), scale);
    let finest = weights.iter().map(Decimal::scale).max().unwrap_or_default();
    let weights: Vec<i128> = weights.iter().map(|weight| units(*weight, finest).max(0)).collect();
    let sum = weights.iter().sum::<i128>();
    if sum == 0 {
        return vec![Decimal::ZERO; weights.len()];
    }
    // Stored amounts are far from the bound.
    let shares: Vec<i128> = weights.iter().map(|weight| steps.saturating_mul(*weight)).collect();
    let mut parts: Vec<i128> = shares.iter().map(|share| share / sum).collect();
    let left = steps - parts.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&place| Reverse((shares[place] % sum, weights[place])));
    for place in order.into_iter().take(usize::try_from(left).unwrap_or_default()) {
        parts[place] += 1;
    }
    parts.into_iter().map(|part| Decimal::try_from_i128_with_scale(part, scale).unwrap_or_default()).collect()
}

/// A number in units of 10^-scale; it has no more decimals.
fn units(number: Decimal, scale: u32) -> i128 {
    let number = if number.scale() > scale { number.normalize() } else { number };
    number.mantissa().saturating_mul(10_i128.saturating_pow(scale.saturating_sub(number.scale())))
}

#[cfg(test)]
mod tests {
    use rust_decimal::prelude::ToPrimitive;

    use super::*;
    use crate::seed::rng::Rng;

    fn cents(amounts: &[i64]) -> Vec<Decimal> {
        amounts.iter().map(|amount| Decimal::new(*amount, 2)).collect()
    }

    #[test]
    fn steps_that_are_left_go_to_the_largest_remainders() {
        let cent = Decimal::new(1, 2);
        for (total, weights, parts) in [
            (1000, &[1, 1, 1][..], &[334, 333, 333][..]),
            (1001, &[1, 1, 1], &[334, 334, 333]),
            // Equal remainders: the larger weight first.
            (2, &[100, 300], &[0, 2]),
            (1, &[500, 500], &[1, 0]),
            (0, &[5, 5], &[0, 0]),
            (5, &[0, 0], &[0, 0]),
            (-1000, &[1, 1, 1], &[-334, -333, -333]),
            (999, &[], &[]),
        ] {
            assert_eq!(allocate(Decimal::new(total, 2), &cents(weights), cent), cents(parts), "{total} {weights:?}");
        }
        let yen = allocate(Decimal::from(100), &[Decimal::new(500, 2), Decimal::from(10)], Decimal::ONE);
        assert_eq!(yen, [Decimal::from(33), Decimal::from(67)]);
    }

    #[test]
    fn parts_sum_up_and_stay_within_the_weights() {
        let mut rng = Rng::new(11);
        for case in 0..3_000 {
            let step = if rng.percent(30) { Decimal::ONE } else { Decimal::new(1, 2) };
            let largest = rng.pick(&[3, 100, 100_000, 99_999_999]);
            let count = rng.between(1, 40);
            let weights: Vec<Decimal> = (0..count).map(|_| Decimal::from(rng.below(largest)) * step).collect();
            let sum: Decimal = weights.iter().sum();
            let steps = (sum / step).to_i64().expect("small");
            let total = Decimal::from(rng.between(0, steps)) * step;
            let parts = allocate(total, &weights, step);
            assert_eq!(parts.iter().sum::<Decimal>(), total, "case {case}");
            for (part, weight) in parts.iter().zip(&weights) {
                assert!(*part >= Decimal::ZERO && part <= weight, "case {case}: {part} of {weight}");
                assert!((part / step).is_integer(), "case {case}: {part}");
            }
        }
    }
}
