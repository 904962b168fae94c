//! Alternatives side by side: the calculator's figures, as text that the server puts into the page and the browser puts in
//! its place. As views they would make what the browser loads twice as large.

mod cell;

use super::number;
use super::prose::escape;
use crate::view::{Column, Comparison, Measures, Shown};
use std::fmt::Write;

/// A measure: its name, whether it is a part of the one above, and where it stands.
type Row = (&'static str, bool, fn(&Measures) -> &Shown);

const ROWS: [Row; 7] = [
    ("Energy", false, |measures| &measures.energy),
    ("Emissions", false, |measures| &measures.emissions),
    ("of which operational", true, |measures| &measures.operational),
    ("of which embodied", true, |measures| &measures.embodied),
    ("Operational, market-based", false, |measures| &measures.market),
    ("Water", false, |measures| &measures.water),
    ("Cost", false, |measures| &measures.cost),
];

/// What stands inside the table element: one column an alternative, one row a measure.
#[must_use]
pub fn table(comparison: &Comparison) -> String {
    let mut html =
        String::from("<caption class=\"visually-hidden\">Alternatives side by side</caption><thead><tr><td></td>");
    for column in &comparison.columns {
        head(&mut html, column);
    }
    html.push_str("</tr></thead><tbody><tr><th scope=\"row\">Evidence</th>");
    for column in &comparison.columns {
        evidence(&mut html, column);
    }
    html.push_str("</tr>");
    for (label, is_part, of) in ROWS {
        let class = if is_part { " class=\"part\"" } else { "" };
        push(&mut html, format_args!("<tr{class}><th scope=\"row\">{label}</th>"));
        for column in &comparison.columns {
            let price = if label == "Cost" { column.price.as_str() } else { "" };
            measure(&mut html, column, of, price);
        }
        html.push_str("</tr>");
    }
    if comparison.columns.iter().any(|column| column.differences.is_some()) {
        marginal(&mut html, comparison);
    }
    html.push_str("</tbody>");
    html
}

/// What the reader must know of one alternative, its equations, and its factors with their sources.
#[must_use]
pub fn working(column: &Column) -> String {
    let mut html = String::new();
    if !column.refused.is_empty() {
        list(&mut html, "warnings", &column.refused);
        return html;
    }
    if !column.warnings.is_empty() {
        list(&mut html, "warnings", &column.warnings);
    }
    html.push_str("<ol class=\"equations\" role=\"list\">");
    for line in &column.equations {
        let (symbol, text, unit) = (escape(&line.symbol), escape(&line.text), escape(&line.unit));
        let value = line.value.map(number::compact).unwrap_or_default();
        push(
            &mut html,
            format_args!(
                "<li><code class=\"symbol\">{symbol}</code><span>{text}<strong> = {value} {unit}</strong></span></li>"
            ),
        );
    }
    html.push_str("</ol><ul class=\"factors-used\">");
    for factor in &column.factors {
        let [name, unit, source, year, licence] =
            [&factor.name, &factor.unit, &factor.source, &factor.year, &factor.licence].map(|text| escape(text));
        let [value, low, high] = [factor.value, factor.low, factor.high].map(number::compact);
        push(
            &mut html,
            format_args!(
                "<li>{name}: {value} {unit} <span class=\"interval\">{low}–{high}</span> \
                 <span class=\"under\">{source} · {year} · {licence}</span></li>"
            ),
        );
    }
    push(
        &mut html,
        format_args!(
            "</ul><p class=\"footnote\"><a href=\"{}\">This estimate as JSON</a></p>",
            escape(&column.json_href)
        ),
    );
    html
}

fn head(html: &mut String, column: &Column) {
    let (number, name, setting) = (column.number, escape(&column.name), escape(&column.setting));
    push(
        html,
        format_args!(
            "<th scope=\"col\" class=\"number\"><span class=\"quiet\">{number}</span> <span class=\"name\">{name}</span>\
             <span class=\"under\">{setting}</span></th>"
        ),
    );
}

fn evidence(html: &mut String, column: &Column) {
    html.push_str("<td class=\"number\">");
    if !column.refused.is_empty() {
        push(html, format_args!("<span class=\"refused\">{}</span>", escape(&column.refused.join(" "))));
    }
    if let Some(tier) = column.tier {
        if column.is_lower_bound {
            html.push_str(
                "<span class=\"badge warn\"><span class=\"mark\" aria-hidden=\"true\">≥</span>at least</span> ",
            );
        }
        html.push_str(&cell::tier(tier));
        push(html, format_args!("<span class=\"under\">{}</span>", tier.describe()));
    }
    html.push_str("</td>");
}

fn measure(html: &mut String, column: &Column, of: fn(&Measures) -> &Shown, price: &str) {
    html.push_str("<td class=\"number\">");
    if column.refused.is_empty() {
        html.push_str(&cell::figure(of(&column.measures)));
        if let Some(difference) = column.differences.as_ref().and_then(|all| of(all).figure()) {
            push(html, format_args!("<span class=\"difference\">{}</span>", cell::difference(difference)));
        }
        if !price.is_empty() {
            push(html, format_args!("<span class=\"under\">{}</span>", escape(price)));
        }
    } else {
        html.push_str("<span class=\"missing\">–</span>");
    }
    html.push_str("</td>");
}

/// What only a change has: no alternative has it by itself.
fn marginal(html: &mut String, comparison: &Comparison) {
    html.push_str(
        "<tr><th scope=\"row\">Change on the grid<span class=\"under\">marginal intensity, to decide by</span></th>",
    );
    for column in &comparison.columns {
        let change = column.differences.as_ref().filter(|_| column.refused.is_empty()).map(|all| &all.marginal);
        let cell = match change {
            None => "<span class=\"missing\">–</span>".to_owned(),
            Some(Shown::Ready(figure)) => cell::difference(figure),
            Some(unknown) => cell::figure(unknown),
        };
        push(html, format_args!("<td class=\"number\">{cell}</td>"));
    }
    html.push_str("</tr>");
}

fn list(html: &mut String, class: &str, lines: &[String]) {
    push(html, format_args!("<ul class=\"{class}\">"));
    for line in lines {
        push(html, format_args!("<li>{}</li>", escape(line)));
    }
    html.push_str("</ul>");
}

fn push(html: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a `String` cannot fail.
    let _ = html.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_text() {
        let column = Column {
            name: "<b>x</b>".into(),
            refused: vec!["The instance type `<b>x</b>` is not in the factor tables.".into()],
            ..Column::default()
        };
        let html = table(&Comparison { columns: vec![column.clone()] }) + &working(&column);
        assert!(!html.contains("<b>") && html.matches("&lt;b&gt;x").count() == 3, "{html}");
    }
}
