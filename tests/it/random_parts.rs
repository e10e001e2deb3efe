//! Random scenarios with parts, loads, spans, crews, lapses and handed-over work at once: nothing gets lost, whatever
//! meets whatever. The judge stands beside.

use caseload::engine::simulate;

use crate::harness::model;
use crate::judge::Judge;

/// Choices from a seed: a congruential generator, so that the scenarios are the same everywhere.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    pub(crate) fn of<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

const ORDERS: &[&str] = &["class", "fifo", "lifo", "lapse", "shortest", "random"];

fn pool(dice: &mut Dice, id: &str) -> String {
    let hours = dice.of(&["", "hours = \"Mon-Fri 09:00-17:00\"\n", "hours = \"Mon-Sat 07:30-19:00\"\n"]);
    let end = dice.of(&["pause", "finish", "hand-over"]);
    format!("[[pool]]\nid = \"{id}\"\nheadcount = {}\n{hours}shift_end = \"{end}\"\n", 2 + dice.below(4))
}

fn work_loads(dice: &mut Dice) -> &'static str {
    dice.of(&[
        "",
        "",
        "gather = { up_to = 3 }\n",
        "gather = { exactly = 2 }\n",
        "gather = { exactly = 3 }\nor_after = \"1 days\"\n",
        "slots = \"Mon-Fri 10:00, 15:00\"\n",
        "gather = { up_to = 2 }\nslots = \"Mon-Fri 11:00\"\nor_after = \"20 h\"\n",
        "gather = { exactly = 2 }\nslots = \"Mon-Sun 12:00\"\nor_after = \"30 h\"\n",
    ])
}

fn delay_loads(dice: &mut Dice) -> &'static str {
    dice.of(&[
        "",
        "gather = { exactly = 3 }\n",
        "gather = { exactly = 3 }\nor_after = \"2 days\"\n",
        "slots = \"Mon-Fri 16:00\"\n",
        "gather = { up_to = 4 }\nslots = \"Mon-Fri 10:00, 16:00\"\nor_after = \"1 days\"\n",
        "gather = { exactly = 2 }\nslots = \"Mon-Thu 09:00\"\n",
    ])
}

fn patience(dice: &mut Dice, to: &str) -> String {
    match dice.below(3) {
        0 => format!("patience = {{ exponential = {{ mean = \"3 days\" }} }}\non_patience = \"{to}\"\n"),
        _ => String::new(),
    }
}

fn order(dice: &mut Dice) -> String {
    format!("order = \"{}\"\n", dice.of(ORDERS))
}

fn scenario(seed: u64) -> String {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut text = cases(&mut dice, seed);
    for (id, of) in
        [("done", ""), ("lost", ""), ("unopened", "of = \"device\"\n"), ("refused", "of = \"track\"\n")]
    {
        text += &format!("[[outcome]]\nid = \"{id}\"\ncounts_as = \"closed\"\n{of}");
    }
    for id in ["officer", "examiner", "machine"] {
        text += &pool(&mut dice, id);
    }
    text + &intake(&mut dice) + &tracks(&mut dice) + &devices(&mut dice) + CHANGES
}

const CHANGES: &str = r#"
[[change]]
at = 2025-01-20
set = { "pool.officer.headcount" = 2, "stage.image.order" = "lifo" }
leave = "last-hired"
[[change]]
at = 2025-01-27
set = { "pool.officer.headcount" = 3, "pool.machine.headcount" = 0 }
leave = "last-hired"
[[change]]
at = 2025-02-03
set = { "pool.officer.headcount" = 4, "pool.machine.headcount" = 3 }
"#;

fn cases(dice: &mut Dice, seed: u64) -> String {
    let devices = dice.of(&["{ geometric = { mean = 2.5 } }", "{ poisson = { mean = 1.5 } }", "3"]);
    let retention = dice.of(&[
        "",
        "retention = { lasts = { exponential = { mean = \"6 days\" } }, preserved_by = \"charge\", on_lapse = \"lost\" }\n",
        "retention = { lasts = { exponential = { mean = \"9 days\" } }, preserved_by = { end = \"image\" }, on_lapse = \"lost\" }\n",
    ]);
    format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"8 weeks\"\nsample = \"5 h\"\nreplications = 1\nseed = {}\n\
         [[class]]\nid = \"urgent\"\ndevices = {devices}\n[[class]]\nid = \"low\"\ndevices = 2\n\
         [[source]]\nid = \"tips\"\nrate = \"{} per day\"\nmix = {{ urgent = 0.3, low = \"rest\" }}\n{retention}\
         [[initial]]\nstage = \"image\"\ncount = {{ low = 6 }}\nage = \"5 days\"\n",
        seed + 1,
        8 + dice.below(10)
    )
}

