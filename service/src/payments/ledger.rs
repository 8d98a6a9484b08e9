//! What the entries of a payment come to: sums, open requests, a status. The order in which they came does not matter.

use std::collections::HashMap;

use entity::{
    payments,
    sea_orm_active_enums::{PaymentEntryKind, PaymentStatus},
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    entry::{Entry, Request},
    is_immediate,
};
use crate::state::State;

/// What can become of a payment. Money that comes in after an authorization was cancelled is there all the same.
impl State for PaymentStatus {
    const NOUN: &'static str = "payment";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Authorized, Self::Captured, Self::Voided, Self::Failed],
            Self::Authorized => &[Self::Captured, Self::Voided, Self::Failed],
            Self::Failed => &[Self::Authorized, Self::Captured],
            Self::Voided => &[Self::Captured],
            Self::Captured => &[],
        }
    }
}

/// The sums of a payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// What was authorized, less what was voided.
    pub(crate) authorized: Decimal,
    /// What was captured.
    pub(crate) captured: Decimal,
    /// What was refunded, less what came back.
    pub(crate) refunded: Decimal,
    /// What was charged back, less what came back.
    pub(crate) charged_back: Decimal,
    /// The captures that were requested and are not settled.
    pub(crate) pending_capture: Decimal,
    /// The refunds that were requested and are not settled.
    pub(crate) pending_refund: Decimal,
    /// What the provider kept.
    pub(crate) fee: Decimal,
}

impl Sums {
    /// The sums of entries.
    pub(crate) fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        entries.into_iter().fold(Self::default(), |sums, entry| sums.with(entry))
    }

    /// The sums with one entry more.
    pub(crate) fn with(mut self, entry: &Entry) -> Self {
        use PaymentEntryKind::*;
        let amount = entry.amount;
        match entry.kind {
            Authorized => self.authorized += amount,
            Voided => self.authorized -= amount,
            CaptureRequested => self.pending_capture += amount,
            Captured => self.captured += amount,
            RefundRequested => self.pending_refund += amount,
            Refunded => self.refunded += amount,
            RefundReversed => self.refunded -= amount,
            ChargedBack => self.charged_back += amount,
            ChargebackReversed => self.charged_back -= amount,
            Fee => self.fee += amount,
            CaptureFailed | RefundFailed | RefundCancelled | Failed => {}
        }
        if entry.request_id.is_some() {
            match entry.kind {
                Captured | CaptureFailed => self.pending_capture -= amount,
                Refunded | RefundFailed | RefundCancelled => self.pending_refund -= amount,
                _ => {}
            }
        }
        self
    }

    /// What can be given back: what is there and not asked back already.
    pub(crate) fn refundable(&self) -> Decimal {
        (self.captured - self.refunded - self.charged_back - self.pending_refund).max(Decimal::ZERO)
    }

    /// Writes the sums into the payment's row.
    pub(crate) fn apply(&self, payment: &mut payments::Model) {
        payment.authorized_amount = self.authorized;
        payment.captured_amount = self.captured;
        payment.refunded_amount = self.refunded;
        payment.charged_back_amount = self.charged_back;
        payment.pending_capture_amount = self.pending_capture;
        payment.pending_refund_amount = self.pending_refund;
        payment.fee_amount = self.fee;
    }
}

/// What is left to capture of a payment: of what is authorized, or of its amount where nothing is ever authorized.
pub(crate) fn capturable(payment: &payments::Model) -> Decimal {
    open(payment) - payment.pending_capture_amount.min(open(payment))
}

/// What may still come in by a payment, requested or not.
pub(crate) fn open(payment: &payments::Model) -> Decimal {
    let most = match payment.status {
        PaymentStatus::Voided | PaymentStatus::Failed => return Decimal::ZERO,
        PaymentStatus::Pending => payment.amount,
        _ if is_immediate(&payment.provider) => payment.amount,
        PaymentStatus::Authorized | PaymentStatus::Captured => payment.authorized_amount,
    };
    // Captures are requested of payments, too, that were never authorized.
    (most - payment.captured_amount).max(payment.pending_capture_amount)
}

