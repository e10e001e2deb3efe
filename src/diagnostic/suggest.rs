//! "Did you mean": the names in scope that look like what was typed.

/// The name nearest to `typed`, if one is near enough to be worth saying.
///
/// Near is a Damerau-Levenshtein distance of at most a third of the longer word, or a name that the typed word
/// begins or that begins the typed word (`examiners` for `examiner`).
pub fn nearest<'n>(typed: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |word: &str| word.to_lowercase().replace('_', "-");
    let typed = plain(typed);
    if typed.is_empty() {
        return None;
    }
    names
        .into_iter()
        .filter_map(|name| {
            let candidate = plain(name);
            let distance = strsim::damerau_levenshtein(&typed, &candidate);
            let longer = typed.chars().count().max(candidate.chars().count());
            let begins = typed.len().min(candidate.len()) >= 3
                && (typed.starts_with(&candidate) || candidate.starts_with(&typed));
            (distance * 3 <= longer || begins).then_some((distance, name))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// How alike two texts are, from 0 to 1.
pub fn similarity(a: &str, b: &str) -> f64 {
    strsim::normalized_damerau_levenshtein(a, b)
}

/// A hint for an unknown name: the nearest one, or all of them when they are few.
pub fn did_you_mean<'n>(typed: &str, names: impl IntoIterator<Item = &'n str> + Clone) -> Option<String> {
    if let Some(name) = nearest(typed, names.clone()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let all: Vec<&str> = names.into_iter().collect();
    match all.len() {
        0 => None,
        1..=12 => Some(format!("known here: {}", quoted(&all))),
        more => Some(format!("known here: {} and {} more", quoted(&all[..10]), more - 10)),
    }
}

/// "`a`, `b`, `c`".
pub fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOLS: [&str; 3] = ["analyst", "examiner", "officer"];

    #[test]
    fn a_plural_a_swap_and_a_wrong_dash_are_understood() {
        assert_eq!(nearest("examiners", POOLS), Some("examiner"));
        assert_eq!(nearest("exmainer", POOLS), Some("examiner"));
        assert_eq!(nearest("hands_on", ["hands-on"]), Some("hands-on"));
    }

    #[test]
    fn a_word_like_nothing_gets_the_list() {
        assert_eq!(nearest("prosecutor", POOLS), None);
        assert_eq!(
            did_you_mean("prosecutor", POOLS).as_deref(),
            Some("known here: `analyst`, `examiner`, `officer`")
        );
        assert_eq!(did_you_mean("x", []), None);
    }
}
