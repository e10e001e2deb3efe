//! Working hours of a week: `"Mon-Fri 08:00-16:30"`, lists of such, `"always"`.

use super::{DAY, HOUR, MINUTE, WEEK};

/// Half-open intervals of a week that begins on Monday at midnight, in milliseconds, sorted, neither overlapping
/// nor touching. Hours that run over Sunday midnight go on at the beginning of the week.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Week {
    /// First and one past the last millisecond of each interval.
    pub windows: Vec<(i64, i64)>,
}

/// Why hours cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BadHours {
    /// A word that is no day of the week.
    Day(String),
    /// A time of day that does not exist.
    Clock(String),
    /// Times without days.
    NoDay,
    /// A window that ends when it begins.
    Empty(String),
    /// Neither days nor times.
    Shape(String),
    /// Times that follow other times and have days of their own.
    DaysAgain(String),
}

impl BadHours {
    /// The part of the text that cannot be read; empty where the days are missing.
    pub fn part(&self) -> &str {
        match self {
            BadHours::NoDay => "",
            BadHours::Day(part)
            | BadHours::Clock(part)
            | BadHours::Empty(part)
            | BadHours::Shape(part)
            | BadHours::DaysAgain(part) => part,
        }
    }
}

/// The texts of which each has its days and times: `"Tue 09:00-17:00, Thu 09:00-17:00"` are two.
pub fn groups(text: &str) -> Vec<String> {
    let mut groups: Vec<String> = vec![];
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let timed = groups.last().is_none_or(|group| group.contains(|c: char| c.is_ascii_digit()));
        match groups.last_mut() {
            Some(group) if !(timed && part.starts_with(|c: char| c.is_alphabetic())) => {
                group.push_str(", ");
                group.push_str(part);
            }
            _ => groups.push(part.to_owned()),
        }
    }
    groups
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

impl Week {
    /// All the time.
    pub fn always() -> Week {
        Week { windows: vec![(0, WEEK)] }
    }

    /// The windows of one text such as `"Mon-Fri 08:00-12:00, 13:00-17:00"`, not yet joined with others.
    pub fn windows_of(text: &str) -> Result<Vec<Window>, BadHours> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("always") {
            return Ok(vec![Window { start: 0, length: WEEK }]);
        }
        let clock_at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        let days = days(text[..clock_at].trim())?;
        let clocks = text[clock_at..].trim();
        let times = if clocks.is_empty() {
            vec![(0, DAY)]
        } else {
            clocks.split(',').map(|part| window(own_days(part.trim())?)).collect::<Result<Vec<_>, _>>()?
        };
        Ok(days
            .iter()
            .flat_map(|&day| {
                times.iter().map(move |&(start, length)| Window { start: day * DAY + start, length })
            })
            .collect())
    }

    /// Joins windows into a week.
    pub fn from_windows(windows: impl IntoIterator<Item = Window>) -> Week {
        let mut cut: Vec<(i64, i64)> = Vec::new();
        for Window { start, length } in windows {
            let end = start + length;
            cut.push((start, end.min(WEEK)));
            if end > WEEK {
                cut.push((0, end - WEEK));
            }
        }
        cut.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (start, end) in cut {
            match joined.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => joined.push((start, end)),
            }
        }
        Week { windows: joined }
    }

    /// Hours in the week.
    pub fn hours(&self) -> f64 {
        self.windows.iter().map(|&(start, end)| (end - start) as f64).sum::<f64>() / HOUR as f64
    }
}

/// The moments of one text such as `"Mon-Fri 10:00, 16:00"`, in milliseconds since Monday midnight.
pub fn moments_of(text: &str) -> Result<Vec<i64>, BadHours> {
    let text = text.trim();
    let clock_at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let days = days(text[..clock_at].trim())?;
    let times: Vec<i64> =
        text[clock_at..].split(',').map(|part| clock(own_days(part.trim())?)).collect::<Result<_, _>>()?;
    Ok(days.iter().flat_map(|&day| times.iter().map(move |&time| (day * DAY + time) % WEEK)).collect())
}

/// One stretch of time, as written: it begins in the week and may run over its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Milliseconds since Monday midnight.
    pub start: i64,
    /// Its length in milliseconds.
    pub length: i64,
}

impl Window {
    /// Whether it runs past a midnight (ending at one is not past it).
    pub fn crosses_midnight(self) -> bool {
        self.length < WEEK && self.start % DAY + self.length > DAY
    }
}

/// The days of `"Mon-Fri"`, `"Sat"`, `"Mon, Wed, Fri"`, `"Fri-Mon"`.
fn days(text: &str) -> Result<Vec<i64>, BadHours> {
    if text.is_empty() {
        return Err(BadHours::NoDay);
    }
    let mut all = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        let count = (last - first).rem_euclid(7) + 1;
        all.extend((0..count).map(|n| (first + n) % 7));
    }
    Ok(all)
}

fn day(word: &str) -> Result<i64, BadHours> {
    let lower = word.trim().to_lowercase();
    let position = DAYS.iter().position(|day| *day == lower || day[..3] == lower);
    position.map(|at| at as i64).ok_or_else(|| BadHours::Day(word.trim().to_owned()))
}

/// Refuses times that have days of their own.
fn own_days(part: &str) -> Result<&str, BadHours> {
    if part.starts_with(char::is_alphabetic) { Err(BadHours::DaysAgain(part.to_owned())) } else { Ok(part) }
}

