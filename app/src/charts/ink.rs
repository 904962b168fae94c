//! Colours that plotters cannot know: it draws with sentinels, and the finished SVG gets classes in their place,
//! so that one drawing serves light, dark, print and forced colours.

use crate::parts::prose::escape;
use plotters::style::RGBColor;
use std::fmt::Write;

/// What a stroke or an area stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Preparation,
    Training,
    Endpoint,
    Development,
    Busy,
    Idle,
    Grid,
    Tick,
    Whisker,
    /// A stripe across a bar whose day is not complete.
    Stripe,
    /// A day nobody has data for.
    Absent,
    /// What makes a sum larger, and what makes it smaller.
    Rise,
    Fall,
    /// What somebody wants a value to be.
    Target,
    /// A trial that no other beats, one that another beats, and the best.
    Front,
    Beaten,
    Best,
    /// A run, the run that a page is about, and the middle of all.
    Run,
    This,
    Median,
    /// The lines of a time chart, and the bands around them.
    Line(Nth),
    Band(Nth),
    /// One of many groups, from 1; what is left of them.
    Group(u8),
    Rest,
    /// How much a cell of a field holds: 0 is nothing.
    Heat(u8),
    /// What the period before held.
    Before,
    /// Where something stands on a day.
    Mark,
    /// Behind a stretch that is not complete.
    Hatch,
    /// What stood ready.
    Held,
    /// What is expected of days to come.
    Forecast,
}

/// Groups that have a colour of their own.
pub(super) const GROUPS: u8 = 12;
/// Steps from little to most.
pub(super) const HEATS: u8 = 6;

const GROUP_CLASSES: [&str; 12] = [
    "group-1", "group-2", "group-3", "group-4", "group-5", "group-6", "group-7", "group-8", "group-9", "group-10",
    "group-11", "group-12",
];
const HEAT_CLASSES: [&str; 7] = ["heat-0", "heat-1", "heat-2", "heat-3", "heat-4", "heat-5", "heat-6"];

/// The colours of a picture that leaves the page: those of the stylesheet on light ground.
const GROUP_COLOURS: [&str; 12] = [
    "#3b4fa8", "#1c9479", "#7b3f86", "#b7791f", "#1f5f7a", "#c2577a", "#5b5f14", "#6688d4", "#8a3b1f", "#4f9440",
    "#5a3fb0", "#b0669c",
];
const HEAT_COLOURS: [&str; 7] = ["#eef0ed", "#cde1d8", "#a6cbbd", "#78b09b", "#499579", "#1f7a5d", "#084a37"];

/// The place of a line among its fellows; colours and dashes repeat after four.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nth {
    First,
    Second,
    Third,
    Fourth,
}

impl Nth {
    pub(super) const ALL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Fourth];

    /// That of the line in this place, from 0.
    pub(super) const fn of(place: usize) -> Self {
        match place % 4 {
            0 => Self::First,
            1 => Self::Second,
            2 => Self::Third,
            _ => Self::Fourth,
        }
    }

    /// The dashes of its line, in units of the canvas; none for the first.
    const fn dashes(self) -> Option<&'static str> {
        match self {
            Self::First => None,
            Self::Second => Some("22 8"),
            Self::Third => Some("6 7"),
            Self::Fourth => Some("22 7 6 7"),
        }
    }
}

const INKS: [Ink; 28] = [
    Ink::Preparation,
    Ink::Training,
    Ink::Endpoint,
    Ink::Development,
    Ink::Busy,
    Ink::Idle,
    Ink::Grid,
    Ink::Tick,
    Ink::Whisker,
    Ink::Stripe,
    Ink::Absent,
    Ink::Rise,
    Ink::Fall,
    Ink::Target,
    Ink::Front,
    Ink::Beaten,
    Ink::Best,
    Ink::Run,
    Ink::This,
    Ink::Median,
    Ink::Line(Nth::First),
    Ink::Line(Nth::Second),
    Ink::Line(Nth::Third),
    Ink::Line(Nth::Fourth),
    Ink::Band(Nth::First),
    Ink::Band(Nth::Second),
    Ink::Band(Nth::Third),
    Ink::Band(Nth::Fourth),
];

