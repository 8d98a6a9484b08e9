//! The shop that is measured: its catalogue is made through the API, and looked at through it afterwards.

use tests::bench::{Client, Target, numbers, texts};
use uuid::Uuid;

/// How many pieces there are of every variant at first.
pub(crate) const PIECES: i64 = 1_000_000;
/// The most items of a call, and the most rows of a page.
const PAGE: usize = 250;
/// What each of them costs.
pub(crate) const PRICE: &str = "1000.00";
/// How many variants a product has.
pub(crate) const OF_PRODUCT: usize = 10;
/// How many products a call makes.
const PRODUCTS: usize = 100;
/// How long orders keep their stock, in minutes: none of them ends meanwhile.
const HOLD: usize = 7 * 24 * 60;

const UPSERT: &str = "mutation($input: UpsertProductsInput!) { upsertProducts(input: $input) { results { userErrors { code message } } userErrors { code message } } }";
const SET: &str = "mutation($input: SetStockInput!) { setStock(input: $input) { results { userErrors { code message } } userErrors { code message } } }";
const PLACE: &str = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } payment { id } userErrors { code message } replayed } }";
const VARIANTS: &str =
    "query($input: [String!]!) { productVariants(first: 250, filter: { sku: { in: $input } }) { nodes { sku id } } }";
const LEVELS: &str = "query($input: [ID!]!) { productVariants(first: 250, filter: { id: { in: $input } }) { nodes { inventoryQuantity inventoryLevels(first: 1) { nodes { quantityAvailable quantityReserved } } } } }";
const ORDERS: &str = "query($input: String!) { orders(first: 0, filter: { source: { eq: $input } }) { totalCount } }";

/// A catalogue with stock.
pub(crate) struct Shop {
    target: Target,
    /// Tells what this run makes from what others made.
    run: String,
    /// The variants, in the order in which they were made.
    variants: Vec<String>,
}

/// The pieces of some variants in sum.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stock {
    pub(crate) available: i64,
    pub(crate) reserved: i64,
}

/// What an order was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) order: String,
    pub(crate) payment: Option<String>,
    pub(crate) replayed: bool,
}

