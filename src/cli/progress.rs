//! The progress bar with the time that is left, and Ctrl-C.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::Watcher;

use super::terminal::Terminal;

/// Set by Ctrl-C; replications in hand are finished, no more are begun.
static STOP: AtomicBool = AtomicBool::new(false);

/// The flag that Ctrl-C sets. A second Ctrl-C ends the program at once.
pub(super) fn stop_flag() -> &'static AtomicBool {
    static HEARD: OnceLock<()> = OnceLock::new();
    HEARD.get_or_init(|| {
        let handler = || {
            if STOP.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        };
        // Where no handler can be set, Ctrl-C ends the program at once; results are renamed into place only when
        // they are whole, so nothing is left half-written either way.
        drop(ctrlc::set_handler(handler));
    });
    &STOP
}

/// Does a work of so many replications, as planned before, under a bar; Ctrl-C stops it.
pub(super) fn watched<T>(
    terminal: &Terminal,
    name: &str,
    replications: u32,
    work: impl FnOnce(&Watcher<'_>) -> T,
) -> T {
    let bar = bar(terminal, name, replications);
    let progress = |done, planned| advance(&bar, done, planned);
    let done = work(&Watcher { cancel: stop_flag(), progress: &progress });
    bar.finish_and_clear();
    done
}

/// A bar for so many replications; invisible where nobody watches.
pub(super) fn bar(terminal: &Terminal, name: &str, replications: u32) -> ProgressBar {
    if terminal.quiet || !terminal.watched {
        return ProgressBar::hidden();
    }
    let bar =
        ProgressBar::with_draw_target(Some(u64::from(replications)), ProgressDrawTarget::stderr_with_hz(5));
    let template = "{prefix} [{bar:30}] {pos}/{len} replications, {elapsed} gone, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is fixed and valid");
    bar.set_style(style.progress_chars("=> "));
    bar.set_prefix(name.to_owned());
    bar
}

/// Moves the bar; with a precision asked for its length grows as more turn out to be needed.
pub(super) fn advance(bar: &ProgressBar, done: u32, planned: u32) {
    bar.set_length(u64::from(planned));
    bar.set_position(u64::from(done));
}
