//! Numbers and dates as people read them: three significant digits, thin spaces between thousands, the scale that keeps them short.

use crate::view::{Figure, Mass, Unit};
use chrono::{DateTime, NaiveDate, Utc};

/// Narrow no-break space: groups thousands without letting a line end inside a number.
const THIN_SPACE: char = '\u{202f}';

/// A figure ready to print: all three values on one scale with one number of decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// Stands before the number: `$`, or nothing.
    pub prefix: &'static str,
    pub number: String,
    /// Stands behind the number: `kWh`, or nothing.
    pub unit: String,
    /// Low and high end on the same scale, if the interval has a width.
    pub interval: Option<(String, String)>,
    /// The unrounded value in the base unit.
    pub exact: String,
}

impl Printed {
    /// The central value with its unit, as plain text.
    #[must_use]
    pub fn text(&self) -> String {
        let (sign, digits) = split_sign(&self.number);
        match self.unit.as_str() {
            "" => format!("{sign}{}{digits}", self.prefix),
            "%" => format!("{}{THIN_SPACE}%", self.number),
            unit if unit.starts_with('/') => format!("{sign}{}{digits}{unit}", self.prefix),
            unit => format!("{sign}{}{digits} {unit}", self.prefix),
        }
    }
}

/// Chooses the scale and rounds.
#[must_use]
pub fn print(figure: &Figure) -> Printed {
    print_in(mass(), figure)
}

/// The same with emissions in a size of one's own.
#[must_use]
pub fn print_in(mass: Mass, figure: &Figure) -> Printed {
    let scale = scale_in(mass, figure.unit, figure.central);
    let central = figure.central / scale.divisor;
    let decimals = decimals_of(figure.unit, central);
    let fixed = |value: f64| fixed_decimals(value / scale.divisor, decimals);
    Printed {
        prefix: scale.prefix,
        number: fixed(figure.central),
        unit: scale.unit.to_owned(),
        interval: figure.has_interval().then(|| (fixed(figure.low), fixed(figure.high))),
        exact: exact(figure),
    }
}

const GRAMS: [(f64, &str); 3] = [(1.0, "g"), (1_000.0, "kg"), (1_000_000.0, "t")];
const GRAMS_PER_MONTH: [(f64, &str); 3] = [(1.0, "g/mo"), (1_000.0, "kg/mo"), (1_000_000.0, "t/mo")];

/// How a unit is written at one size: divide, then put these around the number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub divisor: f64,
    pub prefix: &'static str,
    pub unit: &'static str,
}

/// The size that the page around it asks for.
#[cfg(feature = "ssr")]
fn mass() -> Mass {
    leptos::prelude::use_context().unwrap_or_default()
}

/// In a browser every number keeps itself short.
#[cfg(not(feature = "ssr"))]
const fn mass() -> Mass {
    Mass::Fitting
}

/// The scale on which a value of this size reads best, or that the page asks for.
#[must_use]
pub fn scale_of(unit: Unit, value: f64) -> Scale {
    scale_in(mass(), unit, value)
}

