//! Who leaves when and who comes instead: leaving times worked out from the same exponential variates, apart from the
//! engine, and what new members lack.
//!
//! Day 0 is Monday, 6 January 2025. Members are numbered from 0, tips from 1.

use caseload::engine::{CaseView, Census, Fact, MemberFact, Observer, PoolLevel, simulate};
use caseload::model::PoolId;
use caseload::random::{Place, Purpose, Replication};
use caseload::units::Time;

use crate::harness::{facts_with, model};
use crate::rules_staff::{one_stage, posts, tips};

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
