//! What facts come to.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{
    PaymentEntryKind::{
        Authorized, CaptureFailed, CaptureRequested, Captured, ChargebackReversed, ChargedBack, Failed, RefundFailed,
        RefundRequested, RefundReversed, Refunded, Voided,
    },
    PaymentStatus,
};

use super::*;
use crate::{
    payments::ledger::{Sums, capturable, status_after},
    refusal::Code,
    seed::rng::Rng,
};

const REQUEST: u128 = 1000;

/// A payment to which entries are added.
struct Story {
    row: payments::Model,
    entries: Vec<Entry>,
}

impl Story {
    fn new() -> Self {
        let (zero, epoch) = (Decimal::ZERO, DateTime::<Utc>::UNIX_EPOCH);
        let row = payments::Model {
            id: Uuid::nil(),
            order_id: Uuid::nil(),
            provider: "stripe".to_owned(),
            provider_reference: None,
            method: None,
            amount: Decimal::from(100),
            currency: "USD".to_owned(),
            status: PaymentStatus::Pending,
            authorized_amount: zero,
            captured_amount: zero,
            refunded_amount: zero,
            charged_back_amount: zero,
            pending_capture_amount: zero,
            pending_refund_amount: zero,
            fee_amount: zero,
            is_disputed: false,
            error_code: None,
            version: 1,
            created_at: epoch.into(),
            updated_at: epoch.into(),
        };
        Self { row, entries: Vec::new() }
    }

    fn enter(mut self, new: NewEntry) -> Self {
        let number = u128::try_from(self.entries.len()).expect("small");
        let id = match new.kind {
            PaymentEntryKind::CaptureRequested | PaymentEntryKind::RefundRequested => REQUEST + number,
            _ => number + 1,
        };
        let effect_key = new.key(self.row.id, self.entries.len() + 1);
        self.entries.push(Entry {
            id: Uuid::from_u128(id),
            payment_id: self.row.id,
            kind: new.kind,
            amount: new.amount,
            currency: self.row.currency.clone(),
            request_id: new.request,
            refund_id: new.refund,
            provider_event_id: None,
            effect_key,
            occurred_at: DateTime::<Utc>::UNIX_EPOCH,
        });
        let sums = Sums::of(&self.entries);
        sums.apply(&mut self.row);
        self.row.status = status_after(self.row.status, new.kind, &sums);
        self
    }

    fn with(self, kind: PaymentEntryKind, amount: i64) -> Self {
        self.enter(NewEntry::of(kind, Decimal::from(amount)))
    }

    fn outcome(&self, kind: FactKind, amount: Option<i64>, request: Option<u128>) -> Result<Outcome, Refusal> {
        let fact = Fact { kind, amount: amount.map(Decimal::from), request: request.map(Uuid::from_u128) };
        outcome(&self.row, &self.entries, &fact)
    }

    /// Kinds, amounts, and whether the entry answers a request.
    fn entries(
        &self,
        kind: FactKind,
        amount: Option<i64>,
        request: Option<u128>,
    ) -> Vec<(PaymentEntryKind, i64, bool)> {
        let outcome = self.outcome(kind, amount, request).expect("entered");
        let shown = |entry: &NewEntry| {
            let amount = entry.amount.to_string().parse().expect("a whole amount");
            (entry.kind, amount, entry.request.is_some())
        };
        outcome.entries.iter().map(shown).collect()
    }

    /// The same, and enters them.
    fn report(mut self, kind: FactKind, amount: Option<i64>, request: Option<u128>) -> Self {
        for entry in self.outcome(kind, amount, request).expect("entered").entries {
            self = self.enter(entry);
        }
        self
    }
}

#[test]
fn a_request_is_settled_once_whoever_tells_of_it_first() {
    let asked = Story::new().with(Authorized, 100).with(CaptureRequested, 100);
    let request = Some(REQUEST + 1);
    assert_eq!(asked.entries(FactKind::Captured, None, request), [(Captured, 100, true)]);
    // The provider's event, which names no request.
    let told = asked.report(FactKind::Captured, Some(100), None);
    assert_eq!(told.row.pending_capture_amount, Decimal::ZERO);
    assert!(told.outcome(FactKind::Captured, Some(100), request).expect("known").is_nothing());
    assert!(told.outcome(FactKind::CaptureFailed, None, request).expect("known").is_nothing());
}

