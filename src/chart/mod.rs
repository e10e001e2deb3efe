//! Pictures of a result, as SVG and PNG: backlog, time to action, utilization, flows, staff, and where the time
//! goes; of values that nobody knows: chance and ignorance, regret, the worth of knowing; of plans that are compared: what each changes,
//! what it costs, which is the best choice at a price; of parameters that are
//! varied: response curves and heat maps; of inputs: tornado, elementary effects, shares of the variance.
//!
//! Each chart is a struct of plain numbers with a `scene` method; a [`Scene`] is drawn by one function on any
//! plotters backend. Pictures need no system fonts, tell series apart without colour, and have the same bytes
//! whenever the numbers are the same.

mod acceptability;
mod axis;
mod backlog;
mod differences;
mod flows;
mod font;
mod frontier;
mod heat_map;
mod ignorance;
mod information;
mod page;
mod paint;
mod panels;
mod plane;
mod plot;
mod regret;
mod responses;
mod scale;
mod scene;
mod screening;
mod staff;
mod stress;
mod style;
mod time_spent;
mod time_to_action;
mod tornado;
mod utilization;
mod variance;

pub use acceptability::{Acceptability, Acceptance};
pub use backlog::{Backlog, MeanPoint, PARKED};
pub use differences::{Differences, MeasureDifferences, PlanDifference};
pub use flows::{Flow, FlowPoint, Flows};
pub use frontier::{Frontier, MixPoint};
pub use heat_map::{HeatAxis, HeatMap};
pub use ignorance::{Ignorance, MeasureIgnorance};
pub use information::{Information, Worth};
pub use page::Caption;
pub use plane::{Plane, PlanePoint};
pub use plot::{Fan, FanPoint, Mark};
pub use regret::{MeasureRegret, PlanRegret, Regret};
pub use responses::{Response, ResponsePoint, Responses};
pub use scene::Scene;
pub use screening::{ScreenedInput, ScreeningPlane};
pub use staff::{Staff, StaffLine};
pub use stress::{MeasureStress, RegimeDifferences, Stress};
pub use time_spent::{ClassTime, StageTime, TimeSpent};
pub use time_to_action::{Curve, CurvePoint, TargetMark, TimeToAction};
pub use tornado::{Tornado, TornadoBar, TornadoEnd};
pub use utilization::{PoolUse, Utilization};
pub use variance::{Share, SharedInput, VarianceShares};