/// The status after an entry, which the sums have already.
pub(crate) fn status_after(status: PaymentStatus, kind: PaymentEntryKind, sums: &Sums) -> PaymentStatus {
    let to = match kind {
        PaymentEntryKind::Authorized => PaymentStatus::Authorized,
        PaymentEntryKind::Captured => PaymentStatus::Captured,
        PaymentEntryKind::Voided if sums.authorized.is_zero() => PaymentStatus::Voided,
        PaymentEntryKind::Failed => PaymentStatus::Failed,
        _ => return status,
    };
    if status.allowed().contains(&to) { to } else { status }
}

/// The requests that are not settled, the oldest first.
pub(crate) fn open_requests(entries: &[Entry]) -> impl Iterator<Item = Request> {
    requests(entries).filter(|request| request.open > Decimal::ZERO)
}

/// All requests, settled or not, the oldest first.
pub(crate) fn requests(entries: &[Entry]) -> impl Iterator<Item = Request> {
    let mut settled: HashMap<Uuid, Decimal> = HashMap::new();
    for (id, amount) in entries.iter().filter_map(settles) {
        *settled.entry(id).or_default() += amount;
    }
    entries.iter().filter_map(move |entry| request(entry, settled.get(&entry.id).copied().unwrap_or_default()))
}

/// A request as it stands, settled or not; none if the payment has no such one.
pub(crate) fn find_request(entries: &[Entry], id: Uuid) -> Option<Request> {
    requests(entries).find(|request| request.id == id)
}

/// The request that an entry settles, and how much of it.
fn settles(entry: &Entry) -> Option<(Uuid, Decimal)> {
    use PaymentEntryKind::*;
    let is_outcome = matches!(entry.kind, Captured | CaptureFailed | Refunded | RefundFailed | RefundCancelled);
    entry.request_id.filter(|_| is_outcome).map(|id| (id, entry.amount))
}

/// An entry as a request, with the part of it that is settled.
fn request(entry: &Entry, settled: Decimal) -> Option<Request> {
    let Entry { id, kind, amount, refund_id: refund, .. } = *entry;
    let is_request = matches!(kind, PaymentEntryKind::CaptureRequested | PaymentEntryKind::RefundRequested);
    let key = || entry.effect_key.clone();
    is_request.then(|| Request { id, kind, amount, open: amount - settled, refund, key: key() })
}

/// The sum of a request's outcomes: reported in time, late, or earlier without naming the request.
pub(crate) fn moved(entries: &[Entry], request: Uuid, kind: PaymentEntryKind) -> Decimal {
    let is_known =
        |entry: &Entry| entries.iter().any(|other| other.request_id == Some(request) && other.knows(entry.id));
    let is_of = |entry: &&Entry| entry.is_outcome(kind, request) || (entry.kind == kind && is_known(entry));
    entries.iter().filter(is_of).map(|entry| entry.amount).sum()
}

/// Whether a request had an outcome of a kind.
pub(crate) fn is_answered(entries: &[Entry], request: Uuid, kind: PaymentEntryKind) -> bool {
    entries.iter().any(|entry| entry.request_id == Some(request) && entry.kind == kind)
}

