//! What people allow, without their addresses, merged customers by what they were known by, and segments that are found
//! by themselves.

mod consented;

use crate::{
    engine::{Address, Engine, Guarded, Hashing},
    schema::{
        Addition,
        ChildList::OfThoseWith,
        Enum,
        OnDelete::{Cascade, SetNull},
        Table, TablesOf, boolean, enumeration, integer, object, tables_of, text, timestamp, uuid, varchar,
    },
};

const CONSENT_CHANNEL: Enum = Enum { name: "consent_channel", values: &["email", "sms", "phone"] };
const CONSENT_STATE: Enum =
    Enum { name: "consent_state", values: &["granted", "withdrawn", "bounced", "complained", "erased"] };
const CUSTOMER_ALIAS_KIND: Enum = Enum { name: "customer_alias_kind", values: &["customer", "email", "shopify"] };

/// The hash of an e-mail address, of a person or on a list.
const fn email(hash: &'static str) -> Address {
    Address { column: "email", hash, channel: "email", normal: consented::email }
}

const PHONE: Address = Address { column: "phone", hash: "phone_hash", channel: "phone", normal: consented::phone };

const HASHINGS: &[Hashing] = &[
    Hashing { table: "customers", addresses: &[email("email_hash"), PHONE] },
    Hashing { table: "email_subscribers", addresses: &[email("address_hash")] },
];

/// How the books are guarded from here on.
pub(crate) const BOOKS: Guarded<'static> = Guarded {
    table: "transactions",
    columns: &[
        "id",
        "type",
        "category",
        "amount",
        "currency",
        "description",
        "order_id",
        "customer_id",
        "agent_id",
        "campaign_id",
        "payment_method",
        "external_id",
        "transaction_date",
        "created_at",
        "payment_entry_id",
        "reverses_id",
        "report_amount",
    ],
    references: &[("customer_id", "customers"), ("agent_id", "agents"), ("campaign_id", "campaigns")],
    follows_merges: true,
};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0024_customers", &[&CONSENT_CHANNEL, &CONSENT_STATE, &CUSTOMER_ALIAS_KIND], || {
        vec![customer_aliases(), consents()]
    })
    .adding(|| vec![customers(), customer_segments(), customer_segment_members(), email_subscribers(), transactions()])
    .hashing(HASHINGS)
    .filling(consented::fill)
    .commenting(&[include_str!("m0024_customers.txt")])
}

/// A merged customer is found by the old id, address and Shopify id.
fn customer_aliases() -> Table {
    Table::keyed("customer_aliases", &["kind", "value"])
        .column(enumeration("kind", &CUSTOMER_ALIAS_KIND))
        .column(varchar("value", 255))
        .column(uuid("customer_id").references("customers", Cascade))
        .changing()
}

/// Rows that never change must not hold what may have to be erased: an address has its hash here.
fn consents() -> Table {
    Table::new("consents")
        .column(enumeration("channel", &CONSENT_CHANNEL))
        .column(varchar("address_hash", 64))
        .column(uuid("customer_id").null().references("customers", SetNull).children(OfThoseWith))
        .column(enumeration("state", &CONSENT_STATE))
        .column(varchar("source", 50))
        .column(object("evidence"))
        .column(varchar("principal", 255))
        .column(timestamp("occurred_at"))
        .created()
        .index(&["channel", "address_hash", "occurred_at", "id"])
        .index(&["created_at", "id"])
        .append_only(&[("customer_id", "customers")])
        .following_merges()
}

fn customers() -> Addition {
    Addition::to("customers")
        .column(text("note").null())
        .column(timestamp("erased_at").null())
        .column(timestamp("source_updated_at").null())
        .column(varchar("email_hash", 64).null())
        .column(varchar("phone_hash", 64).null())
        .index(&["email_hash"])
        .index(&["phone_hash"])
}

fn customer_segments() -> Addition {
    Addition::to("customer_segments")
        .counts(&["member_count"])
        .checked(integer("refresh_minutes").null(), "refresh_minutes > 0")
        .column(timestamp("computed_at").null())
        .column(timestamp("next_compute_at").null())
        .fill(count_members)
        .index(&["next_compute_at"])
}

fn count_members(_: Engine) -> Vec<String> {
    let count = "UPDATE customer_segments SET member_count = members.number \
                 FROM (SELECT segment_id, COUNT(*) AS number FROM customer_segment_members GROUP BY segment_id) \
                   AS members \
                 WHERE members.segment_id = customer_segments.id";
    vec![count.to_owned()]
}

/// Members of before were put there by hand.
fn customer_segment_members() -> Addition {
    Addition::to("customer_segment_members").column(boolean("is_manual").default("TRUE"))
}

fn email_subscribers() -> Addition {
    Addition::to("email_subscribers").column(varchar("address_hash", 64).null()).index(&["address_hash"])
}

fn transactions() -> Addition {
    Addition::to("transactions").guarding(Guarded { follows_merges: false, ..BOOKS }).following_merges()
}
