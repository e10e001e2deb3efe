//! Debug.
use crate::harness;
use caseload::engine::*;
use caseload::model::PoolId;
use caseload::units::Time;
struct P(u64, u64);
impl Observer for P {
    fn fact(&mut self, now: Time, v: CaseView, fact: Fact<'_>) {
        self.0 += 1;
        if self.0 > self.1 {
            println!(
                "{:?} slot {} n{} {:?} obs {:?}: {fact:?}",
                now.0 as f64 / 3.6e6,
                v.slot,
                v.number,
                v.job,
                v.observed.0
            );
        }
        assert!(self.0 < self.1 + 60);
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {
        self.0 += 1;
        assert!(self.0 < self.1 + 60);
    }
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}
#[test]
fn last() {
    let text = std::fs::read_to_string("/tmp/last_mech.toml").unwrap();
    let from: u64 = std::env::var("FROM").map_or(300_000, |f| f.parse().unwrap());
    let rep: u64 = std::env::var("REP").map_or(0, |f| f.parse().unwrap());
    let model = harness::model(&text);
    simulate(&model, rep, &mut P(0, from));
}
