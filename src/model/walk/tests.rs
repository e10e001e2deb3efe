//! Ways that can be worked out by hand.

use super::super::testing::{DONE, model, outcome};
use super::super::{Assess, CountsAs, Crew, JobKind, Join, Law, Parts, Split, StageKind};
use super::*;

const A: ClassId = ClassId(0);

fn begin(stage: StageId, observed: ClassId) -> Begin {
    Begin { class: A, part: Part::Whole, stage, observed, linked_after: None }
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-7, "found {found}, wanted {wanted}");
}

fn end(m: &mut Model, id: &str, of: Option<JobKind>) -> Next {
    m.outcomes.push(outcome(id, CountsAs::Closed));
    m.outcomes.last_mut().unwrap().of = of;
    Next::End(OutcomeId::at(m.outcomes.len() - 1))
}

fn instant(m: &mut Model, id: &str, next: &[(f64, Next)]) -> StageId {
    m.stage(id, StageKind::Instant, Crew::Nobody, None, next)
}

fn visits(walk: &Walk, stage: StageId) -> f64 {
    walk.visits.iter().filter(|((s, _), _)| *s == stage).map(|(_, v)| v).sum()
}

#[test]
fn devices_multiply_visits_until_they_meet() {
    let mut m = model(10, &["a"]);
    let unopened = end(&mut m, "unopened", Some(JobKind::Device));
    let image = instant(&mut m, "image", &[(0.75, Next::Stage(StageId(1))), (0.25, unopened)]);
    let examine = instant(&mut m, "examine", &[(1.0, Next::Stage(StageId(2)))]);
    let charge = instant(&mut m, "charge", &[(1.0, DONE)]);
    let none = Next::End(OutcomeId(0));
    m.stages[0].rules.split = Some(Split { into: Parts::Devices, then: charge, join: Join::All, none });
    m.params[0].devices[0] = Some(Law::geometric(4.0).unwrap());
    let walk = Walks::new(&m).walk(begin(image, A));
    near(visits(&walk, image), 4.0);
    near(visits(&walk, examine), 3.0);
    // None arrives: the generating function of the geometric law at 1/4.
    let none = 0.25 * 0.25 / (1.0 - 0.75 * 0.25);
    near(visits(&walk, charge), 1.0 - none);
    near(walk.ends.values().sum(), 1.0);
}

#[test]
fn tracks_are_walked_once_each_and_an_end_of_the_case_ends_it() {
    let mut m = model(10, &["a"]);
    let over = end(&mut m, "over", Some(JobKind::Track));
    let caught = end(&mut m, "caught", None);
    m.outcomes[2].stops = true;
    let meets = Next::Stage(StageId(3));
    let start = instant(&mut m, "start", &[]);
    let one = instant(&mut m, "one", &[(0.5, over), (0.3, meets), (0.2, caught)]);
    let two = instant(&mut m, "two", &[(0.4, over), (0.6, meets)]);
    let then = instant(&mut m, "then", &[(1.0, DONE)]);
    let split = |join| Some(Split { into: Parts::Tracks(vec![one, two]), then, join, none: DONE });
    m.stages[start.index()].rules.split = split(Join::All);
    let walk = Walks::new(&m).walk(begin(start, A));
    near(visits(&walk, one), 1.0);
    near(visits(&walk, two), 1.0);
    near(visits(&walk, then), 0.8 - 0.5 * 0.4);
    near(walk.stops(&m), 0.2);
    m.stages[start.index()].rules.split = split(Join::First);
    let first = Walks::new(&m).walk(begin(start, A));
    near(visits(&first, then), 0.8 * 0.9 / 1.1);
}

#[test]
fn devices_in_a_track_may_end_it() {
    let mut m = model(10, &["a"]);
    let of_track = end(&mut m, "of-track", Some(JobKind::Track));
    let start = instant(&mut m, "start", &[]);
    let image = instant(&mut m, "image", &[(0.5, of_track), (0.5, Next::Stage(StageId(2)))]);
    let report = instant(&mut m, "report", &[(1.0, Next::Stage(StageId(3)))]);
    let then = instant(&mut m, "then", &[(1.0, DONE)]);
    let none = Next::Stage(then);
    m.stages[start.index()].rules.split =
        Some(Split { into: Parts::Tracks(vec![image]), then, join: Join::All, none: DONE });
    m.stages[image.index()].rules.split =
        Some(Split { into: Parts::Devices, then: report, join: Join::All, none });
    m.params[0].devices[0] = Some(Law::constant(2.0).unwrap());
    let walk = Walks::new(&m).walk(begin(start, A));
    near(visits(&walk, image), 2.0);
    near(visits(&walk, report), 0.25);
    near(visits(&walk, then), 0.25);
    near(walk.ends.values().sum(), 1.0);
}

#[test]
fn routes_by_observed_class_follow_what_was_found() {
    let mut m = model(10, &["a", "b"]);
    let look = instant(&mut m, "look", &[(1.0, DONE)]);
    let urgent = instant(&mut m, "urgent", &[(1.0, DONE)]);
    let b = ClassId(1);
    let params = m.stage_params(look);
    params.assess = Some(Assess::Table(vec![vec![(0.85, Some(A)), (1.0, Some(b))], vec![(1.0, None)]]));
    params.route_by_observed = true;
    let to = |next| super::super::Route { choices: vec![(1.0, next)] };
    params.routes = vec![to(Next::Stage(urgent)), to(DONE), to(DONE)];
    let unknown = m.unknown();
    let mut walks = Walks::new(&m);
    near(walks.walk(begin(look, unknown)).visits[&(urgent, A)], 0.85);
    let other = Begin { class: b, ..begin(look, unknown) };
    near(visits(&walks.walk(other), urgent), 0.0);
    let linked = Begin { linked_after: Some(look), ..begin(look, unknown) };
    let linked = walks.walk(linked);
    near(visits(&linked, urgent), 0.0);
    near(linked.ends[&(End::Linked, A)], 0.85);
}

#[test]
fn devices_are_rounded_half_up_and_may_be_none() {
    near(Devices::new(Some(&Law::uniform(0.0, 3.0).unwrap())).mean, 1.5);
    near(Devices::new(Some(&Law::constant(2.5).unwrap())).mean, 3.0);
    let poisson = Devices::new(Some(&Law::poisson(2.0).unwrap()));
    near((poisson.all(0.0) * 1e6).round() / 1e6, ((-2.0_f64).exp() * 1e6).round() / 1e6);
}