fn scale_in(mass: Mass, unit: Unit, value: f64) -> Scale {
    let size = rounded(value).abs();
    let plain = |prefix, unit| Scale { divisor: 1.0, prefix, unit };
    let weighed = |steps: [(f64, &'static str); 3]| {
        let asked = mass.step().and_then(|step| steps.get(step).copied());
        asked.map(|(divisor, unit)| Scale { divisor, prefix: "", unit })
    };
    let stepped = |steps: [(f64, &'static str); 3]| {
        let [small, middle, large] = steps;
        let (divisor, unit) = if size >= large.0 {
            large
        } else if size >= middle.0 || size == 0.0 {
            middle
        } else {
            small
        };
        Scale { divisor, prefix: "", unit }
    };
    match unit {
        Unit::Usd => plain("$", ""),
        Unit::UsdPerMonth => plain("$", "/mo"),
        Unit::UsdPerThousand | Unit::UsdPerUnit => plain("$", ""),
        Unit::KilowattHours => stepped([(0.001, "Wh"), (1.0, "kWh"), (1_000.0, "MWh")]),
        Unit::KilowattHoursPerMonth => stepped([(0.001, "Wh/mo"), (1.0, "kWh/mo"), (1_000.0, "MWh/mo")]),
        Unit::GramsCo2e => weighed(GRAMS).unwrap_or_else(|| stepped(GRAMS)),
        Unit::GramsCo2ePerMonth => weighed(GRAMS_PER_MONTH).unwrap_or_else(|| stepped(GRAMS_PER_MONTH)),
        Unit::GramsPerKilowattHour => plain("", "g/kWh"),
        Unit::GramsPerThousand => plain("", "g"),
        Unit::GramsPerUnit => stepped([(0.001, "mg"), (1.0, "g"), (1_000.0, "kg")]),
        Unit::WattHoursPerUnit => stepped([(0.001, "mWh"), (1.0, "Wh"), (1_000.0, "kWh")]),
        Unit::Litres if size >= 10_000.0 => Scale { divisor: 1_000.0, prefix: "", unit: "m³" },
        Unit::Litres => plain("", "L"),
        Unit::Watts => stepped([(0.001, "mW"), (1.0, "W"), (1_000.0, "kW")]),
        Unit::Ratio => plain("", ""),
        Unit::HoursPerUnit if size > 0.0 && size < 1.0 / 60.0 => {
            Scale { divisor: 1.0 / 3_600.0, prefix: "", unit: "s" }
        }
        Unit::Hours | Unit::HoursPerUnit if size > 0.0 && size < 1.0 => {
            Scale { divisor: 1.0 / 60.0, prefix: "", unit: "min" }
        }
        Unit::Hours | Unit::HoursPerUnit => plain("", "h"),
        Unit::Milliseconds if size >= 1_000.0 => Scale { divisor: 1_000.0, prefix: "", unit: "s" },
        Unit::Milliseconds => plain("", "ms"),
        Unit::Percent => plain("", "%"),
        Unit::Count | Unit::CountPerDay if size >= 1_000_000.0 => Scale { divisor: 1_000_000.0, prefix: "", unit: "M" },
        Unit::Count | Unit::CountPerDay => plain("", ""),
    }
}

/// Three significant digits, thousands grouped: `4 810`, `1.92`, `0.042`.
#[must_use]
pub fn significant(value: f64) -> String {
    fixed_decimals(value, significant_decimals(value))
}

/// Up to three significant digits without trailing zeros, for factors: `0.5`, `1.14`, `0.000392`.
#[must_use]
pub fn compact(value: f64) -> String {
    let text = significant(value);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A whole number with its thousands grouped.
#[must_use]
pub fn whole(value: u64) -> String {
    group(&value.to_string())
}

/// A size as people read it, in steps of a thousand: `812 B`, `1.92 kB`, `4.81 GB`.
#[must_use]
pub fn bytes(size: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "three digits of it are shown")]
    let exact = size as f64;
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{} kB", significant(exact / 1e3)),
        1_000_000..1_000_000_000 => format!("{} MB", significant(exact / 1e6)),
        _ => format!("{} GB", significant(exact / 1e9)),
    }
}

/// A count of any type, with its thousands grouped.
#[must_use]
pub fn count(value: impl TryInto<u64>) -> String {
    whole(value.try_into().unwrap_or_default())
}

/// The nearest whole number, with its thousands grouped.
#[must_use]
pub fn nearest(value: f64) -> String {
    fixed_decimals(value.round(), 0)
}

/// The same for a change, with its sign: `+1 006`, `−12`, `±0`.
#[must_use]
pub fn signed_nearest(value: f64) -> String {
    match nearest(value.abs()) {
        zero if zero == "0" => "±0".to_owned(),
        digits if value < 0.0 => format!("\u{2212}{digits}"),
        digits => format!("+{digits}"),
    }
}

/// A number that is written out already with the thousands of its whole part grouped; any other text as it is.
#[must_use]
pub fn grouped(text: &str) -> String {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((integer, fraction)) if is_digits(integer) && is_digits(fraction) => {
            format!("{}.{fraction}", group(integer))
        }
        None if is_digits(text) => group(text),
        _ => text.to_owned(),
    }
}

