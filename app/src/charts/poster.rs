//! A chart as a file of its own: with the title, the legend and the colours that the page lends it otherwise.

use super::frame::{Key, WIDTH};
use super::ink::coloured;
use crate::parts::prose::escape;
use std::fmt::Write;

const HEAD: u32 = 104;
const KEY_WIDTH: u32 = 288;
const KEY_HEIGHT: u32 = 34;
const KEYS_A_ROW: u32 = (WIDTH - 40) / KEY_WIDTH;

/// What stands above and below the drawing.
pub(super) struct Head<'a> {
    pub(super) title: &'a str,
    pub(super) sentence: &'a str,
    pub(super) source: &'a str,
}

/// The document around a drawing of this height.
pub(super) fn compose(svg: &str, height: u32, head: &Head<'_>, keys: &[Key]) -> String {
    let rows = u32::try_from(keys.len()).unwrap_or(0).div_ceil(KEYS_A_ROW);
    let foot = HEAD + height + 24 + rows * KEY_HEIGHT;
    let whole = foot + 52;
    let mut document = String::with_capacity(svg.len() + 2_000);
    // Writing to a string cannot fail.
    let _infallible = write!(
        document,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{whole}\" viewBox=\"0 0 {WIDTH} {whole}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"20\" fill=\"#47534d\">\
         <title>{}</title><rect width=\"{WIDTH}\" height=\"{whole}\" fill=\"#ffffff\"/>\
         <text x=\"20\" y=\"44\" font-size=\"28\" font-weight=\"600\" fill=\"#16201b\">{}</text>\
         <text x=\"20\" y=\"78\">{}</text><g transform=\"translate(0 {HEAD})\">{}</g>",
        escape(head.title),
        escape(head.title),
        escape(head.sentence),
        coloured(svg)
    );
    for (place, key) in (0..).zip(keys) {
        let (x, y) = (20 + place % KEYS_A_ROW * KEY_WIDTH, HEAD + height + 24 + place / KEYS_A_ROW * KEY_HEIGHT);
        let colour = key.ink.hex();
        let sample = key.swatch.sample(&format!("fill=\"{colour}\""), &format!("stroke=\"{colour}\""));
        let _infallible = write!(
            document,
            "<g transform=\"translate({x} {y}) scale(1.5)\">{sample}</g><text x=\"{}\" y=\"{}\">{}</text>",
            x + 28,
            y + 16,
            escape(&short(&key.label, 24))
        );
    }
    let _infallible =
        write!(document, "<text x=\"20\" y=\"{}\" font-size=\"16\">{}</text></svg>", foot + 28, escape(head.source));
    document
}

/// At most so many letters, the last of them a sign that some are missing.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn long_names_are_cut_between_letters() {
        assert_eq!(short("Größe", 5), "Größe");
        assert_eq!(short("Größer als", 5), "Größ…");
        assert_eq!(short("a b c", 3), "a…");
    }
}