impl Ink {
    /// The class the stylesheet knows.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Preparation => "preparation",
            Self::Training => "training",
            Self::Endpoint => "endpoint",
            Self::Development => "development",
            Self::Busy => "busy",
            Self::Idle => "idle",
            Self::Grid => "grid",
            Self::Tick => "tick",
            Self::Whisker => "whisker",
            Self::Stripe => "stripe",
            Self::Absent => "absent",
            Self::Rise => "rise",
            Self::Fall => "fall",
            Self::Target => "target",
            Self::Front => "front",
            Self::Beaten => "beaten",
            Self::Best => "best",
            Self::Run => "run",
            Self::This => "this",
            Self::Median => "median",
            Self::Line(Nth::First) => "line-1",
            Self::Line(Nth::Second) => "line-2",
            Self::Line(Nth::Third) => "line-3",
            Self::Line(Nth::Fourth) => "line-4",
            Self::Band(Nth::First) => "band-1",
            Self::Band(Nth::Second) => "band-2",
            Self::Band(Nth::Third) => "band-3",
            Self::Band(Nth::Fourth) => "band-4",
            Self::Group(place) => of_group(&GROUP_CLASSES, place),
            Self::Rest => "rest",
            Self::Heat(level) => of_level(&HEAT_CLASSES, level),
            Self::Before => "before",
            Self::Mark => "mark",
            Self::Hatch => "hatch",
            Self::Held => "held",
            Self::Forecast => "forecast",
        }
    }

    /// The sentinel colour: near black, told apart by the last byte.
    pub(super) const fn color(self) -> RGBColor {
        let code = match self {
            Self::Training => 1,
            Self::Endpoint => 2,
            Self::Busy => 3,
            Self::Idle => 4,
            Self::Grid => 5,
            Self::Tick => 6,
            Self::Whisker => 7,
            Self::Stripe => 8,
            Self::Absent => 9,
            Self::Line(Nth::First) => 10,
            Self::Line(Nth::Second) => 11,
            Self::Line(Nth::Third) => 12,
            Self::Line(Nth::Fourth) => 13,
            Self::Band(Nth::First) => 14,
            Self::Band(Nth::Second) => 15,
            Self::Band(Nth::Third) => 16,
            Self::Band(Nth::Fourth) => 17,
            Self::Preparation => 18,
            Self::Development => 19,
            Self::Rise => 20,
            Self::Fall => 21,
            Self::Rest => 22,
            Self::Before => 23,
            Self::Mark => 24,
            Self::Hatch => 25,
            Self::Group(place) => 32 + place.saturating_sub(1) % GROUPS,
            Self::Heat(level) => 64 + if level > HEATS { HEATS } else { level },
            Self::Target => 26,
            Self::Front => 27,
            Self::Beaten => 28,
            Self::Best => 29,
            Self::Run => 30,
            Self::This => 31,
            Self::Median => 128,
            Self::Held => 129,
            Self::Forecast => 131,
        };
        RGBColor(1, 2, code)
    }
}

impl Ink {
    /// The colour in a picture that leaves the page.
    pub(super) fn hex(self) -> &'static str {
        match self {
            Self::Training | Self::Line(Nth::First) | Self::Band(Nth::First) => "#3b4fa8",
            Self::Endpoint | Self::Line(Nth::Third) | Self::Band(Nth::Third) => "#1c9479",
            Self::Idle | Self::Line(Nth::Second) | Self::Band(Nth::Second) => "#b7791f",
            Self::Line(Nth::Fourth) | Self::Band(Nth::Fourth) => "#7b3f86",
            Self::Development => "#54245f",
            Self::Preparation => "#9a6410",
            Self::Busy | Self::Front | Self::Best | Self::This => "#0b6b4f",
            Self::Beaten | Self::Run => "#7d8983",
            Self::Grid => "#e2e6e3",
            Self::Tick => "#5f6b65",
            Self::Stripe => "#ffffff",
            Self::Absent => "#eef0ed",
            Self::Rise => "#b3261e",
            Self::Fall => "#2f9a5a",
            Self::Group(place) => of_group(&GROUP_COLOURS, place),
            Self::Rest | Self::Hatch => "#7d8983",
            Self::Heat(level) => of_level(&HEAT_COLOURS, level),
            Self::Before | Self::Whisker | Self::Mark | Self::Target | Self::Median | Self::Held | Self::Forecast => {
                "#16201b"
            }
        }
    }
}

