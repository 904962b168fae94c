//! A quantity on a page: its value, its unit, its interval, and what to say when it is missing.

use super::number::{Printed, print, print_in, signed_percent};
use crate::view::{Better, Completeness, Figure, Mass, Shown, Unit};
use leptos::prelude::*;

/// The value with its unit; interval and exact value are in the tooltip.
#[must_use]
pub fn value(shown: &Shown) -> AnyView {
    match shown {
        Shown::Ready(figure) => number(figure, false),
        Shown::Unknown(_) | Shown::NotEvaluated(_) | Shown::TooNew(_) => missing(shown),
    }
}

/// The value with its unit, or a dash where nothing is known; the reason is in the dash's tooltip.
#[must_use]
pub fn or_dash(shown: &Shown) -> AnyView {
    match shown {
        Shown::Ready(figure) => number(figure, false),
        Shown::Unknown(reason) | Shown::NotEvaluated(reason) | Shown::TooNew(reason) => dash(reason),
    }
}

/// A dash for what is not known.
#[must_use]
pub fn dash(reason: &str) -> AnyView {
    view! { <span class="figure missing" title=reason.to_owned()>"–"</span> }.into_any()
}

/// The value with its unit and its interval behind it.
#[must_use]
pub fn with_interval(shown: &Shown) -> AnyView {
    match shown {
        Shown::Ready(figure) => number(figure, true),
        Shown::Unknown(_) | Shown::NotEvaluated(_) | Shown::TooNew(_) => missing(shown),
    }
}

/// A mass of greenhouse gas with its interval, saying what it is a mass of.
#[must_use]
pub fn emissions(shown: &Shown) -> AnyView {
    match shown {
        Shown::Ready(figure) => {
            let mut printed = print(figure);
            printed.unit = match printed.unit.split_once('/') {
                Some((mass, per)) => format!("{mass} CO₂e/{per}"),
                None => format!("{} CO₂e", printed.unit),
            };
            span(figure, printed, true)
        }
        Shown::Unknown(_) | Shown::NotEvaluated(_) | Shown::TooNew(_) => missing(shown),
    }
}

/// A signed difference: plus or minus before the value, coloured by whether it is good news. One whose interval holds zero
/// is no news, and says so.
#[must_use]
pub fn difference(shown: &Shown, better: Better) -> AnyView {
    let Some(figure) = shown.figure() else {
        return missing(shown);
    };
    let text = print(figure).text();
    let signed = if figure.central > 0.0 { format!("+{text}") } else { text };
    let title = print(figure).exact;
    let unclear = figure.low < figure.high && figure.low <= 0.0 && figure.high >= 0.0;
    let class = format!("figure {}", tone(figure.central, if unclear { Better::Neither } else { better }));
    let word = unclear.then(|| view! { <span class="under">"not significant"</span> });
    view! { <span class=class title=title>{signed}</span> {word} }.into_any()
}

/// The value as plain text, for labels, summaries and announcements.
#[must_use]
pub fn text(shown: &Shown) -> String {
    text_with(print, shown)
}

/// The same with emissions in a size of one's own.
#[must_use]
pub fn text_in(mass: Mass, shown: &Shown) -> String {
    text_with(|figure| print_in(mass, figure), shown)
}

fn text_with(print: impl Fn(&Figure) -> Printed, shown: &Shown) -> String {
    match shown {
        Shown::Ready(figure) if figure.completeness == Completeness::LowerBound => {
            format!("at least {}", print(figure).text())
        }
        Shown::Ready(figure) => print(figure).text(),
        Shown::Unknown(_) => "unknown".to_owned(),
        Shown::NotEvaluated(_) => "not evaluated".to_owned(),
        Shown::TooNew(_) => "too new".to_owned(),
    }
}

/// The change in percent, unless the earlier value is too small (under 1 % of the later) to divide by.
#[must_use]
pub fn change_percent(current: &Shown, previous: &Shown) -> Option<f64> {
    let (current, previous) = (current.figure()?.central, previous.figure()?.central);
    let base_is_real = previous != 0.0 && previous.abs() >= current.abs() * 0.01;
    base_is_real.then(|| (current - previous) / previous.abs() * 100.0)
}

/// The change as the begin of a sentence: `Rose 12 %`, `Fell 3.1 %`, `Held level`; nothing where there is none to tell.
#[must_use]
pub fn moved(current: &Shown, previous: &Shown) -> Option<String> {
    let percent = change_percent(current, previous)?;
    let verb = match percent {
        percent if percent >= 0.5 => "Rose",
        percent if percent <= -0.5 => "Fell",
        _ => return Some("Held level".to_owned()),
    };
    Some(format!("{verb} {}", signed_percent(percent.abs()).trim_start_matches('+')))
}

/// By how much, with its sign: `+$2 010`, `−31.4 kg`; of shares in points.
fn by(current: &Shown, previous: &Shown) -> Option<String> {
    let (current, previous) = (current.figure()?, previous.figure()?);
    let difference = current.central - previous.central;
    let sign = if difference < 0.0 { "\u{2212}" } else { "+" };
    Some(match current.unit {
        Unit::Percent => format!("{sign}{} points", super::number::significant(difference.abs())),
        unit => format!("{sign}{}", text(&Shown::exact(difference.abs(), unit))),
    })
}

