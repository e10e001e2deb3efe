//! How many posts are enough, and how many cases a backlog grows by.

use super::super::testing::{DONE, constant_days, model, outcome};
use super::super::{JobKind, Join, Law, Next, OutcomeId, Parts, RatePiece, Split, Training};
use super::tests::near;
use super::*;
use crate::model::{CountsAs, Crew, StageKind, WorkCalendar};
use crate::units::{DAY, Duration};

#[test]
fn who_learns_in_the_first_year_does_not_make_fewer_posts_enough() {
    let enough = |filled: u32| {
        let mut m = model(365, &["a"]);
        m.source("s", 60.0, &[1.0]);
        let p = m.pool("p", 7, WorkCalendar::always());
        m.work("w", p, 1.0, &[(1.0, DONE)]);
        let pool = m.pool_params(p);
        pool.filled = filled;
        pool.turnover.attrition = 0.2 / (365.25 * DAY as f64);
        pool.turnover.backfill = Some(constant_days(150.0));
        pool.turnover.training = Some(Training { lasts: Duration(180 * DAY), productivity: vec![0.3, 0.7] });
        check(&m).pools[0].fewest_first_year
    };
    // 60 h a day of 24 h x 0.92 filled x 0.95 trained.
    assert_eq!((enough(7), enough(3)), (Some(3), Some(3)));
}

#[test]
fn an_overload_that_begins_in_the_last_year_asks_for_posts_from_then_on() {
    let mut m = model(365, &["a"]);
    m.source("s", 10.0, &[1.0]);
    m.sources[0].rate.push(RatePiece { from: Time(243 * DAY), rate: 30.0 / DAY as f64, day: 243 });
    let p = m.pool("p", 1, WorkCalendar::always());
    m.work("w", p, 1.0, &[(1.0, DONE)]);
    let c = check(&m);
    assert!(c.pools[0].overload.is_some_and(|o| o.from > Time::ZERO));
    assert_eq!((c.pools[0].fewest_first_year, c.pools[0].fewest_last_year), (Some(1), Some(2)));
}

/// Three stages of one pool: a look, the devices of some, a report.
fn stages_of_one_pool() -> Model {
    let mut m = model(365, &["a"]);
    m.source("s", 10.0, &[1.0]);
    let p = m.pool("p", 1, WorkCalendar::always());
    m.work("look", p, 1.0, &[(0.5, Next::Stage(StageId(1))), (0.5, DONE)]);
    m.outcomes.push(outcome("unopened", CountsAs::Closed));
    m.outcomes.last_mut().unwrap().of = Some(JobKind::Device);
    let unopened = Next::End(OutcomeId::at(m.outcomes.len() - 1));
    let lab = m.work("lab", p, 2.0, &[(0.75, Next::Stage(StageId(2))), (0.25, unopened)]);
    let then = m.work("report", p, 1.0, &[(1.0, DONE)]);
    m.stages[lab.index()].rules.split =
        Some(Split { into: Parts::Devices, then, join: Join::All, none: DONE });
    m.params[0].devices[0] = Some(Law::geometric(4.0).unwrap());
    m
}

#[test]
fn a_backlog_grows_by_cases_however_many_stages_and_devices_they_have() {
    let c = check(&stages_of_one_pool());
    let go_on = 1.0 - 0.25 * 0.25 / (1.0 - 0.75 * 0.25);
    let hours = 1.0 + 0.5 * (4.0 * 2.0 + go_on);
    near(c.pools[0].years[0].cases, 10.0 * 365.0);
    let behind = (10.0 * hours - 24.0) / hours * 365.25 / 12.0;
    assert!((c.pools[0].overload.unwrap().backlog_per_month / behind - 1.0).abs() < 1e-8);
}

#[test]
fn cases_that_only_some_parts_bring_are_counted_once() {
    let mut m = stages_of_one_pool();
    let q = m.pool("q", 1, WorkCalendar::always());
    m.stages[1].crew = Crew::AnyOf(vec![q]);
    assert_eq!(m.stages[1].kind, StageKind::Work);
    let c = check(&m);
    near(c.pools[1].years[0].cases, 5.0 * 365.0);
    // With none or one device, for half of the cases each.
    m.params[0].devices[0] = Some(Law::uniform(0.0, 1.0).unwrap());
    let c = check(&m);
    near(c.pools[1].years[0].cases, 2.5 * 365.0);
}
