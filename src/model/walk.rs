//! The ways of a case on average: how often it comes to each stage, believed to be what, and how it ends.
//!
//! These are the traffic equations of the routes, over pairs of a stage and an observed class. Where a case is split, its
//! parts are followed by themselves: a device split counts the visits of one device times the mean number of devices, a
//! split into tracks those of each track once. How the parts meet takes them for independent of each other. Nobody loses
//! patience or evidence here, nobody overflows, and work that a meeting would call off is done in full.

mod parts;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::{ClassId, Model, Next, OutcomeId, Params, StageId, StageParams};
use crate::theory::network;
pub(super) use parts::{Devices, Met, Part, Step, meet, split};

/// How a unit is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    /// A part comes to where the parts meet.
    Arrived,
    /// A part ends by itself.
    Over,
    /// A device ends the track that it belongs to.
    TrackOver,
    /// A tip is found to concern another case.
    Linked,
    /// It comes to a stage that is asked about.
    Asked,
    /// The whole case ends.
    Outcome(OutcomeId),
}

/// Shares of ends, with what the unit was believed to be.
pub(super) type Ends = BTreeMap<(End, ClassId), f64>;

/// A unit's way on average.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Mean visits to each stage by observed class, those of its parts included.
    pub(super) visits: BTreeMap<(StageId, ClassId), f64>,
    /// How it ends.
    pub(super) ends: Ends,
}

impl Walk {
    /// The share that ends in an outcome which stops the subject.
    pub(super) fn stops(&self, model: &Model) -> f64 {
        let stops = |end: &End| matches!(end, End::Outcome(o) if model.outcomes[o.index()].stops);
        self.ends.iter().filter(|((end, _), _)| stops(end)).map(|(_, share)| share).sum()
    }

    /// The share that comes to a stage that is asked about, whole or in one of its parts.
    pub(super) fn asked(&self) -> f64 {
        self.ends.iter().filter(|((end, _), _)| *end == End::Asked).map(|(_, share)| share).sum()
    }
}

/// A unit that sets out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Begin {
    pub(super) class: ClassId,
    pub(super) part: Part,
    pub(super) stage: StageId,
    pub(super) observed: ClassId,
    /// The stage at whose end a tip is found to concern another case.
    pub(super) linked_after: Option<StageId>,
}

/// Walks under the parameters in force, each worked out once.
pub(super) struct Walks<'m> {
    model: &'m Model,
    stages: &'m [Arc<StageParams>],
    /// By stage: whether ways end there, because no more is asked than who comes there.
    asked: Vec<bool>,
    /// By class.
    devices: Vec<Devices>,
    moments: Vec<Option<(f64, f64)>>,
    known: BTreeMap<Begin, Rc<Walk>>,
}

/// A stage and an observed class, with what a visit there means.
#[derive(Default)]
struct Node {
    visits: Vec<((StageId, ClassId), f64)>,
    to: Vec<(f64, usize)>,
    ends: Vec<(f64, (End, ClassId))>,
}

/// The nodes that a unit can come to.
#[derive(Default)]
struct Graph {
    places: Vec<(StageId, ClassId)>,
    nodes: Vec<Node>,
}

impl Graph {
    fn find(&mut self, place: (StageId, ClassId)) -> usize {
        self.places.iter().position(|p| *p == place).unwrap_or_else(|| {
            self.places.push(place);
            self.places.len() - 1
        })
    }
}

