//! `caseload compare --stress`: the same comparison under other regimes of demand, read from one file.

use std::path::Path;

use crate::error::Error;
use crate::experiment::{self, Alternative, Asked, Comparison};
use crate::output::RegimeNote;
use crate::run::Watcher;
use crate::scenario::{Memory, Sources};

use super::args::Edits;
use super::compare::Field;
use super::comparison::{figure, mean};
use super::failure::Failure;
use super::figures::{number, scale_of};
use super::terminal::{Terminal, paragraph, table};

/// Another future: its id, and the scenarios under it.
pub(super) struct Regime {
    pub(super) id: String,
    pub(super) field: Field,
}

/// The regimes of a file, each as a plan of its own under a name that says where it stands.
///
/// A regime is written like a plan, with `[[regime]]` for `[scenario]` and `[regime.scale]` for `[scale]`. Everything else is
/// blanked out, so that mistakes are found at the line where they stand.
pub(super) fn regimes(file: &str, sources: &dyn Sources) -> Result<(Vec<RegimeNote>, Memory), Failure> {
    let bytes = sources.read(Path::new(file)).map_err(|why| {
        Failure::wrong(format!("`--stress`: cannot read `{file}`: {}", why.to_string().to_lowercase()))
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::wrong(format!("`--stress`: `{file}` is not written in UTF-8")))?;
    let lines: Vec<&str> = text.lines().collect();
    let starts: Vec<usize> = (0..lines.len()).filter(|&n| header(lines[n], "[[regime]]")).collect();
    let example = "write `[[regime]]` with an `id`, and under it `[regime.scale]`, `[regime.set]`, `[regime.add]` or \
                   `[[regime.change]]` as in a plan";
    let Some(first) = starts.first() else {
        return Err(Failure::wrong(format!("`--stress`: there is no regime in `{file}`: {example}")));
    };
    if let Some(n) = (0..*first).find(|&n| !is_blank(lines[n])) {
        let why = format!("`--stress`: {file}:{}: before the first `[[regime]]` stand comments only", n + 1);
        return Err(Failure::wrong(why));
    }
    let (mut notes, mut memory): (Vec<RegimeNote>, _) = (vec![], Memory::default());
    for (k, from) in starts.iter().enumerate() {
        let until = starts.get(k + 1).copied().unwrap_or(lines.len());
        let Some((place, id)) = (from + 1..until).find_map(|n| Some((n, id_of(lines[n])?))) else {
            return Err(Failure::wrong(format!(
                "`--stress`: {file}:{}: this regime has no `id`: {example}",
                from + 1
            )));
        };
        if let Some(other) = notes.iter().find(|other| other.id == id) {
            let why = format!("`--stress`: {file}:{}: there is a regime `{}` already", place + 1, other.id);
            return Err(Failure::wrong(why));
        }
        let sheet: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(n, line)| {
                let inside = (*from..until).contains(&n) && n != place;
                if inside { as_plan(line) } else { String::new() }
            })
            .collect();
        let plan = format!("{file}#{id}");
        memory = memory.with(&plan, sheet.join("\n") + "\n");
        notes.push(RegimeNote { id: id.to_owned(), plan });
    }
    Ok((notes, memory))
}

