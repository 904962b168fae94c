//! The lines of the README that quote `bench.json`.

use anyhow::{Context, Result};

use super::intake::Intake;
use super::pages::Pages;
use super::result::Bench;

const BEGIN: &str = "<!-- figures of bench.json, written by `cargo xtask bench` -->\n";
const END: &str = "<!-- end of the figures -->\n";

/// The README with the marked lines written anew.
pub fn with_figures(readme: &str, bench: &Bench) -> Result<String> {
    let marks = || format!("README.md needs the lines `{}` and `{}`", BEGIN.trim(), END.trim());
    let (before, rest) = readme.split_once(BEGIN).with_context(marks)?;
    let (_, after) = rest.split_once(END).with_context(marks)?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", paragraph(bench)?))
}

fn paragraph(bench: &Bench) -> Result<String> {
    let (timing, ratio) = bench.headline().context("bench.json has no sums with intervals")?;
    let growth = bench.growth_to(timing).context("bench.json has no exponent")?;
    let machine = &bench.circumstances.machine;
    let date = bench.circumstances.date.get(..10).unwrap_or_default();
    let [load, ..] = machine.load_average;
    let others: Vec<String> = bench
        .comparators
        .iter()
        .map(|rate| {
            format!(
                "- `{}` {}: {} hours a second ({})\n",
                rate.package,
                rate.version,
                count(rate.hours_per_second),
                rate.covers
            )
        })
        .collect();
    let intake = intake(&bench.intake).context("bench.json has no figures of the intake")?;
    let pages = pages(&bench.pages).context("bench.json has no figures of the pages")?;
    Ok(format!(
        "{} usage hours become sums per type and region, with intervals, in {:.2} s of one core: {} hours a second,\n\
         {:.1} GB/s, {:.0} % of what the same core manages in the same minute by only reading these columns.\n\
         From {} to {} hours the time grows with the hours to the power {:.2}.\n\
         One hour at a time, by name, it is {} hours a second. Others, in the same run:\n\n{}\n{intake}\n{pages}\n\
         Measured on {date}: {}, {} cores shared with others, load {load:.1}.\n",
        count(timing.rows as f64),
        timing.seconds,
        count(timing.rows_per_second),
        timing.gigabytes_per_second,
        ratio * 100.0,
        count(growth.from_rows as f64),
        count(growth.to_rows as f64),
        growth.exponent,
        count(bench.timings.single_hours_per_second),
        others.concat(),
        machine.processor,
        machine.cores,
    ))
}

/// From AWS to rows, and from rows to footprints.
fn intake(intake: &Intake) -> Option<String> {
    let (finest, usual) = (intake.merge.first()?, intake.merge.last()?);
    let (smallest, largest) = (intake.whole.first()?, intake.whole.last()?);
    let claims = intake.ledger.iter().max_by_key(|claims| claims.workers)?;
    let (short, long) = (intake.estimating.first()?, intake.estimating.last()?);
    Some(format!(
        "{} points a second, of a minute each, are merged into the rows of their hours, {:.0} % of a plain COPY of the same\n\
         rows; of five minutes each, {} ({:.0} %) in {:.1} bytes a point. From a simulated AWS on the same cores to committed\n\
         rows it is {} points a second for {} endpoints. {} days of {} endpoints, {} hours, are estimated anew at {} hours a\n\
         second, {:.0} % of what Postgres alone manages with the same rows; their newest day takes {:.0} ms, and {:.0} ms where only\n\
         {} days are kept. From {} to {} endpoints reading grows to the power {:.2}, estimating {:.2}, and memory from {:.0} to {:.0} MB.\n\
         Announced metrics are {:.2} of those asked for. {} readers claim {} windows a second, half of them within {:.0} ms.\n",
        count(finest.points_per_second),
        100.0 * finest.points_per_second / finest.copy_points_per_second,
        count(usual.points_per_second),
        100.0 * usual.points_per_second / usual.copy_points_per_second,
        usual.bytes_per_point,
        count(largest.points_per_second),
        count(largest.endpoints as f64),
        long.days,
        long.endpoints,
        count(long.entity_hours as f64),
        count(long.entity_hours_per_second),
        100.0 * long.floor_seconds / long.seconds,
        long.day_ms,
        short.day_ms,
        short.days,
        smallest.endpoints,
        largest.endpoints,
        intake.exponent(|whole| whole.metrics_seconds)?,
        intake.exponent(|whole| whole.estimate_seconds)?,
        smallest.peak_mb,
        largest.peak_mb,
        largest.forecast_ratio,
        claims.workers,
        count(claims.claims_per_second),
        claims.p50_ms,
    ))
}

/// From rows to pages.
fn pages(pages: &Pages) -> Option<String> {
    let own = pages.paced.iter().filter(|paced| pages.growth.iter().any(|growth| growth.page == paced.what));
    let slowest = own.max_by(|a, b| a.p99_ms.total_cmp(&b.p99_ms))?;
    let (overview, file, row) = (pages.paced("overview")?, pages.paced("nginx")?, pages.paced("Postgres")?);
    let grown = pages.growth.iter().max_by(|a, b| a.exponent.total_cmp(&b.exponent))?;
    let (last, longest) = grown.made_ms.last()?;
    let [page, sheet, islands] = pages.weight.map(|bytes| bytes as f64 / 1024.0);
    Some(format!(
        "With {} endpoints and {} days of ledger, {} overviews a second come within {:.1} ms (median) and {:.1} ms (99 %), and\n\
         no other page is slower than {:.1} ms (99 %, {}); beside them nginx gives the same page as a file within {:.1} and\n\
         {:.1} ms, and Postgres a row within {:.1} and {:.1} ms. {:.0} pages a second are made for as many addresses, and {:.0} a\n\
         second are given of a few while nobody writes. Over {last} days the page that grows most ({}, to the power {:.2}) is made in\n\
         {:.0} ms. The program answers {:.0} ms after its start, and the first view is {:.0} kB: page {page:.0}, style {sheet:.0}, islands\n\
         {islands:.0}.\n",
        pages.endpoints,
        pages.days,
        pages.rate,
        overview.p50_ms,
        overview.p99_ms,
        slowest.p99_ms,
        slowest.what,
        file.p50_ms,
        file.p99_ms,
        row.p50_ms,
        row.p99_ms,
        pages.made.pages_per_second,
        pages.kept.pages_per_second,
        grown.page,
        grown.exponent,
        longest,
        pages.start_ms[0],
        page + sheet + islands,
    ))
}

/// A number as people say it.
fn count(number: f64) -> String {
    match number {
        n if n >= 1e7 => format!("{:.0} million", n / 1e6),
        n if n >= 1e6 => format!("{:.1} million", n / 1e6),
        n => format!("{n:.0}"),
    }
}
