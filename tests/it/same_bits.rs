//! The same bits, however many threads there are and wherever a table stands in the file.

use std::sync::atomic::AtomicBool;

use caseload::run::{RunPlan, Watcher, run};
use proptest::prelude::*;

use crate::harness;
use crate::random_scenarios::{config, scenarios};

proptest! {
    #![proptest_config(config(30, 20_250_108))]

    #[test]
    fn results_do_not_depend_on_the_threads(draft in scenarios(true)) {
        let model = harness::model(&draft.text());
        let said = |threads| {
            let cancel = AtomicBool::new(false);
            let watcher = Watcher { cancel: &cancel, progress: &|_, _| {} };
            let plan = RunPlan { threads: Some(threads), ..RunPlan::fixed(5) };
            // Shown in full, a number is the same text only if it has the same bits.
            format!("{:?}", run(&model, &plan, &watcher).expect("cases are conserved"))
        };
        let alone = said(1);
        prop_assert!(alone == said(2), "two threads say something else");
        prop_assert!(alone == said(8), "eight threads say something else");
    }
}

proptest! {
    #![proptest_config(config(150, 20_250_109))]

    #[test]
    fn sources_pools_and_outcomes_may_stand_in_any_order(draft in scenarios(true)) {
        let facts = harness::facts(&draft.text());
        let mut turned = draft.clone();
        turned.sources.reverse();
        turned.pools.reverse();
        turned.outcomes.reverse();
        prop_assert!(facts == harness::facts(&turned.text()), "the order of tables made a difference");
    }
}
