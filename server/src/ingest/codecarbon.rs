//! CodeCarbon's `emissions.csv`: the energy of each run of its tracker.
//!
//! Columns as its reference of outputs lists them (release 3): energies in kWh, the duration in seconds. A tracker that
//! flushes adds a row with the sums so far, so the longest row of a run is the run.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use footprint::Measured;
use footprint::units::Watts;

/// The columns without which no power can be told.
pub(super) const COLUMNS: [&str; 5] = ["run_id", "duration", "cpu_energy", "gpu_energy", "ram_energy"];
/// Joules, that is watt-seconds, in a kilowatt-hour.
const JOULES_PER_KWH: f64 = 3.6e6;

/// Why a file says nothing usable; each with the next step.
#[derive(Debug, thiserror::Error)]
pub enum CodeCarbonError {
    /// Not CSV, or a cell is not a number.
    #[error("the file does not read as CodeCarbon's emissions.csv; copy it from the job's output once more")]
    Unreadable(#[from] csv::Error),
    /// A cell is not what its column promises.
    #[error(
        "line {line}: {column} is {value:?}, not {wanted}; copy the file from the job's output once more, as it is"
    )]
    BadCell {
        /// Counted from 1, with the header.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What was wanted.
        wanted: &'static str,
    },
    /// Another CSV.
    #[error("the file has no column {0}; take the emissions.csv that CodeCarbon's tracker writes into its output_dir")]
    NoColumn(&'static str),
    /// A header and nothing below it.
    #[error(
        "the file holds no run; CodeCarbon writes one when its tracker is stopped, so call stop() and copy it again"
    )]
    Empty,
    /// Which of them was the job is not for the program to guess.
    #[error("the file holds {count} runs; name the one that was the job with --run: {ids}")]
    SeveralRuns {
        /// How many.
        count: usize,
        /// Their names, joined.
        ids: String,
    },
    /// The run that was named is not in the file.
    #[error("the file holds no run {asked}; its runs are {ids}")]
    NoSuchRun {
        /// What was asked for.
        asked: String,
        /// What there is.
        ids: String,
    },
    /// A run without a length, or with energies below zero.
    #[error("line {line}: run {run} has no usable duration and energies; take a file of a tracker that was stopped")]
    NotNumbers {
        /// Counted from 1, with the header.
        line: u64,
        /// The run.
        run: String,
    },
    /// Only a part of the processor was counted.
    #[error("run {0} was tracked by process, which leaves out the rest of the host; leave --host away")]
    OneProcess(String),
    /// Nothing of it was measured.
    #[error(
        "run {0} measured no accelerator. If its processor was read from RAPL, and not modelled, say so with --host"
    )]
    NothingMeasured(String),
}

/// A run of CodeCarbon's tracker.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Its name.
    pub id: String,
    /// How long it was tracked, s.
    pub seconds: f64,
    /// Mean W over that time.
    pub measured: Measured,
}

/// A run as its longest row tells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    /// Counted from 1, with the header.
    pub(super) line: u64,
    pub(super) run_id: String,
    pub(super) project: String,
    /// When the row was written; CodeCarbon gives no offset, and machines of AWS keep UTC.
    pub(super) written_at: Option<DateTime<Utc>>,
    /// s.
    pub(super) duration: f64,
    /// kWh.
    cpu_energy: f64,
    gpu_energy: f64,
    ram_energy: f64,
    tracking_mode: String,
    /// The AWS region, where the tracker found itself at AWS.
    pub(super) region: Option<String>,
    pub(super) hardware: Hardware,
    /// Mean shares of 0..1, as releases from 3.1 on tell them.
    pub(super) cpu_utilisation: Option<f32>,
    pub(super) gpu_utilisation: Option<f32>,
}

/// The machine, as the tracker saw it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Hardware {
    pub(super) cpu_count: Option<u32>,
    /// GB.
    pub(super) memory_gb: Option<f64>,
    pub(super) gpu_count: u32,
    /// For example `4 x Tesla V100-SXM2-16GB`.
    pub(super) gpu_model: String,
}

/// The one run of a file, or the one that `wanted` names.
///
/// Accelerators are read from the cards. Processor and memory are mostly modelled, which would be an estimate in the
/// clothes of a measurement: they count only where the caller vouches for them (`with_host`).
///
/// # Errors
/// A sentence and a next step for every file that says nothing usable.
pub fn run(text: &str, wanted: Option<&str>, with_host: bool) -> Result<Run, CodeCarbonError> {
    let row = chosen(rows(text)?, wanted)?;
    let run = measured(&row, with_host)?;
    if run.measured == Measured::default() {
        return Err(CodeCarbonError::NothingMeasured(row.run_id));
    }
    Ok(run)
}

