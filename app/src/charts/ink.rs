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
}

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
}

const INKS: [Ink; 27] = [
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
    pub(super) const fn class(self) -> &'static str {
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
            Self::Front => 22,
            Self::Beaten => 23,
            Self::Best => 24,
            Self::Run => 25,
            Self::This => 26,
            Self::Median => 27,
        };
        RGBColor(1, 2, code)
    }
}

/// Turns plotters' document into ours: no fixed size, classes for colours, a name and a description for those who cannot see it.
pub(super) fn finish(svg: &str, id: &str, title: &str, description: &str) -> String {
    let mut body =
        svg.split_once('>').map_or("", |(_, body)| body).replace(" opacity=\"1\"", "").replace(" stroke=\"none\"", "");
    for ink in INKS {
        let RGBColor(red, green, blue) = ink.color();
        let class = ink.class();
        let hex = format!("#{red:02X}{green:02X}{blue:02X}");
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
        for (position, ink) in INKS.iter().enumerate() {
            for other in &INKS[position + 1..] {
                assert_ne!(ink.color().2, other.color().2, "{ink:?} and {other:?}");
                assert_ne!(ink.class(), other.class());
            }
        }
    }

    #[test]
    fn a_hostile_title_stays_text() {
        let svg = finish("<svg width=\"1\" viewBox=\"0 0 1 1\"></svg>", "x", "<script>alert(1)</script>", "\"&");
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;") && svg.contains("&quot;&amp;"), "{svg}");
        assert!(!svg.contains("width="), "{svg}");
    }
}
