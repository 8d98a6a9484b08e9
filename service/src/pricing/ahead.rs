//! Reading what the database knows about several wishes at once.

use uuid::Uuid;

use super::{Facts, Wish, WishLine, load::read};
use crate::{Result, UnitOfWork, memory::Memory, settings::Settings};

/// What is known about wishes that were put together, each time those that ask for the same but for their lines.
struct Known(Vec<(Wish, Facts)>);

/// Reads what the database knows about wishes, for calls that follow in this unit; all variants of it. Wishes that cannot
/// be meant are left out.
pub(crate) async fn load_ahead(unit: &UnitOfWork, settings: &Settings, wishes: Vec<Wish>) -> Result<Vec<Uuid>> {
    let mut groups: Vec<Wish> = Vec::new();
    for wish in wishes.into_iter().filter(|wish| wish.check(settings).is_ok()) {
        match groups.iter_mut().find(|group| group.asks_like(&wish)) {
            Some(group) => group.lines.extend(wish.lines),
            None => groups.push(wish),
        }
    }
    let (mut known, mut variants) = (Vec::with_capacity(groups.len()), Vec::new());
    for wish in groups {
        let facts = read(unit, settings, &wish).await?;
        variants.extend(facts.variants.iter().map(|variant| variant.id));
        known.push((wish, facts));
    }
    unit.memory().keep(Known(known));
    Ok(variants)
}

/// Forgets it: what calls that follow may use of discounts has changed.
pub(crate) fn forget(unit: &UnitOfWork) {
    unit.memory().forget::<Known>();
}

/// What is known about a wish, if it was read already.
pub(super) fn known(memory: &Memory, wish: &Wish) -> Option<Facts> {
    let of_wish = |known: &mut Known| {
        let (group, facts) = known.0.iter().find(|(group, _)| group.asks_like(wish))?;
        let is_asked = |line: &WishLine| group.lines.iter().any(|asked| asked.variant == line.variant);
        wish.lines.iter().all(is_asked).then(|| facts.of(wish))
    };
    memory.of(of_wish).flatten()
}