/// Start and length of `"08:00-16:30"`; an end before the start lies on the next day.
fn window(text: &str) -> Result<(i64, i64), BadHours> {
    let (start, end) = text.split_once('-').ok_or_else(|| BadHours::Shape(text.to_owned()))?;
    let (start, end) = (clock(start)?, clock(end)?);
    if start == end || start == DAY {
        return Err(BadHours::Empty(text.to_owned()));
    }
    let length = if end > start { end - start } else { end + DAY - start };
    Ok((start, length))
}

/// Milliseconds since midnight of `"08:00"`; `24:00` is the end of the day.
fn clock(text: &str) -> Result<i64, BadHours> {
    let bad = || BadHours::Clock(text.trim().to_owned());
    let (hours, minutes) = text.trim().split_once(':').ok_or_else(bad)?;
    let number = |digits: &str, lengths: std::ops::RangeInclusive<usize>| {
        let plain = lengths.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if plain { digits.parse::<i64>().ok() } else { None }
    };
    let (hours, minutes) = (number(hours, 1..=2).ok_or_else(bad)?, number(minutes, 2..=2).ok_or_else(bad)?);
    let millis = hours * HOUR + minutes * MINUTE;
    if minutes < 60 && millis <= DAY { Ok(millis) } else { Err(bad()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(texts: &[&str]) -> Week {
        Week::from_windows(texts.iter().flat_map(|text| Week::windows_of(text).unwrap()))
    }

    #[test]
    fn office_hours_are_five_windows() {
        let office = week(&["Mon-Fri 08:00-16:30"]);
        assert_eq!(office.windows.len(), 5);
        assert_eq!(office.windows[1], (DAY + 8 * HOUR, DAY + 16 * HOUR + 30 * MINUTE));
        assert_eq!(office.hours(), 42.5);
    }

    #[test]
    fn nights_and_weekends_join_into_one_week() {
        // Everything outside Mon-Fri 08:00-17:00.
        let duty = week(&["Mon-Sun 17:00-08:00", "Sat-Sun 08:00-17:00"]);
        assert_eq!(duty.hours(), 168.0 - 45.0);
        assert_eq!(duty.windows[0], (0, 8 * HOUR));
        assert_eq!(duty.windows.last(), Some(&(4 * DAY + 17 * HOUR, WEEK)));
    }

    #[test]
    fn whole_days_lists_and_midnight_are_understood() {
        assert_eq!(week(&["always"]), Week::always());
        assert_eq!(week(&["Mon-Sun"]), Week::always());
        assert_eq!(week(&["Mon-Sun 00:00-24:00"]), Week::always());
        assert_eq!(week(&["mon, Wed 9:00-12:00, 13:00-17:00"]).hours(), 14.0);
        assert_eq!(week(&["Fri-Mon"]).hours(), 96.0);
        let crosses = |text: &str| Week::windows_of(text).unwrap()[0].crosses_midnight();
        assert!(crosses("Mon 17:00-08:00"));
        assert!(!crosses("Mon 17:00-24:00"));
        assert!(!crosses("always"));
    }

    #[test]
    fn moments_are_days_with_times() {
        let moments = |text: &str| moments_of(text).unwrap();
        assert_eq!(moments("Tue 10:00, 16:30"), [DAY + 10 * HOUR, DAY + 16 * HOUR + 30 * MINUTE]);
        assert_eq!(moments("Mon-Fri 16:00").len(), 5);
        assert_eq!(moments("Sun 24:00"), [0], "the end of the week is the beginning of the next");
        assert_eq!(moments_of("Mon-Fri 08:00-16:00"), Err(BadHours::Clock("08:00-16:00".into())));
        assert_eq!(moments_of("16:00"), Err(BadHours::NoDay));
        assert_eq!(moments_of("Mon-Fri"), Err(BadHours::Clock(String::new())));
    }

    #[test]
    fn texts_with_days_of_their_own_fall_apart_into_those_that_can_be_read() {
        let parts = |text: &str| groups(text);
        assert_eq!(
            parts("Mon, Tue 09:00-12:00, 13:00-17:00, Thu 10:00-16:00"),
            ["Mon, Tue 09:00-12:00, 13:00-17:00", "Thu 10:00-16:00"]
        );
        assert_eq!(parts("Mon, Wed 9:00-12:00"), ["Mon, Wed 9:00-12:00"]);
        assert!(parts("Tue 09:00, Thu 10:00").iter().all(|one| moments_of(one).is_ok()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let bad = |text: &str| Week::windows_of(text).unwrap_err();
        assert_eq!(bad("Mon-Fry 08:00-16:00"), BadHours::Day("Fry".into()));
        assert_eq!(bad("Mon-Fri 08:00-25:00"), BadHours::Clock("25:00".into()));
        assert_eq!(bad("08:00-16:00"), BadHours::NoDay);
        assert_eq!(bad("Mon 08:00-08:00"), BadHours::Empty("08:00-08:00".into()));
        assert_eq!(bad("Mon 8"), BadHours::Shape("8".into()));
        assert_eq!(bad(""), BadHours::NoDay);
        assert_eq!(bad("Monsters 08:00-09:00"), BadHours::Day("Monsters".into()));
        assert_eq!(bad("Tue 09:00-17:00, Thu 10:00-16:00"), BadHours::DaysAgain("Thu 10:00-16:00".into()));
    }
}
