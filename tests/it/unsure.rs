//! Values that nobody knows: drawn by path or name, in their own units, before anything is edited; and what a run over
//! several draws says.

use std::sync::atomic::AtomicBool;

use caseload::model::{Model, compile, input_draws, input_values};
use caseload::run::{RunPlan, RunResult, Watcher, run, run_draws};
use caseload::scenario::{EditKind, Loaded, Memory, Request, load};
use caseload::units::{DAY, HOUR};

use crate::harness::BASE;

/// A stage of five members; the rate, the availability and the effort are not known.
fn text() -> String {
    format!(
        "{BASE}\n[[source]]\nid = \"a\"\nrate = {{ between = [\"10 per day\", \"20 per day\"] }}\n\
         mix = {{ low = 1.0 }}\nescalates = {{ unsure = \"practice\" }}\nlink = {{ unsure = \"practice\" }}\n\
         [[pool]]\nid = \"staff\"\nheadcount = {{ between = [4.6, 9.4] }}\n\
         availability = {{ unsure = {{ pert = {{ low = 0.65, mode = 0.78, high = 0.85 }} }} }}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n\
         effort = {{ lognormal = {{ mean = {{ between = [\"60 min\", \"3 h\"] }}, cv = 1.2 }} }}\n\
         [unsure.practice]\nbetween = [0.1, 0.3]\n"
    )
}

fn loaded(text: &str, plan: Option<&str>, edits: &[(EditKind, &str)]) -> Loaded {
    let sources = Memory::one("base.toml", text).with("plan.toml", plan.unwrap_or_default());
    let file = if plan.is_some() { "plan.toml" } else { "base.toml" };
    let mut request = Request::new(file, &sources);
    for (kind, edit) in edits {
        request = request.edit(*kind, *edit);
    }
    let checked = load(&request).checked;
    checked.value.unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

fn values(loaded: &Loaded, draw: u32) -> Vec<(String, f64)> {
    let values = input_values(loaded, 1, draw).expect("every law can be drawn");
    loaded.unknowns.iter().map(|unknown| unknown.name.clone()).zip(values).collect()
}

fn value(loaded: &Loaded, draw: u32, name: &str) -> f64 {
    let all = values(loaded, draw);
    all.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name} in {all:?}")).1
}

