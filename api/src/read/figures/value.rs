//! What is computed of measures, exactly and alike on both engines.

use rust_decimal::Decimal;
use service::{Error, Result, database::figures::read_squares};

use crate::read::cell::Cell;

/// A measure as it was read.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Number(i64),
    Text(String),
    Cell(Cell),
}

impl Value {
    /// About how many bytes it keeps.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Number(_) => size_of::<Self>(),
            Self::Text(text) => text.len(),
            Self::Cell(cell) => cell.size(),
        }
    }

    pub(super) fn number(&self) -> Result<i64> {
        match self {
            Self::Number(number) => Ok(*number),
            _ => Err(Error::internal("a measure that is no number")),
        }
    }
}

/// The digits that an average has more than the values.
pub(super) const MORE: u32 = 4;

/// Units as a decimal.
pub(super) fn decimal(units: i64, scale: u32) -> Decimal {
    Decimal::new(units, scale)
}

/// `sum / count` in units, with [`MORE`] digits, rounded half away from zero; nothing of no values.
pub(super) fn average(sum: i64, count: i64, scale: u32) -> Option<Decimal> {
    let (dividend, divisor) = (i128::from(sum) * 10_i128.pow(MORE), i128::from(count));
    if divisor == 0 {
        return None;
    }
    let half = dividend.signum() * divisor / 2;
    Decimal::try_from_i128_with_scale((dividend + half) / divisor, scale + MORE).ok()
}

/// The sample standard deviation √((n·Σx² − (Σx)²) / (n(n − 1))); nothing below two values.
pub(super) fn deviation(sum: i64, count: i64, squares: &str, scale: u32) -> Result<Option<f64>> {
    if count < 2 {
        return Ok(None);
    }
    let (sum, count) = (i128::from(sum), i128::from(count));
    let radicand = read_squares(squares)
        .and_then(|squares| squares.checked_mul(count)?.checked_sub(sum.checked_mul(sum)?))
        .ok_or_else(|| Error::limit("the values are too large for a standard deviation"))?;
    // The only step that is not exact.
    let variance = radicand as f64 / (count * (count - 1)) as f64;
    Ok(Some(variance.sqrt() / 10_f64.powi(scale.cast_signed())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_rounded_half_away_from_zero() {
        let text = |sum, count| average(sum, count, 2).map(|average| average.to_string());
        assert_eq!(text(35_055, 3), Some("116.850000".to_owned()));
        assert_eq!(text(2, 3), Some("0.006667".to_owned()));
        assert_eq!((text(1, 80_000), text(-1, 80_000)), (Some("0.000000".to_owned()), Some("0.000000".to_owned())));
        assert_eq!((text(1, 20_000), text(-1, 20_000)), (Some("0.000001".to_owned()), Some("-0.000001".to_owned())));
        assert_eq!(text(0, 0), None);
        assert_eq!(text(i64::MIN, 1), Some("-92233720368547758.080000".to_owned()));
    }

    #[test]
    fn deviations_are_those_of_a_sample() -> Result<()> {
        // 2, 4, 4, 4, 5, 5, 7, 9: Σ 40, Σ² 232.
        assert_eq!(deviation(40, 8, "232", 0)?, Some((32.0_f64 / 7.0).sqrt()));
        assert_eq!(deviation(7, 1, "49", 0)?, None);
        assert!(deviation(1, 2, "1.5e30", 0).is_err(), "a float was summed");
        Ok(())
    }
}