/// A signed percentage for a change: `+12 %`, `−3.1 %`; one decimal below ten.
#[must_use]
pub fn signed_percent(percent: f64) -> String {
    let decimals = usize::from(percent.abs() < 9.95);
    let digits = fixed_decimals(percent.abs(), decimals);
    if digits.chars().all(|character| matches!(character, '0' | '.')) {
        return format!("±0{THIN_SPACE}%");
    }
    let sign = if percent < 0.0 { '\u{2212}' } else { '+' };
    format!("{sign}{digits}{THIN_SPACE}%")
}

/// `9 Nov 2026`.
#[must_use]
pub fn date(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// `November 2026`.
#[must_use]
pub fn month(day: NaiveDate) -> String {
    day.format("%B %Y").to_string()
}

/// `Mon 9 Nov`.
#[must_use]
pub fn weekday(day: NaiveDate) -> String {
    day.format("%a %-d %b").to_string()
}

/// `9 Nov 2026 06:10`, UTC.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %b %Y %H:%M").to_string()
}

/// `9–15 Nov 2026`, as short as it can be said.
#[must_use]
pub fn period(from: NaiveDate, to: NaiveDate) -> String {
    use chrono::Datelike;
    if from == to {
        date(to)
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{}–{}", from.format("%-d"), date(to))
    } else if from.year() == to.year() {
        format!("{} – {}", from.format("%-d %b"), date(to))
    } else {
        format!("{} – {}", date(from), date(to))
    }
}

/// A span of time as people say it: `45 s`, `17 min`, `2 h 5 min`, `3 d 4 h`.
#[must_use]
pub fn time_span(seconds: u64) -> String {
    let minutes = seconds.div_ceil(60);
    let both = |large: u64, unit: &str, small: u64, under: &str| match small {
        0 => format!("{large} {unit}"),
        small => format!("{large} {unit} {small} {under}"),
    };
    match seconds {
        0..90 => format!("{seconds} s"),
        90..5_400 => format!("{minutes} min"),
        5_400..172_800 => both(minutes / 60, "h", minutes % 60, "min"),
        _ => both(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    }
}

fn decimals_of(unit: Unit, value: f64) -> usize {
    match unit {
        Unit::Usd | Unit::UsdPerMonth if value.abs() >= 99.995 => 0,
        Unit::Usd | Unit::UsdPerMonth if value.abs() >= 0.01 => 2,
        Unit::Count | Unit::CountPerDay if value.fract() == 0.0 && value.abs() < 1_000_000.0 => 0,
        _ => significant_decimals(value),
    }
}

fn significant_decimals(value: f64) -> usize {
    usize::try_from(2 - exponent(value)).unwrap_or(0).min(9)
}

/// The power of ten of the value after rounding to three digits, so that 999.6 counts as 1 000.
fn exponent(value: f64) -> i32 {
    let text = format!("{:.2e}", value.abs());
    text.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0)
}

fn rounded(value: f64) -> f64 {
    // Beyond these powers of ten nothing is printed on a page, and up to them the arithmetic is exact.
    const MOST_POWER: i32 = 22;
    let power = exponent(value) - 2;
    if power.abs() > MOST_POWER {
        return value;
    }
    let scale = (0..power.abs()).fold(1.0, |scale, _| scale * 10.0);
    if power < 0 { (value * scale).round() / scale } else { (value / scale).round() * scale }
}

fn fixed_decimals(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let rounded = if decimals == 0 && value.abs() >= 1_000.0 && value.fract() != 0.0 { rounded(value) } else { value };
    if rounded == 0.0 {
        return "0".to_owned();
    }
    let text = format!("{rounded:.decimals$}");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", text.as_str()),
    };
    match digits.split_once('.') {
        Some((integer, fraction)) => format!("{sign}{}.{fraction}", group(integer)),
        None => format!("{sign}{}", group(digits)),
    }
}

fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(THIN_SPACE);
        }
        grouped.push(digit);
    }
    grouped
}

fn exact(figure: &Figure) -> String {
    let unit = match figure.unit {
        Unit::Usd => "USD",
        Unit::UsdPerMonth => "USD a month",
        Unit::UsdPerThousand => "USD per 1 000 invocations",
        Unit::KilowattHours => "kWh",
        Unit::KilowattHoursPerMonth => "kWh a month",
        Unit::GramsCo2e => "g CO₂e",
        Unit::GramsCo2ePerMonth => "g CO₂e a month",
        Unit::GramsPerKilowattHour => "g CO₂e per kWh",
        Unit::GramsPerThousand => "g CO₂e per 1 000 invocations",
        Unit::GramsPerUnit => "g CO₂e per unit of work",
        Unit::UsdPerUnit => "USD per unit of work",
        Unit::WattHoursPerUnit => "Wh per unit of work",
        Unit::HoursPerUnit => "instance-hours per unit of work",
        Unit::Litres => "litres",
        Unit::Watts => "watts",
        Unit::Ratio => "",
        Unit::Hours => "hours",
        Unit::Milliseconds => "ms",
        Unit::Percent => "percent",
        Unit::Count => "",
        Unit::CountPerDay => "a day",
    };
    let mut text = format!("{} {unit}", figure.central).trim_end().to_owned();
    if figure.has_interval() {
        text = format!("{text}, between {} and {}", figure.low, figure.high);
    }
    if let Some(tier) = figure.tier {
        text = format!("{text}, evidence {}", tier.as_str());
    }
    text
}

