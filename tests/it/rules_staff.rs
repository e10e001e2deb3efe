//! How people come and go, with constant times: the facts in order, worked out by hand. Where a leaving time is random,
//! it is worked out from the same exponential variate, apart from the engine.
//!
//! Day 0 is Monday, 6 January 2025. Members are numbered from 0, tips from 1.

use caseload::engine::{CaseView, Census, Fact, MemberFact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::random::{Place, Purpose, Replication};
use caseload::run::Trace;
use caseload::scenario::{EditKind, Memory, Request, load};
use caseload::units::{DAY, HOUR, Time, WEEK, YEAR};

use crate::harness::{BASE, facts_with, model, model_with, tip, tip_with};

/// One stage `work` of one pool with these further keys, and what else there is.
fn one_stage(pool: &str, stage: &str, more: &str) -> String {
    format!(
        "{BASE}\n[[pool]]\nid = \"staff\"\n{pool}\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\nroute = \"done\"\n{stage}\n{more}"
    )
}

/// Tips of class `low` on Monday at these hours.
fn tips(hours: &[u32]) -> String {
    hours.iter().enumerate().map(|(i, h)| tip(&format!("t{i:02}"), "low", 0, *h, 0)).collect()
}

/// A change of the headcount on Monday at this hour.
fn posts(hour: u32, add: i32, keys: &str) -> String {
    format!(
        "[[change]]\nat = 2025-01-06T{hour:02}:00:00\nadd = {{ \"pool.staff.headcount\" = {add} }}\n{keys}\n"
    )
}

const WORKED: &[&str] = &["starts", "goes on", "finishes", "handed", "staff 0 ", "staff 1 "];

#[test]
fn work_rests_while_its_member_is_away() {
    let pool = "headcount = 1\nabsence = { every = { constant = \"10 h\" }, lasts = \"2 h\" }";
    let text = one_stage(pool, "effort = \"14 h\"", &tips(&[8]));
    let expected = [
        "Mon 08:00 tip 1 starts work with staff 0",
        "Mon 10:00 staff 0 is away",
        "Mon 12:00 staff 0 is back",
        "Mon 22:00 staff 0 is away",
        "Tue 00:00 staff 0 is back",
        "Tue 02:00 tip 1 finishes work",
        "Tue 10:00 staff 0 is away",
    ];
    assert_eq!(facts_with(&text, WORKED)[..7], expected);
}

#[test]
fn a_bare_every_is_a_mean_and_a_bare_length_is_constant() {
    let pool = "headcount = 1\nabsence = { every = \"10 h\", lasts = \"2 h\" }";
    let model = model(&one_stage(pool, "effort = \"1 h\"", &tips(&[8])));
    let absence = model.params[0].pools[0].turnover.absence.as_ref().unwrap();
    assert_eq!(absence.lasts.is_constant(), Some((2 * HOUR) as f64));
    assert_eq!(absence.every.mean(), (10 * HOUR) as f64);
    assert!((absence.every.variance() / absence.every.mean().powi(2) - 1.0).abs() < 1e-9, "exponential");
}

#[test]
fn work_that_is_handed_over_goes_on_with_whoever_is_there() {
    // Member 1 comes at 05:00, so that it is away from 15:00 on, and member 0 from 10:00 on.
    let pool =
        "headcount = 1\nabsence = { every = { constant = \"10 h\" }, lasts = \"2 h\", hand_over = true }";
    let text = one_stage(pool, "effort = \"14 h\"", &(tips(&[8]) + &posts(5, 1, "hire = \"trained\"")));
    assert_eq!(
        facts_with(&text, WORKED)[..12],
        [
            "Mon 05:00 staff 1 comes",
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 10:00 tip 1 is handed back to work, somebody is away",
            "Mon 10:00 staff 0 is away",
            "Mon 10:00 tip 1 goes on with work with staff 1",
            "Mon 12:00 staff 0 is back",
            "Mon 15:00 tip 1 is handed back to work, somebody is away",
            "Mon 15:00 staff 1 is away",
            "Mon 15:00 tip 1 goes on with work with staff 0",
            "Mon 17:00 staff 1 is back",
            "Mon 22:00 staff 0 is away",
            // What ends in the moment of the absence is done.
            "Mon 22:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn absences_run_in_calendar_time_busy_or_not() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\n\
                absence = { every = { constant = \"30 h\" }, lasts = \"4 h\" }";
    let text = one_stage(pool, "effort = \"8 h\"", &tips(&[16]));
    // One hour on Monday; on Tuesday nobody is there before 10:00.
    assert_eq!(
        facts_with(&text, WORKED)[..4],
        [
            "Mon 16:00 tip 1 starts work with staff 0",
            "Tue 06:00 staff 0 is away",
            "Tue 10:00 staff 0 is back",
            "Tue 17:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn an_absence_ends_overtime_and_the_work_goes_on_at_the_next_shift() {
    let pool = "headcount = 1\nhours = \"Mon-Fri 09:00-17:00\"\nshift_end = \"finish\"\n\
                absence = { every = { constant = \"18 h\" }, lasts = \"2 h\" }";
    let text = one_stage(pool, "effort = \"4 h\"", &tips(&[15]));
    // Three hours until 18:00, the last of them in overtime; back at 20:00, but nobody works at night.
    assert_eq!(
        facts_with(&text, WORKED)[..4],
        [
            "Mon 15:00 tip 1 starts work with staff 0",
            "Mon 18:00 staff 0 is away",
            "Mon 20:00 staff 0 is back",
            "Tue 10:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn a_crew_hands_back_when_one_of_it_is_away() {
    let stages = "[[pool]]\nid = \"officer\"\nheadcount = 1\n[[pool]]\nid = \"staff\"\nheadcount = 1\n\
         absence = { every = { constant = \"10 h\" }, lasts = \"2 h\" }\n\
         [[stage]]\nid = \"search\"\npool = { officer = 1, staff = 1 }\neffort = \"6 h\"\nroute = \"done\"\n\
         [[stage]]\nid = \"desk\"\npool = \"officer\"\neffort = \"1 h\"\nroute = \"done\"\n";
    let first = tip_with("a", "low", 0, 8, 0, "enters = \"search\"");
    let text = format!("{BASE}{stages}{first}{}", tip_with("b", "low", 0, 9, 0, "enters = \"desk\""));
    assert_eq!(
        facts_with(&text, &["starts", "goes on", "finishes", "handed", "away", "back"])[..9],
        [
            "Mon 08:00 tip 1 starts search with officer 0 and staff 0",
            "Mon 10:00 tip 1 is handed back to search, somebody is away",
            "Mon 10:00 staff 0 is away",
            "Mon 10:00 tip 2 starts desk with officer 0",
            "Mon 11:00 tip 2 finishes desk",
            "Mon 12:00 staff 0 is back",
            "Mon 12:00 tip 1 goes on with search with officer 0 and staff 0",
            "Mon 16:00 tip 1 finishes search",
            "Mon 22:00 staff 0 is away",
        ]
    );
}

#[test]
fn new_members_learn_step_by_step_and_a_task_keeps_its_speed() {
    let pool = "headcount = 0\ntraining = { lasts = \"8 h\", productivity = [0.25, 0.5] }";
    let text =
        |hire: &str| one_stage(pool, "effort = \"1 h\"", &(tips(&[7, 7, 7, 7, 7]) + &posts(8, 1, hire)));
    assert_eq!(
        facts_with(&text("hire = \"new\""), &["finishes", "comes"]),
        [
            "Mon 08:00 staff 0 comes, to be trained",
            // A quarter of a trained member's work until 12:00, half of it until 16:00.
            "Mon 12:00 tip 1 finishes work",
            "Mon 14:00 tip 2 finishes work",
            "Mon 16:00 tip 3 finishes work",
            "Mon 17:00 tip 4 finishes work",
            "Mon 18:00 tip 5 finishes work",
        ]
    );
    let trained = facts_with(&text("hire = \"trained\""), &["finishes", "comes"]);
    assert_eq!(trained[..2], ["Mon 08:00 staff 0 comes", "Mon 09:00 tip 1 finishes work"]);
    // Begun at 15:00 at half speed, three hours of effort last until 21:00.
    let long =
        text("hire = \"new\"").replace("effort = \"1 h\"", "effort = { urgent = \"7 h\", low = \"3 h\" }");
    let long = facts_with(&long, &["finishes"]);
    assert_eq!(long[..2], ["Mon 20:00 tip 1 finishes work", "Mon 23:00 tip 2 finishes work"]);
}

#[test]
fn a_new_post_is_filled_after_the_time_to_fill_one() {
    let pool = "headcount = 0\nbackfill = \"5 h\"\ntraining = { lasts = \"4 h\", productivity = 0.5 }";
    for hire in ["", "hire = \"backfill\""] {
        let text = one_stage(pool, "effort = \"1 h\"", &(tips(&[7]) + &posts(8, 1, hire)));
        assert_eq!(
            facts_with(&text, &["comes", "finishes"]),
            ["Mon 13:00 staff 0 comes, to be trained", "Mon 15:00 tip 1 finishes work"]
        );
    }
    let at_once = one_stage("headcount = 0", "effort = \"1 h\"", &(tips(&[7]) + &posts(8, 1, "")));
    assert_eq!(facts_with(&at_once, &["comes"]), ["Mon 08:00 staff 0 comes"], "no time to fill one");
}

#[test]
fn posts_that_are_empty_at_the_start_wait_a_whole_backfill() {
    let text = |pool: &str| one_stage(pool, "effort = \"1 h\"", &tips(&[8]));
    let waits = text("headcount = 3\nfilled = 1\nbackfill = \"26 h\"");
    assert_eq!(facts_with(&waits, &["comes"]), ["Tue 02:00 staff 1 comes", "Tue 02:00 staff 2 comes"]);
    let stays = text("headcount = 3\nfilled = 1");
    assert!(facts_with(&stays, &["comes"]).is_empty(), "without a time to fill them they stay empty");
}

#[test]
fn the_last_hired_go_at_once_if_idle_and_after_the_task_if_busy() {
    let cut = posts(10, -1, "leave = \"last-hired\"");
    let idle = one_stage("headcount = 2", "effort = \"3 h\"", &(tips(&[8]) + &cut));
    assert_eq!(
        facts_with(&idle, &["leaves", "finishes"]),
        ["Mon 10:00 staff 1 leaves", "Mon 11:00 tip 1 finishes work"]
    );
    // Member 1 is the last hired and busy; tip 3 waits for member 0 although member 1 is done first.
    let busy = one_stage("headcount = 2", "effort = \"3 h\"", &(tips(&[9, 8, 9]) + &cut));
    let busy = busy.replacen("headcount = 2", "headcount = 1", 1) + &posts(8, 1, "hire = \"trained\"");
    assert_eq!(
        facts_with(&busy, &["leaves", "starts", "finishes", "comes"]),
        [
            "Mon 08:00 staff 1 comes",
            "Mon 08:00 tip 1 starts work with staff 0",
            "Mon 09:00 tip 2 starts work with staff 1",
            "Mon 11:00 tip 1 finishes work",
            "Mon 11:00 tip 3 starts work with staff 0",
            "Mon 12:00 staff 1 leaves",
            "Mon 12:00 tip 2 finishes work",
            "Mon 14:00 tip 3 finishes work",
        ]
    );
}

#[test]
fn vacant_posts_go_before_people_do() {
    let pool = "headcount = 3\nfilled = 2\nbackfill = \"26 h\"";
    let cut = |posts_cut| posts(10, posts_cut, "leave = \"last-hired\"");
    let text = |n| one_stage(pool, "effort = \"1 h\"", &(tips(&[8]) + &cut(n)));
    assert!(
        facts_with(&text(-1), &["staff 1 ", "staff 2 "]).is_empty(),
        "the vacancy is not filled any more"
    );
    assert_eq!(facts_with(&text(-2), &["staff 1 ", "staff 2 "]), ["Mon 10:00 staff 1 leaves"]);
}

#[test]
fn posts_of_a_grant_go_last_hired_when_it_ends_unless_it_says_otherwise() {
    let text = |leave: &str| {
        let grant = format!("until = 2025-01-06T12:00:00\nhire = \"trained\"\n{leave}");
        one_stage("headcount = 1", "effort = \"1 h\"", &(tips(&[8]) + &posts(8, 1, &grant)))
    };
    let gone = ["Mon 08:00 staff 1 comes", "Mon 12:00 staff 1 leaves"];
    assert_eq!(facts_with(&text(""), &["staff 1 comes", "leaves"]), gone);
    assert_eq!(facts_with(&text("leave = \"last-hired\""), &["staff 1 comes", "leaves"]), gone);
    let stays = facts_with(&text("leave = \"attrition\""), &["staff 1 comes", "leaves"]);
    assert_eq!(stays, gone[..1]);
}

#[test]
fn posts_that_a_withdrawn_cut_gives_back_are_filled_as_the_cut_says() {
    let text = |hire: &str| {
        let cut = format!("until = 2025-01-06T12:00:00\nleave = \"last-hired\"\n{hire}");
        let pool = "headcount = 2\nbackfill = \"3 h\"";
        one_stage(pool, "effort = \"1 h\"", &(tips(&[8]) + &posts(9, -1, &cut)))
    };
    // Nobody had to go: the post comes back under the next number.
    let of = |hire: &str| facts_with(&text(hire), &["comes", "leaves"]);
    assert_eq!(of(""), ["Mon 09:00 staff 1 leaves", "Mon 15:00 staff 2 comes"]);
    assert_eq!(of("hire = \"trained\""), ["Mon 09:00 staff 1 leaves", "Mon 12:00 staff 2 comes"]);
}

#[test]
fn speed_falls_with_the_number_of_members_as_the_exponent_says() {
    let one = |pool: &str| {
        let text = one_stage(pool, "effort = \"1 h\"", &tips(&[8]));
        facts_with(&text, &["finishes"]).remove(0)
    };
    // (4/1)^(0.5-1) = 1/2; the bare exponent counts from the headcount as it is written, 4.
    let at_one = "headcount = 4\nstaffing_exponent = { value = 0.5, at = 1 }";
    assert_eq!(one(at_one), "Mon 10:00 tip 1 finishes work");
    assert_eq!(one("headcount = 4\nstaffing_exponent = 0.5"), "Mon 09:00 tip 1 finishes work");
    // Filled posts count: (1/4)^(-1/2) = 2.
    assert_eq!(one("headcount = 4\nfilled = 1\nstaffing_exponent = 0.5"), "Mon 08:30 tip 1 finishes work");
}

#[test]
fn a_bare_exponent_counts_from_the_headcount_before_plans_and_edits() {
    let text = one_stage("headcount = 4\nstaffing_exponent = 0.5", "effort = \"1 h\"", &tips(&[8]));
    let at = |model: &Model| model.params[0].pools[0].scale.unwrap().at;
    let more = model_with(&text, &[(EditKind::Set, "pool.staff.headcount=16")]);
    assert_eq!((at(&more), more.params[0].pools[0].headcount), (4.0, 16));
    assert_eq!(
        at(&model_with(&text, &[(EditKind::Set, "pool.staff.staffing_exponent={value=0.5,at=9}")])),
        9.0
    );
    let steeper = model_with(&text, &[(EditKind::Scale, "pool.staff.staffing_exponent=0.5")]);
    assert_eq!(steeper.params[0].pools[0].scale.unwrap().value, 0.25);
    // The scenario as it stands at the start means the same when it is read by itself.
    let sources = Memory::one("test.toml", text);
    let request = Request::new("test.toml", &sources).edit(EditKind::Set, "pool.staff.headcount=16");
    let effective = load(&request).checked.value.unwrap().effective;
    let again = model(&effective);
    assert_eq!((at(&again), again.params[0].pools[0].headcount), (4.0, 16));
}

/// Who came and went, and the pool's level at the end.
#[derive(Default)]
struct Members {
    seen: Vec<(Time, u32, MemberFact)>,
    level: PoolLevel,
}

impl Observer for Members {
    fn fact(&mut self, _: Time, _: CaseView, _: Fact<'_>) {}
    fn member(&mut self, now: Time, _: PoolId, member: u32, fact: MemberFact) {
        self.seen.push((now, member, fact));
    }
    fn pool(&mut self, _: Time, _: PoolId, level: PoolLevel) {
        self.level = level;
    }
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

fn members(text: &str) -> Members {
    let mut seen = Members::default();
    simulate(&model(text), 0, &mut seen);
    seen
}

/// How much hazard the n-th holder of a post bears, each counted from 0; the seed is 1.
fn bears(post: u64, holder: u64) -> f64 {
    Replication::new(1, 0).stream(Place::new(Purpose::Leaving, "staff"), post + 1, holder).exp1()
}

/// When a member who came at `from` leaves under these hazards per day, each from its day on.
fn leaves(from: f64, mut bears: f64, hazards: &[(f64, f64)]) -> f64 {
    for (i, (start, hazard)) in hazards.iter().enumerate() {
        let (start, end) = (start.max(from), hazards.get(i + 1).map_or(f64::INFINITY, |next| next.0));
        if end <= start {
            continue;
        }
        if bears <= hazard * (end - start) {
            return start + bears / hazard;
        }
        bears -= hazard * (end - start);
    }
    f64::INFINITY
}

/// Leavings and hirings until the horizon of three weeks, by day, from the variates alone.
fn history(posts: u64, hazards: &[(f64, f64)], backfill: f64) -> Vec<(f64, u64, bool)> {
    let mut all = vec![];
    for post in 0..posts {
        let mut at = 0.0;
        for holder in 0.. {
            at = leaves(at, bears(post, holder), hazards);
            all.push((at, post, false));
            at += backfill;
            all.push((at, post, true));
            if at > 21.0 {
                break;
            }
        }
    }
    all.retain(|(at, ..)| *at < 21.0);
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all
}

fn check_history(seen: &Members, expected: &[(f64, u64, bool)]) {
    assert!(expected.len() >= 6, "{expected:?}");
    let told: Vec<(u64, bool)> = (seen.seen.iter())
        .map(|(_, m, fact)| (u64::from(*m), matches!(fact, MemberFact::Hired { .. })))
        .collect();
    assert_eq!(told, expected.iter().map(|(_, post, hired)| (*post, *hired)).collect::<Vec<_>>());
    for ((at, ..), (day, ..)) in seen.seen.iter().zip(expected) {
        assert!((at.days() - day).abs() < 1e-6, "day {} against {day}", at.days());
    }
}

#[test]
fn a_member_leaves_when_the_hazard_has_grown_by_its_variate_and_the_post_is_filled_again() {
    // 3652.5% a year are 0.1 a day; twice as much from the sixth day on.
    let pool = "headcount = 4\nattrition = \"3652.5% per year\"\nbackfill = \"2 days\"";
    let change = "[[change]]\nat = \"6 days\"\nscale = { \"pool.staff.attrition\" = 2 }\n";
    let seen = members(&one_stage(pool, "effort = \"1 h\"", &(tips(&[8]) + change)));
    check_history(&seen, &history(4, &[(0.0, 0.1), (6.0, 0.2)], 2.0));
}

#[test]
fn load_makes_people_leave_sooner_from_week_to_week() {
    // Two members with work for ever, ten cases wait: 5 for each post. 1 + 0.5 x (5/2 - 1) = 1.75 from the first
    // Monday on. Posts are filled at once, so the load stays.
    let pool = "headcount = 2\nattrition = \"3652.5% per year\"\nburnout = { above = 2, sensitivity = 0.5 }";
    let twelve = "[[source]]\nid = \"a\"\nrate = \"24 per day\"\ngaps = \"constant\"\nbatch = 12\nat_most = 12\n\
                  mix = { low = 1.0 }\n";
    let seen = members(&one_stage(pool, "effort = \"1000 days\"", twelve));
    check_history(&seen, &history(2, &[(0.0, 0.1), (7.0, 0.175)], 0.0));
    // Below the threshold nothing happens.
    let calm = members(&one_stage(&pool.replace("above = 2", "above = 5"), "effort = \"1000 days\"", twelve));
    check_history(&calm, &history(2, &[(0.0, 0.1)], 0.0));
}

#[test]
fn who_leaves_hands_the_task_back_and_posts_that_were_cut_are_not_filled_again() {
    let pool = "headcount = 3\nattrition = \"7305% per year\"";
    let cut = "[[change]]\nat = 2025-01-06T12:00:00\nadd = { \"pool.staff.headcount\" = -2 }\n";
    let seen = members(&one_stage(pool, "effort = \"1 h\"", &(tips(&[8]) + cut)));
    let first = (0..3_u64).map(|post| (leaves(0.0, bears(post, 0), &[(0.0, 0.2)]), post));
    let mut first: Vec<(f64, u64)> = first.collect();
    first.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(first[0].0 > 0.5 && first[2].0 < 21.0, "{first:?}");
    // The first two who leave are not replaced, the third is at once.
    let expected: Vec<(u32, bool)> =
        [(first[0].1, false), (first[1].1, false), (first[2].1, false), (first[2].1, true)]
            .map(|(post, hired)| (post as u32, hired))
            .to_vec();
    let told = seen.seen.iter().map(|(_, m, fact)| (*m, matches!(fact, MemberFact::Hired { .. })));
    assert_eq!(told.take(4).collect::<Vec<_>>(), expected);
    assert_eq!((seen.level.posts, seen.level.filled), (1, 1));
    // Busy members: the task goes back and somebody else goes on with it.
    let text = one_stage(
        "headcount = 2\nattrition = \"3652.5% per year\"\nbackfill = \"1 day\"",
        "effort = \"1000 days\"",
        &tips(&[1]),
    );
    let lines = facts_with(&text, &["left", "goes on", "leaves"]);
    assert!(lines.iter().any(|line| line.contains("tip 1 is left at work")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("tip 1 goes on with work")), "{lines:?}");
}

#[test]
fn training_that_changes_holds_for_those_who_learn() {
    let pool = "headcount = 0\ntraining = { lasts = \"10 days\", productivity = [0.5, 0.7] }";
    let change = |day: u32, value: &str| {
        format!(
            "[[change]]\nat = \"{day} days\"\nset = {{ \"pool.staff.training.productivity\" = {value} }}\n"
        )
    };
    let text = one_stage(
        pool,
        "effort = \"1 h\"",
        &(tips(&[8]) + &posts(1, 1, "hire = \"new\"") + &change(2, "[0.3, 0.9]")),
    );
    let learning = |horizon: &str| {
        let text = text.replace("horizon = \"3 weeks\"", &format!("horizon = \"{horizon}\""));
        members(&text).level.learning
    };
    assert_eq!(
        (learning("36 h"), learning("60 h"), learning("6 days"), learning("11 days")),
        (500, 700, 100, 0)
    );
}

/// The facts of a scenario whose stage `work` exposes those who work there.
fn exposed(text: &str, words: &[&str]) -> Vec<String> {
    let mut model = model(text);
    let work = model.stages.iter_mut().find(|stage| stage.id == "work").unwrap();
    work.rules.exposure = true;
    let mut trace = Trace::new(&model);
    simulate(&model, 0, &mut trace);
    trace.lines().iter().filter(|line| words.iter().any(|w| line.contains(w))).cloned().collect()
}

const SEEN: &[&str] = &["starts", "goes on", "finishes", "handed"];

#[test]
fn a_member_who_has_seen_enough_goes_on_after_midnight() {
    let text = one_stage("headcount = 1\nexposure_cap = \"4 h\"", "effort = \"3 h\"", &tips(&[1, 1]));
    assert_eq!(
        exposed(&text, SEEN),
        [
            "Mon 01:00 tip 1 starts work with staff 0",
            "Mon 04:00 tip 1 finishes work",
            "Mon 04:00 tip 2 starts work with staff 0",
            "Mon 05:00 tip 2 is handed back to work, somebody has seen enough",
            "Tue 00:00 tip 2 goes on with work with staff 0",
            "Tue 02:00 tip 2 finishes work",
        ]
    );
}

#[test]
fn effort_counts_against_the_cap_not_the_time_it_takes() {
    let pool = "headcount = 1\nexposure_cap = \"2 h\"\navailability = 0.5";
    let text = one_stage(pool, "effort = \"3 h\"", &tips(&[1]));
    assert_eq!(
        exposed(&text, &["handed", "finishes"]),
        ["Mon 05:00 tip 1 is handed back to work, somebody has seen enough", "Tue 02:00 tip 1 finishes work",]
    );
}

#[test]
fn exposure_begins_anew_with_the_first_shift_of_a_later_day() {
    let pool =
        "headcount = 1\nexposure_cap = \"4 h\"\nhours = [\"Mon-Fri 09:00-12:00\", \"Mon-Fri 13:00-17:00\"]";
    let text = one_stage(pool, "effort = \"6 h\"", &tips(&[8]));
    assert_eq!(
        exposed(&text, SEEN),
        [
            "Mon 09:00 tip 1 starts work with staff 0",
            "Mon 14:00 tip 1 is handed back to work, somebody has seen enough",
            "Tue 09:00 tip 1 goes on with work with staff 0",
            "Tue 11:00 tip 1 finishes work",
        ]
    );
    // A night shift is one day, whatever midnight says.
    let night = text.replace("[\"Mon-Fri 09:00-12:00\", \"Mon-Fri 13:00-17:00\"]", "\"Mon-Fri 22:00-06:00\"");
    assert_eq!(
        exposed(&night, SEEN),
        [
            "Mon 22:00 tip 1 starts work with staff 0",
            "Tue 02:00 tip 1 is handed back to work, somebody has seen enough",
            "Tue 22:00 tip 1 goes on with work with staff 0",
            "Wed 00:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn exposure_begins_anew_at_midnight_for_whoever_is_on_shift_all_day() {
    let pool = "headcount = 1\nexposure_cap = \"4 h\"\nhours = \"Mon-Fri 00:00-24:00\"";
    let text = one_stage(pool, "effort = \"6 h\"", &tips(&[1]));
    let expected =
        ["Mon 05:00 tip 1 is handed back to work, somebody has seen enough", "Tue 02:00 tip 1 finishes work"];
    assert_eq!(exposed(&text, &["handed", "finishes"]), expected);
    // Also where there are hours from some date on only.
    let hours = "[[change]]\nat = \"7 days\"\nset = { \"pool.staff.hours\" = \"Mon-Fri 09:00-17:00\" }\n";
    let always = text.replace("hours = \"Mon-Fri 00:00-24:00\"", "") + hours;
    assert_eq!(exposed(&always, &["handed", "finishes"]), expected);
}

#[test]
fn who_is_hired_during_a_shift_begins_anew_on_the_next_day_only() {
    let pool =
        "headcount = 0\nexposure_cap = \"4 h\"\nhours = [\"Mon-Fri 09:00-12:00\", \"Mon-Fri 13:00-17:00\"]";
    let text = one_stage(pool, "effort = \"6 h\"", &(tips(&[8]) + &posts(10, 1, "hire = \"trained\"")));
    assert_eq!(
        exposed(&text, &["handed", "finishes"]),
        ["Mon 15:00 tip 1 is handed back to work, somebody has seen enough", "Tue 11:00 tip 1 finishes work",]
    );
}

#[test]
fn who_has_seen_enough_still_does_other_work_and_somebody_else_goes_on() {
    let more = "[[stage]]\nid = \"desk\"\npool = \"staff\"\neffort = \"2 h\"\nroute = \"done\"\n";
    let text = one_stage("headcount = 2\nexposure_cap = \"4 h\"", "effort = \"6 h\"", more);
    let text = text.replace("route = \"done\"\neffort = \"6 h\"", "route = \"desk\"\neffort = \"6 h\"");
    assert_eq!(
        exposed(&(text + &tips(&[1])), SEEN),
        [
            "Mon 01:00 tip 1 starts work with staff 0",
            "Mon 05:00 tip 1 is handed back to work, somebody has seen enough",
            "Mon 05:00 tip 1 goes on with work with staff 1",
            "Mon 07:00 tip 1 finishes work",
            "Mon 07:00 tip 1 starts desk with staff 0",
            "Mon 09:00 tip 1 finishes desk",
        ]
    );
}

#[test]
fn a_cap_may_change_at_a_date_also_for_work_in_hand() {
    let pool = "headcount = 1\nexposure_cap = \"6 h\"";
    let change = "[[change]]\nat = 2025-01-06T04:00:00\nset = { \"pool.staff.exposure_cap\" = \"2 h\" }\n";
    let text = one_stage(pool, "effort = \"7 h\"", &(tips(&[1]) + change));
    assert_eq!(
        exposed(&text, &["handed", "finishes"]),
        [
            "Mon 04:00 tip 1 is handed back to work, somebody has seen enough",
            "Tue 02:00 tip 1 is handed back to work, somebody has seen enough",
            "Wed 02:00 tip 1 finishes work",
        ]
    );
}

#[test]
fn hazards_training_and_absences_may_change_at_dates() {
    let pool = "headcount = 2\nattrition = \"10% per year\"\nbackfill = \"90 days\"\n\
                training = { lasts = \"6 months\", productivity = 0.5 }\n\
                burnout = { above = 40, sensitivity = 0.5 }\n\
                absence = { every = \"75 days\", lasts = \"4 days\" }\nhours = \"Mon-Fri 09:00-17:00\"";
    let change = "[[change]]\nat = \"7 days\"\n\
                  scale = { \"pool.staff.attrition\" = 2, \"pool.staff.backfill\" = 0.5, \
                  \"pool.staff.absence.lasts\" = 3, \"pool.staff.training.productivity\" = 1.5 }\n\
                  set = { \"pool.staff.burnout.above\" = 20 }\n\
                  add = { \"pool.staff.attrition\" = \"1% per month\", \"pool.staff.training.lasts\" = \"1 week\" }\n";
    let model = model(&one_stage(pool, "effort = \"1 h\"", &(tips(&[8]) + change)));
    let row = &model.params[1].pools[0].turnover;
    assert!((row.attrition * YEAR as f64 - 0.32).abs() < 1e-12, "{}", row.attrition * YEAR as f64);
    assert_eq!(row.backfill.as_ref().unwrap().mean(), (45 * DAY) as f64);
    assert_eq!(row.absence.as_ref().unwrap().lasts.mean(), (12 * DAY) as f64);
    let training = row.training.as_ref().unwrap();
    assert_eq!((training.lasts.0, &training.productivity[..]), (YEAR / 2 + WEEK, &[0.75][..]));
    assert_eq!(row.burnout.unwrap().above, 20.0);
}