/// The latest entry of a kind that fits and that no entry of `reversal` takes back.
pub(crate) fn reversible(
    entries: &[Entry],
    kind: PaymentEntryKind,
    reversal: PaymentEntryKind,
    fits: impl Fn(&Entry) -> bool,
) -> Option<&Entry> {
    entries.iter().rev().find(|entry| entry.kind == kind && fits(entry) && !is_answered(entries, entry.id, reversal))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn entry(id: u128, kind: PaymentEntryKind, amount: i64, request: Option<u128>) -> Entry {
        Entry {
            id: Uuid::from_u128(id),
            payment_id: Uuid::nil(),
            kind,
            amount: Decimal::from(amount),
            currency: "USD".to_owned(),
            request_id: request.map(Uuid::from_u128),
            refund_id: None,
            provider_event_id: None,
            effect_key: id.to_string(),
            occurred_at: DateTime::<Utc>::UNIX_EPOCH,
        }
    }

    fn story() -> Vec<Entry> {
        use PaymentEntryKind::*;
        vec![
            entry(1, Authorized, 100, None),
            entry(2, CaptureRequested, 100, None),
            entry(3, Captured, 90, Some(2)),
            entry(4, CaptureFailed, 10, Some(2)),
            entry(5, Voided, 10, None),
            entry(6, Fee, 3, None),
            entry(7, RefundRequested, 40, None),
            entry(8, Refunded, 40, Some(7)),
            entry(9, RefundRequested, 20, None),
            entry(10, RefundFailed, 20, Some(9)),
            entry(11, RefundRequested, 5, None),
            entry(12, RefundReversed, 40, Some(8)),
            entry(13, ChargedBack, 30, None),
            entry(14, ChargebackReversed, 30, Some(13)),
            entry(15, Failed, 0, None),
        ]
    }

    #[test]
    fn sums_do_not_depend_on_the_order_of_arrival() {
        let mut entries = story();
        let sums = Sums::of(&entries);
        let (ninety, five, zero) = (Decimal::from(90), Decimal::from(5), Decimal::ZERO);
        let expected = Sums {
            authorized: ninety,
            captured: ninety,
            refunded: zero,
            charged_back: zero,
            pending_capture: zero,
            pending_refund: five,
            fee: Decimal::from(3),
        };
        assert_eq!(sums, expected);
        assert_eq!(sums.refundable(), Decimal::from(85));
        let mut number: u64 = 7;
        for _ in 0..200 {
            for place in (1..entries.len()).rev() {
                number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let other = usize::try_from(number >> 33).expect("31 bits") % (place + 1);
                entries.swap(place, other);
            }
            assert_eq!(Sums::of(&entries), expected);
            let open: Vec<_> = open_requests(&entries).map(|request| (request.id, request.open)).collect();
            assert_eq!(open, [(Uuid::from_u128(11), five)]);
        }
    }

    #[test]
    fn late_facts_do_not_move_a_payment_back() {
        use PaymentEntryKind as Kind;
        use PaymentStatus::*;
        let none = Sums::default();
        for (from, kind, to) in [
            (Pending, Kind::Authorized, Authorized),
            (Pending, Kind::Captured, Captured),
            (Pending, Kind::Failed, Failed),
            (Pending, Kind::Voided, Voided),
            (Pending, Kind::Fee, Pending),
            (Authorized, Kind::Authorized, Authorized),
            (Authorized, Kind::Captured, Captured),
            (Authorized, Kind::Failed, Failed),
            (Authorized, Kind::Voided, Voided),
            (Authorized, Kind::CaptureFailed, Authorized),
            (Captured, Kind::Authorized, Captured),
            (Captured, Kind::Failed, Captured),
            (Captured, Kind::Voided, Captured),
            (Captured, Kind::Refunded, Captured),
            (Voided, Kind::Authorized, Voided),
            (Voided, Kind::Captured, Captured),
            (Voided, Kind::Failed, Voided),
            (Failed, Kind::Authorized, Authorized),
            (Failed, Kind::Captured, Captured),
            (Failed, Kind::Voided, Failed),
        ] {
            assert_eq!(status_after(from, kind, &none), to, "{from:?} and {kind:?}");
        }
        let open = Sums { authorized: Decimal::ONE, ..none };
        assert_eq!(status_after(Authorized, Kind::Voided, &open), Authorized);
    }

    #[test]
    fn what_was_taken_back_is_not_taken_back_again() {
        use PaymentEntryKind::*;
        let mut entries = vec![entry(1, Refunded, 10, None), entry(2, Refunded, 20, None)];
        let find = |entries: &[Entry]| reversible(entries, Refunded, RefundReversed, |_| true).map(|entry| entry.id);
        assert_eq!(find(&entries), Some(Uuid::from_u128(2)));
        entries.push(entry(3, RefundReversed, 20, Some(2)));
        assert_eq!(find(&entries), Some(Uuid::from_u128(1)));
        entries.push(entry(4, RefundReversed, 10, Some(1)));
        assert_eq!(find(&entries), None);
    }
}
