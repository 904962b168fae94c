//! What is quoted is what was measured.

use super::*;
use anyhow::Result;

fn kept() -> Result<Bench> {
    let text = fs::read_to_string(places::root()?.join(FILE))?;
    Ok(serde_json::from_str(&text)?)
}

#[test]
fn the_readme_says_what_bench_json_holds() {
    let readme = fs::read_to_string(places::root().unwrap().join("README.md")).unwrap();
    let wanted = readme::with_figures(&readme, &kept().unwrap()).unwrap();
    assert!(readme == wanted, "README.md and bench.json disagree; run `cargo xtask bench`, or restore both");
}

#[test]
fn another_figure_changes_the_readme() {
    let readme = fs::read_to_string(places::root().unwrap().join("README.md")).unwrap();
    let mut bench = kept().unwrap();
    for timing in &mut bench.timings.batch {
        timing.rows_per_second *= 2.0;
    }
    assert_ne!(readme::with_figures(&readme, &bench).unwrap(), readme);
    assert!(readme::with_figures("no marks", &bench).unwrap_err().to_string().contains("needs the lines"));
}

#[test]
fn ratios_and_exponents_follow_from_the_timings() {
    let bench = kept().unwrap();
    let again = Bench::new(
        bench.timings.clone(),
        bench.intake.clone(),
        bench.pages.clone(),
        bench.comparators.clone(),
        bench.circumstances.clone(),
    );
    for (kept, computed) in bench.ratios.iter().zip(&again.ratios) {
        assert!((kept - computed).abs() < 1e-9, "{kept} {computed}");
    }
    assert_eq!((bench.ratios.len(), bench.exponents.len()), (again.ratios.len(), again.exponents.len()));
    let (timing, ratio) = bench.headline().unwrap();
    assert_eq!(timing.rows, 20_000_000);
    assert!(ratio > 0.0 && ratio <= 1.0, "{ratio}");
    assert!(bench.comparators.len() == 2 && bench.comparators.iter().all(|rate| rate.hours_per_second > 0.0));
}