fn split_sign(number: &str) -> (&'static str, &str) {
    number.strip_prefix('\u{2212}').map_or(("", number), |digits| ("\u{2212}", digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Tier;

    #[test]
    fn spans_of_time_are_said_in_one_or_two_words() {
        for (seconds, expected) in [
            (0, "0 s"),
            (89, "89 s"),
            (90, "2 min"),
            (1_020, "17 min"),
            (5_400, "1 h 30 min"),
            (7_200, "2 h"),
            (273_600, "3 d 4 h"),
        ] {
            assert_eq!(time_span(seconds), expected);
        }
    }

    #[test]
    fn figures_read_well_at_every_size() {
        let rows = [
            (Unit::Usd, 4812.37, "$4\u{202f}810"),
            (Unit::Usd, 481.237, "$481"),
            (Unit::Usd, 12.3, "$12.30"),
            (Unit::Usd, 99.999, "$100"),
            (Unit::Usd, 0.004_2, "$0.00420"),
            (Unit::Usd, 0.0, "$0"),
            (Unit::Usd, -41.5, "\u{2212}$41.50"),
            (Unit::Usd, 1_234_567.0, "$1\u{202f}234\u{202f}567"),
            (Unit::UsdPerMonth, 312.4, "$312/mo"),
            (Unit::KilowattHours, 1_923.4, "1.92 MWh"),
            (Unit::KilowattHours, 999.6, "1.00 MWh"),
            (Unit::KilowattHours, 0.42, "420 Wh"),
            (Unit::KilowattHours, 42.0, "42.0 kWh"),
            (Unit::KilowattHours, 0.0, "0 kWh"),
            (Unit::GramsCo2e, 418.2, "418 g"),
            (Unit::GramsCo2e, 41_820.0, "41.8 kg"),
            (Unit::GramsCo2e, 1_234_000.0, "1.23 t"),
            (Unit::Litres, 12_300.0, "12.3 m³"),
            (Unit::Hours, 0.25, "15.0 min"),
            (Unit::HoursPerUnit, 0.001, "3.60 s"),
            (Unit::GramsPerUnit, 0.012, "12.0 mg"),
            (Unit::WattHoursPerUnit, 4_200.0, "4.20 kWh"),
            (Unit::Percent, 63.42, "63.4\u{202f}%"),
            (Unit::Count, 2_514.0, "2\u{202f}514"),
            (Unit::Count, 12_345_678.0, "12.3 M"),
        ];
        for (unit, value, expected) in rows {
            assert_eq!(print(&Figure::exact(value, unit)).text(), expected, "{value} {unit:?}");
        }
    }

    #[test]
    fn emissions_are_written_in_the_size_that_is_asked_for() {
        let rows = [
            (Mass::Grams, 41_820.0, "41\u{202f}820 g"),
            (Mass::Kilograms, 418.2, "0.418 kg"),
            (Mass::Tonnes, 41_820.0, "0.0418 t"),
            (Mass::Tonnes, 0.0, "0 t"),
            (Mass::Fitting, 418.2, "418 g"),
        ];
        for (mass, value, expected) in rows {
            assert_eq!(print_in(mass, &Figure::exact(value, Unit::GramsCo2e)).text(), expected, "{mass:?} {value}");
        }
        let a_month = print_in(Mass::Tonnes, &Figure::exact(41_820.0, Unit::GramsCo2ePerMonth));
        assert_eq!(a_month.text(), "0.0418 t/mo");
        let energy = print_in(Mass::Tonnes, &Figure::exact(42.0, Unit::KilowattHours));
        assert_eq!(energy.text(), "42.0 kWh", "only emissions have such sizes");
        assert_eq!(print_in(Mass::Grams, &Figure::exact(41_820.0, Unit::GramsCo2e)).exact, "41820 g CO₂e");
    }

    #[test]
    fn an_interval_shares_scale_and_decimals_with_its_value() {
        let printed = print(&Figure::estimated(41_820.0, 31_000.0, 58_449.0, Unit::GramsCo2e, Tier::T2));
        assert_eq!(printed.interval, Some(("31.0".to_owned(), "58.4".to_owned())));
        assert_eq!(printed.exact, "41820 g CO₂e, between 31000 and 58449, evidence T2");
    }

    #[test]
    fn changes_keep_their_sign_and_never_say_minus_zero() {
        let rows =
            [(12.4, "+12\u{202f}%"), (-3.12, "\u{2212}3.1\u{202f}%"), (-0.01, "±0\u{202f}%"), (250.0, "+250\u{202f}%")];
        for (value, expected) in rows {
            assert_eq!(signed_percent(value), expected);
        }
    }

    #[test]
    fn counts_have_their_thousands_grouped_whatever_they_are_kept_as() {
        assert_eq!([count(1_006_i64), count(2_514_usize), count(7_u8)], ["1\u{202f}006", "2\u{202f}514", "7"]);
        let rows = [(1_006.4, "1\u{202f}006", "+1\u{202f}006"), (-12.6, "\u{2212}13", "\u{2212}13"), (0.3, "0", "±0")];
        for (value, plain, signed) in rows {
            assert_eq!((nearest(value).as_str(), signed_nearest(value).as_str()), (plain, signed), "{value}");
        }
        assert_eq!(signed_nearest(-0.3), "±0");
        for (text, expected) in [
            ("1006.5", "1\u{202f}006.5"),
            ("12345", "12\u{202f}345"),
            ("12", "12"),
            ("2026-11-09", "2026-11-09"),
            ("1.2.3", "1.2.3"),
            ("", ""),
        ] {
            assert_eq!(grouped(text), expected);
        }
    }

    #[test]
    fn factors_lose_their_trailing_zeros() {
        for (value, expected) in [(0.5, "0.5"), (1.14, "1.14"), (0.000_392, "0.000392"), (100.0, "100"), (0.0, "0")] {
            assert_eq!(compact(value), expected);
        }
    }

    #[test]
    fn periods_are_as_short_as_they_can_be() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        assert_eq!(period(day(2026, 11, 9), day(2026, 11, 15)), "9–15 Nov 2026");
        assert_eq!(period(day(2026, 10, 26), day(2026, 11, 1)), "26 Oct – 1 Nov 2026");
        assert_eq!(period(day(2025, 12, 29), day(2026, 1, 4)), "29 Dec 2025 – 4 Jan 2026");
        assert_eq!(period(day(2026, 11, 9), day(2026, 11, 9)), "9 Nov 2026");
    }
}
