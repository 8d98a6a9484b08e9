//! The texts of the catalogue, written for the demo data.

use entity::sea_orm_active_enums::ProductStatus::{self, Active, Archived, Draft};

/// What is written about a product.
pub(super) struct Piece {
    /// Begins the SKUs of its variants.
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    pub(super) collection: &'static str,
    pub(super) description: &'static str,
    /// Beside the collection, which is a tag too.
    pub(super) tags: &'static [&'static str],
    /// US dollars above the usual price of each size.
    pub(super) premium: i64,
    pub(super) status: ProductStatus,
}

const fn piece(
    code: &'static str,
    title: &'static str,
    collection: &'static str,
    description: &'static str,
    tags: &'static [&'static str],
    premium: i64,
    status: ProductStatus,
) -> Piece {
    Piece { code, title, collection, description, tags, premium, status }
}

/// At least one piece of every collection.
pub(super) const PIECES: [Piece; 15] = [
    piece(
        "QUIET",
        "Quiet Ascent",
        "Shape Emergence",
        "<p>Three pale arcs climb out of a slate ground and stop just short of touching. Made for a wall that gets \
         morning light.</p>",
        &["blue", "minimal", "living room"],
        0,
        Active,
    ),
    piece(
        "TIDAL",
        "Tidal Forms",
        "Shape Emergence",
        "<p>Rounded shapes surface and sink along one long diagonal, sea green over warm sand.</p>",
        &["green", "organic", "bedroom"],
        0,
        Active,
    ),
    piece(
        "HARBOR",
        "Harbor Tiles",
        "Mosaic",
        "<p>Some four hundred small squares in rust, cream and harbor blue. From across the room they are a town; up \
         close, only colour.</p>",
        &["multicolor", "pattern", "dining room"],
        20,
        Active,
    ),
    piece(
        "WINDOWS",
        "A Thousand Windows",
        "Mosaic",
        "<p>A night city without streets: lit panes in amber and violet on black.</p>",
        &["dark", "city", "office"],
        20,
        Active,
    ),
    piece(
        "BRANCH",
        "Branching Light",
        "Fractal",
        "<p>One line divides, and each half divides again, until the ends are finer than the weave of the canvas. Gold \
         on deep green.</p>",
        &["green", "gold", "lobby"],
        40,
        Active,
    ),
    piece(
        "COURT",
        "Mirror Court",
        "Geometric Symmetry",
        "<p>Two halves that almost agree. Terracotta and white, with a single square out of place.</p>",
        &["terracotta", "symmetry", "entrance"],
        0,
        Active,
    ),
    piece(
        "COPPER",
        "Late Copper",
        "Chromatic Echoes",
        "<p>Bands of copper fade to rose and grey, as the sky does ten minutes after sunset.</p>",
        &["copper", "warm", "living room"],
        0,
        Active,
    ),
    piece(
        "REFRAIN",
        "Blue Refrain",
        "Chromatic Echoes",
        "<p>The same blue, seven times, never on the same neighbour.</p>",
        &["blue", "calm", "bedroom"],
        0,
        Active,
    ),
    piece(
        "NOON",
        "Crossing at Noon",
        "Geometric Intersect",
        "<p>Hard-edged planes meet under a high sun: ochre, white and a shadow you could step into.</p>",
        &["ochre", "bold", "office"],
        20,
        Active,
    ),
    piece(
        "ORBIT",
        "Orbit Study",
        "Space Form",
        "<p>Rings of graphite around an empty middle. Quiet enough for a reading corner, large enough for a hall.</p>",
        &["grey", "minimal", "hall"],
        0,
        Active,
    ),
    piece(
        "STRATA",
        "Strata in Teal",
        "Vivid Layers",
        "<p>Layers of teal and coral, poured thin and left to settle like sediment.</p>",
        &["teal", "coral", "hotel room"],
        20,
        Active,
    ),
    piece(
        "ROOMS",
        "Between Rooms",
        "Intersecting Spaces",
        "<p>Doorways seen through doorways, each in a lighter grey than the one before.</p>",
        &["grey", "depth", "corridor"],
        0,
        Active,
    ),
    piece(
        "HORIZON",
        "Two Horizons",
        "Intersecting Perspectives",
        "<p>Two vanishing points share one canvas and refuse to settle which is true. Due this autumn.</p>",
        &["violet", "perspective"],
        40,
        Draft,
    ),
    piece(
        "SPAN",
        "Load and Span",
        "Structured",
        "<p>Beams, ties and the air they hold, drawn like a plan and coloured like a poster. Waiting for its last \
         proof.</p>",
        &["red", "architecture"],
        20,
        Draft,
    ),
    piece(
        "SCAFFOLD",
        "First Scaffold",
        "Structured",
        "<p>The piece the shop opened with. Retired after its second edition; kept for the record.</p>",
        &["black", "architecture"],
        0,
        Archived,
    ),
];