fn model(loaded: &Loaded) -> Model {
    let compiled = compile(loaded);
    compiled.value.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

fn world(loaded: &Loaded, draw: u32) -> Model {
    let values = input_values(loaded, 1, draw).expect("every law can be drawn");
    let drawn = loaded.drawn(&values);
    model(&drawn.value.unwrap_or_else(|| panic!("{:?}", drawn.diagnostics)))
}

const PATHS: [&str; 5] = [
    "source.a.rate",
    "practice",
    "pool.staff.headcount",
    "pool.staff.availability",
    "stage.work.effort.lognormal.mean",
];

#[test]
fn unknown_values_are_addressed_by_path_or_by_name() {
    let loaded = loaded(&text(), None, &[]);
    let names: Vec<&str> = loaded.unknowns.iter().map(|unknown| unknown.name.as_str()).collect();
    assert_eq!(names, PATHS);
    assert_eq!(input_draws(&loaded, None), 20);
    assert_eq!(input_draws(&loaded, Some(3)), 3);
}

#[test]
fn a_draw_stands_in_the_model_in_its_unit() {
    let loaded = loaded(&text(), None, &[]);
    for draw in 0..5 {
        let model = world(&loaded, draw);
        let at = |name| value(&loaded, draw, name);
        assert!((model.sources[0].rate[0].rate * DAY as f64 - at(PATHS[0])).abs() < 1e-9);
        let source = &model.params[0].sources[0];
        assert_eq!((source.link.as_ref().unwrap().share, source.escalates), (at(PATHS[1]), at(PATHS[1])));
        let pool = &model.params[0].pools[0];
        assert_eq!(f64::from(pool.headcount), (at(PATHS[2]) + 0.5).floor(), "rounded half up");
        assert_eq!(pool.availability, at(PATHS[3]));
        let effort = model.params[0].stages[0].time[0].as_ref().unwrap().law.mean();
        let minutes = at(PATHS[4]);
        assert!((60.0..180.0).contains(&minutes), "in the unit of the lower bound: {minutes}");
        assert!((effort / HOUR as f64 * 60.0 - minutes).abs() < 1e-6);
    }
    assert_ne!(values(&loaded, 0), values(&loaded, 1));
}

#[test]
fn without_a_draw_each_value_stands_at_its_middle() {
    let model = model(&loaded(&text(), None, &[]));
    assert!((model.sources[0].rate[0].rate * DAY as f64 - 15.0).abs() < 1e-9);
    assert_eq!(model.params[0].pools[0].availability, 0.78, "the most likely value of a pert law");
    assert_eq!(model.params[0].pools[0].headcount, 7);
}

#[test]
fn draws_are_the_law_of_the_value() {
    let loaded = loaded(&text(), None, &[]);
    let n = 2000_u32;
    let rates: Vec<f64> = (0..n).map(|draw| value(&loaded, draw, PATHS[0])).collect();
    let mean = rates.iter().sum::<f64>() / f64::from(n);
    // Uniform on 10 to 20: a standard deviation of 10 / sqrt(12). Within 4 standard errors: refused once in 15,800 seeds.
    assert!((mean - 15.0).abs() < 4.0 * 10.0 / (12.0 * f64::from(n)).sqrt(), "{mean}");
    assert!(rates.iter().all(|rate| (10.0..20.0).contains(rate)));
}

#[test]
fn plans_share_what_they_do_not_know_with_their_scenario() {
    let plan = "extends = \"base.toml\"\n[scale]\n\"source.a.rate\" = 0.5\n\"pool.staff.availability\" = \
                { between = [0.9, 1.0] }\n[add]\n\"pool.staff.headcount\" = 2\n";
    let (base, plan) = (loaded(&text(), None, &[]), loaded(&text(), Some(plan), &[]));
    for draw in 0..5 {
        for path in PATHS {
            assert_eq!(value(&base, draw, path), value(&plan, draw, path), "{path}");
        }
        let (before, after) = (world(&base, draw), world(&plan, draw));
        let rate = |model: &Model| model.sources[0].rate[0].rate;
        assert!((rate(&after) / rate(&before) - 0.5).abs() < 1e-12, "a factor multiplies what was drawn");
        let pool = |model: &Model| model.params[0].pools[0].clone();
        let factor = value(&plan, draw, "scale pool.staff.availability");
        assert!((pool(&after).availability / pool(&before).availability - factor).abs() < 1e-12);
        assert!(pool(&after).headcount >= pool(&before).headcount + 2);
    }
}

#[test]
fn a_value_that_a_plan_knows_is_not_drawn() {
    let known = loaded(&text(), None, &[(EditKind::Set, "pool.staff.availability=0.5")]);
    for draw in 0..3 {
        assert_eq!(world(&known, draw).params[0].pools[0].availability, 0.5);
    }
    let asked = loaded(&text(), None, &[(EditKind::Set, "pool.staff.availability={ between = [0.2, 0.4] }")]);
    let here = asked.unknowns.iter().filter(|unknown| unknown.name == "pool.staff.availability").count();
    assert_eq!(here, 1);
}

#[test]
fn an_unknown_value_may_come_at_a_date() {
    let change = "[[change]]\nat = 2025-01-13\nscale = { \"source.a.rate\" = { between = [0.7, 0.9] } }\n";
    let loaded = loaded(&(text() + change), None, &[]);
    let name = "change.2025-01-13.scale.source.a.rate";
    for draw in 0..3 {
        let rate = &world(&loaded, draw).sources[0].rate;
        assert_eq!((rate.len(), rate[1].from.0), (2, 7 * DAY));
        assert!((rate[1].rate / rate[0].rate - value(&loaded, draw, name)).abs() < 1e-12);
    }
}

#[test]
fn growth_may_be_negative_and_working_days_stay_working_days() {
    let text = text()
        .replace("[[pool]]", "growth = { between = [\"-10% per year\", \"-5 % per year\"] }\n[[pool]]")
        + "[[stage]]\nid = \"court\"\ndelay = { between = [\"5 working days\", \"1 working day\"] }\nroute = \"done\"\n";
    let wrong = load(&Request::new("a.toml", &Memory::one("a.toml", text.clone()))).checked;
    assert!(wrong.diagnostics.iter().any(|d| d.message == "`between` needs the lower value first"));
    let text =
        text.replace("[\"5 working days\", \"1 working day\"]", "[\"1 working day\", \"5 working days\"]");
    let loaded = loaded(&text, None, &[]);
    let model = world(&loaded, 0);
    let stage = model.params[0].stages[1].time[0].as_ref().unwrap();
    assert!(stage.working_days);
    assert!((stage.law.mean() / DAY as f64 - value(&loaded, 0, "stage.court.delay")).abs() < 1e-9);
    assert!((-10.0..-5.0).contains(&value(&loaded, 0, "source.a.growth")));
}

fn ran(models: &[Model], replications: u32) -> RunResult {
    let cancel = AtomicBool::new(false);
    let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
    let plan = RunPlan { threads: Some(2), ..RunPlan::fixed(replications) };
    run_draws(models, &plan, &watcher).expect("the run succeeds")
}

#[test]
fn a_run_makes_every_draw_with_its_own_replications_and_its_interval_is_over_draws() {
    let loaded = loaded(&text(), None, &[]);
    let models: Vec<Model> = (0..4).map(|draw| world(&loaded, draw)).collect();
    let result = ran(&models, 3);
    assert_eq!((result.replications, result.draws), (12, 4));
    let arrivals = result.responses.iter().position(|r| r.name() == "arrivals").unwrap();
    let all: Vec<f64> = result.values.iter().map(|values| values[arrivals].get().unwrap()).collect();
    let means: Vec<f64> = all.chunks(3).map(|draw| draw.iter().sum::<f64>() / 3.0).collect();
    let found = result.estimate("arrivals").unwrap();
    assert_eq!(found.interval.n, 4);
    assert!((found.interval.estimate - means.iter().sum::<f64>() / 4.0).abs() < 1e-9);
    for (draw, mean) in (0_u32..).zip(&means) {
        // 21 days, and a Poisson count over three replications: within 6 standard errors.
        let wanted = 21.0 * value(&loaded, draw, PATHS[0]);
        assert!((mean - wanted).abs() < 6.0 * (wanted / 3.0).sqrt(), "{draw}: {mean} for {wanted}");
    }
    // Draw 2 makes the replications 6 to 8, with the luck that the scenario has there.
    let cancel = AtomicBool::new(false);
    let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
    let alone = run(&models[2], &RunPlan::fixed(9), &watcher).unwrap();
    assert_eq!(result.values[6..9], alone.values[6..9]);
}

#[test]
fn a_run_with_draws_keeps_what_was_drawn_and_is_made_again_from_its_manifest() {
    let desk = tempfile::TempDir::new().unwrap();
    std::fs::write(desk.path().join("s.toml"), text()).unwrap();
    let caseload = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_caseload"));
        let output = command.args(args).current_dir(desk.path()).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let said = caseload(&["run", "s.toml", "--draws", "3", "--replications", "2", "--no-charts"]);
    assert!(said.contains("5 values that nobody knows"), "{said}");
    assert!(said.contains("3 draws of the values that nobody knows, 2 replications of each"), "{said}");
    let manifest = std::fs::read_to_string(desk.path().join("out/s/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!((manifest["draws"].as_u64(), manifest["replications"].as_u64()), (Some(3), Some(2)));
    assert_eq!(manifest["unknowns"].as_array().map(Vec::len), Some(5));
    let loaded = loaded(&text(), None, &[]);
    let drawn: Vec<f64> = (0..3).map(|draw| value(&loaded, draw, PATHS[0])).collect();
    assert_eq!(manifest["unknowns"][0]["values"], serde_json::json!(drawn));
    let rows = std::fs::read_to_string(desk.path().join("out/s/replications.csv")).unwrap();
    let mut of: Vec<Vec<&str>> = rows.lines().map(|row| row.split(',').skip(2).take(2).collect()).collect();
    of.dedup();
    let expected = ["replication,draw", "0,1", "1,1", "2,2", "3,2", "4,3", "5,3"];
    assert_eq!(of.iter().map(|row| row.join(",")).collect::<Vec<_>>(), expected);
    let again = caseload(&["rerun", "out/s/manifest.json"]);
    assert!(again.contains("agree byte for byte"), "{again}");
}
