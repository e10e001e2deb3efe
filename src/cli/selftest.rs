//! `caseload selftest`: the program held against exact results of queueing theory, on this machine.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::selftest::{self, Figure, Finding, Report, Setting, Size, System};

use super::args;
use super::failure::Failure;
use super::figures::counted;
use super::progress::watched;
use super::terminal::{Terminal, paragraph, table};

/// Simulates the systems and shows how they stand to theory; a no where one does not agree.
pub(super) fn selftest(args: &args::Selftest, terminal: &Terminal) -> Result<(), Failure> {
    let systems = selftest::systems();
    if args.list {
        return Ok(terminal.data(&list(&systems))?);
    }
    if let Some(id) = &args.scenario {
        let system = systems.iter().find(|system| system.id == id.as_str());
        let system = system.ok_or_else(|| {
            Failure::wrong(format!("the suite has no system `{id}`; `caseload selftest --list` names them"))
        })?;
        return Ok(terminal.data(system.scenario.trim_end())?);
    }
    let size = if args.quick { Size::Quick } else { Size::Full };
    let setting = Setting {
        threads: args.threads.map(usize::from),
        effort_times: 1.0 + args.slower / 100.0,
        ..Setting::new(size, args.seed)
    };
    let planned = selftest::planned(&systems, size);
    let report =
        watched(terminal, "selftest", planned, |watcher| selftest::run(&systems, &setting, watcher))?;
    if args.json {
        let text = serde_json::to_string_pretty(&as_json(&systems, &report, args))
            .expect("plain numbers can be written as JSON");
        terminal.data(&text)?;
    } else {
        terminal.data(&shown(&systems, &report, args))?;
    }
    if report.passes() {
        return Ok(());
    }
    terminal.complain(&advice(&report, args));
    Err(Failure::No)
}

/// Each system with its rows, then what they say together.
fn shown(systems: &[System], report: &Report, args: &args::Selftest) -> String {
    let rows: Vec<Vec<String>> = report.findings.iter().map(cells).collect();
    let lines = table(&["", "theory", "simulated", "interval", "z", ""], &rows);
    let mut lines = lines.lines();
    let mut text = lines.next().map(|head| format!("{head}\n")).unwrap_or_default();
    let mut last = None;
    for (finding, line) in report.findings.iter().zip(lines) {
        if last != Some(finding.system) {
            let System { title, formula, reference, .. } = &systems[finding.system];
            writeln!(text, "  {title}: {formula} ({reference})").expect("a text can be written to");
            last = Some(finding.system);
        }
        text.extend([line, "\n"]);
    }
    text.push('\n');
    text += &paragraph(&summary(systems, report, args));
    text
}

fn cells(finding: &Finding) -> Vec<String> {
    let simulated = &finding.simulated;
    let interval = match finding.claim.figure {
        Figure::Certain(_) => "certain".to_owned(),
        Figure::Mean | Figure::Variance(_) => {
            format!("{} to {}", simulated.digits(simulated.low), simulated.digits(simulated.high))
        }
    };
    let unit = if finding.unit == "h" { ", h" } else { "" };
    vec![
        format!("  {}{unit}", finding.claim.what),
        significant(finding.claim.theory),
        significant(simulated.estimate),
        interval,
        finding.z.map_or(String::new(), |z| format!("{z:.2}")),
        if finding.passes { "pass" } else { "FAIL" }.to_owned(),
    ]
}

/// Five significant digits.
fn significant(value: f64) -> String {
    let place = if value == 0.0 { 0.0 } else { value.abs().log10().floor() };
    format!("{value:.*}", (4.0 - place).clamp(0.0, 7.0) as usize)
}

