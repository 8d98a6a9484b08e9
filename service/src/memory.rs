//! Values by their types: what a unit of work knows already, which it would else ask again.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// At most one value of each type.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<HashMap<TypeId, Box<dyn Any + Send>>>);

impl Memory {
    /// Keeps a value, in the place of another one of its type.
    pub(crate) fn keep<T: Any + Send>(&self, value: T) {
        self.lock().insert(TypeId::of::<T>(), Box::new(value));
    }

    /// Looks at the value of a type, if one is kept. `look` must not ask for other values.
    pub(crate) fn of<T: Any + Send, R>(&self, look: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.lock().get_mut(&TypeId::of::<T>()).and_then(|value| value.downcast_mut::<T>()).map(look)
    }

    /// The same; if none is kept, the default one is from now on.
    pub(crate) fn of_default<T: Any + Send + Default, R>(&self, look: impl FnOnce(&mut T) -> R) -> R {
        let mut values = self.lock();
        let value = values.entry(TypeId::of::<T>()).or_insert_with(|| Box::new(T::default()));
        match value.downcast_mut::<T>() {
            Some(value) => look(value),
            // A value stands under its own type: this is never reached.
            None => look(&mut T::default()),
        }
    }

    /// Forgets the value of a type.
    pub(crate) fn forget<T: Any + Send>(&self) {
        self.lock().remove(&TypeId::of::<T>());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TypeId, Box<dyn Any + Send>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_kept_by_their_types() {
        let memory = Memory::default();
        assert_eq!(memory.of(|number: &mut i32| *number), None);
        memory.keep(1_i32);
        memory.keep("text".to_owned());
        memory.keep(2_i32);
        assert_eq!(memory.of(|number: &mut i32| std::mem::replace(number, 3)), Some(2));
        assert_eq!(memory.of_default(|number: &mut i32| *number), 3);
        assert_eq!(memory.of_default(|number: &mut i64| *number), 0);
        memory.forget::<i32>();
        assert_eq!(memory.of(|number: &mut i32| *number), None);
        assert_eq!(memory.of(|text: &mut String| text.len()), Some(4));
    }
}
