//! House rules that the compiler cannot check.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules from the ground up. A module may use those on lower floors only; modules of one floor do not use each other.
const FLOORS: &[&[&str]] = &[
    &["units"],
    &["diagnostic", "random", "stats", "theory", "error"],
    &["scenario"],
    &["model"],
    &["engine"],
    &["run"],
    &["experiment", "selftest"],
    &["output", "chart"],
    &["cli"],
];

/// Crates with one door: the only folder that may name them.
const DOORS: &[(&str, &str)] = &[
    ("plotters", "chart"),
    ("notosans", "chart"),
    ("toml", "scenario"),
    ("annotate_snippets", "diagnostic"),
    ("strsim", "diagnostic"),
    ("clap", "cli"),
    ("indicatif", "cli"),
    ("comfy_table", "cli"),
    ("ctrlc", "cli"),
    ("rayon", "run"),
    ("bitflags", "run"),
    ("sha2", "output"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Path below `src`, module at its top, and the lines of code (comments apart) with their numbers.
fn sources() -> Vec<(String, String, Vec<(usize, String)>)> {
    let src = root().join("src");
    let mut files = vec![];
    rust_files(&src, &mut files);
    assert!(files.len() > 50, "the walk found only {} files", files.len());
    files
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(&src).unwrap();
            let top = path
                .components()
                .next()
                .unwrap()
                .as_os_str()
                .to_str()
                .unwrap()
                .trim_end_matches(".rs")
                .to_owned();
            let text = fs::read_to_string(&file).unwrap();
            let code = text.lines().enumerate().filter(|(_, l)| !l.trim_start().starts_with("//"));
            let lines = code.map(|(n, l)| (n + 1, l.to_owned())).collect();
            (path.display().to_string(), top, lines)
        })
        .collect()
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|f| f.contains(&module))
}

#[test]
fn modules_use_lower_floors_only() {
    let mut bad = vec![];
    for (path, top, lines) in sources() {
        if top == "main" || top == "lib" {
            continue;
        }
        let mine = floor(&top).unwrap_or_else(|| panic!("src/{path}: `{top}` has no floor"));
        for (n, line) in lines {
            for hit in line.split("crate::").skip(1) {
                let used: String = hit.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if let Some(theirs) = floor(&used)
                    && used != top
                    && theirs >= mine
                {
                    bad.push(format!("src/{path}:{n}: {top} (floor {mine}) uses {used} (floor {theirs})"));
                }
            }
        }
    }
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}

#[test]
fn each_dependency_has_one_door() {
    let mut bad = vec![];
    for (path, top, lines) in sources() {
        for (n, line) in lines {
            for (krate, door) in DOORS {
                let names = [format!("{krate}::"), format!("use {krate};")];
                let named = names.iter().any(|name| {
                    line.match_indices(name.as_str()).any(|(at, _)| {
                        let before = line[..at].chars().next_back();
                        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
                    })
                });
                if named && top != *door {
                    bad.push(format!("src/{path}:{n}: `{krate}` may be named in src/{door} only"));
                }
            }
        }
    }
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}

#[test]
fn the_engine_does_no_io_and_keeps_no_statistics() {
    const FORBIDDEN: &[&str] =
        &["std::fs", "std::io", "std::thread", "println!", "Instant::now", "SystemTime", "rayon"];
    let mut bad = vec![];
    for (path, _, lines) in sources().into_iter().filter(|(_, top, _)| top == "engine") {
        for (n, line) in lines {
            bad.extend(
                FORBIDDEN.iter().filter(|f| line.contains(**f)).map(|f| format!("src/{path}:{n}: {f}")),
            );
        }
    }
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}

#[test]
fn nothing_is_left_open() {
    // Put together here so that this file does not find itself.
    let marks = ["TODO", "FIXME", "XXX", "todo!(", "unimplemented!("];
    let mut files = vec![];
    for folder in ["src", "examples", "benches"] {
        rust_files(&root().join(folder), &mut files);
    }
    let mut bad = vec![];
    for file in files {
        for (n, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            bad.extend(
                marks
                    .iter()
                    .filter(|m| line.contains(**m))
                    .map(|m| format!("{}:{}: {m}", file.display(), n + 1)),
            );
        }
    }
    assert!(bad.is_empty(), "\n{}", bad.join("\n"));
}

#[test]
fn slow_tests_say_so() {
    let mut files = vec![];
    for folder in ["src", "tests"] {
        rust_files(&root().join(folder), &mut files);
    }
    for file in files.iter().filter(|f| !f.ends_with("tidy.rs")) {
        for line in
            fs::read_to_string(file).unwrap().lines().filter(|l| l.trim_start().starts_with("#[ignore"))
        {
            assert!(line.contains("slow: "), "{}: {line}", file.display());
        }
    }
}