fn summary(systems: &[System], report: &Report, args: &args::Selftest) -> String {
    let (rows, failures) = (report.findings.len(), report.failures());
    let verdict = if failures == 0 {
        format!("All {rows} results agree with theory")
    } else {
        format!("{} of {rows} DISAGREE with theory", counted(failures as u64, "result"))
    };
    format!(
        "{verdict} ({} systems, seed {}). Each interval has the level {:.5} %: Student's t over replications, two-sided, at \
         1/{:.0} shared out over the {} results that chance has a say in (Bonferroni). A correct program fails less than \
         once in 1,000 seeds.",
        systems.len(),
        args.seed,
        100.0 * (1.0 - report.error / report.tests as f64),
        1.0 / report.error,
        report.tests,
    )
}

/// What to do when a row fails.
fn advice(report: &Report, args: &args::Selftest) -> String {
    if args.slower != 0.0 {
        return "that was asked for: with `--slower` all work takes longer than theory is told".to_owned();
    }
    let again = args.seed.wrapping_add(1);
    let which = if report.failures() == 1 { "that row" } else { "one of those rows" };
    format!(
        "what to do: run `caseload selftest --seed {again}`; if {which} fails again, it is no bad luck: do not use results of \
         this build, and report it with the version, the machine and both tables (`caseload selftest --scenario ID` prints \
         the scenario of a system)"
    )
}

/// The systems as a Markdown table.
fn list(systems: &[System]) -> String {
    let mut text = String::from(
        "| id | system | exact result | reference | results |\n| --- | --- | --- | --- | --- |\n",
    );
    for system in systems {
        let System { id, title, formula, reference, claims, .. } = system;
        let what: Vec<&str> = claims.iter().map(|claim| claim.what.as_str()).collect();
        let what = if what.len() > 8 { format!("{} moments", what.len()) } else { what.join("; ") };
        writeln!(text, "| `{id}` | {title} | {formula} | {reference} | {what} |")
            .expect("a text can be written to");
    }
    text
}

fn as_json(systems: &[System], report: &Report, args: &args::Selftest) -> Value {
    let row = |finding: &Finding| {
        let (system, simulated) = (&systems[finding.system], &finding.simulated);
        let kind = match finding.claim.figure {
            Figure::Mean => "mean",
            Figure::Variance(_) => "variance",
            Figure::Certain(_) => "certain",
        };
        json!({
            "id": system.id,
            "system": system.title,
            "formula": system.formula,
            "reference": system.reference,
            "what": finding.claim.what,
            "measure": finding.claim.measure,
            "figure": kind,
            "unit": finding.unit,
            "theory": finding.claim.theory,
            "simulated": simulated.estimate,
            "low": simulated.low,
            "high": simulated.high,
            "level": simulated.level,
            "method": simulated.method.name(),
            "replications": simulated.n,
            "z": finding.z,
            "p": finding.p,
            "verdict": if finding.passes { "pass" } else { "fail" },
        })
    };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "seed": args.seed,
        "quick": args.quick,
        "slower_percent": args.slower,
        "family_wise_error": report.error,
        "tests": report.tests,
        "failures": report.failures(),
        "passes": report.passes(),
        "results": report.findings.iter().map(row).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_five_digits() {
        let words = [0.0, 1.524_986, 0.762_493, 0.007_144_49, 10_500.0, 40.0].map(significant);
        assert_eq!(words, ["0.0000", "1.5250", "0.76249", "0.0071445", "10500", "40.000"]);
    }

    /// The list in docs/validation.md is that of the program; `UPDATE_EXPECTED=1` writes it anew.
    #[test]
    fn the_list_in_docs_is_that_of_the_program() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/validation.md");
        let page = std::fs::read_to_string(path).unwrap();
        let (begin, end) = ("<!-- caseload selftest --list -->\n\n", "\n<!-- end of the list -->");
        let (head, rest) = page.split_once(begin).unwrap();
        let (written, tail) = rest.split_once(end).unwrap();
        let list = list(&selftest::systems());
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(path, format!("{head}{begin}{list}{end}{tail}")).unwrap();
        } else {
            assert_eq!(written, list, "run with UPDATE_EXPECTED=1");
        }
    }
}
