//! How far a run is, on the terminal: a bar per phase where somebody sits before it, a line every few seconds elsewhere.

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write};
use std::sync::LazyLock;
use std::time::Duration;

use app::parts::number;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::ingest::progress::{Phase, Progress, Sum};

/// How often the bars move.
const MOVE: Duration = Duration::from_millis(200);
/// How often a line is written where no bar can be drawn.
const SAY: Duration = Duration::from_secs(10);

/// The bars of this process; what else goes to standard error goes past them.
static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Standard error that does not tear the bars.
#[derive(Debug, Default)]
pub struct Terminal;

impl Write for Terminal {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        BARS.suspend(|| std::io::stderr().write(text))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

/// Works while its progress is shown.
pub(super) async fn watched<T>(progress: &Progress, work: impl Future<Output = T>) -> T {
    let is_terminal = std::io::stderr().is_terminal();
    let mut bars = BTreeMap::new();
    tokio::pin!(work);
    loop {
        tokio::select! {
            outcome = &mut work => {
                if is_terminal {
                    draw(progress, &mut bars);
                }
                return outcome;
            }
            () = tokio::time::sleep(if is_terminal { MOVE } else { SAY }) => {}
        }
        if is_terminal {
            draw(progress, &mut bars);
        } else {
            for sum in progress.sums().iter().filter(|sum| sum.is_running) {
                tracing::info!(
                    phase = sum.phase.as_str(),
                    done = sum.pace.done,
                    total = sum.pace.total,
                    "{}",
                    words(sum)
                );
            }
        }
    }
}

fn draw(progress: &Progress, bars: &mut BTreeMap<Phase, ProgressBar>) {
    for sum in progress.sums() {
        let bar = bars.entry(sum.phase).or_insert_with(|| {
            let bar = BARS.add(ProgressBar::new(0));
            // The template is fixed text; were it wrong, the plain bar would do.
            if let Ok(style) = ProgressStyle::with_template("{prefix:>22} {bar:24.green} {msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(sum.phase.as_str());
            bar
        });
        bar.set_length(sum.pace.total.unwrap_or_else(|| sum.pace.done.max(1)));
        bar.set_position(sum.pace.done);
        bar.set_message(words(&sum));
        if !sum.is_running && !bar.is_finished() {
            bar.abandon();
        }
    }
}

/// For example `120 of 2 160 windows, 340 a minute, about 6 min left`.
fn words(sum: &Sum) -> String {
    let Sum { phase, pace, is_running } = *sum;
    let unit = phase.unit();
    let mut words = match pace.total {
        Some(total) => format!("{} of {} {unit}", number::whole(pace.done), number::whole(total)),
        None => format!("{} {unit}", number::whole(pace.done)),
    };
    if let (true, Some(a_minute)) = (is_running, pace.per_minute()) {
        words.push_str(&format!(", {} a minute", number::compact(a_minute)));
    }
    if let (true, Some(left)) = (is_running, pace.left()) {
        words.push_str(&format!(", about {} left", number::time_span(left.as_secs())));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::pace::Pace;

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        let pace = Pace { done: 120, total: Some(2160), elapsed_s: 60.0 };
        let sum = Sum { phase: Phase::Metrics, pace, is_running: true };
        assert_eq!(words(&sum), "120 of 2\u{202f}160 windows, 120 a minute, about 17 min left");
        assert_eq!(words(&Sum { is_running: false, ..sum }), "120 of 2\u{202f}160 windows");
        let young = Pace { done: 1, total: None, elapsed_s: 0.1 };
        assert_eq!(words(&Sum { pace: young, ..sum }), "1 windows");
    }
}
