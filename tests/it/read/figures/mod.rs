//! Figures over the rows of lists, beside those that are worked out of the same rows without a database.
//!
//! - [`sheet`]: the rows of a type and its columns; [`worth`]: their values as they are compared
//! - [`figure`], [`key`], [`having`], [`order`]: what is asked, and what it means
//! - [`case`]: a question and its answer; [`cases`], [`conditions`]: questions at random; [`clocks`]: moments
//!
//! and the tests: [`equal`]: both are the same; [`pages`]: pages of groups; [`buckets`]: periods; [`bounds`],
//! [`refused`]: what is compared, and what is not answered.

mod bounds;
mod buckets;
mod case;
mod cases;
mod clocks;
mod conditions;
mod equal;
mod figure;
mod having;
mod key;
mod order;
mod pages;
mod refused;
mod sheet;
mod worth;
