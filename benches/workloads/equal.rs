//! Whether the line of the scenario and the one written by hand say the same: how many wait at each stage over time, the
//! time to the second stage by class, who loses patience, how busy each stage is.
//!
//! Both make the same number of replications with independent numbers; each figure is compared by Welch's statistic. A
//! backlog over time gives 261 of them, so the verdict asks only for the largest: by Bonferroni's inequality over all
//! comparisons, two lines that are equal fail once in a hundred runs. Seeds are fixed: the answer is always the same.

use std::sync::atomic::AtomicBool;

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::run::{RunPlan, RunResult, Watcher, run};
use caseload::stats::Tally;
use caseload::stats::special::normal_quantile;
use caseload::units::Time;

use crate::ONE;
use crate::bare::{self, Answer, CLASSES, STAGES};
use crate::ours::{Job, TRIAGE_LINE};

/// Two lines that are equal are found unequal with this probability.
const ERROR: f64 = 0.01;
const CLASS_NAMES: [&str; CLASSES] = ["urgent", "standard", "low"];
const STAGE_NAMES: [&str; STAGES] = ["screen", "investigate", "exam"];
const POOL_NAMES: [&str; STAGES] = ["screener", "investigator", "examiner"];

/// Hears how many wait at each sample.
struct Waiting(Vec<[Tally; STAGES]>, usize);

impl Observer for Waiting {
    fn fact(&mut self, _: Time, _: CaseView, _: Fact<'_>) {}
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, census: &Census) {
        if self.0.len() == self.1 {
            self.0.push([Tally::new(); STAGES]);
        }
        self.0[self.1].iter_mut().zip(&census.waiting).for_each(|(tally, n)| tally.push(*n as f64));
        self.1 += 1;
    }
}

/// Welch's statistic; 0 where both are the same number throughout.
fn z(ours: &Tally, theirs: &Tally) -> f64 {
    let part = |t: &Tally| t.variance().unwrap_or(0.0) / t.count() as f64;
    let error = (part(ours) + part(theirs)).sqrt();
    let gap = ours.mean().unwrap_or(0.0) - theirs.mean().unwrap_or(0.0);
    if gap == 0.0 { 0.0 } else { gap / error }
}

fn measure(result: &RunResult, name: &str) -> Tally {
    let i = result.responses.iter().position(|r| r.name() == name);
    let i = i.unwrap_or_else(|| panic!("no measure `{name}`"));
    result.values.iter().filter_map(|values| values[i].get()).collect()
}

fn theirs(answers: &[Answer], of: impl Fn(&Answer) -> f64) -> Tally {
    answers.iter().map(of).collect()
}

/// Levels at samples, of the scenario's line.
fn levels(model: &Model, replications: u32) -> Vec<[Tally; STAGES]> {
    let mut waiting = Waiting(vec![], 0);
    for r in 0..u64::from(replications) {
        waiting.1 = 0;
        simulate(model, r, &mut waiting);
    }
    waiting.0
}

/// Compares the two lines and says what was found; ends the program with 1 where they differ.
pub(crate) fn compare(replications: u32) {
    let model = Job { file: TRIAGE_LINE, edits: vec![], replications }.model();
    let never = AtomicBool::new(false);
    let watcher = Watcher { cancel: &never, progress: &|_, _| {} };
    let result = run(&model, &RunPlan::fixed(replications), &watcher).expect("cases are conserved");
    let answers: Vec<Answer> = (0..u64::from(replications)).map(|r| bare::replicate(ONE, r)).collect();

    let mut found: Vec<(String, f64, f64, f64)> = vec![];
    let mut put = |name: String, ours: &Tally, theirs: &Tally| {
        found.push((name, ours.mean().unwrap_or(0.0), theirs.mean().unwrap_or(0.0), z(ours, theirs)));
    };
    for (c, class) in CLASS_NAMES.iter().enumerate() {
        for (quantity, second) in [("reached_mean", false), ("reached_p90", true)] {
            let name = format!("{quantity}/investigation/{class}");
            let bare = |a: &Answer| if second { a.delay[c].1 } else { a.delay[c].0 };
            put(name.clone(), &measure(&result, &name), &theirs(&answers, bare));
        }
    }
    put("reneged".to_owned(), &measure(&result, "reneged"), &theirs(&answers, |a| a.lost as f64));
    put("arrivals".to_owned(), &measure(&result, "arrivals"), &theirs(&answers, |a| a.arrived as f64));
    for (s, pool) in POOL_NAMES.iter().enumerate() {
        let name = format!("utilization/{pool}");
        put(name.clone(), &measure(&result, &name), &theirs(&answers, |a| a.busy[s]));
    }
    let levels = levels(&model, replications);
    for (s, stage) in STAGE_NAMES.iter().enumerate() {
        for (i, ours) in levels.iter().take(answers[0].waiting.len()).enumerate() {
            let bare = theirs(&answers, |a| f64::from(a.waiting[i][s]));
            put(format!("waiting/{stage} on day {}", i * 7), &ours[s], &bare);
        }
    }
    verdict(replications, &found);
}

fn verdict(replications: u32, found: &[(String, f64, f64, f64)]) {
    let bound = normal_quantile(1.0 - ERROR / 2.0 / found.len() as f64);
    println!("{:<36} {:>12} {:>12} {:>7}", "", "caseload", "bare", "z");
    let shown =
        |name: &str| !name.starts_with("waiting/") || name.ends_with("day 364") || name.ends_with("day 1820");
    for (name, ours, theirs, z) in found.iter().filter(|(name, ..)| shown(name)) {
        println!("{name:<36} {ours:>12.4} {theirs:>12.4} {z:>7.2}");
    }
    let worst = found.iter().max_by(|a, b| a.3.abs().total_cmp(&b.3.abs())).expect("there are comparisons");
    let same = worst.3.abs() <= bound;
    println!(
        "{} replications each, {} comparisons; the largest |z| is {:.2} ({}), the bound {bound:.2}: {}",
        replications,
        found.len(),
        worst.3.abs(),
        worst.0,
        if same { "the two lines agree" } else { "the two lines differ" },
    );
    if !same {
        std::process::exit(1);
    }
}