/// What a group has by its place; after the last one they begin anew.
fn of_group(each: &[&'static str; 12], place: u8) -> &'static str {
    let place = usize::from(place.saturating_sub(1) % GROUPS);
    each.get(place).copied().unwrap_or_default()
}

fn of_level(each: &[&'static str; 7], level: u8) -> &'static str {
    each.get(usize::from(level.min(HEATS))).copied().unwrap_or_default()
}

/// Every ink there is.
fn inks() -> impl Iterator<Item = Ink> {
    let groups = (1..=GROUPS).map(Ink::Group);
    let rest = [Ink::Rest, Ink::Before, Ink::Mark, Ink::Hatch, Ink::Held, Ink::Forecast];
    INKS.into_iter().chain(groups).chain((0..=HEATS).map(Ink::Heat)).chain(rest)
}

/// What plotters drew, with the colours of the light scheme and without its document around it.
pub(super) fn coloured(svg: &str) -> String {
    let body = svg.split_once('>').map_or("", |(_, body)| body).trim_end().trim_end_matches("</svg>");
    let mut body = dashed(body.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", ""));
    for ink in inks() {
        body = body.replace(&sentinel(ink), ink.hex());
    }
    body
}

/// Lines of groups differ in their dashes as in their colours: known by their width, since plotters draws no dashes.
fn dashed(body: String) -> String {
    (1..=GROUPS).fold(body, |body, place| {
        let Some(dashes) = Nth::of(usize::from(place - 1)).dashes() else { return body };
        let stroke = format!("stroke=\"{}\"", sentinel(Ink::Group(place)));
        let width = format!("stroke-width=\"{}\"", super::trend::LINE);
        body.replace(&format!("{stroke} {width}"), &format!("{stroke} stroke-dasharray=\"{dashes}\" {width}"))
    })
}

fn sentinel(ink: Ink) -> String {
    let RGBColor(red, green, blue) = ink.color();
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// Turns plotters' document into ours: no fixed size, classes for colours, a name and a description for those who cannot see it.
pub(super) fn finish(svg: &str, id: &str, title: &str, description: &str) -> String {
    let body = svg.split_once('>').map_or("", |(_, body)| body);
    let mut body = dashed(body.replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", ""));
    for ink in inks() {
        let class = ink.class();
        let hex = sentinel(ink);
        body = body
            .replace(&format!("fill=\"{hex}\""), &format!("class=\"fill-{class}\""))
            .replace(&format!("stroke=\"{hex}\""), &format!("class=\"stroke-{class}\""));
    }
    let opening = svg.split_once('>').map_or("", |(opening, _)| opening);
    let view_box =
        opening.split_once("viewBox=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(value, _)| value);
    let mut document = String::with_capacity(body.len() + 400);
    // Writing to a string cannot fail.
    let _infallible = write!(
        document,
        "<svg class=\"chart\" viewBox=\"{view_box}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>{body}",
        escape(title),
        escape(description)
    );
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentinels_are_all_different() {
        let inks: Vec<Ink> = inks().collect();
        for (position, ink) in inks.iter().enumerate() {
            for other in &inks[position + 1..] {
                assert_ne!(ink.color().2, other.color().2, "{ink:?} and {other:?}");
                assert_ne!(ink.class(), other.class());
            }
        }
    }

    #[test]
    fn a_picture_that_leaves_the_page_has_the_stylesheet_s_colours() {
        let style = include_str!("../../../style/app.css");
        for place in 1..=GROUPS {
            let token = format!("--{}: light-dark({},", Ink::Group(place).class(), Ink::Group(place).hex());
            assert!(style.contains(&token), "{token}");
        }
        for level in 0..=HEATS {
            let token = format!("--{}: light-dark({},", Ink::Heat(level).class(), Ink::Heat(level).hex());
            assert!(style.contains(&token), "{token}");
        }
        for ink in [Ink::Preparation, Ink::Training, Ink::Endpoint, Ink::Development, Ink::Busy, Ink::Idle] {
            let token = format!("--series-{}: light-dark({},", ink.class(), ink.hex());
            assert!(style.contains(&token), "{token}");
        }
        for ink in [Ink::Rise, Ink::Fall] {
            let token = format!("--{}: light-dark({},", ink.class(), ink.hex());
            assert!(style.contains(&token), "{token}");
        }
    }

    #[test]
    fn a_hostile_title_stays_text() {
        let svg = finish("<svg width=\"1\" viewBox=\"0 0 1 1\"></svg>", "x", "<script>alert(1)</script>", "\"&");
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;") && svg.contains("&quot;&amp;"), "{svg}");
        assert!(!svg.contains("width="), "{svg}");
    }
}