/// Whether a line is this header, whatever comment follows.
fn header(line: &str, wanted: &str) -> bool {
    line.split('#').next().is_some_and(|code| code.trim() == wanted)
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// The id, if a line says one.
fn id_of(line: &str) -> Option<&str> {
    let (key, value) = line.split_once('=')?;
    let value = value.trim().strip_prefix('"')?;
    (key.trim() == "id").then(|| value.split('"').next().unwrap_or(value))
}

/// A line of a regime as it stands in a plan, with everything in its place.
fn as_plan(line: &str) -> String {
    if header(line, "[[regime]]") {
        return line.replacen("[[regime]]", "[scenario]", 1);
    }
    if line.trim_start().starts_with("[regime.") || line.trim_start().starts_with("[[regime.") {
        return line.replacen("regime.", "       ", 1);
    }
    line.to_owned()
}

/// Loads every plan again under each regime, which is applied last, to all alike.
pub(super) fn fields(
    notes: &[RegimeNote],
    files: &[String],
    edits: &Edits,
    sources: &dyn Sources,
    terminal: &Terminal,
) -> Result<Vec<Regime>, Failure> {
    let silent = Terminal { quiet: true, ..*terminal };
    let one = |note: &RegimeNote| {
        let mut edits = edits.clone();
        edits.plans.push(note.plan.clone());
        // A mistake in a regime would be the same under every plan: it is said once.
        Field::load(&files[..1], &edits, sources, &silent)?;
        let field = Field::load(files, &edits, sources, &silent)?;
        Ok(Regime { id: note.id.clone(), field })
    };
    notes.iter().map(one).collect()
}

/// Runs the comparisons one after the other, the one as written first; `watcher` sees one long work.
pub(super) fn compare_all(
    all: &[Vec<Alternative>],
    asked: &Asked,
    watcher: &Watcher<'_>,
) -> Result<Result<Vec<Comparison>, String>, Error> {
    let mut found = vec![];
    let mut before = 0;
    for alternatives in all {
        let rest = (all.len() - found.len()) as u32;
        let progress = |done: u32, planned: u32| {
            (watcher.progress)(before + done, before + planned.saturating_mul(rest));
        };
        let watcher = Watcher { cancel: watcher.cancel, progress: &progress };
        match experiment::compare(alternatives, asked, &watcher)? {
            Ok(comparison) => {
                before += comparison.replications * comparison.draws * alternatives.len() as u32;
                found.push(comparison);
            }
            Err(why) => return Ok(Err(why)),
        }
    }
    Ok(Ok(found))
}

/// The measure in question under every regime, and which plans have changed places in any measure.
pub(super) fn summary(
    written: &Comparison,
    regimes: &[(String, Comparison)],
    measure: Option<usize>,
    terminal: &Terminal,
) -> String {
    let mut text = String::new();
    if let Some(m) = measure {
        let name = written.measures[m].response.name();
        text += &terminal.bold(&format!("`{name}` under other demand: the base, and each plan minus it"));
        text += "\n";
        let mut header = vec!["", written.names[0].as_str()];
        header.extend(written.names.iter().skip(1).map(String::as_str));
        let all =
            std::iter::once(("as written", written)).chain(regimes.iter().map(|(id, of)| (id.as_str(), of)));
        let rows: Vec<Vec<String>> = all.map(|(id, of)| cells(id, of, &name)).collect();
        text += &table(&header, &rows);
    }
    text += &paragraph(&places(written, regimes));
    text
}

/// One regime of the table.
fn cells(id: &str, of: &Comparison, name: &str) -> Vec<String> {
    let Some(measured) = of.find(name).map(|m| &of.measures[m]) else { return vec![id.to_owned()] };
    let unit = &measured.response.unit;
    let base = measured.means[0].as_ref().map_or_else(|| "-".to_owned(), |of| mean(of, unit));
    let plan = |a: usize| {
        let against = measured.against[a].as_ref();
        against.map_or_else(|| "-".to_owned(), |of| figure(&of.difference.interval, scale_of(unit)).signed())
    };
    [id.to_owned(), base].into_iter().chain((1..of.names.len()).map(plan)).collect()
}

/// Which plans have changed places, in words.
fn places(written: &Comparison, regimes: &[(String, Comparison)]) -> String {
    let mut said = vec![];
    for (id, regime) in regimes {
        for turn in written.turned(regime) {
            let response = &regime.measures[turn.measure].response;
            let scale = scale_of(&response.unit);
            let amount = |value: f64| number(value.abs() * scale, i32::from(value.abs() * scale < 100.0));
            said.push(format!(
                "under `{id}` {} is ahead of {} in `{}` by {}; as written it is behind by {}",
                regime.names[turn.ahead],
                regime.names[turn.behind],
                response.name(),
                amount(turn.now.estimate),
                amount(turn.before.estimate)
            ));
        }
    }
    match said.len() {
        0 => {
            let by_means: usize = regimes.iter().map(|(_, regime)| written.turned_by_means(regime)).sum();
            let but = match by_means {
                0 => String::new(),
                1 => "; by its means one pair does, which more replications could settle".to_owned(),
                n => format!("; by their means {n} pairs do, which more replications could settle"),
            };
            format!(
                "the ranking holds: no two plans change places beyond chance, in any measure under any regime{but}"
            )
        }
        n if n <= 12 => format!("the ranking turns: {}", said.join("; ")),
        n => format!("the ranking turns {n} times (`stress.csv` has all): {}; ...", said[..12].join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "# futures\n[[regime]]   # one\nid = \"surge\"\ntitle = \"Surge\"\n[regime.scale]\n\"source.mail.rate\" = 1.5\n\n[[regime]]\nid = \"cut\"\n[[regime.change]]\nat = 2025-07-01\n[regime.change.scale]\n\"pool.reader.headcount\" = 0.5\n";

    #[test]
    fn each_regime_is_a_plan_with_its_lines_in_their_places() {
        let (notes, memory) = regimes("r.toml", &Memory::one("r.toml", TWO)).unwrap();
        let plans: Vec<&str> = notes.iter().map(|note| note.plan.as_str()).collect();
        assert_eq!(plans, ["r.toml#surge", "r.toml#cut"]);
        let text = |plan: &str| memory.files[Path::new(plan)].clone();
        assert_eq!(
            text("r.toml#surge"),
            "\n[scenario]   # one\n\ntitle = \"Surge\"\n[       scale]\n\"source.mail.rate\" = 1.5\n\n\n\n\n\n\n\n"
        );
        let cut = text("r.toml#cut");
        let lines: Vec<&str> = cut.lines().collect();
        assert_eq!(
            (lines[7], lines[9], lines[11]),
            ("[scenario]", "[[       change]]", "[       change.scale]")
        );
    }

    #[test]
    fn a_file_without_regimes_or_ids_says_where_and_what_is_wanted() {
        let why = |text: &str| match regimes("r.toml", &Memory::one("r.toml", text)) {
            Err(Failure::Wrong(Some(why))) => why,
            _ => panic!("`{text}` has been taken"),
        };
        assert!(why("[scale]\n").contains("there is no regime"));
        assert!(why("[set]\n[[regime]]\nid = \"a\"\n").contains("r.toml:1: before the first"));
        assert!(why("[[regime]]\ntitle = \"a\"\n").contains("r.toml:1: this regime has no `id`"));
        assert!(
            why("[[regime]]\nid = \"a\"\n[[regime]]\nid = \"a\"\n")
                .contains("r.toml:4: there is a regime `a`")
        );
    }
}
