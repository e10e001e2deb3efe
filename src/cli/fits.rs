//! Whether a run fits: what so many replications would keep and write, before any of them is made.

use crate::diagnostic::{Code, Diagnostic, render};
use crate::run::size::{MOST_BYTES, MOST_NUMBERS, Size};
use crate::units::grouped;

use super::failure::Failure;
use super::load::Ready;
use super::terminal::Terminal;

/// Refuses a run whose samples are more than can be kept or written, with a finding.
pub(super) fn fits(ready: &Ready, replications: u32, terminal: &Terminal) -> Result<(), Failure> {
    let Some(finding) = too_much(ready, replications) else { return Ok(()) };
    terminal.complain(&render::one(&finding, &ready.loaded.documents, terminal.styled));
    Err(Failure::Wrong(None))
}

/// A finding where the samples of so many replications are more than can be kept or written.
fn too_much(ready: &Ready, replications: u32) -> Option<Diagnostic> {
    let size = Size::of(&ready.model);
    let header = &ready.loaded.epochs[0].scenario.header;
    if size.numbers > MOST_NUMBERS {
        let message = format!(
            "the tables would have some {} rows, and at most {} can be written",
            grouped(size.numbers, 0),
            grouped(MOST_NUMBERS, 0)
        );
        let finding = Diagnostic::new(Code::TooLarge, message).at(header.sample.span, "");
        return Some(finding.help("sample less often, as in sample = \"30 days\""));
    }
    let (all, gigabytes) = (size.bytes * f64::from(replications), |bytes: f64| grouped(bytes / 1e9, 0));
    (all > MOST_BYTES).then(|| {
        let (all, most) = (gigabytes(all), gigabytes(MOST_BYTES));
        let message = format!(
            "the samples of {replications} replications fill {all} GB, and at most {most} GB can be kept"
        );
        let finding = Diagnostic::new(Code::TooLarge, message).at(header.replications.span, "");
        finding
            .see(header.sample.span, "sampled so often")
            .help("fewer replications, or fewer samples, tell nearly the same")
    })
}
