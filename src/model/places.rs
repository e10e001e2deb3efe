//! Where random numbers live: the place of each draw of a source, pool, stage or initial case.

use crate::random::{Place, Purpose};

/// Where a source's random numbers live (docs/model.md, section 9).
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the place of the purpose it is named after")]
pub struct SourcePlaces {
    pub tip: Place,
    pub burst_tip: Place,
    pub gap: Place,
    pub batch: Place,
    pub day: Place,
    pub burst_gap: Place,
    pub burst_size: Place,
    pub burst_offset: Place,
    pub class: Place,
    pub retention: Place,
    pub replayed_tip: Place,
    pub bundle: Place,
    pub link: Place,
    pub link_target: Place,
    pub escalation: Place,
    pub reopening: Place,
    pub reopening_target: Place,
}

impl SourcePlaces {
    /// Those of the source with this id.
    pub(crate) fn of(id: &str) -> SourcePlaces {
        let place = |purpose| Place::new(purpose, id);
        SourcePlaces {
            tip: place(Purpose::Tip),
            burst_tip: place(Purpose::BurstTip),
            gap: place(Purpose::Gap),
            batch: place(Purpose::BatchSize),
            day: place(Purpose::DayMultiplier),
            burst_gap: place(Purpose::BurstGap),
            burst_size: place(Purpose::BurstSize),
            burst_offset: place(Purpose::BurstOffset),
            class: place(Purpose::TipClass),
            retention: place(Purpose::Retention),
            replayed_tip: place(Purpose::ReplayedTip),
            bundle: place(Purpose::Bundle),
            link: place(Purpose::Link),
            link_target: place(Purpose::LinkTarget),
            escalation: place(Purpose::Escalation),
            reopening: place(Purpose::Reopening),
            reopening_target: place(Purpose::ReopeningTarget),
        }
    }
}

/// Where the draws of initial cases live.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the place of the purpose it is named after")]
pub struct InitialPlaces {
    pub tip: Place,
    pub age: Place,
    pub waited: Place,
    pub retention: Place,
}

/// Where a pool's random numbers live: each at (post, holder), gaps and lengths of absences one level deeper.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the place of the purpose it is named after")]
pub struct PoolPlaces {
    pub leaving: Place,
    pub absence_gap: Place,
    pub absence_length: Place,
    pub filling: Place,
}

impl PoolPlaces {
    /// Those of the pool with this id.
    pub(crate) fn of(id: &str) -> PoolPlaces {
        let place = |purpose| Place::new(purpose, id);
        PoolPlaces {
            leaving: place(Purpose::Leaving),
            absence_gap: place(Purpose::AbsenceGap),
            absence_length: place(Purpose::AbsenceLength),
            filling: place(Purpose::Filling),
        }
    }
}

/// Where a stage's random numbers live.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the place of the purpose it is named after")]
pub struct StagePlaces {
    pub effort: Place,
    pub delay: Place,
    pub patience: Place,
    pub route: Place,
    pub order: Place,
    pub assessment: Place,
}

impl StagePlaces {
    /// Those of the stage with this id.
    pub(crate) fn of(id: &str) -> StagePlaces {
        let place = |purpose| Place::new(purpose, id);
        StagePlaces {
            effort: place(Purpose::Effort),
            delay: place(Purpose::Delay),
            patience: place(Purpose::Patience),
            route: place(Purpose::Route),
            order: place(Purpose::RandomOrder),
            assessment: place(Purpose::Assessment),
        }
    }
}