fn intake(dice: &mut Dice) -> String {
    let span = dice.of(&[
        "",
        "wip = { until = \"charge\", cases = 25 }\n",
        "wip = { until = \"charge\", per_member = 6 }\n",
        "assignment = \"same-member\"\nwip = { until = \"charge\", per_member = 8 }\n",
        "assignment = \"same-member\"\n",
    ]);
    format!(
        "[[stage]]\nid = \"intake\"\npool = \"officer\"\neffort = {{ exponential = {{ mean = \"1 h\" }} }}\n{span}{}{}\
         route = {{ open = 0.4, image = 0.3, search = 0.2, done = \"rest\" }}\n\
         [[stage]]\nid = \"search\"\npool = {{ officer = 2, examiner = 1 }}\nhold = {}\n\
         effort = {{ exponential = {{ mean = \"2 h\" }} }}\n{}route = \"image\"\n",
        order(dice),
        patience(dice, "done"),
        dice.of(&["true", "false"]),
        patience(dice, "charge"),
    )
}

/// Two tracks, of which one may take its case apart; some whole cases stand in one of them at the start, and may not end
/// as a track does.
fn tracks(dice: &mut Dice) -> String {
    let in_devices = dice.below(2) == 0;
    let (lab, lab_route, start) = if in_devices {
        ("per = \"device\"\nthen = \"review\"\n", "{ review = 0.8, unopened = \"rest\" }", "lab")
    } else {
        ("", "{ review = 0.9, refused = \"rest\" }", "warrant")
    };
    let warrant_route = if in_devices { "{ charge = 0.8, refused = \"rest\" }" } else { "\"charge\"" };
    let split = format!(
        "[[initial]]\nstage = \"{start}\"\ncount = {{ low = 3 }}\nage = \"5 days\"\nobserved = \"urgent\"\n\
         [[stage]]\nid = \"open\"\nsplit = {{ tracks = [\"lab\", \"warrant\"], then = \"charge\", join = \"{}\"{} }}\n",
        dice.of(&["all", "first"]),
        dice.of(&["", ", none = \"done\""]),
    );
    let lab = format!(
        "[[stage]]\nid = \"lab\"\n{lab}pool = \"machine\"\neffort = {{ exponential = {{ mean = \"2 h\" }} }}\n{}{}route = {lab_route}\n\
         [[stage]]\nid = \"review\"\npool = \"officer\"\neffort = \"30 min\"\nroute = \"charge\"\n",
        work_loads(dice),
        order(dice),
    );
    let warrant = format!(
        "[[stage]]\nid = \"warrant\"\ndelay = {{ exponential = {{ mean = \"1 days\" }} }}\n{}{}route = {warrant_route}\n",
        delay_loads(dice),
        order(dice),
    );
    split + &lab + &warrant
}

fn devices(dice: &mut Dice) -> String {
    let image = format!(
        "[[stage]]\nid = \"image\"\nper = \"device\"\nthen = \"charge\"\njoin = \"{}\"\nnone = \"{}\"\npool = [\"machine\", \"examiner\"]\n\
         effort = {{ exponential = {{ mean = \"90 min\" }} }}\n{}{}{}route = {{ examine = 0.7, image = 0.1, unopened = \"rest\" }}\n",
        dice.of(&["all", "first"]),
        dice.of(&["charge", "done"]),
        work_loads(dice),
        order(dice),
        patience(dice, "unopened"),
    );
    let examine = format!(
        "[[stage]]\nid = \"examine\"\nper = \"device\"\npool = \"examiner\"\neffort = {{ exponential = {{ mean = \"2 h\" }} }}\n{}{}route = \"charge\"\n",
        work_loads(dice),
        order(dice),
    );
    let charge = format!(
        "[[stage]]\nid = \"charge\"\ndelay = {{ exponential = {{ mean = \"2 days\" }} }}\n{}route = {{ intake = 0.2, open = 0.05, done = \"rest\" }}\n",
        delay_loads(dice),
    );
    image + &examine + &charge
}

#[test]
fn whatever_meets_whatever_nothing_gets_lost() {
    for seed in 0..40 {
        let text = scenario(seed);
        let model = model(&text);
        for replication in 0..2 {
            let run = || simulate(&model, replication, &mut Judge::new(&model));
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
            assert!(outcome.is_ok(), "seed {seed}, replication {replication}:\n{text}");
        }
    }
}