/// The longest row of every run, by the run's name.
pub(super) fn rows(text: &str) -> Result<BTreeMap<String, Row>, CodeCarbonError> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers()?.clone();
    if let Some(missing) = COLUMNS.into_iter().find(|column| !headers.iter().any(|header| header == *column)) {
        return Err(if headers.is_empty() { CodeCarbonError::Empty } else { CodeCarbonError::NoColumn(missing) });
    }
    let mut runs: BTreeMap<String, Row> = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = Cells { line, of: headers.iter().zip(&record).collect() }.row()?;
        match runs.get(&row.run_id) {
            Some(known) if known.duration >= row.duration => {}
            _ => _ = runs.insert(row.run_id.clone(), row),
        }
    }
    Ok(runs)
}

struct Cells<'a> {
    line: u64,
    of: BTreeMap<&'a str, &'a str>,
}

impl Cells<'_> {
    fn row(&self) -> Result<Row, CodeCarbonError> {
        let run_id = self.get("run_id").to_owned();
        if run_id.is_empty() {
            return Err(self.bad("run_id", "the name of a run"));
        }
        let written = self.get("timestamp");
        let at_aws = self.get("cloud_provider").eq_ignore_ascii_case("aws");
        Ok(Row {
            line: self.line,
            run_id,
            project: self.get("project_name").to_owned(),
            written_at: if written.is_empty() { None } else { Some(self.moment(written)?) },
            duration: self.number("duration")?,
            cpu_energy: self.number("cpu_energy")?,
            gpu_energy: self.number("gpu_energy")?,
            ram_energy: self.number("ram_energy")?,
            tracking_mode: self.get("tracking_mode").to_owned(),
            region: Some(self.get("cloud_region")).filter(|name| at_aws && !name.is_empty()).map(str::to_owned),
            // Of what only helps to know the machine, what does not read is not known.
            hardware: Hardware {
                cpu_count: self.get("cpu_count").parse::<f64>().ok().map(whole),
                memory_gb: self.get("ram_total_size").parse().ok(),
                gpu_count: self.get("gpu_count").parse::<f64>().ok().map_or(0, whole),
                gpu_model: self.get("gpu_model").to_owned(),
            },
            cpu_utilisation: self.percent("cpu_utilization_percent"),
            gpu_utilisation: self.percent("gpu_utilization_percent"),
        })
    }

    fn get(&self, column: &str) -> &str {
        self.of.get(column).copied().unwrap_or_default()
    }

    fn bad(&self, column: &'static str, wanted: &'static str) -> CodeCarbonError {
        CodeCarbonError::BadCell { line: self.line, column, value: self.get(column).to_owned(), wanted }
    }

    fn number(&self, column: &'static str) -> Result<f64, CodeCarbonError> {
        self.get(column).parse().map_err(|_| self.bad(column, "a number"))
    }

    fn moment(&self, text: &str) -> Result<DateTime<Utc>, CodeCarbonError> {
        let plain = || NaiveDateTime::parse_from_str(&text.replace('T', " "), "%Y-%m-%d %H:%M:%S%.f").ok();
        let read = DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
        read.or_else(|| plain().map(|at| at.and_utc()))
            .ok_or_else(|| self.bad("timestamp", "a moment such as 2026-11-21T12:33:00"))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a share of 0..1 keeps seven digits in an f32, as stored")]
    fn percent(&self, column: &str) -> Option<f32> {
        let read = self.get(column).parse::<f64>().ok().filter(|percent| (0.0..=100.0).contains(percent));
        read.map(|percent| (percent / 100.0) as f32)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number of parts of a machine")]
fn whole(number: f64) -> u32 {
    number.clamp(0.0, 1e6) as u32
}

impl Row {
    /// When the run began, from when it was written.
    pub(super) fn began_at(&self) -> Option<DateTime<Utc>> {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a run")]
        let passed = Duration::milliseconds((self.duration.min(1e9) * 1000.0) as i64);
        self.written_at.map(|written| written - passed)
    }
}

fn chosen(mut runs: BTreeMap<String, Row>, wanted: Option<&str>) -> Result<Row, CodeCarbonError> {
    let ids = runs.keys().cloned().collect::<Vec<_>>().join(", ");
    if let Some(wanted) = wanted {
        return runs.remove(wanted).ok_or_else(|| CodeCarbonError::NoSuchRun { asked: wanted.to_owned(), ids });
    }
    let count = runs.len();
    match runs.pop_first() {
        Some((_, row)) if count == 1 => Ok(row),
        Some(_) => Err(CodeCarbonError::SeveralRuns { count, ids }),
        None => Err(CodeCarbonError::Empty),
    }
}

/// The mean watts of a run; what was not measured is left out, and that may be everything.
pub(super) fn measured(row: &Row, with_host: bool) -> Result<Run, CodeCarbonError> {
    let usable = |number: f64| number.is_finite() && number >= 0.0;
    let energies = [row.cpu_energy, row.gpu_energy, row.ram_energy];
    if !(usable(row.duration) && row.duration > 0.0 && energies.into_iter().all(usable)) {
        return Err(CodeCarbonError::NotNumbers { line: row.line, run: row.run_id.clone() });
    }
    if with_host && row.tracking_mode == "process" {
        return Err(CodeCarbonError::OneProcess(row.run_id.clone()));
    }
    let mean = |kilowatt_hours: f64| {
        (kilowatt_hours > 0.0).then(|| Watts::new(kilowatt_hours * JOULES_PER_KWH / row.duration))
    };
    let measured = Measured {
        accelerators: mean(row.gpu_energy),
        host: mean(row.cpu_energy + row.ram_energy).filter(|_| with_host),
    };
    Ok(Run { id: row.run_id.clone(), seconds: row.duration, measured })
}

#[cfg(test)]
mod tests {
    use super::run;

    const HEAD: &str = "timestamp,project_name,run_id,duration,cpu_power,gpu_power,ram_power,cpu_energy,gpu_energy,ram_energy,energy_consumed,tracking_mode\n";

    fn row(id: &str, seconds: f64, cpu: f64, gpu: f64, ram: f64, mode: &str) -> String {
        format!("2026-11-21T12:00:00,x,{id},{seconds},42.5,1,2,{cpu},{gpu},{ram},{},{mode}\n", cpu + gpu + ram)
    }

    #[test]
    fn mean_power_is_energy_over_time() {
        let text = HEAD.to_owned() + &row("a", 7_200.0, 0.1, 0.5, 0.02, "machine");
        let read = run(&text, None, false).unwrap();
        assert!((read.measured.accelerators.unwrap().get() - 250.0).abs() < 1e-9, "0.5 kWh in two hours");
        assert_eq!(read.measured.host, None, "a modelled processor is no measurement");
        let vouched = run(&text, None, true).unwrap();
        assert!((vouched.measured.host.unwrap().get() - 60.0).abs() < 1e-9, "0.12 kWh in two hours");
    }

    #[test]
    fn a_flushed_run_is_its_longest_row() {
        let text = HEAD.to_owned()
            + &row("a", 3_600.0, 0.1, 0.1, 0.0, "machine")
            + &row("a", 7_200.0, 0.2, 0.5, 0.0, "machine");
        assert!((run(&text, None, false).unwrap().seconds - 7_200.0).abs() < 1e-9);
    }

    #[test]
    fn a_file_that_says_nothing_usable_gets_a_sentence() {
        let good = row("a", 60.0, 0.1, 0.5, 0.02, "machine");
        let two = HEAD.to_owned() + &good + &row("b", 60.0, 0.1, 0.5, 0.02, "machine");
        let good_with = |gpu: &str| HEAD.to_owned() + &good + &good.replace(",0.5,", &format!(",{gpu},"));
        let without_gpu = HEAD.to_owned() + &row("a", 60.0, 0.1, 0.0, 0.02, "machine");
        for (text, wanted, host, expected) in [
            ("", None, false, "the file holds no run"),
            (HEAD, None, false, "the file holds no run"),
            ("run_id,duration\na,1\n", None, false, "the file has no column cpu_energy"),
            (&(HEAD.to_owned() + "1,2\n"), None, false, "does not read as CodeCarbon's"),
            (&good_with("x"), None, false, "line 3: gpu_energy is \"x\", not a number"),
            (&two, None, false, "the file holds 2 runs; name the one that was the job with --run: a, b"),
            (&two, Some("c"), false, "the file holds no run c; its runs are a, b"),
            (&without_gpu, None, false, "run a measured no accelerator"),
            (&(HEAD.to_owned() + &row("a", 0.0, 0.1, 0.5, 0.0, "machine")), None, false, "no usable duration"),
            (&(HEAD.to_owned() + &row("a", 9.0, 0.1, -0.5, 0.0, "machine")), None, false, "no usable duration"),
            (&(HEAD.to_owned() + &row("a", f64::NAN, 0.1, 0.5, 0.0, "machine")), None, false, "no usable duration"),
            (&(HEAD.to_owned() + &row("a", 9.0, 0.1, 0.5, 0.0, "process")), None, true, "tracked by process"),
        ] {
            let said = run(text, wanted, host).unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
        assert_eq!(run(&two, Some("b"), false).unwrap().id, "b");
    }
}
