//! The families of laws: their names, the sets of parameters each may be given by, and what each is for.

use super::tree::Table;

/// The families with the sets of parameters each may be given by, and what each is for.
pub(crate) const FAMILIES: &[(&str, &[&[&str]], &str)] = &[
    ("constant", &[], "always the same value: { constant = \"2 h\" }, or just the value"),
    ("exponential", &[&["mean"]], "memoryless"),
    ("uniform", &[&["low", "high"]], "anything between two bounds, all equally likely"),
    ("triangular", &[&["low", "mode", "high"]], "an expert's guess: least, most likely, most"),
    ("pert", &[&["low", "mode", "high"]], "the same guess, smoother (shape 4)"),
    (
        "lognormal",
        &[&["mean", "cv"], &["mu", "sigma"], &["p50", "p90"]],
        "right-skewed; mu and sigma of the log of hours",
    ),
    ("gamma", &[&["mean", "cv"], &["shape", "scale"], &["p50", "p90"]], "right-skewed, lighter tail"),
    ("weibull", &[&["mean", "cv"], &["shape", "scale"], &["p50", "p90"]], "lifetimes"),
    ("erlang", &[&["k", "mean"]], "a sum of k exponential phases"),
    ("hyperexponential", &[&["mean", "cv"]], "very variable (cv at least 1), balanced means"),
    ("normal", &[&["mean", "sd"]], "conditioned on at least 0, the mean being the one before"),
    ("beta", &[&["low", "high", "mean", "sd"]], "between two bounds, with this mean and standard deviation"),
    ("poisson", &[&["mean"]], "counts from 0"),
    ("geometric", &[&["mean"]], "counts from 1"),
    ("binomial", &[&["n", "p"]], "successes among n"),
    ("discrete", &[&["values", "weights"]], "one of a few values, by weight"),
    ("empirical", &[&["csv", "column", "unit"], &["csv", "column"]], "a row of a table, each equally likely"),
    ("mixture", &[], "a list of { weight, law }"),
    ("shifted", &[&["by", "law"]], "another law, later by a constant"),
];

/// Keys that may stand beside a family.
pub(crate) const BESIDE: &[&str] = &["min", "max", "times", "plus"];

/// Names of the families.
pub(crate) fn families() -> impl Iterator<Item = &'static str> + Clone {
    FAMILIES.iter().map(|(name, ..)| *name)
}

/// Whether every key of a table could stand in a law: a family, a condition, or a quantile.
pub(crate) fn looks_like_a_law(table: &Table) -> bool {
    let in_law = |key: &str| families().any(|f| f == key) || BESIDE.contains(&key) || quantile(key).is_some();
    !table.entries.is_empty() && table.keys().all(in_law) && !table.keys().all(|key| BESIDE.contains(&key))
}

/// The probability that a key such as `p90` stands for.
pub(crate) fn quantile(key: &str) -> Option<f64> {
    let percent: u32 = key.strip_prefix('p').filter(|digits| digits.len() <= 2)?.parse().ok()?;
    (1..=99).contains(&percent).then(|| f64::from(percent) / 100.0)
}

/// How a family is written.
pub(crate) fn usage(family: &str) -> String {
    let Some((name, sets, what)) = FAMILIES.iter().find(|(name, ..)| *name == family) else {
        return String::new();
    };
    let ways: Vec<String> = sets.iter().map(|set| format!("{name} = {{ {} }}", set.join(", "))).collect();
    format!("{}: {what}", ways.join(" or "))
}
