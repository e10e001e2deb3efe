//! Input that nobody should write: files that are no scenario, numbers beyond all measure, folders that cannot be written,
//! and runs that are killed or run into each other.

use std::fs;

use super::{Desk, SMALL};

/// A desk with bytes in a file.
fn with_bytes(bytes: &[u8]) -> Desk {
    let desk = Desk::new();
    fs::write(desk.path("a.toml"), bytes).unwrap();
    desk
}

#[test]
fn a_file_that_is_no_scenario_is_refused_with_the_reason() {
    let utf16 = |mark: &[u8]| {
        let units = SMALL.encode_utf16().flat_map(u16::to_le_bytes);
        mark.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    let latin1 = SMALL.replace("A small desk", "Ein Büro").chars().map(|c| c as u8).collect::<Vec<u8>>();
    let old_mac = SMALL.replace('\n', "\r");
    let cases: [(&[u8], &str); 9] = [
        (b"", "`a.toml` says nothing"),
        (b"# nothing but a comment\n", "`a.toml` says nothing"),
        (&utf16(&[0xff, 0xfe]), "it is UTF-16 text; save it as UTF-8"),
        (&utf16(&[]), "it holds zero bytes, as UTF-16 does"),
        (&latin1, "line 3 is not UTF-8; save it as UTF-8"),
        (b"\x7fELF\x02\x01\x01\xff\xfe\xfd", "line 1 is not UTF-8"),
        (b"id,hours\n1,2.5\n2,3\n", "the text is not TOML"),
        (b"{ \"scenario\": { \"start\": \"2025-01-06\" } }", "the text is not TOML"),
        (old_mac.as_bytes(), "carriage return"),
    ];
    for (bytes, words) in cases {
        let desk = with_bytes(bytes);
        desk.run(&["check", "a.toml"]).ends(2).says(words);
        desk.run(&["run", "a.toml"]).ends(2).says(words);
        desk.run(&["check", "a.toml", "--json"]).ends(2);
        assert_eq!(desk.list(""), ["a.toml"], "nothing is written");
    }
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_change_nothing() {
    let bad = SMALL.replace("headcount = 2", "headcount = -2");
    let plain = with_bytes(bad.as_bytes()).run(&["check", "a.toml"]).ends(2).err.clone();
    assert!(plain.contains("a.toml:20:13"), "{plain}");
    let windows = bad.replace('\n', "\r\n");
    let marked = format!("\u{feff}{bad}");
    for text in [&windows, &marked] {
        assert_eq!(with_bytes(text.as_bytes()).run(&["check", "a.toml"]).ends(2).err, plain);
    }
    let good = with_bytes(SMALL.replace('\n', "\r\n").as_bytes());
    assert_eq!(good.run(&["check", "a.toml"]).ends(0).out, {
        with_bytes(SMALL.as_bytes()).run(&["check", "a.toml"]).ends(0).out.clone()
    });
}

#[test]
fn values_within_values_without_end_are_refused() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let path = vec!["a"; 10_000].join(".");
    for value in [deep("[", "]"), deep("{ a = ", " }"), "[".repeat(100_000)] {
        let text =
            SMALL.replace("effort = { exponential = { mean = \"1 h\" } }", &format!("effort = {value}"));
        with_bytes(text.as_bytes()).run(&["check", "a.toml"]).ends(2).says("error[");
        let set = format!("stage.read.effort={}", &value[..20_000.min(value.len())]);
        with_bytes(SMALL.as_bytes()).run(&["check", "a.toml", "--set", &set]).ends(2).says("error[");
    }
    for text in [format!("{path} = 1\n"), format!("[{path}]\nb = 1\n")] {
        with_bytes(text.as_bytes()).run(&["check", "a.toml"]).ends(2).says("recursion limit");
    }
}

#[test]
fn a_folder_where_a_file_should_be_is_called_one() {
    let rates = "rate = \"30 per day\"";
    let text = SMALL.replace(rates, "rates = { csv = \"folder\", period = \"month\", count = \"tips\" }");
    let desk = Desk::new().with("a.toml", &text).with("folder/notes.txt", "").with("small.toml", SMALL);
    desk.run(&["check", "a.toml"]).ends(2).says("cannot read `folder`: it is a folder").says("a.toml:15:17");
    desk.run(&["check", "small.toml", "--plan", "folder"]).ends(2).says("it is a folder");
    desk.run(&["check", "folder"]).ends(2).says("no scenario in `folder`");
    desk.run(&["check", "small.toml", "--plan", "gone.toml"]).ends(2).says("there is no such file");
    desk.run(&["run", "small.toml", "--out", "small.toml"])
        .ends(3)
        .says("results need a folder of their own");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_that_never_ends_is_read_no_further_than_a_file_may_be_long() {
    let desk = Desk::new().with("small.toml", SMALL);
    desk.run(&["check", "/dev/zero"]).ends(2).says("larger than 64 MiB");
    desk.run(&["check", "small.toml", "--plan", "/dev/zero"]).ends(2).says("larger than 64 MiB");
    desk.run(&["check", "/dev/null"]).ends(2).says("says nothing");
    let mut command = desk.command(&["check", "small.toml"]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let said = super::Said::of(&command.stdout(full).output().unwrap());
    said.ends(3).says("standard output: no space left on device");
}

#[test]
fn a_scenario_that_nobody_could_read_is_too_large() {
    let long = format!("{SMALL}{}", "# a comment that says nothing at all\n".repeat(120_000));
    with_bytes(long.as_bytes()).run(&["check", "a.toml"]).ends(2).says("larger than 4 MiB");
    let mut many = SMALL.to_owned();
    (0..200).for_each(|n| many += &format!("[[class]]\nid = \"c{n}\"\n"));
    let said = with_bytes(many.as_bytes()).run(&["check", "a.toml"]);
    said.ends(2).says("there are more than 200 tables `[[class]]`").says("one too many");
}

#[test]
fn numbers_beyond_all_measure_are_refused_before_anything_is_simulated() {
    let desk = Desk::new().with("small.toml", SMALL);
    let cases = [
        ("pool.reader.headcount=1000000000", "a whole number from 0 to 1000000"),
        ("scenario.horizon=\"1000000 years\"", "at most 200 years"),
        ("scenario.sample=\"1 s\"", "more than 50000 times"),
        ("scenario.replications=2000000", "a whole number from 1 to 1000000"),
        ("source.platforms.rate=\"1e13 per day\"", "at most 1e12 per day"),
        ("source.platforms.rate=\"1e9 per day\"", "at most 1,000,000,000 can be simulated"),
        ("source.platforms.rate=\"2e6 per day\"", "at most 10,000,000 can be kept"),
        ("source.platforms.growth=\"1e9% per year\"", "at most 100000% per year"),
        ("source.platforms.batch={ constant = 1e9 }", "at most 1,000,000,000 can be simulated"),
        ("class.tip.repeat=\"1e9 per day\"", "further tips about known subjects"),
        ("stage.read.effort=\"1e9 days\"", "at most 200 years"),
    ];
    for (edit, words) in cases {
        let path = edit.split('=').next().unwrap();
        desk.run(&["run", "small.toml", "--set", edit]).ends(2).says(words).says(&format!("{path}="));
    }
    let often = ["--set", "scenario.sample=\"1 min\"", "--replications", "1000000"];
    let said = desk.run(&[&["run", "small.toml"][..], &often].concat());
    said.ends(2).says("the samples of 1000000 replications fill").says("at most 16 GB can be kept");
    assert_eq!(desk.list(""), ["small.toml"]);
}

#[test]
fn luck_that_brings_more_than_can_be_kept_ends_the_run_with_a_word() {
    // As expected it is a tip a day; but every thousandth batch or so brings more than any machine can keep.
    let law = "{ discrete = { values = [0, 100000000], weights = [0.99999, 0.00001] } }";
    let text = SMALL.replace("rate = \"30 per day\"", &format!("rate = \"900 per day\"\nbatch = {law}"));
    let text = text.replace("21 days", "10 days").replace("2025-01-15", "2025-01-14");
    let desk = Desk::new().with("a.toml", &text);
    let said = desk.run(&["run", "a.toml", "--replications", "100", "--quiet"]);
    said.ends(2).says("more than 10,000,000 cases and jobs are open").says("in replication");
    assert_eq!(desk.list(""), ["a.toml"]);
}

#[cfg(unix)]
#[test]
fn a_write_that_fails_half_way_is_told_with_its_path_and_leaves_nothing() {
    let desk = Desk::new().with("small.toml", SMALL);
    // No file may be longer than eight blocks: the first large table fails in its middle, as on a full disk.
    let words = "trap '' XFSZ; ulimit -f 8; exec \"$0\" run small.toml --out results";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", words, env!("CARGO_BIN_EXE_caseload")]).current_dir(desk.path(""));
    let said = super::Said::of(&command.output().unwrap());
    said.ends(3).says("error: `results/").says("ile too large");
    assert_eq!(desk.list(""), ["small.toml"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new().with("small.toml", SMALL).with("closed/keep.txt", "");
    fs::set_permissions(desk.path("closed"), fs::Permissions::from_mode(0o555)).unwrap();
    let allowed = fs::write(desk.path("closed/try.txt"), "").is_ok();
    // Whoever may do everything, as in many a container, cannot see this.
    if !allowed {
        desk.run(&["run", "small.toml", "--out", "closed/r"]).ends(3).says("`closed/r`: Permission denied");
        assert_eq!(desk.list("closed"), ["keep.txt"]);
    }
    fs::set_permissions(desk.path("closed"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_nothing_under_the_name_of_its_results() {
    let desk = Desk::new().with("small.toml", SMALL);
    for signal in ["-KILL", "-TERM"] {
        let mut command = desk.command(&["run", "small.toml", "--replications", "1000000", "--out", "r"]);
        let mut child = command.stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), None, "it was killed");
        assert!(!desk.path("r").exists());
    }
    // A run that was killed while it wrote leaves a folder beside; the next one takes it away.
    fs::create_dir(desk.path(".r.writing-4000000001")).unwrap();
    desk.run(&["run", "small.toml", "--out", "r", "--quiet"]).ends(0);
    assert_eq!(desk.list(""), ["r", "small.toml"]);
}

#[test]
fn two_runs_into_one_folder_leave_the_results_of_one() {
    let desk = Desk::new().with("small.toml", SMALL);
    let start = |seed: &str| {
        let args = ["run", "small.toml", "--out", "r", "--seed", seed, "--replications", "200", "--quiet"];
        let mut command = desk.command(&args);
        command.stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let two = [start("1"), start("2")];
    let ends = two.map(|child| super::Said::of(&child.wait_with_output().unwrap()));
    let mut codes = ends.iter().map(|said| said.code).collect::<Vec<_>>();
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(3)]);
    let late = ends.iter().find(|said| said.code == Some(3)).unwrap();
    late.says("the folder holds other results; `--force` replaces them");
    assert_eq!(desk.list(""), ["r", "small.toml"]);
    desk.run(&["rerun", "r"]).ends(0).says("byte for byte");
}
