//! Figures and badges as text; a test holds them to what the other pages draw.

use crate::parts::number::print;
use crate::parts::prose::escape;
use crate::view::{Completeness, Figure, Shown, Tier};

/// A figure with its interval, as `figure::with_interval` draws it.
pub(super) fn figure(shown: &Shown) -> String {
    let figure = match shown {
        Shown::Ready(figure) => figure,
        Shown::Unknown(reason) | Shown::NotEvaluated(reason) | Shown::TooNew(reason) => {
            return format!("<span title=\"{}\" class=\"figure missing\">unknown</span>", escape(reason));
        }
    };
    let printed = print(figure);
    let at_least = if figure.completeness == Completeness::LowerBound {
        "<span title=\"At least: some of the data is missing\" class=\"at-least\">≥\u{a0}</span>"
    } else {
        ""
    };
    let unit = match printed.unit.as_str() {
        "" => String::new(),
        unit => format!("<span class=\"unit\">\u{202f}{unit}</span>"),
    };
    let range = range(printed.interval.as_ref(), "–");
    let (exact, value) = (escape(&printed.exact), figure.central);
    let (prefix, number) = (printed.prefix, printed.number);
    format!(
        "<span title=\"{exact}\" class=\"figure\">{at_least}<data value=\"{value}\">{prefix}{number}</data>{unit}{range}</span>"
    )
}

/// What an alternative takes more or less, less being good news where it is certain.
pub(super) fn difference(figure: &Figure) -> String {
    if figure.central == 0.0 && !figure.has_interval() {
        return "<span class=\"figure even\">no difference</span>".to_owned();
    }
    let printed = print(figure);
    let sign = if figure.central > 0.0 { "+" } else { "" };
    let certain = !figure.has_interval() || figure.low > 0.0 || figure.high < 0.0;
    let tone = match (certain, figure.central < 0.0) {
        (false, _) => "even",
        (true, true) => "good",
        (true, false) => "bad",
    };
    let range = range(printed.interval.as_ref(), " to ");
    format!(
        "<span class=\"figure {tone}\" title=\"{}\">{sign}{}{range}</span>",
        escape(&printed.exact),
        escape(&printed.text())
    )
}

/// A tier, as `badge::tier` draws it.
pub(super) fn tier(tier: Tier) -> String {
    let (name, class, meaning) = (tier.as_str(), tier.as_str().to_ascii_lowercase(), tier.describe());
    format!("<abbr title=\"{name}: {meaning}\" class=\"badge tier tier-{class}\">{name}</abbr>")
}

fn range(interval: Option<&(String, String)>, joint: &str) -> String {
    let Some((low, high)) = interval else { return String::new() };
    format!("<span class=\"interval\"><span class=\"visually-hidden\">between </span>{low}{joint}{high}</span>")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::parts::{badge, figure as drawn};
    use crate::view::Unit;
    use leptos::prelude::*;

    /// Leptos marks where texts end and where something may come later.
    fn html(view: AnyView) -> String {
        view.to_html().replace("<!>", "")
    }

    #[test]
    fn cells_are_what_other_pages_draw() {
        let kwh = Figure::estimated(1234.5, 800.0, 2000.0, Unit::KilowattHours, Tier::T3);
        for shown in [
            Shown::Ready(kwh),
            Shown::Ready(kwh.lower_bound()),
            Shown::exact(41.5, Unit::Usd),
            Shown::exact(0.0, Unit::GramsCo2e),
            Shown::Unknown("no \"price\" <here>".to_owned()),
        ] {
            assert_eq!(figure(&shown), html(drawn::with_interval(&shown)));
        }
        for each in Tier::ALL {
            assert_eq!(tier(each), html(badge::tier(each)));
        }
    }

    #[test]
    fn a_difference_is_coloured_only_where_it_is_certain() {
        for (central, low, high, class, text) in [
            (-5.0, -9.0, -1.0, "good", "\u{2212}5.00 kWh"),
            (5.0, 1.0, 9.0, "bad", "+5.00 kWh"),
            (5.0, -1.0, 9.0, "even", "\u{2212}1.00 to 9.00"),
            (0.0, 0.0, 0.0, "even", "no difference"),
        ] {
            let html = difference(&Figure::estimated(central, low, high, Unit::KilowattHours, Tier::T2));
            assert!(html.contains(&format!("figure {class}")) && html.contains(text), "{html}");
        }
    }
}