#[test]
fn less_than_was_asked_for_settles_the_request_too() {
    let asked = Story::new().with(Authorized, 100).with(CaptureRequested, 100);
    let expected = [(Captured, 60, true), (CaptureFailed, 40, true)];
    assert_eq!(asked.entries(FactKind::Captured, Some(60), Some(REQUEST + 1)), expected);
    let told = asked.report(FactKind::Captured, Some(60), Some(REQUEST + 1));
    assert_eq!((told.row.captured_amount, told.row.pending_capture_amount), (Decimal::from(60), Decimal::ZERO));
    assert!(told.outcome(FactKind::Captured, Some(60), Some(REQUEST + 1)).expect("known").is_nothing());
    // The rest came all the same.
    assert_eq!(told.entries(FactKind::Captured, Some(100), Some(REQUEST + 1)), [(Captured, 40, false)]);
    // What came beyond it was not asked for.
    let asked = Story::new().with(CaptureRequested, 50);
    assert_eq!(
        asked.entries(FactKind::Captured, Some(70), Some(REQUEST)),
        [(Captured, 50, true), (Captured, 20, false)]
    );
    for named in [None, Some(REQUEST)] {
        let told = Story::new().with(CaptureRequested, 50).report(FactKind::Captured, Some(70), named);
        assert!(told.outcome(FactKind::Captured, Some(70), Some(REQUEST)).expect("known").is_nothing());
    }
}

#[test]
fn less_than_was_asked_for_counts_once_whoever_tells_of_it_first() {
    let request = Some(REQUEST + 1);
    let asked = || Story::new().with(Authorized, 100).with(CaptureRequested, 100);
    let told = asked().report(FactKind::Captured, Some(60), None);
    assert_eq!(told.row.pending_capture_amount, Decimal::from(100));
    assert_eq!(told.entries(FactKind::Captured, Some(60), request), [(CaptureFailed, 100, true)]);
    let settled = told.report(FactKind::Captured, Some(60), request);
    assert_eq!((settled.row.captured_amount, settled.row.pending_capture_amount), (Decimal::from(60), Decimal::ZERO));
    for amount in [None, Some(60)] {
        assert!(settled.outcome(FactKind::Captured, amount, request).expect("known").is_nothing());
    }
    // It settles one request.
    let both = Story::new().with(Authorized, 150).with(CaptureRequested, 70).with(CaptureRequested, 80);
    let told = both.report(FactKind::Captured, Some(60), None).report(FactKind::Captured, Some(60), request);
    let expected = [(Captured, 60, true), (CaptureFailed, 20, true)];
    assert_eq!(told.entries(FactKind::Captured, Some(60), Some(REQUEST + 2)), expected);
    // Another amount is other money, and so is what came in before it was asked for.
    let told = asked().report(FactKind::Captured, Some(60), None);
    let expected = [(Captured, 50, true), (CaptureFailed, 50, true)];
    assert_eq!(told.entries(FactKind::Captured, Some(50), request), expected);
    let before = Story::new().with(Authorized, 100).with(Captured, 60).with(CaptureRequested, 100);
    let expected = [(Captured, 60, true), (CaptureFailed, 40, true)];
    assert_eq!(before.entries(FactKind::Captured, Some(60), Some(REQUEST + 2)), expected);
}

#[test]
fn money_that_moved_without_a_request_settles_only_what_it_covers() {
    let asked = Story::new().with(Captured, 200).with(RefundRequested, 30).with(RefundRequested, 70);
    let told = asked.report(FactKind::Refunded, Some(50), None);
    assert_eq!(told.row.pending_refund_amount, Decimal::from(70));
    let settled = told.report(FactKind::Refunded, None, Some(REQUEST + 2));
    assert_eq!(settled.row.refunded_amount, Decimal::from(120));
    assert_eq!(settled.row.pending_refund_amount, Decimal::ZERO);
}

