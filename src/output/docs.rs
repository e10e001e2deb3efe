//! `docs/outputs.md`: what stands in a results folder, made from the same lists as the files.

use std::fmt::Write;

use crate::output::tables::TABLES;
use crate::run::measure::QUANTITIES;

const HEAD: &str = "\
# Outputs

<!-- Generated from src/output/tables.rs and src/run/measure.rs; do not edit. -->

`caseload run`, `compare`, `sweep`, `size` and `invest` write one folder each time: tables as CSV, charts under `charts/` (SVG and PNG), and
`manifest.json`. A folder is complete or not there: it is written beside its place and renamed at the end. `caseload sweep` keeps the
points that are finished in a hidden folder beside it, `.NAME.points`, until all are.

* The first columns of every table are `scenario` and `plan`, so tables of several runs can be stacked.
* Tables are long: a row is one estimate. `estimate` is the mean over replications, or what `method` says; `low` and `high`
  are the ends of its interval at `level`; `n` is the number of replications that gave a value, or of
  draws of the unknown values where there are several.
* An empty cell means \"not reached\", \"not observable\" or, in a column of names, \"all together\". It never means zero.
* Dates are civil dates of the scenario (ISO 8601), with a time of day where it is not midnight.
* Everything is measured from the end of the warm-up to the horizon; only times to milestones look further, to the end of the follow-up.
* `columns.csv` holds the lists below as a table.
* `caseload size` writes `size.csv` alone, `caseload invest` `invest.csv`, `mixes.csv` and `marginal.csv`, `caseload sensitivity`
  `sensitivity.csv`, `design.csv` and `answers.csv`.
* `manifest.json` holds the text of every file that was read, the effective scenario, the seed, the number of
  replications, the version and the hash of every table: `caseload rerun manifest.json` makes the same tables again.

## Names of measures

The column `measure` of `summary.csv` and `replications.csv` is `quantity[/of][/detail][/year]`: the quantity, the id of
the stage, pool, milestone, outcome or item it is about, a limit or fiscal year, the civil year in which clocks started.
The full name, as `--precision '5% of MEASURE'` takes it, adds `/class` where the row is about one true class:
`share_within/action/24 h/danger`, `utilization/officer`, `backlog_at_end`. `--chance 'MEASURE < VALUE'` takes the same names.

How an interval was made: a t interval over one value per replication (`student-t`); where fewer than half of the
replications give a value, and for `cost_per_acted`, the ratio of all their sums with a jackknife interval (`jackknife-ratio`); `pointwise-t-band`
for one point of a series or curve, `simultaneous-band` for a point of a band that holds a whole series at once; `paired-t` for the difference of two plans under the same random numbers;
`bootstrap-t` and
`bootstrap-fieller` for figures of a sensitivity analysis whose errors come from resampling, the latter for ratios; `bonferroni-ranks` for the
ranks that all comparisons of pairs allow; `wilson` for
the share of replications in which something holds; `clopper-pearson` for a share of cases that was 0, or 1, in every replication (over
all cases), and for shares of replications that are judged; `exact` for differences that were the same in every replication, which
more replications may show to vary, and for what is written in a plan. Intervals of counts, times and shares are cut at 0 (money is not),
those of shares also at 1.

";

/// The page.
pub fn outputs() -> String {
    let mut page = HEAD.to_owned();
    let to_text = "writing to a string cannot fail";
    page.push_str("| quantity | meaning |\n|---|---|\n");
    for (name, meaning) in QUANTITIES {
        writeln!(page, "| `{name}` | {meaning} |").expect(to_text);
    }
    for table in TABLES {
        write!(page, "\n## `{}`\n\n{}\n\n", table.file(), table.doc).expect(to_text);
        page.push_str("| column | unit | meaning |\n|---|---|---|\n");
        for column in table.columns {
            writeln!(page, "| `{}` | {} | {} |", column.name, column.unit, column.doc).expect(to_text);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_docs_is_the_one_made_from_the_lists() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/outputs.md");
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, outputs()).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(stored == outputs(), "docs/outputs.md is out of date: run the tests with UPDATE_EXPECTED=1");
    }
}
