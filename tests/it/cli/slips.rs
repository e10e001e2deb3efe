//! Slips on the command line, and what is said of numbers that are nothing.

use super::{Desk, SMALL};

fn desk() -> Desk {
    Desk::new().with("small.toml", SMALL)
}

#[test]
fn a_path_without_its_kind_is_given_the_kind() {
    let set = desk().run(&["check", "small.toml", "--set", "reader.headcount=4"]);
    set.ends(2).says("did you mean `pool.reader.headcount`?");
}

#[test]
fn what_an_edit_makes_of_a_number_is_said() {
    let add = desk().run(&["check", "small.toml", "--add", "pool.reader.headcount=-7"]);
    add.ends(2).says("after this edit it is -5");
}

#[test]
fn a_pool_without_hours_has_none_there() {
    let empty = SMALL.replace("headcount = 2", "headcount = 0").replace("headcount\" = 3", "headcount\" = 0");
    let said = Desk::new().with("small.toml", &empty).run(&["check", "small.toml"]);
    let words = said.ends(0).out.clone() + &said.err;
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("h a year wanted, none there; its queue"), "{words}");
    assert!(!words.contains("of its hours)"), "{words}");
}
