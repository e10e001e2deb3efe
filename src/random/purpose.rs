//! What a random number is for, and the place it belongs to.

use super::mix::absorb;

/// What a random number is for.
///
/// The discriminants enter every address: they are never renumbered and never reused, or all stored results change.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Purpose {
    /// The key of a tip that a source's process makes, of (source; epoch, tip).
    Tip = 1,
    /// The key of a tip that a burst makes, of (source; burst, tip).
    BurstTip = 2,
    /// The key of a tip that is replayed from a file, of (source; row).
    ReplayedTip = 3,
    /// The key of a case of the initial backlog, of (stage, source, class; ordinal).
    InitialCase = 4,
    /// The key of a repeat tip, of (key of the subject's first tip; ordinal).
    RepeatTip = 5,

    /// The gap before an epoch of a source.
    Gap = 10,
    /// How many tips an epoch brings.
    BatchSize = 11,
    /// How good or bad a day is for a source (overdispersion).
    DayMultiplier = 12,
    /// The gap before a burst.
    BurstGap = 13,
    /// How many tips a burst brings.
    BurstSize = 14,
    /// When within a burst a tip comes.
    BurstOffset = 15,

    /// The true class of a tip.
    TipClass = 20,
    /// How many reports were merged into a tip before it reached the agency.
    Bundle = 21,
    /// How long the provider keeps data.
    Retention = 22,
    /// Whether a tip concerns a known case.
    Link = 23,
    /// Which open case a linked tip concerns.
    LinkTarget = 24,
    /// Whether a linked tip makes its case more urgent.
    Escalation = 25,
    /// Whether a tip reopens an ended case.
    Reopening = 26,
    /// Which ended case a tip reopens.
    ReopeningTarget = 27,
    /// How many devices a case has.
    Devices = 28,

    /// The work that a stage takes.
    Effort = 40,
    /// How long a delay stage takes.
    Delay = 41,
    /// How long a case waits for a stage before it leaves.
    Patience = 42,
    /// Where a case goes after a stage.
    Route = 43,
    /// What a stage believes a case to be.
    Assessment = 44,
    /// The key of a queue in random order.
    RandomOrder = 45,

    /// The gap before a subject's next repeat tip.
    RepeatGap = 60,

    /// When a member leaves.
    Leaving = 70,
    /// The time to a member's next absence.
    AbsenceGap = 71,
    /// The length of an absence.
    AbsenceLength = 72,
    /// How long a vacancy stays open.
    Filling = 73,

    /// The age of a case of the initial backlog.
    InitialAge = 80,
    /// How long a case of the initial backlog has waited in its queue.
    InitialWaited = 81,

    /// A value that nobody knows, drawn once per draw of the inputs.
    InputDraw = 90,
    /// Resampling of results, as in a bootstrap.
    Resampling = 91,
    /// A value of a parameter in a design of experiments, of (path; point).
    Design = 92,
}

/// A purpose together with the name of the source, stage or pool: hashed once, when a scenario is compiled.
///
/// Names, not positions: a stage that is inserted above another moves nobody's luck. Two places of one scenario
/// agree by accident with a probability of 2^-64 a pair; compiling refuses such a scenario, hence `Ord`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place(pub(super) u64);

impl Place {
    /// The place of this purpose and name.
    pub fn new(purpose: Purpose, name: &str) -> Place {
        Place::joined(purpose, &[name])
    }

    /// The place of this purpose and several names, such as stage, source and class.
    pub fn joined(purpose: Purpose, names: &[&str]) -> Place {
        let mut state = absorb(0, purpose as u64);
        for name in names {
            for chunk in name.as_bytes().chunks(8) {
                let mut word = [0; 8];
                word[..chunk.len()].copy_from_slice(chunk);
                state = absorb(state, u64::from_le_bytes(word));
            }
            // The length closes a name, so that neither padding nor another division into names gives the same.
            state = absorb(state, name.len() as u64);
        }
        Place(state)
    }
}
