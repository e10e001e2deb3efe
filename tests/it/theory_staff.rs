//! The law of the time in a post. Its mean, and what comes of it, is checked by the self-test (`theory.rs`).
//!
//! The test passes if the Kolmogorov-Smirnov distance is below the 0.1 % point: with fresh seeds a correct program would
//! fail once in 1,000 times.

use caseload::engine::{CaseView, Census, Fact, MemberFact, Observer, PoolLevel, simulate};
use caseload::model::PoolId;
use caseload::units::{Time, YEAR};

use crate::harness::model;

#[derive(Default)]
struct Leavers(Vec<Time>);

impl Observer for Leavers {
    fn fact(&mut self, _: Time, _: CaseView, _: Fact<'_>) {}
    fn member(&mut self, now: Time, _: PoolId, _: u32, fact: MemberFact) {
        if fact == MemberFact::Left {
            self.0.push(now);
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

#[test]
fn times_in_the_post_are_exponential() {
    let model = model(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"40 years\"\nsample = \"1 year\"\nseed = 11\n\
         [[class]]\nid = \"any\"\n[[source]]\nid = \"tips\"\nmix = { any = 1.0 }\nrate = \"1 per year\"\n\
         [[pool]]\nid = \"staff\"\nheadcount = 4000\nhours = \"always\"\nattrition = \"100% per year\"\nbackfill = \"100 years\"\n\
         [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = { exponential = { mean = \"1 h\" } }\nroute = \"done\"\n",
    );
    let mut leavers = Leavers::default();
    simulate(&model, 0, &mut leavers);
    // Nobody of 4,000 stays for 40 mean times but with a probability of 2e-14.
    assert_eq!(leavers.0.len(), 4000);
    let n = leavers.0.len() as f64;
    let cdf = |at: &Time| -(-at.0 as f64 / YEAR as f64).exp_m1();
    let distance = leavers.0.iter().enumerate().map(|(i, at)| {
        let (below, above) = (i as f64 / n, (i as f64 + 1.0) / n);
        (cdf(at) - below).abs().max((above - cdf(at)).abs())
    });
    let scaled = distance.fold(0.0, f64::max) * n.sqrt();
    assert!(scaled < 1.95, "{scaled}");
}
