//! The customers' names, how often they buy, and what they say.

use Buyer::{Commercial, Designer, Home};
use entity::sea_orm_active_enums::InteractionChannel::{
    self, Chat, Email, InPerson, Phone, Sms, Social, Website, Whatsapp,
};

/// How a customer buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Buyer {
    /// For rooms of their own business, without tax.
    Commercial,
    /// For rooms of their clients, with the designers' discount and without tax.
    Designer,
    /// For their own walls; with the tax of their state in thousandths.
    Home(i64),
}

/// First name, last name, company, kind, number of orders.
pub(super) type Person = (&'static str, &'static str, Option<&'static str>, Buyer, usize);

/// A quarter of them buy more than once.
pub(super) const CUSTOMERS: [Person; 44] = [
    ("Imani", "Okafor", Some("Okafor Interiors"), Designer, 3),
    ("Lars", "Holmgren", Some("Holmgren Hotels"), Commercial, 2),
    ("Beatriz", "Salgado", Some("Salgado & Lima Architects"), Designer, 2),
    ("Tobias", "Reinhardt", Some("Reinhardt Workspaces"), Commercial, 1),
    ("Noor", "Haddad", Some("Haddad Dental Studio"), Commercial, 1),
    ("Celeste", "Moreau", Some("Moreau Staging"), Designer, 2),
    ("Gareth", "Pryce", Some("Pryce Serviced Apartments"), Commercial, 1),
    ("Yuki", "Tanabe", Some("Tanabe Restaurants"), Commercial, 0),
    ("Amara", "Lindqvist", None, Home(0), 4),
    ("Dmitri", "Volkov", None, Home(88), 3),
    ("Priya", "Raman", None, Home(73), 5),
    ("Jonas", "Weller", None, Home(0), 3),
    ("Sofia", "Castellanos", None, Home(83), 4),
    ("Henry", "Abbott", None, Home(60), 2),
    ("Mei", "Huang", None, Home(95), 3),
    ("Oluwaseun", "Adeyemi", None, Home(0), 1),
    ("Clara", "Winslow", None, Home(66), 1),
    ("Marcus", "Bellamy", None, Home(70), 1),
    ("Ingrid", "Solheim", None, Home(0), 1),
    ("Rafael", "Duarte", None, Home(83), 1),
    ("Hannah", "Kessler", None, Home(60), 1),
    ("Theo", "Papadakis", None, Home(89), 1),
    ("Anika", "Joshi", None, Home(73), 1),
    ("William", "Thorne", None, Home(0), 1),
    ("Leila", "Nazari", None, Home(95), 1),
    ("Patrick", "Connolly", None, Home(63), 1),
    ("Gabriela", "Ferro", None, Home(70), 1),
    ("Samuel", "Osei", None, Home(0), 1),
    ("Nina", "Petrova", None, Home(88), 1),
    ("Elliot", "Marsh", None, Home(66), 1),
    ("Zainab", "Malik", None, Home(83), 1),
    ("Victor", "Lindgren", None, Home(60), 1),
    ("Camille", "Dufour", None, Home(0), 1),
    ("Isaac", "Goldberg", None, Home(89), 1),
    ("Freya", "Hartmann", None, Home(73), 1),
    ("Mateo", "Rojas", None, Home(83), 1),
    ("Alice", "Pemberton", None, Home(0), 1),
    ("Kofi", "Mensah", None, Home(70), 1),
    ("Ruth", "Ellison", None, Home(66), 1),
    ("Stefan", "Kowalczyk", None, Home(95), 1),
    ("Daniela", "Conti", None, Home(60), 1),
    ("Owen", "Fairchild", None, Home(88), 1),
    ("Miriam", "Stein", None, Home(73), 1),
    ("Joel", "Bergstrom", None, Home(0), 0),
];

/// What customers wrote or said: type, channel, text, sentiment in hundredths, outcome.
pub(super) const WORDS: [(&str, InteractionChannel, &str, i64, Option<&str>); 16] = [
    ("inquiry", Chat, "Would the largest size fit above a sofa that is 84 inches wide?", 20, Some("answered")),
    (
        "inquiry",
        Website,
        "Is the colour of Late Copper closer to orange or to brown in daylight?",
        10,
        Some("answered"),
    ),
    (
        "quote",
        Email,
        "We need twelve pieces for two floors. Can you send a quote with delivery in May?",
        30,
        Some("quoted"),
    ),
    ("quote", Phone, "Asked for trade prices on the stretched canvases, and a sample of the roll.", 25, Some("quoted")),
    ("support", Email, "The tracking page has said the same since Monday. Where is my parcel?", -35, Some("solved")),
    ("support", Chat, "How do I stretch the roll? The framer wants to know the bleed.", 5, Some("answered")),
    (
        "complaint",
        Email,
        "One corner of the frame arrived dented. The print itself is fine.",
        -60,
        Some("replacement sent"),
    ),
    ("complaint", Phone, "The blue is darker than on my screen and I am disappointed.", -55, Some("return offered")),
    ("feedback", Email, "It hangs, and everyone who comes in stops in front of it. Thank you!", 92, None),
    (
        "feedback",
        Social,
        "Posted a picture of the dining room with Harbor Tiles and tagged the shop.",
        85,
        Some("thanked"),
    ),
    ("feedback", Sms, "Packing was excellent, the crate a little hard to open.", 55, None),
    (
        "return_request",
        Email,
        "It is too large for the wall after all. I should like to send it back.",
        -20,
        Some("label sent"),
    ),
    (
        "follow_up",
        Whatsapp,
        "Asked whether the second piece should match the first; sent two suggestions.",
        40,
        Some("waiting"),
    ),
    ("order_update", Sms, "Your canvas has left the workshop and should be with you on Thursday.", 15, Some("sent")),
    (
        "lead",
        InPerson,
        "Met at the design fair; furnishes rental flats, wants a price list.",
        45,
        Some("price list sent"),
    ),
    ("lead", Website, "Left an address to hear about new pieces of the Fractal collection.", 30, Some("subscribed")),
];