#[test]
fn an_amount_finds_the_request_that_it_fits() {
    let asked = Story::new().with(Authorized, 100).with(CaptureRequested, 40).with(CaptureRequested, 60);
    let outcome = asked.outcome(FactKind::Captured, Some(60), None).expect("entered");
    assert_eq!(outcome.entries[0].request, Some(Uuid::from_u128(REQUEST + 2)));
}

#[test]
fn money_that_was_given_up_counts_once_whoever_tells_of_it_first() {
    let request = Some(REQUEST + 1);
    for named in [request, None] {
        let asked = Story::new().with(Authorized, 100).with(CaptureRequested, 60);
        let failed = asked.report(FactKind::CaptureFailed, None, request);
        assert_eq!(failed.row.pending_capture_amount, Decimal::ZERO);
        assert_eq!(failed.entries(FactKind::Captured, Some(60), named), [(Captured, 60, false)]);
        let told = failed.report(FactKind::Captured, Some(60), named);
        for amount in [None, Some(60)] {
            assert!(told.outcome(FactKind::Captured, amount, request).expect("known").is_nothing());
        }
    }
}

#[test]
fn the_end_of_an_authorization_settles_captures() {
    let asked = Story::new().with(Authorized, 100).with(CaptureRequested, 30);
    assert_eq!(asked.entries(FactKind::Voided, None, None), [(CaptureFailed, 30, true), (Voided, 100, false)]);
    assert_eq!(asked.entries(FactKind::Voided, Some(20), None), [(Voided, 20, false)]);
    let failed = asked.report(FactKind::Failed, None, None);
    assert_eq!(failed.row.status, PaymentStatus::Failed);
    assert_eq!((failed.row.authorized_amount, failed.row.pending_capture_amount), (Decimal::ZERO, Decimal::ZERO));
    // Nothing was authorized: there is no amount to enter.
    let outcome = Story::new().outcome(FactKind::Voided, None, None).expect("entered");
    assert!(outcome.voids && outcome.entries.is_empty());
}

#[test]
fn a_capture_that_came_in_part_before_the_end_counts_once() {
    let asked = Story::new().with(Authorized, 100).with(CaptureRequested, 100);
    let told = asked.report(FactKind::Captured, Some(60), None).report(FactKind::Voided, None, None);
    let sums = Sums::of(&told.entries);
    let (sixty, zero) = (Decimal::from(60), Decimal::ZERO);
    assert_eq!((sums.authorized, sums.captured, sums.pending_capture), (sixty, sixty, zero));
    for amount in [None, Some(60)] {
        assert!(told.outcome(FactKind::Captured, amount, Some(REQUEST + 1)).expect("known").is_nothing());
    }
}

#[test]
fn what_comes_after_the_end_moves_nothing() {
    let captured = Story::new().with(Captured, 100);
    assert!(captured.outcome(FactKind::Authorized, Some(100), None).expect("known").is_nothing());
    assert!(captured.outcome(FactKind::Voided, None, None).expect("known").is_nothing());
    assert_eq!(captured.entries(FactKind::Failed, None, None), [(Failed, 0, false)]);
}

#[test]
fn no_more_goes_back_than_came_in() {
    let captured = Story::new().with(Captured, 100);
    for kind in [FactKind::Refunded, FactKind::ChargedBack] {
        let refused = captured.outcome(kind, Some(101), None).expect_err("refused");
        assert_eq!((refused.code, refused.path), (Code::AmountExceeded, vec!["amount".to_owned()]));
    }
    assert_eq!(captured.entries(FactKind::ChargedBack, None, None), [(ChargedBack, 100, false)]);
    let unknown = captured.outcome(FactKind::Captured, None, Some(7)).expect_err("refused");
    assert_eq!((unknown.code, unknown.path), (Code::NotFound, vec!["requestId".to_owned()]));
    assert_eq!(captured.outcome(FactKind::Fee, None, None).expect_err("refused").code, Code::Invalid);
}