/// A change in percent with its arrow, and by how much; colour, arrow and sign all say the same. Where the earlier value is too
/// small to divide by, how much alone.
#[must_use]
pub fn change(current: &Shown, previous: &Shown, better: Better) -> AnyView {
    let percent = change_percent(current, previous);
    let by = by(current, previous).filter(|_| percent.is_none_or(|percent| percent.abs() >= 0.05));
    match percent {
        Some(percent) => {
            let arrow = if percent > 0.05 {
                "▲"
            } else if percent < -0.05 {
                "▼"
            } else {
                "◆"
            };
            let class = format!("change {}", tone(if percent.abs() < 0.05 { 0.0 } else { percent }, better));
            view! {
                <span class=class>
                    <span class="arrow" aria-hidden="true">{arrow}</span>
                    {signed_percent(percent)}
                    {by.map(|by| view! { " " <span class="by">{by}</span> })}
                </span>
            }
            .into_any()
        }
        None if by.is_some() => {
            let direction =
                current.figure().zip(previous.figure()).map_or(0.0, |(now, then)| now.central - then.central);
            let class = format!("change {}", tone(direction, better));
            view! { <span class=class>{by}</span> }.into_any()
        }
        None => view! { <span class="change missing">"no comparison"</span> }.into_any(),
    }
}

fn tone(direction: f64, better: Better) -> &'static str {
    match better {
        Better::Lower if direction < 0.0 => "good",
        Better::Higher if direction > 0.0 => "good",
        Better::Lower if direction > 0.0 => "bad",
        Better::Higher if direction < 0.0 => "bad",
        Better::Lower | Better::Higher | Better::Neither => "even",
    }
}

fn number(figure: &Figure, interval: bool) -> AnyView {
    span(figure, print(figure), interval)
}

fn span(figure: &Figure, printed: Printed, interval: bool) -> AnyView {
    let at_least = (figure.completeness == Completeness::LowerBound)
        .then(|| view! { <span class="at-least" title="At least: some of the data is missing">"≥\u{a0}"</span> });
    let range = printed.interval.clone().filter(|_| interval).map(|(low, high)| {
        view! { <span class="interval"><span class="visually-hidden">"between "</span>{format!("{low}–{high}")}</span> }
    });
    let Printed { prefix, number, unit, exact, .. } = printed;
    let (sign, digits) = number.strip_prefix('\u{2212}').map_or(("", number.as_str()), |digits| ("\u{2212}", digits));
    let joined = format!("{sign}{prefix}{digits}");
    let spaced = (!unit.is_empty()).then(|| {
        let gap = if unit.starts_with('/') { "" } else { "\u{202f}" };
        view! { <span class="unit">{format!("{gap}{unit}")}</span> }
    });
    view! {
        <span class="figure" title=exact>
            {at_least}
            <data value=figure.central.to_string()>{joined}</data>
            {spaced}
            {range}
        </span>
    }
    .into_any()
}

fn missing(shown: &Shown) -> AnyView {
    let (word, reason) = match shown {
        Shown::Ready(_) => ("", ""),
        Shown::Unknown(reason) => ("unknown", reason.as_str()),
        Shown::NotEvaluated(reason) => ("not evaluated", reason.as_str()),
        Shown::TooNew(reason) => ("too new", reason.as_str()),
    };
    view! { <span class="figure missing" title=reason.to_owned()>{word}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Tier;

    #[test]
    fn missing_is_never_printed_as_zero() {
        for shown in [
            Shown::Unknown("No price.".into()),
            Shown::NotEvaluated("No permission.".into()),
            Shown::TooNew("2 days old.".into()),
        ] {
            let html = value(&shown).to_html();
            assert!(html.contains("missing") && !html.contains('0'), "{html}");
        }
    }

    #[test]
    fn a_small_base_gives_no_percentage() {
        let usd = |value| Shown::exact(value, Unit::Usd);
        assert_eq!(change_percent(&usd(112.0), &usd(100.0)), Some(12.0));
        assert_eq!(change_percent(&usd(50.0), &usd(100.0)), Some(-50.0));
        assert_eq!(change_percent(&usd(500.0), &usd(1.0)), None);
        assert_eq!(change_percent(&usd(5.0), &usd(0.0)), None);
        assert_eq!(change_percent(&usd(5.0), &Shown::Unknown(String::new())), None);
    }

    #[test]
    fn a_change_says_by_how_much() {
        let words = |current: Shown, previous: Shown| {
            let html = change(&current, &previous, Better::Lower).to_html();
            let text = html.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text);
            text.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let usd = |value| Shown::exact(value, Unit::Usd);
        let share = |value| Shown::exact(value, Unit::Percent);
        assert_eq!(words(usd(112.0), usd(100.0)), "▲ +12 % +$12.00");
        assert_eq!(words(usd(88.5), usd(100.0)), "▼ \u{2212}12 % \u{2212}$11.50");
        assert_eq!(words(share(14.5), share(12.0)), "▲ +21 % +2.50 points");
        assert_eq!(words(usd(100.0), usd(100.0)), "◆ ±0 %");
        assert_eq!(words(usd(5.0), usd(0.0)), "+$5.00", "nothing to divide by");
        assert_eq!(words(usd(5.0), Shown::Unknown(String::new())), "no comparison");
    }

    #[test]
    fn a_change_is_said_in_words() {
        let usd = |value| Shown::exact(value, Unit::Usd);
        assert_eq!(moved(&usd(112.0), &usd(100.0)).unwrap(), "Rose 12\u{202f}%");
        assert_eq!(moved(&usd(97.0), &usd(100.0)).unwrap(), "Fell 3.0\u{202f}%");
        assert_eq!(moved(&usd(100.4), &usd(100.0)).unwrap(), "Held level");
        assert_eq!(moved(&usd(5.0), &usd(0.0)), None);
    }

    #[test]
    fn a_lower_bound_says_so() {
        let figure = Figure::estimated(10.0, 8.0, 14.0, Unit::KilowattHours, Tier::T3).lower_bound();
        let html = with_interval(&figure.into()).to_html();
        assert!(html.contains('≥') && html.contains("8.0–14.0"), "{html}");
    }
}