impl Shop {
    /// Makes this number of variants, or finds those of an earlier run, and sets their stock.
    pub(crate) fn open(target: Target, count: usize) -> Result<Self, String> {
        let mut client = target.connect();
        let products: Vec<usize> = (0..count.div_ceil(OF_PRODUCT)).collect();
        for products in products.chunks(PRODUCTS) {
            let items: Vec<String> = products.iter().map(|number| product(*number)).collect();
            done(client.ask(UPSERT, &format!(r#"{{"items":[{}]}}"#, items.join(","))))?;
        }
        let mut variants = Vec::with_capacity(count);
        let skus: Vec<String> = (0..count).map(sku).collect();
        for skus in skus.chunks(PAGE) {
            let text = client.ask(VARIANTS, &list(skus));
            let mut found: Vec<_> = texts(text, "sku").into_iter().zip(texts(text, "id")).collect();
            found.sort();
            variants.extend(found.into_iter().map(|(_, id)| id));
        }
        if variants.len() != count {
            return Err(format!("{count} variants were made, {} are there", variants.len()));
        }
        let run = Uuid::now_v7().simple().to_string();
        let shop = Self { target, run: run.chars().take(12).collect(), variants };
        for variants in shop.variants.chunks(PAGE) {
            shop.set(&mut client, variants, PIECES, "start")?;
        }
        Ok(shop)
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    pub(crate) fn connect(&self) -> Client {
        self.target.connect()
    }

    pub(crate) fn variants(&self) -> &[String] {
        &self.variants
    }

    /// The source of orders, the reason of counts, and the name of whatever else a part of this run makes.
    pub(crate) fn source(&self, part: &str) -> String {
        format!("bench-{}-{part}", self.run)
    }

    /// Sets how many pieces are available of variants, for a part of this run.
    pub(crate) fn set(
        &self,
        client: &mut Client,
        variants: &[String],
        available: i64,
        part: &str,
    ) -> Result<(), String> {
        let reason = self.source(part);
        let item = |id: &String| {
            format!(
                r#"{{"variantId":"{id}","location":"main","available":{available},"changeFromQuantity":null,"reason":"{reason}"}}"#
            )
        };
        let items: Vec<String> = variants.iter().map(item).collect();
        done(client.ask(SET, &format!(r#"{{"items":[{}]}}"#, items.join(",")))).map(drop)
    }

    /// The input of an order of one piece each of variants, with a key of its own. `more` are further fields.
    pub(crate) fn order<'a>(&self, variants: impl IntoIterator<Item = &'a String>, source: &str, more: &str) -> String {
        let lines: Vec<String> =
            variants.into_iter().map(|id| format!(r#"{{"variantId":"{id}","quantity":1}}"#)).collect();
        let (lines, key) = (lines.join(","), Uuid::now_v7());
        format!(r#"{{"lines":[{lines}],"source":"{source}","holdMinutes":{HOLD},"idempotencyKey":"{key}"{more}}}"#)
    }

    /// What is there of variants.
    pub(crate) fn stock(&self, client: &mut Client, variants: &[String]) -> Result<Stock, String> {
        let mut stock = Stock::default();
        for variants in variants.chunks(PAGE) {
            let text = client.ask(LEVELS, &list(variants));
            let [sums, available, reserved] =
                ["inventoryQuantity", "quantityAvailable", "quantityReserved"].map(|name| numbers(text, name));
            if sums != available || sums.len() != variants.len() {
                return Err("the sums of variants are not what their stock is".to_owned());
            }
            stock.available += available.iter().sum::<i64>();
            stock.reserved += reserved.iter().sum::<i64>();
        }
        Ok(stock)
    }

    /// How many orders came from a source.
    pub(crate) fn orders(&self, client: &mut Client, source: &str) -> i64 {
        total(client.ask(ORDERS, &format!(r#""{source}""#)))
    }
}

/// Places an order; what the shop says against it otherwise.
pub(crate) fn place(client: &mut Client, input: &str) -> Result<Placed, String> {
    let text = done(client.ask(PLACE, input))?;
    let mut ids = texts(text, "id").into_iter();
    let order = ids.next().ok_or_else(|| format!("no order: {text}"))?;
    Ok(Placed { order, payment: ids.next(), replayed: text.contains(r#""replayed":true"#) })
}

/// An answer in which nothing was refused; otherwise the answer is the reason.
pub(crate) fn done(text: &str) -> Result<&str, String> {
    if text.contains(r#""userErrors":[{"#) { Err(text.to_owned()) } else { Ok(text) }
}

/// The sum of all counts in an answer.
pub(crate) fn total(text: &str) -> i64 {
    numbers(text, "totalCount").iter().sum()
}

/// The first id in an answer.
pub(crate) fn first_id(text: &str) -> Result<String, String> {
    texts(text, "id").into_iter().next().ok_or_else(|| format!("no id: {text}"))
}

/// An amount without its cents.
pub(crate) fn whole(amount: &str) -> i64 {
    amount.split('.').next().and_then(|whole| whole.parse().ok()).unwrap_or_default()
}

/// Texts as JSON.
pub(crate) fn list(texts: &[String]) -> String {
    format!(r#"["{}"]"#, texts.join(r#"",""#))
}

/// The SKU of a variant. They sort as their numbers.
pub(crate) fn sku(number: usize) -> String {
    format!("BENCH-{number:06}")
}

/// A product that is taxed nowhere.
fn product(number: usize) -> String {
    let variant = |value: usize| {
        let sku = sku(number * OF_PRODUCT + value);
        format!(r#"{{"sku":"{sku}","optionValues":["{value}"],"price":"{PRICE}","taxClass":"bench"}}"#)
    };
    let variants: Vec<String> = (0..OF_PRODUCT).map(variant).collect();
    let variants = variants.join(",");
    format!(
        r#"{{"handle":"bench-{number}","title":"Bench {number}","status":"ACTIVE","optionNames":["Number"],"variants":[{variants}]}}"#
    )
}
