//! What something costs, in its currency and in the shop's.

use chrono::NaiveDate;
use entity::transactions;
use rust_decimal::Decimal;

use crate::{
    Result, UnitOfWork,
    money::currency,
    pricing::rate::converted,
    refusal::{Code, Refusal},
    settings::Settings,
};

/// What something costs; below 0, what takes a cost back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    /// How much.
    pub(crate) amount: Decimal,
    /// In which currency.
    pub(crate) currency: String,
    /// The same in the shop's currency; none if it is that one.
    pub(crate) reported: Option<Decimal>,
}

impl Cost {
    /// An amount at the exchange rate of a day. Refused if there is no rate; that has no path yet.
    pub(crate) async fn on(
        unit: &UnitOfWork,
        settings: &Settings,
        amount: Decimal,
        currency: &str,
        day: NaiveDate,
    ) -> Result<Self> {
        let mut cost = Self { amount, currency: currency.to_owned(), reported: None };
        let shop = settings.currency.as_str();
        if currency == shop {
            return Ok(cost);
        }
        let mut sql = unit.sql();
        sql.push("SELECT rate_e10 FROM exchange_rates WHERE base = ").bind(currency).push(" AND quote = ").bind(shop);
        sql.push(" AND day <= ").bind(day).push(" ORDER BY day DESC LIMIT 1");
        let rows = unit.rows(sql).await?;
        let Some(found) = rows.first() else {
            let message = format!("there is no exchange rate from {currency} to {shop} for {day} or before");
            return Err(Refusal::new(Code::Invalid, message).into());
        };
        let reported = converted(amount, found.try_get_by("rate_e10")?, currency::step(shop));
        if reported.abs() > currency::max_amount() {
            return Err(Refusal::invalid("amount", format!("`amount` is too large in {shop}")).into());
        }
        cost.reported = Some(reported);
        Ok(cost)
    }

    /// That of a transaction.
    pub(crate) fn of(row: &transactions::Model) -> Self {
        Self { amount: row.amount, currency: row.currency.clone(), reported: row.report_amount }
    }

    /// What takes it back.
    pub(crate) fn taken_back(&self) -> Self {
        Self { amount: -self.amount, currency: self.currency.clone(), reported: self.reported.map(|amount| -amount) }
    }

    /// In a currency: its own, or the shop's. None in any other one.
    pub(crate) fn in_currency(&self, currency: &str, settings: &Settings) -> Option<Decimal> {
        match currency == self.currency {
            true => Some(self.amount),
            false => self.reported.filter(|_| currency == settings.currency),
        }
    }

    /// In the shop's currency.
    pub(crate) fn in_shop_currency(&self) -> Decimal {
        self.reported.unwrap_or(self.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_counts_in_its_currency_and_in_that_of_the_shop() {
        let settings = Settings::default();
        let (ten, eleven) = (Decimal::from(10), Decimal::from(11));
        let euros = Cost { amount: ten, currency: "EUR".to_owned(), reported: Some(eleven) };
        let in_currency = |cost: &Cost, currency| cost.in_currency(currency, &settings);
        assert_eq!(in_currency(&euros, "EUR"), Some(ten));
        assert_eq!(in_currency(&euros, "USD"), Some(eleven));
        assert_eq!(in_currency(&euros, "GBP"), None);
        assert_eq!(euros.in_shop_currency(), eleven);
        assert_eq!(in_currency(&euros.taken_back(), "USD"), Some(-eleven));
        let dollars = Cost { amount: ten, currency: "USD".to_owned(), reported: None };
        assert_eq!((in_currency(&dollars, "USD"), in_currency(&dollars, "EUR")), (Some(ten), None));
        assert_eq!(dollars.in_shop_currency(), ten);
    }
}
