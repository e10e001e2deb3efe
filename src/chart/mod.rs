//! Pictures of a result, as SVG and PNG: backlog, time to action, utilization, flows, staff, and where the time
//! goes.
//!
//! Each chart is a struct of plain numbers with a `scene` method; a [`Scene`] is drawn by one function on any
//! plotters backend. Pictures need no system fonts, tell series apart without colour, and have the same bytes
//! whenever the numbers are the same.

mod axis;
mod backlog;
mod flows;
mod font;
mod page;
mod paint;
mod plot;
mod scene;
mod staff;
mod style;
mod time_spent;
mod time_to_action;
mod utilization;

pub use backlog::{Backlog, MeanPoint, PARKED};
pub use flows::{Flow, FlowPoint, Flows};
pub use page::Caption;
pub use plot::{Fan, FanPoint, Mark};
pub use scene::Scene;
pub use staff::{Staff, StaffLine};
pub use time_spent::{ClassTime, StageTime, TimeSpent};
pub use time_to_action::{Curve, CurvePoint, TargetMark, TimeToAction};
pub use utilization::Utilization;
