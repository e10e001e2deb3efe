//! Where the search begins: the smallest headcounts that are stable, then as many more as the fluid limit asks for.

use crate::model::capacity::Capacity;
use crate::model::{Model, fluid};

use super::Posts;

/// How much more than with all posts of the ranges may be open in the fluid limit, on average over the run.
const SLACK: f64 = 1.1;

/// A staffing to begin with, by pool: the fewest members whose load is below 1 in the first and in the last year, as
/// far as the range allows, and then so many more in every pool that without luck hardly more would be open than with
/// the most that may be had. It is no more than a guess.
///
/// Fails as `model` does.
pub fn start<E>(
    posts: &[Posts],
    base: &Model,
    capacity: &Capacity,
    model: &dyn Fn(&[u32]) -> Result<Model, E>,
) -> Result<Vec<u32>, E> {
    let stable = |of: &Posts| {
        let pool = base.pools.iter().position(|pool| pool.id == of.pool)?;
        let load = &capacity.pools[pool];
        Some(load.fewest_first_year?.max(load.fewest_last_year?))
    };
    let stable: Vec<u32> =
        posts.iter().map(|of| stable(of).unwrap_or(of.high).clamp(of.low, of.high)).collect();
    let most: Vec<u32> = posts.iter().map(|of| of.high).collect();
    let least = open(&model(&most)?);
    let mut more = 0;
    loop {
        let there: Vec<u32> = stable.iter().zip(&most).map(|(n, most)| (n + more).min(*most)).collect();
        if there == most || open(&model(&there)?) <= SLACK * least {
            return Ok(there);
        }
        more = 1.max(2 * more);
    }
}

/// Open cases in the fluid limit, on average over the sample times.
fn open(model: &Model) -> f64 {
    let open = fluid::curve(model).open;
    open.iter().sum::<f64>() / open.len().max(1) as f64
}
