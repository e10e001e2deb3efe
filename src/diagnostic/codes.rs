//! Every code of a finding: its name, how bad it is, and what it means in one line. Its page stands in
//! `docs/diagnostics` under the same name.

use std::fmt;

use super::Severity;

macro_rules! codes {
    ($($variant:ident = $name:literal $severity:ident $meaning:literal;)*) => {
        /// What kind of finding it is. The name is stable: scripts may rely on it.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the book.
            pub const ALL: &[Code] = &[$(Code::$variant),*];

            /// The name as printed and as `explain` takes it: `missing-unit`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// What it means, in one line.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$variant => $meaning,)* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// The page that explains it: what it means, an example, how to mend it.
            pub fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("../../docs/diagnostics/", $name, ".md")),)* }
            }
        }
    };
}

codes! {
    // The text.
    UnreadableFile = "unreadable-file" Error "a file cannot be read";
    NotText = "not-text" Error "a file is not UTF-8 text";
    EmptyFile = "empty-file" Error "a file says nothing";
    TooLarge = "too-large" Error "something is larger than any real scenario needs";
    Syntax = "syntax" Error "the text is not TOML";

    // Keys and tables.
    UnknownKey = "unknown-key" Error "a key or table that does not exist";
    MisplacedKey = "misplaced-key" Error "a key that belongs to another table";
    MissingKey = "missing-key" Error "a key that has to be written is not";
    WrongType = "wrong-type" Error "a value of the wrong kind";
    ConflictingKeys = "conflicting-keys" Error "two keys that exclude each other";
    BadId = "bad-id" Error "an id with characters that paths and tables cannot hold";
    DuplicateId = "duplicate-id" Error "two things of one kind with the same id";

    // Values.
    MissingUnit = "missing-unit" Error "a number where a unit is needed";
    BadQuantity = "bad-quantity" Error "a quantity that cannot be read";
    NotFinite = "not-finite" Error "a number that is not finite";
    OutOfRange = "out-of-range" Error "a number outside its range";
    UnknownWord = "unknown-word" Error "a word that is not one of the choices";
    UnknownLaw = "unknown-law" Error "a law that does not exist";
    BadLaw = "bad-law" Error "a law with missing or contradicting numbers";
    WideSpread = "wide-spread" Warning "a law spread so far that it is hardly meant";
    BadShares = "bad-shares" Error "shares that do not add up to 1";
    BadHours = "bad-hours" Error "working hours that cannot be read";
    BadDate = "bad-date" Error "a date that does not exist";
    BadUnsure = "bad-unsure" Error "an unknown value that cannot be drawn";
    UnusedUnsure = "unused-unsure" Warning "an unknown value that is used nowhere";
    BadCsv = "bad-csv" Error "a table of numbers that cannot be used";
    HoursCrossMidnight = "hours-cross-midnight" Warning "hours that run over midnight";
    DaysOfEffort = "days-of-effort" Warning "effort in days where people work hours";

    // Plans, changes, command-line edits.
    UnknownPath = "unknown-path" Error "an edit of something that does not exist";
    FixedKey = "fixed-key" Error "an edit of something that cannot change then";
    BadEdit = "bad-edit" Error "an edit that makes no sense for the value it meets";
    DateBeforeStart = "date-before-start" Error "a date before the scenario starts";
    DateOrder = "date-order" Error "an end that does not lie after its beginning";
    CircularExtends = "circular-extends" Error "a plan that extends itself";
    AlreadyExists = "already-exists" Error "a plan declares again what the scenario has";
    NotInAPlan = "not-in-a-plan" Error "a part that a plan cannot have";
    TooManyChanges = "too-many-changes" Error "more dates of change than can be kept";
    ChangeAfterHorizon = "change-after-horizon" Warning "a change that lies after the horizon";
    NoDifference = "no-difference" Warning "an edit that makes no difference";
    CountedTwice = "counted-twice" Warning "a cost that seems to be counted twice";
    NobodyLeaves = "nobody-leaves" Warning "posts are cut where nobody ever leaves";
    MixedHiring = "mixed-hiring" Warning "changes of one date that fill or empty posts in different ways";

    // Names across tables.
    UnknownClass = "unknown-class" Error "a class that is not declared";
    UnknownSource = "unknown-source" Error "a source that is not declared";
    UnknownPool = "unknown-pool" Error "a pool that is not declared";
    UnknownStage = "unknown-stage" Error "a stage that is not declared";
    UnknownOutcome = "unknown-outcome" Error "an outcome that is not declared";
    UnknownTarget = "unknown-target" Error "a route to something that is neither stage nor outcome";
    UnknownMilestone = "unknown-milestone" Error "a milestone that is not declared";
    IdClash = "id-clash" Error "a stage and an outcome share an id";

    // Meaning across tables.
    CircularClasses = "circular-classes" Error "classes that are sub-classes of each other";
    MissingClass = "missing-class" Error "a table by class leaves a class out";
    MissingRoute = "missing-route" Error "a stage without a route";
    EndlessCase = "endless-case" Error "a case that can never end";
    WrongPart = "wrong-part" Error "a whole case where only parts of cases can come, or the reverse";
    BadSplit = "bad-split" Error "parts of a case that do not meet as they should";
    BadSpan = "bad-span" Error "a stretch of stages that cases never leave";
    UnreachableStage = "unreachable-stage" Warning "a stage that no case reaches";
    DefaultEntry = "default-entry" Warning "a source enters the first stage only by default";
    UnusedOutcome = "unused-outcome" Warning "an outcome that no case can reach";
    UnusedPool = "unused-pool" Warning "a pool that serves no stage";
    UnusedClass = "unused-class" Warning "a class of which no case ever is";
    EmptySource = "empty-source" Warning "a source that never brings a tip";
    CrewTooLarge = "crew-too-large" Error "a crew larger than a pool it draws on";
    NoCommonHours = "no-common-hours" Error "a crew whose pools never work at the same time";
    NothingArrives = "nothing-arrives" Error "a scenario without any tip";
    NothingMeasured = "nothing-measured" Error "a measuring window without length";
    BadGaps = "bad-gaps" Error "gaps whose mean is not 1";
    NoEffect = "no-effect" Warning "a key that does nothing without another";
    AlwaysOn = "always-on" Warning "people who work day and night";
    Overload = "overload" Warning "a pool with more work than hours";
    CrewNotHeld = "crew-not-held" Warning "a crew whose members are hardly ever free at once";
    OutOfReach = "out-of-reach" Warning "a target that most cases can never meet";
    TargetTime = "target-time" Warning "a target whose time no run can show";
    OverflowCircle = "overflow-circle" Error "overflow that runs in a circle";
    MissingRow = "missing-row" Warning "an assessment table without a row for a class";
    HistoryEnds = "history-ends" Error "a history that ends before the horizon";
    PointInCounts = "point-in-counts" Warning "counts whose point seems to stand between thousands";
    UnfinishedMonth = "unfinished-month" Warning "a history whose last row is far below the rest";
    OutsideTheRun = "outside-the-run" Warning "recorded tips that lie outside the run";
    LongRun = "long-run" Warning "a run that will take long";
    UrgentPauses = "urgent-pauses" Warning "urgent work that pauses at the end of a shift";
    FalseAlarms = "false-alarms" Warning "false alarms that interrupt people";
    NeverServed = "never-served" Warning "cases that nobody ever takes up";
    UnseenLast = "unseen-last" Warning "tips that wait behind all that has been assessed";
    IdleRule = "idle-rule" Warning "a rule of triage that changes nothing";
    UnrankedClass = "unranked-class" Warning "an order that says nothing of a class";
}

impl Code {
    /// The code with this name.
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_and_found_again() {
        for &code in Code::ALL {
            assert!(code.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
            assert_eq!(Code::from_name(code.name()), Some(code));
        }
    }

    #[test]
    fn every_page_starts_with_its_name_and_shows_an_example() {
        for &code in Code::ALL {
            let page = code.page();
            assert!(page.starts_with(&format!("# {code}\n")), "{code}: {page}");
            assert!(page.contains("```toml"), "the page of {code} has no example");
        }
    }
}
