//! What each piece did in each closed month.

use entity::{product_metrics, sea_orm_active_enums::ProductStatus};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::builder::{DemoBuilder, Period, counts, rng};

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut rng = rng("metrics");
    let sold: Vec<Uuid> = (demo.rows.products.iter())
        .filter(|product| product.status == ProductStatus::Active)
        .map(|product| product.id)
        .collect();
    for month in demo.closed_months(6) {
        let created = demo.by_now(month.until() + chrono::TimeDelta::hours(2));
        for product in &sold {
            let (purchases, revenue) = sales(demo, *product, month);
            let views = purchases * i32::try_from(rng.between(45, 90)).unwrap_or_default()
                + i32::try_from(rng.between(60, 220)).unwrap_or_default();
            let add_to_carts = purchases * 2 + views / 40;
            let metrics = product_metrics::Model {
                id: demo.id("product_metrics", created),
                product_id: *product,
                period_start: month.start,
                period_end: month.end.pred_opt().unwrap_or(month.end),
                views,
                add_to_carts,
                purchases,
                revenue,
                conversion_rate: Some((Decimal::from(purchases) / Decimal::from(views)).round_dp(4)),
                average_order_value: (purchases > 0).then(|| (revenue / Decimal::from(purchases)).round_dp(2)),
                created_at: created.into(),
                updated_at: created.into(),
            };
            demo.rows.product_metrics.push(metrics);
        }
    }
}

/// In how many orders the piece was sold, and what its lines brought before tax.
fn sales(demo: &DemoBuilder, product: Uuid, month: Period) -> (i32, Decimal) {
    let variants: Vec<Option<Uuid>> = (demo.rows.product_variants.iter())
        .filter(|variant| variant.product_id == product)
        .map(|variant| Some(variant.id))
        .collect();
    let mut purchases = 0;
    let mut revenue = Decimal::new(0, 2);
    for order in demo.rows.orders.iter().filter(|order| counts(order) && month.has(&order.created_at)) {
        let lines: Vec<_> = (demo.rows.order_items.iter())
            .filter(|item| item.order_id == order.id && variants.contains(&item.product_variant_id))
            .collect();
        purchases += i32::from(!lines.is_empty());
        revenue += lines.iter().map(|item| item.total_amount - item.tax_amount).sum::<Decimal>();
    }
    (purchases, revenue)
}
