//! How much a run keeps and writes: a run that asks for more than any machine has is refused before it begins.

use crate::model::Model;

use super::layout::Layout;
use super::recorder;
use super::result::{AgeRow, PoolRow};

/// Numbers in the series of one replication that can be kept; each becomes a row of a table.
pub const MOST_NUMBERS: f64 = 2e7;
/// Bytes that can be kept of all replications together.
pub const MOST_BYTES: f64 = 16e9;

/// What is kept of a replication.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Numbers of all series: levels at each sample, flows between two.
    pub numbers: f64,
    /// Bytes, scalar measures included.
    pub bytes: f64,
}

impl Size {
    /// Of a replication of a model.
    pub fn of(model: &Model) -> Size {
        let layout = Layout::new(model);
        let samples = layout.samples.len() as f64;
        let cells: usize = recorder::series(model, &layout.uses).iter().map(|(_, width)| width).sum();
        let ages = (model.report_classes.len() + 1) * size_of::<AgeRow>();
        let pools = model.pools.len() * size_of::<PoolRow>();
        let scalars = recorder::responses(model, &layout).len() * size_of::<super::Value>();
        Size {
            numbers: samples * cells as f64,
            bytes: samples * (cells * size_of::<u32>() + ages + pools) as f64 + scalars as f64,
        }
    }
}
