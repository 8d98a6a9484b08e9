//! What people order at once.

use entity::product_variants;
use rust_decimal::Decimal;

use super::{builder::DemoBuilder, catalog::usd, customer_texts::Buyer};
use crate::seed::rng::Rng;

/// What people order for one wall: size and whether stretched, in the proportions in which they do.
const HOME_BASKETS: [&[(&str, bool)]; 8] = [
    &[("36x48", true)],
    &[("36x48", true)],
    &[("36x48", false)],
    &[("53x72", false)],
    &[("24x36", true)],
    &[("24x36", false), ("24x36", false)],
    &[("24x36", true), ("24x36", true)],
    &[("36x48", true), ("24x36", false)],
];

/// What a buyer puts into the basket; the titles are those of a line.
pub(super) fn basket(demo: &DemoBuilder, rng: &mut Rng, buyer: Buyer) -> Vec<(product_variants::Model, i32)> {
    let mut lines: Vec<(product_variants::Model, i32)> = Vec::new();
    match buyer {
        Buyer::Home(_) => {
            for (size, stretched) in rng.pick(&HOME_BASKETS) {
                add(&mut lines, choose(demo, rng, size, *stretched), 1);
            }
        }
        // Several rooms: about 3,600 US dollars.
        Buyer::Commercial | Buyer::Designer => {
            let mut rooms = Decimal::ZERO;
            while rooms < usd(3_500) {
                let (size, quantity) = rng.pick(&[("36x48", 2), ("24x36", 2), ("53x72", 1)]);
                let variant = choose(demo, rng, size, true);
                rooms += variant.price * Decimal::from(quantity);
                add(&mut lines, variant, quantity);
            }
        }
    }
    lines
}

fn add(lines: &mut Vec<(product_variants::Model, i32)>, variant: product_variants::Model, quantity: i32) {
    match lines.iter_mut().find(|(line, _)| line.id == variant.id) {
        Some((_, already)) => *already += quantity,
        None => lines.push((variant, quantity)),
    }
}

fn choose(demo: &DemoBuilder, rng: &mut Rng, size: &str, stretched: bool) -> product_variants::Model {
    let fits: Vec<_> = (demo.rows.product_variants.iter())
        .filter(|variant| variant.is_available && variant.size.as_deref() == Some(size))
        .filter(|variant| (variant.frame_type.as_deref() == Some("Canvas Roll")) != stretched)
        .collect();
    let mut variant = rng.pick(&fits).clone();
    if let Some(product) = demo.rows.products.iter().find(|product| product.id == variant.product_id) {
        variant.title = format!("{} - {}", product.title, variant.title);
    }
    variant
}