impl<'m> Walks<'m> {
    pub(super) fn new(model: &'m Model) -> Walks<'m> {
        Walks::until(model, vec![false; model.stages.len()])
    }

    /// Ways that end at some stages, to learn how many come there.
    pub(super) fn until(model: &'m Model, asked: Vec<bool>) -> Walks<'m> {
        let params = &model.params[0];
        Walks {
            model,
            stages: &params.stages,
            asked,
            devices: Devices::of_classes(&model.classes, &params.devices),
            moments: moments(params),
            known: BTreeMap::new(),
        }
    }

    /// Puts dated changes into force.
    pub(super) fn under(&mut self, params: &'m Params) {
        let leads = |(a, b): (&Arc<StageParams>, &Arc<StageParams>)| Arc::ptr_eq(a, b) || a.leads_as(b);
        let same = self.stages.iter().zip(&params.stages).all(leads);
        let moments = moments(params);
        if !same || moments != self.moments {
            self.known.clear();
        }
        if moments != self.moments {
            self.devices = Devices::of_classes(&self.model.classes, &params.devices);
        }
        (self.stages, self.moments) = (&params.stages, moments);
    }

    /// How many devices cases of a class have.
    pub(super) fn devices(&self, class: ClassId) -> &Devices {
        &self.devices[class.index()]
    }

    /// The way of a unit that begins like this.
    pub(super) fn walk(&mut self, begin: Begin) -> Rc<Walk> {
        if let Some(known) = self.known.get(&begin) {
            return Rc::clone(known);
        }
        let walk = Rc::new(self.solve(begin));
        self.known.insert(begin, Rc::clone(&walk));
        walk
    }

    fn solve(&mut self, begin: Begin) -> Walk {
        let mut graph = Graph::default();
        graph.find((begin.stage, begin.observed));
        while let Some(&place) = graph.places.get(graph.nodes.len()) {
            let node = self.node(begin, place, &mut graph);
            graph.nodes.push(node);
        }
        let rates = rates(&graph);
        let mut walk = Walk::default();
        for (node, rate) in graph.nodes.iter().zip(rates) {
            for (place, visits) in &node.visits {
                *walk.visits.entry(*place).or_default() += rate * visits;
            }
            for (share, end) in &node.ends {
                *walk.ends.entry(*end).or_default() += rate * share;
            }
        }
        walk
    }

    /// What one visit of a unit to a place brings, up to the places that it comes to next.
    fn node(&mut self, begin: Begin, place: (StageId, ClassId), graph: &mut Graph) -> Node {
        let (model, (stage, observed)) = (self.model, place);
        let mut node = Node::default();
        if begin.part.splits_on_entry(model, stage) {
            let device = self.part(begin, stage, stage, observed);
            let devices = self.devices[begin.class.index()].clone();
            node.visits.extend(device.visits.iter().map(|(place, visits)| (*place, visits * devices.mean)));
            self.go_on(begin, (1.0, place), Some(&devices), &[device], (&mut node, graph));
            return node;
        }
        node.visits.push((place, 1.0));
        if self.asked[stage.index()] {
            node.ends.push((1.0, (End::Asked, observed)));
            return node;
        }
        let params = &self.stages[stage.index()];
        for (share, belief) in params.beliefs(begin.class, observed) {
            if begin.linked_after == Some(stage) {
                node.ends.push((share, (End::Linked, belief)));
            } else if let Some(tracks) = begin.part.tracks(model, stage) {
                let tracks: Vec<_> =
                    tracks.iter().map(|first| self.part(begin, stage, *first, belief)).collect();
                for (place, visits) in tracks.iter().flat_map(|track| &track.visits) {
                    node.visits.push((*place, share * visits));
                }
                self.go_on(begin, (share, (stage, belief)), None, &tracks, (&mut node, graph));
            } else if let Some(split) = split(model, stage).filter(|_| !self.is_device_split(stage)) {
                self.step(begin, (share, belief), split.none, (&mut node, graph));
            } else {
                for (way, next) in params.ways(begin.class, belief).filter(|(way, _)| *way > 0.0) {
                    self.step(begin, (share * way, belief), next, (&mut node, graph));
                }
            }
        }
        node
    }

    fn is_device_split(&self, stage: StageId) -> bool {
        Part::Whole.splits_on_entry(self.model, stage)
    }

    /// The way of a part that begins at a stage.
    fn part(&mut self, begin: Begin, at: StageId, stage: StageId, observed: ClassId) -> Rc<Walk> {
        let part = begin.part.inner(at);
        self.walk(Begin { part, stage, observed, linked_after: None, ..begin })
    }

    /// A unit that was split goes on when its parts have met.
    fn go_on(
        &self,
        begin: Begin,
        (share, (stage, observed)): (f64, (StageId, ClassId)),
        devices: Option<&Devices>,
        parts: &[Rc<Walk>],
        (node, graph): (&mut Node, &mut Graph),
    ) {
        let split = split(self.model, stage).expect("it was split there");
        let ends: Vec<&Ends> = parts.iter().map(|walk| &walk.ends).collect();
        let mut left = share;
        for (met, belief, how) in meet(split, devices, &ends) {
            left -= share * met;
            match how {
                Met::To(next) => self.step(begin, (share * met, belief), next, (node, graph)),
                Met::End(end) => node.ends.push((share * met, (end, belief))),
            }
        }
        // Cases without devices.
        if left > 1e-12 {
            self.step(begin, (left, observed), split.none, (node, graph));
        }
    }

    fn step(
        &self,
        begin: Begin,
        (share, belief): (f64, ClassId),
        next: Next,
        (node, graph): (&mut Node, &mut Graph),
    ) {
        match begin.part.step(self.model, next) {
            Step::To(stage) => node.to.push((share, graph.find((stage, belief)))),
            Step::End(end) => node.ends.push((share, (end, belief))),
        }
    }
}

/// What tells laws of devices apart.
fn moments(params: &Params) -> Vec<Option<(f64, f64)>> {
    params.devices.iter().map(|law| law.as_ref().map(|law| (law.mean(), law.second_moment()))).collect()
}

/// Mean visits to each node of a unit that begins at the first.
fn rates(graph: &Graph) -> Vec<f64> {
    let routes = |damp: f64| -> Vec<Vec<f64>> {
        let row = |node: &Node| {
            let mut row = vec![0.0; graph.nodes.len()];
            node.to.iter().for_each(|(share, to)| row[*to] += share * damp);
            row
        };
        graph.nodes.iter().map(row).collect()
    };
    let mut outside = vec![0.0; graph.nodes.len()];
    outside[0] = 1.0;
    // Where cases leave a loop only because their patience ends, routes alone would keep them for ever: a hundred
    // times round stands for that.
    network::traffic(&outside, &routes(1.0))
        .or_else(|| network::traffic(&outside, &routes(0.99)))
        .expect("what leaks at each stage drains away")
}

#[cfg(test)]
mod tests;
