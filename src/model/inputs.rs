//! Draws of the inputs: what the values that nobody knows are, for each of several possible worlds.
//!
//! A value has an address of its own, (seed, draw, path) or (seed, draw, name), in which no replication and no plan
//! occurs: plans that share an unknown share its value.

use crate::diagnostic::{Code, Diagnostic};
use crate::random::{Place, Purpose, Replication};
use crate::scenario::{Loaded, Unknown};

use super::compile::build_law;
use super::law::{Law, LawError};

/// Draws of the inputs where a scenario has unknown values and does not say how many.
pub const USUAL_DRAWS: u32 = 20;

/// How many draws of the inputs a scenario asks for: one where everything is known.
pub fn input_draws(loaded: &Loaded, asked: Option<u32>) -> u32 {
    let written = loaded.epochs[0].scenario.header.draws.as_ref().map(|draws| draws.value);
    if loaded.unknowns.is_empty() { 1 } else { asked.or(written).unwrap_or(USUAL_DRAWS) }
}

/// The law of what nobody knows, in the unit in which it was written; a finding where there is no such law.
pub fn unknown_law(unknown: &Unknown) -> Result<Law, Diagnostic> {
    let wrong = |error: LawError| Diagnostic::new(Code::BadLaw, error.to_string()).at(unknown.law.span, "");
    build_law(&unknown.law).map_err(wrong)
}

/// The values of all unknowns in one draw of the inputs, in the order of [`Loaded::unknowns`].
pub fn input_values(loaded: &Loaded, seed: u64, draw: u32) -> Result<Vec<f64>, Vec<Diagnostic>> {
    let root = Replication::of_inputs(seed, u64::from(draw));
    let (mut values, mut findings) = (vec![], vec![]);
    for unknown in &loaded.unknowns {
        match unknown_law(unknown) {
            Ok(law) => {
                let place = Place::new(Purpose::InputDraw, &unknown.name);
                values.push(law.sample(root.draw(place, 0, 0)));
            }
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() { Ok(values) } else { Err(findings) }
}
