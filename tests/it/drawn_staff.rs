//! Tips about known cases, and members who come and go, from the file to the fact, against exact laws.

use std::collections::BTreeMap;

use caseload::engine::MemberFact;
use statrs::distribution::{self as other, ContinuousCDF};

use crate::drawn_facts::{ERROR, HEAD, Log, What, exponential, gaps};
use crate::fit::Fits;
use crate::harness;

const KNOWN: &str = r#"
[[outcome]]
id = "known"
counts_as = "linked"

[[source]]
id = "echo"
rate = "20 per day"
link = 0.3
escalates = 0.25
mix = { c = 1.0 }
enters = "vault"

[[source]]
id = "again"
rate = "20 per day"
link = { share = 0.5, reopen = 0.4 }
mix = { f = 1.0 }
enters = "sort"

[[source]]
id = "family"
rate = "3 per day"
mix = { e = 1.0 }
enters = "vault"

[[pool]]
id = "leavers"
headcount = 100
attrition = "3000% per year"

[[pool]]
id = "vacant"
headcount = 100
attrition = "500% per year"
backfill = { lognormal = { mean = "5 days", cv = 0.5 } }

[[pool]]
id = "absent"
headcount = 60
absence = { every = { gamma = { shape = 2.0, scale = "3 days" } }, lasts = { exponential = { mean = "12 h" } } }

[[stage]]
id = "sort"
route = "done"

[[stage]]
id = "vault"
pool = "nobody"
effort = "1 h"
route = "aside"

[[stage]]
id = "aside"
pool = ["leavers", "vacant", "absent"]
effort = "1 h"
route = "done"
"#;

#[test]
fn tips_find_the_known_and_members_go_as_often_as_is_written() {
    let model = harness::model(&format!("{HEAD}{KNOWN}"));
    let log = Log::of(&model);
    let mut fits = Fits::default();
    // Open cases of class c in order of arrival: nobody works on them.
    let mut open: Vec<u64> = vec![];
    let (mut linked, mut tried, mut escalated, mut reopened) = (0, 0, 0, 0);
    let mut targets = vec![];
    let mut further: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for (i, (now, case, what)) in log.facts.iter().enumerate() {
        match (case.class.index(), what) {
            (2, What::Arrived(_)) => open.push(case.number),
            (2, What::Ended(_)) => {
                linked += 1;
                open.pop();
            }
            (2, What::Linked) => {
                let rank = open.iter().position(|n| *n == case.number).unwrap() as f64;
                if open.len() > 500 {
                    targets.push((rank + 0.5) / open.len() as f64);
                }
                let next = log.facts.get(i + 1);
                let looks_worse = next.is_some_and(|n| n.2 == What::Believed && n.1.number == case.number);
                tried += u64::from(case.observed.index() > 0);
                escalated += u64::from(looks_worse);
            }
            (4, What::Arrived(_)) => reopened += u64::from(case.reopened),
            (3, What::Linked) => {
                let times = further.entry(case.number).or_insert_with(|| vec![case.arrived.days()]);
                times.push(now.days());
            }
            _ => {}
        }
    }
    fits.share("linked", linked, log.tips("echo").count() as u64 - 1, 0.3);
    fits.kolmogorov("which case", targets, |x| x);
    fits.share("escalated", escalated, tried, 0.25);
    fits.share("opened again", reopened, log.tips("again").count() as u64 - 1, 0.2);
    let early = further.values().filter(|times| times[0] < 300.0);
    let of_subjects: Vec<f64> = early.flat_map(|times| gaps(&times[..3.min(times.len())])).collect();
    fits.kolmogorov("further tips", of_subjects, exponential(365.25 / 40.0));

    let (left, hired) = (MemberFact::Left, MemberFact::Hired { in_training: false });
    fits.kolmogorov("times in post", log.spells("leavers", left, left, true), exponential(365.25 / 30.0));
    let lognormal = other::LogNormal::new(5.0_f64.ln() - 0.5 * 1.25_f64.ln(), 1.25_f64.ln().sqrt()).unwrap();
    fits.kolmogorov("vacancies", log.spells("vacant", left, hired, false), |x| lognormal.cdf(x));
    let (away, back) = (MemberFact::Absent, MemberFact::Back);
    let gamma = other::Gamma::new(2.0, 1.0 / 3.0).unwrap();
    fits.kolmogorov("times to an absence", log.spells("absent", back, away, true), |x| gamma.cdf(x));
    fits.kolmogorov("absences", log.spells("absent", away, back, false), exponential(0.5));
    fits.judge(ERROR);
}
