//! Values of a filter as parameters of a statement.

use rust_decimal::Decimal;
use service::database::Sql;

use super::scalars::{Date, Id, Moment};

/// A value that can be a parameter.
pub trait Bind {
    /// Adds it to the statement.
    fn bind(&self, sql: &mut Sql);

    /// Adds that what stands before is one of some values.
    fn among(values: &[Self], sql: &mut Sql)
    where
        Self: Sized,
    {
        sql.push(" IN ").list(values, |sql, value| value.bind(sql));
    }
}

macro_rules! bind {
    ($($ty:ty: $value:ident => $as:expr),* $(,)?) => {$(
        impl Bind for $ty {
            fn bind(&self, sql: &mut Sql) {
                let $value = self;
                sql.bind($as);
            }
        }
    )*};
}

bind! {
    i32: it => *it,
    bool: it => *it,
    Decimal: it => *it,
    Moment: it => it.0,
    Date: it => it.0,
}

/// A list of them is one parameter, however long it is.
impl Bind for Id {
    fn bind(&self, sql: &mut Sql) {
        sql.bind(self.0);
    }

    fn among(values: &[Self], sql: &mut Sql) {
        sql.is_any(&values.iter().map(|id| id.0).collect::<Vec<_>>());
    }
}

/// A list of them is one parameter, however long it is.
impl Bind for String {
    fn bind(&self, sql: &mut Sql) {
        sql.bind(self.as_str());
    }

    fn among(values: &[Self], sql: &mut Sql) {
        sql.is_any_text(&values.iter().map(Self::as_str).collect::<Vec<_>>());
    }
}