#[test]
fn what_comes_back_is_an_earlier_entry_as_a_whole() {
    let refund = Some(Uuid::from_u128(77));
    let asked = NewEntry { refund, ..NewEntry::of(RefundRequested, Decimal::from(40)) };
    let refunded = Story::new().with(Captured, 100).enter(asked).report(FactKind::Refunded, None, Some(REQUEST + 1));
    assert_eq!(refunded.row.refunded_amount, Decimal::from(40));
    assert_eq!(refunded.outcome(FactKind::RefundReversed, Some(10), None).expect_err("refused").code, Code::Invalid);
    let outcome = refunded.outcome(FactKind::RefundReversed, None, Some(REQUEST + 1)).expect("entered");
    assert_eq!((outcome.entries[0].kind, outcome.entries[0].refund), (RefundReversed, refund));
    let reversed = refunded.report(FactKind::RefundReversed, None, None);
    assert_eq!(reversed.row.refunded_amount, Decimal::ZERO);
    assert!(reversed.outcome(FactKind::RefundReversed, None, None).expect("known").is_nothing());
    let disputed = Story::new().with(Captured, 100).with(ChargedBack, 60);
    assert_eq!(disputed.entries(FactKind::ChargebackReversed, None, None), [(ChargebackReversed, 60, true)]);
}

#[test]
fn what_comes_back_is_known_of_its_own_refund_alone() {
    let asked = |story: Story, refund: u128| {
        let refund = Some(Uuid::from_u128(refund));
        story.enter(NewEntry { refund, ..NewEntry::of(RefundRequested, Decimal::from(40)) })
    };
    let (first, second) = (Some(REQUEST + 1), Some(REQUEST + 2));
    let story = asked(asked(Story::new().with(Captured, 100), 77), 78);
    let story = story.report(FactKind::Refunded, None, first).report(FactKind::RefundReversed, None, first);
    assert!(story.outcome(FactKind::RefundReversed, Some(40), first).expect("known").is_nothing());
    let refused = story.outcome(FactKind::RefundReversed, None, second).expect_err("nothing of it went back");
    assert_eq!(refused.code, Code::AmountExceeded);
    let disputed = story.with(ChargedBack, 60);
    assert_eq!(disputed.entries(FactKind::ChargebackReversed, None, first), [(ChargebackReversed, 60, true)]);
}

#[test]
fn a_refund_that_did_not_work_is_settled() {
    let asked = Story::new().with(Captured, 100).with(RefundRequested, 40).with(RefundRequested, 10);
    assert_eq!(asked.entries(FactKind::RefundFailed, None, Some(REQUEST + 2)), [(RefundFailed, 10, true)]);
    assert_eq!(asked.entries(FactKind::RefundFailed, None, None), [(RefundFailed, 40, true)]);
    assert_eq!(asked.entries(FactKind::Refunded, None, None), [(Refunded, 40, true), (Refunded, 10, true)]);
}

#[test]
fn the_sums_of_a_story_are_never_negative() {
    let mut rng = Rng::new(23);
    let kinds = [
        FactKind::Authorized,
        FactKind::Voided,
        FactKind::Captured,
        FactKind::CaptureFailed,
        FactKind::Refunded,
        FactKind::RefundFailed,
        FactKind::RefundReversed,
        FactKind::ChargedBack,
        FactKind::ChargebackReversed,
        FactKind::Fee,
        FactKind::Failed,
    ];
    for _ in 0..500 {
        let mut story = Story::new();
        for _ in 0..25 {
            let amount = Some(rng.between(1, 120)).filter(|_| rng.percent(70));
            let asks = Decimal::from(rng.between(1, 60));
            if rng.percent(20) && capturable(&story.row) >= asks {
                story = story.enter(NewEntry::of(CaptureRequested, asks));
            } else if rng.percent(20) && Sums::of(&story.entries).refundable() >= asks {
                story = story.enter(NewEntry::of(RefundRequested, asks));
            } else if let Ok(outcome) = story.outcome(rng.pick(&kinds), amount, None) {
                for entry in outcome.entries {
                    story = story.enter(entry);
                }
            }
            let sums = Sums::of(&story.entries);
            let all = [
                sums.authorized,
                sums.captured,
                sums.refunded,
                sums.charged_back,
                sums.pending_capture,
                sums.pending_refund,
                sums.fee,
            ];
            assert!(all.iter().all(|sum| *sum >= Decimal::ZERO), "{sums:?} of {:?}", story.entries);
            assert!(sums.refunded <= sums.captured && sums.charged_back <= sums.captured, "{sums:?}");
        }
    }
}
