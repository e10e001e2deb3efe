//! Debug.
use crate::harness;
use caseload::engine::*;
use caseload::model::PoolId;
use caseload::units::Time;
struct P(Option<u32>, u64, bool);
impl Observer for P {
    fn fact(&mut self, now: Time, v: CaseView, fact: Fact<'_>) {
        self.1 += 1;
        if self.0.is_none_or(|s| v.case == s || v.slot == s) {
            println!(
                "{:?} slot {} n{} {:?} obs {:?}: {fact:?}",
                now.0 as f64 / 3.6e6,
                v.slot,
                v.number,
                v.job,
                v.observed.0
            );
        }
    }
    fn member(&mut self, now: Time, p: PoolId, m: u32, f: MemberFact) {
        if self.2 {
            println!("{:?} pool {} member {m} {f:?}", now.0 as f64 / 3.6e6, p.0)
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}
#[test]
fn last() {
    let text = std::fs::read_to_string("/tmp/last_mech.toml").unwrap();
    let slot: Option<u32> = std::env::var("SLOT").ok().map(|f| f.parse().unwrap());
    let rep: u64 = std::env::var("REP").map_or(0, |f| f.parse().unwrap());
    let model = harness::model(&text);
    for (i, s) in model.stages.iter().enumerate() {
        println!("stage {i} {} {:?}", s.id, s.rules.assigned);
    }
    if std::env::var("JUDGE").is_ok() {
        let mut j = crate::judge::Judge::new(&model);
        simulate(&model, rep, &mut j);
    }
    simulate(&model, rep, &mut P(slot, 0, std::env::var("MEMBERS").is_ok()));
}
