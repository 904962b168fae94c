//! The stylesheet's colours keep the contrast of WCAG 2.2 AA in light and in dark.

const STYLE: &str = include_str!("../../../style/app.css");

#[derive(Clone, Copy)]
enum Theme {
    Light,
    Dark,
}

fn token(name: &str, theme: Theme) -> f64 {
    let declaration =
        STYLE.split_once(&format!("--{name}: light-dark(")).unwrap_or_else(|| panic!("no token {name}")).1;
    let (pair, _) = declaration.split_once(')').unwrap();
    let (light, dark) = pair.split_once(',').unwrap();
    luminance(match theme {
        Theme::Light => light.trim(),
        Theme::Dark => dark.trim(),
    })
}

fn luminance(hex: &str) -> f64 {
    let channel = |start: usize| {
        let value = f64::from(u8::from_str_radix(&hex[start..start + 2], 16).unwrap()) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str, theme: Theme) -> f64 {
    let (one, other) = (token(one, theme), token(other, theme));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_keeps_four_and_a_half_to_one() {
    let pairs = [
        ("ink", "page"),
        ("ink", "sunken"),
        ("ink-soft", "page"),
        ("ink-soft", "surface"),
        ("ink-soft", "sunken"),
        ("ink-faint", "page"),
        ("ink-faint", "surface"),
        ("ink-faint", "sunken"),
        ("accent", "page"),
        ("accent", "surface"),
        ("accent", "accent-soft"),
        ("on-accent", "accent"),
        ("good", "surface"),
        ("good", "good-soft"),
        ("warn", "surface"),
        ("warn", "page"),
        ("warn", "warn-soft"),
        ("bad", "surface"),
        ("bad", "bad-soft"),
        ("ink", "warn-soft"),
        ("ink", "bad-soft"),
        ("ink", "accent-soft"),
    ];
    for (text, ground) in pairs {
        for theme in [Theme::Light, Theme::Dark] {
            let ratio = contrast(text, ground, theme);
            assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2}");
        }
    }
}

#[test]
fn what_carries_meaning_without_text_keeps_three_to_one() {
    let series = ["preparation", "training", "endpoint", "development", "busy", "idle", "fourth"];
    let series = series.map(|name| format!("series-{name}"));
    let others = ["outline", "accent", "rise", "fall"].map(ToOwned::to_owned);
    for mark in series.iter().chain(&others) {
        for theme in [Theme::Light, Theme::Dark] {
            let ratio = contrast(mark, "surface", theme);
            assert!(ratio >= 3.0, "{mark}: {ratio:.2}");
        }
    }
}

#[test]
fn every_group_keeps_three_to_one_and_its_neighbours_differ() {
    for theme in [Theme::Light, Theme::Dark] {
        for place in 1..=12 {
            let group = format!("group-{place}");
            let ratio = contrast(&group, "surface", theme);
            assert!(ratio >= 3.0, "{group}: {ratio:.2}");
            if place > 1 {
                let ratio = contrast(&format!("group-{}", place - 1), &group, theme);
                assert!(ratio >= 1.25, "{group} and the one before it: {ratio:.2}");
            }
        }
        for level in 1..=6 {
            let ratio = contrast(&format!("heat-{}", level - 1), &format!("heat-{level}"), theme);
            assert!(ratio >= 1.15, "heat-{level} and the one before it: {ratio:.2}");
        }
    }
}

#[test]
fn neighbours_in_a_stack_differ_in_lightness() {
    // Any phase may be missing, so every phase may lie on every other one.
    let phases = ["series-preparation", "series-training", "series-endpoint", "series-development"];
    let pairs = phases
        .iter()
        .enumerate()
        .flat_map(|(place, one)| phases.iter().skip(place + 1).map(move |other| (*one, *other)));
    for (one, other) in pairs.chain([("series-busy", "series-idle"), ("rise", "fall")]) {
        for theme in [Theme::Light, Theme::Dark] {
            let ratio = contrast(one, other, theme);
            assert!(ratio >= 1.25, "{one} and {other}: {ratio:.2}");
        }
    }
}

#[test]
fn every_class_of_a_chart_is_styled() {
    for class in [
        "training",
        "endpoint",
        "busy",
        "idle",
        "tick",
        "absent",
        "line-1",
        "line-4",
        "band-1",
        "group-1",
        "group-12",
        "heat-0",
        "heat-6",
        "rest",
        "before",
        "preparation",
        "development",
        "rise",
        "fall",
        "hatch",
        "median",
        "this",
        "run",
        "best",
        "front",
        "beaten",
        "mark",
        "held",
    ] {
        assert!(STYLE.contains(&format!(".fill-{class}")), "{class}");
    }
    for class in [
        "grid", "whisker", "stripe", "line-1", "line-2", "line-3", "line-4", "group-1", "group-12", "rest", "before",
        "mark", "hatch", "held", "forecast", "target", "median", "front", "beaten",
    ] {
        assert!(STYLE.contains(&format!(".stroke-{class}")), "{class}");
    }
}
