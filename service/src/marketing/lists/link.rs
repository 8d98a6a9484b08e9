//! What links in messages say: the list and the hash of the address, never the address itself.

use uuid::Uuid;

use crate::links::{Links, Purpose};

/// Stands for all lists.
const ALL: &str = "all";

/// Whom a link is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The list; none for all.
    pub(crate) list: Option<Uuid>,
    /// The hash of the address.
    pub(crate) hash: String,
}

/// The address of the page where the owner of an address unsubscribes, from a list or, without one, from all.
pub(crate) fn unsubscribe_url(links: &Links, list: Option<Uuid>, hash: &str) -> String {
    links.url(&format!("unsubscribe/{}", sign(links, Purpose::Unsubscribe, list, hash)))
}

/// A token for one purpose.
pub(crate) fn sign(links: &Links, purpose: Purpose, list: Option<Uuid>, hash: &str) -> String {
    let list = list.map_or_else(|| ALL.to_owned(), |list| list.to_string());
    links.sign(purpose, &format!("{list}:{hash}"))
}

/// Whom a token is about; none if this server did not make it for the purpose.
pub(crate) fn read(links: &Links, purpose: Purpose, token: &str) -> Option<Subject> {
    let subject = links.verify(purpose, token)?;
    let (list, hash) = subject.split_once(':')?;
    let list = if list == ALL { None } else { Some(Uuid::parse_str(list).ok()?) };
    Some(Subject { list, hash: hash.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_whom_it_is_about() {
        let links = Links::new("a secret", "https://shop.example").expect("links");
        for list in [None, Some(Uuid::from_u128(7))] {
            let subject = Subject { list, hash: "abc".to_owned() };
            let token = sign(&links, Purpose::Unsubscribe, list, "abc");
            assert_eq!(read(&links, Purpose::Unsubscribe, &token), Some(subject));
            assert_eq!(read(&links, Purpose::ConfirmSubscription, &token), None);
            let url = unsubscribe_url(&links, list, "abc");
            assert_eq!(url, format!("https://shop.example/unsubscribe/{token}"));
        }
        let other = links.sign(Purpose::Unsubscribe, "something else");
        assert_eq!(read(&links, Purpose::Unsubscribe, &other), None);
    }
}
