//! Indices of the things a scenario names: one small type each, so that none is taken for another.

use serde::Serialize;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
        pub struct $name(pub u16);

        impl $name {
            /// The position in the model's table of these.
            pub fn index(self) -> usize {
                usize::from(self.0)
            }

            /// The id at a position of the model's table.
            pub fn at(index: usize) -> $name {
                $name(u16::try_from(index).expect("compile bounds every table to 65,535 rows"))
            }
        }
    };
}

id! {
    /// A source of tips; numbered in the order of their ids, so that the file's order does not matter.
    SourceId
}
id! {
    /// A class: what a case is (true class) or is believed to be (observed class). The observed class
    /// `unknown` is the one after the last true class.
    ClassId
}
id! {
    /// A stage, in the file's order.
    StageId
}
id! {
    /// A pool of staff or machines; numbered in the order of their ids.
    PoolId
}
id! {
    /// An outcome, in the file's order.
    OutcomeId
}
id! {
    /// A milestone, in the file's order.
    MilestoneId
}
id! {
    /// A span of stages, in the order of the stages that open them.
    SpanId
}
