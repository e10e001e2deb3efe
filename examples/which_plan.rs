//! Which plan is better, where nobody knows how long the work takes? A third reader, or a tool that makes the work a quarter
//! shorter: the difference under the same tips, how likely each is the better one, and what it would be worth to measure the
//! work first.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::sync::atomic::AtomicBool;

use caseload::experiment::{Alternative, Asked, compare};
use caseload::model::{Model, compile, input_values};
use caseload::run::Watcher;
use caseload::scenario::{EditKind, Loaded, Memory, Request, load};

const DESK: &str = r#"
[scenario]
start = 2025-01-06
horizon = "120 days"
seed = 11

[[class]]
id = "tip"

[[source]]
id = "mail"
rate = "36 per day"
mix = { tip = 1.0 }

[[pool]]
id = "reader"
headcount = 2
yearly_cost = 60_000

[[stage]]
id = "read"
pool = "reader"
effort = { exponential = { mean = { between = ["50 min", "90 min"] } } }
route = "done"

[[outcome]]
id = "done"
counts_as = "acted"
"#;

const DRAWS: u32 = 24;
const MEASURE: &str = "backlog_at_end";

fn main() -> Result<(), Box<dyn Error>> {
    let base = desk(&[])?;
    let alternatives = vec![
        alternative("as it is", &base)?,
        alternative("third reader", &desk(&[(EditKind::Add, "pool.reader.headcount=1")])?)?,
        alternative("tool", &desk(&[(EditKind::Scale, "stage.read.effort=0.75")])?)?,
    ];
    let asked = Asked {
        measures: vec![MEASURE.to_owned()],
        value_of: None,
        replications: 4,
        threads: None,
        level: 0.95,
        precision: None,
        max_replications: 4,
    };
    let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
    let found = compare(&alternatives, &asked, &watcher)??;
    let place = found.find(MEASURE).ok_or("no backlog")?;
    let inputs: Vec<Vec<f64>> =
        (0..DRAWS).map(|draw| values(&base, draw)).collect::<Result<_, Box<dyn Error>>>()?;
    let efforts = vec![("effort".to_owned(), inputs.iter().map(|of| of[0]).collect())];
    let unknown = found.unknown(None, &efforts);
    let loss = unknown.iter().find(|of| of.measure == place).ok_or("no draws")?;
    println!("plan           minus base            from inputs   best in   mean loss");
    for (a, name) in found.names.iter().enumerate() {
        let difference = found.measures[place].against[a].as_ref().map_or_else(String::new, |against| {
            let i = against.difference.interval;
            let share =
                against.layers.and_then(|of| of.share_of_ignorance).map_or(0.0, |share| share.estimate);
            format!("{:6.1} ({:6.1} to {:6.1})   {:3.0} %", i.estimate, i.low, i.high, 100.0 * share)
        });
        let (best, regret) = (100.0 * loss.all.chance_best[a], loss.all.regret[a]);
        println!("{name:<13}  {difference:<34}  {best:5.0} %   {regret:7.1}");
    }
    println!("to know the effort before choosing is worth {:.1} cases at most", loss.all.value);
    assert!(loss.at_least.is_some_and(|least| least <= loss.all.value + 1e-9));
    assert!(loss.all.regret[0] > loss.all.regret[1], "to do nothing is the worst choice");
    Ok(())
}

/// The desk under these edits.
fn desk(edits: &[(EditKind, &str)]) -> Result<Loaded, Box<dyn Error>> {
    let sources = Memory::one("desk.toml", DESK);
    let request = edits
        .iter()
        .fold(Request::new("desk.toml", &sources), |request, (kind, edit)| request.edit(*kind, *edit));
    Ok(load(&request).checked.value.ok_or("the desk does not read")?)
}

/// What nobody knows, in one draw; plans that share an unknown value share its draws.
fn values(loaded: &Loaded, draw: u32) -> Result<Vec<f64>, Box<dyn Error>> {
    input_values(loaded, 11, draw).map_err(|_| "a law does not fit".into())
}

/// A model for each draw.
fn alternative(name: &str, loaded: &Loaded) -> Result<Alternative, Box<dyn Error>> {
    let model = |draw: u32| -> Result<Model, Box<dyn Error>> {
        let drawn = loaded.drawn(&values(loaded, draw)?).value.ok_or("a draw does not read")?;
        Ok(compile(&drawn).value.ok_or("a draw does not compile")?)
    };
    Ok(Alternative { name: name.to_owned(), models: (0..DRAWS).map(model).collect::<Result<_, _>>()? })
}
