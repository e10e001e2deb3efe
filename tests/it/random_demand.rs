//! Random demand: bundles, links, reopening, escalation and repeat tips in every mixture, with the judge beside.

use caseload::engine::simulate;

use crate::harness::model;
use crate::judge::Judge;
use crate::random_parts::Dice;

fn text(seed: u64) -> String {
    let mut dice = Dice(seed);
    for _ in 0..5 {
        dice.below(2);
    }
    let repeat = ["", "repeat = \"0.05 per day\"", "repeat = \"0.5 per day\""];
    let links = [
        "",
        "link = 0.3",
        "link = { share = 0.5, after = \"screen\" }",
        "link = { share = 0.4, reopen = 0.7 }",
        "link = { share = 1.0, after = \"work\", reopen = 0.5 }",
    ];
    let escalates = ["", "escalates = 0.5", "escalates = 1.0"];
    let bundle = ["", "bundle = 3", "bundle = { geometric = { mean = 2.0 } }"];
    let label = ["", "labelled = \"unknown\"", "labelled = \"low\""];
    let route = ["route = { done = 1.0 }", "route = { screen = 0.3, done = \"rest\" }", "route = \"lost\""];
    let mut text = format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"120 days\"\nsample = \"7 days\"\nseed = {seed}\n\
         [[class]]\nid = \"urgent\"\n{}\n[[class]]\nid = \"middle\"\n{}\n[[class]]\nid = \"low\"\n{}\n\
         [[class]]\nid = \"low-abroad\"\nof = \"low\"\n",
        dice.of(&repeat),
        dice.of(&repeat),
        dice.of(&repeat)
    );
    for source in ["a", "b"] {
        let link = dice.of(&links);
        // Nothing escalates where nothing is linked.
        let escalates = if link.is_empty() { "" } else { dice.of(&escalates) };
        text += &format!(
            "[[source]]\nid = \"{source}\"\nrate = \"{} per day\"\nenters = \"{}\"\n{link}\n{escalates}\n{}\n{}\n\
             mix = {{ urgent = 0.1, middle = 0.3, low = 0.4, low-abroad = \"rest\" }}\n",
            1 + dice.below(4),
            dice.of(&["screen", "work"]),
            dice.of(&bundle),
            dice.of(&label)
        );
        if dice.below(2) == 0 {
            text += "retention = { lasts = { exponential = { mean = \"20 days\" } }, preserved_by = \"work\", \
                     on_lapse = \"lost\" }\n";
        }
    }
    text += &format!(
        "[[pool]]\nid = \"staff\"\nheadcount = {}\nhours = \"Mon-Fri 08:00-17:00\"\nshift_end = \"{}\"\n\
         [[stage]]\nid = \"screen\"\ndelay = {{ exponential = {{ mean = \"{} days\" }} }}\nroute = \"work\"\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = {{ exponential = {{ mean = \"3 h\" }} }}\n{}\n\
         patience = \"30 days\"\non_patience = \"lost\"\n\
         [[outcome]]\nid = \"done\"\ncounts_as = \"acted\"\nstops = {}\n\
         [[outcome]]\nid = \"lost\"\ncounts_as = \"lost\"\n\
         [[initial]]\nstage = \"work\"\ncount = {{ low = 12, urgent = 3 }}\nage = \"9 days\"\n{}\n",
        1 + dice.below(3),
        dice.of(&["pause", "finish", "hand-over"]),
        1 + dice.below(9),
        dice.of(&route),
        dice.of(&["true", "false"]),
        dice.of(&["", "source = \"a\""])
    );
    if dice.below(2) == 0 {
        text += "[[change]]\nat = 2025-03-01\nset = { \"source.a.link\" = 0.6 }\n\
                 scale = { \"class.low.repeat\" = 2.0 }\n";
        text = text.replacen("id = \"low\"\n\n", "id = \"low\"\nrepeat = \"0.1 per day\"\n", 1);
    }
    text
}

#[test]
fn no_case_and_no_subject_is_lost_under_any_demand() {
    let (mut linked, mut reopened) = (0, 0);
    for seed in 0..150 {
        let model = model(&text(seed));
        let mut judge = Judge::new(&model);
        simulate(&model, 0, &mut judge);
        let times = |what| judge.seen.get(what).copied().unwrap_or_default();
        linked += times("a tip is linked");
        reopened += times("a case is opened again");
    }
    assert!(linked > 1000 && reopened > 20, "these things do happen: {linked} links, {reopened} reopened");
}
