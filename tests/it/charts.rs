//! Every chart on ordinary and on extreme numbers: the lettering never collides, the SVG is well formed, and the
//! same numbers give the same bytes. The pictures are left in the target folder's `tmp/charts` to be looked at.

use std::fs;
use std::path::Path;

use caseload::chart::{
    Backlog, Caption, ClassTime, Curve, CurvePoint, Fan, FanPoint, Flow, FlowPoint, Flows, HeatAxis, HeatMap,
    Mark, MeanPoint, PoolUse, Response, ResponsePoint, Responses, Scene, ScreenedInput, ScreeningPlane,
    SharedInput, StageTime, TargetMark, TimeSpent, TimeToAction, Tornado, TornadoBar, TornadoEnd,
    Utilization, VarianceShares,
};
use caseload::units::{DAY, Duration, HOUR, MINUTE};
use jiff::ToSpan;
use jiff::civil::{DateTime, date};

fn start() -> DateTime {
    date(2025, 1, 6).at(0, 0, 0, 0)
}

fn caption() -> Caption {
    Caption { subject: "State task force, status quo".into(), replications: 200 }
}

fn long_caption() -> Caption {
    let subject = "Regional computer forensic laboratory with on-scene device previews, a second examiner shift on \
                   weekends and a two-year grant for two further examiners, against the law as it stands in 2025";
    Caption { subject: subject.into(), replications: 1_000 }
}

/// `n` names, the odd ones long.
fn names(n: usize) -> Vec<String> {
    let long =
        ["mutual-legal-assistance-with-a-third-country", "device-examination-and-review-of-hidden-volumes"];
    let short = ["danger", "screen", "hands-on", "search", "trading", "imaging", "possession", "charging"];
    (0..n)
        .map(|k| {
            if k % 2 == 1 { format!("{}-{k}", long[k / 2 % 2]) } else { format!("{}-{k}", short[k / 2 % 8]) }
        })
        .collect()
}

/// A band around `level`, sampled every `step` hours.
fn fan(name: &str, hours: i64, step: i64, level: impl Fn(f64) -> f64) -> Fan {
    let points = (0..=hours / step).map(|k| {
        let middle = level(k as f64 * step as f64 / hours as f64);
        let spread = 0.04 * middle + middle.sqrt();
        FanPoint {
            at: start() + (k * step).hours(),
            middle,
            inner: Some(((middle - 0.4 * spread).max(0.0), middle + 0.4 * spread)),
            outer: ((middle - spread).max(0.0), middle + spread),
        }
    });
    Fan { name: name.into(), points: points.collect() }
}

fn marks(n: i64, hours: i64) -> Vec<Mark> {
    let why =
        ["grant", "one platform turns on end-to-end encryption", "the law asks for retention of a year", ""];
    (0..n)
        .map(|k| Mark {
            at: start() + (hours * (2 * k + 1) / (2 * n)).hours(),
            text: why[k as usize % why.len()].into(),
        })
        .collect()
}

fn backlog(caption: Caption, hours: i64, step: i64, stages: usize, changes: i64, size: f64) -> Scene {
    let level = |x: f64| size * (0.2 + x * x + 0.05 * (x * 40.0).sin());
    let total = fan("total", hours, step, level);
    let fluid = total.points.iter().map(|p| (p.at, p.middle * 0.97)).collect();
    let stages = names(stages)
        .iter()
        .enumerate()
        .map(|(k, name)| fan(name, hours, step, move |x| size * x / (k as f64 + 1.0).powi(2)))
        .collect();
    let band = |p: &FanPoint| MeanPoint { at: p.at, mean: p.middle, band: (p.middle * 0.9, p.middle * 1.1) };
    let mean = if changes > 0 { total.points.iter().map(band).collect() } else { vec![] };
    let marks = marks(changes, hours);
    Backlog { caption, total, fluid, mean, marks, stages, splits: changes > 0 }.scene()
}

fn curves(n: usize) -> Vec<Curve> {
    names(n)
        .into_iter()
        .enumerate()
        .map(|(k, class)| {
            let scale = 5f64.powi(k as i32 % 6) * 8.0 * HOUR as f64;
            let reach = 0.97 - 0.06 * k as f64;
            let point = |step: i32| {
                let age = MINUTE as f64 * 2f64.powf(f64::from(step) / 32.0);
                let share = reach * (1.0 - (-age / scale).exp());
                let half = 0.03 * share * (1.0 - share) + 0.004;
                CurvePoint {
                    age: Duration::from_millis_f64(age),
                    share,
                    interval: ((share - half).max(0.0), (share + half).min(1.0)),
                }
            };
            Curve {
                class,
                points: (0..=32 * 20).map(point).collect(),
                observed_to: Duration((90 + 30 * k as i64) * DAY),
            }
        })
        .collect()
}

fn targets(n: usize) -> Vec<TargetMark> {
    let limits = [24 * HOUR, 7 * DAY, 7 * DAY, 30 * DAY];
    names(n)
        .into_iter()
        .enumerate()
        .map(|(k, class)| TargetMark {
            class: Some(class).filter(|_| k != 3),
            within: Duration(limits[k % 4]),
            share: 0.95 - 0.05 * (k % 4) as f64,
        })
        .collect()
}

fn time_to_action(caption: Caption, classes: usize, wanted: usize) -> Scene {
    TimeToAction {
        caption,
        milestone: "action".into(),
        meaning: "From arrival to the first start of `legal-process`".into(),
        curves: curves(classes),
        targets: targets(wanted),
    }
    .scene()
}

fn utilization(caption: Caption, hours: i64, step: i64, pools: usize) -> Scene {
    let level = |k: usize| move |x: f64| (0.4 + 0.15 * k as f64 + 0.3 * x).min(1.0);
    let mut fans: Vec<Fan> =
        names(pools).iter().enumerate().map(|(k, name)| fan(name, hours, step, level(k))).collect();
    for point in fans.iter_mut().flat_map(|fan| &mut fan.points) {
        // Shares of whole pools vary far less than counts of cases.
        let squeeze = |end: f64| (point.middle + 0.08 * (end - point.middle)).min(1.0);
        (point.inner, point.outer) = (None, (squeeze(point.outer.0), squeeze(point.outer.1)));
    }
    let pool = |(k, busy): (usize, Fan)| {
        let capped = |point: &FanPoint| (point.at, (point.middle + 0.2).min(1.0));
        let busy_or_capped = busy.points.iter().filter(|_| k % 3 == 1).map(capped).collect();
        PoolUse { busy, busy_or_capped }
    };
    let pools = fans.into_iter().enumerate().map(pool).collect();
    Utilization { caption, pools, marks: marks(2, hours) }.scene()
}

fn flow(name: &str, hours: i64, step: i64, size: f64) -> Flow {
    let line = |lift: f64, wave: f64| -> Vec<FlowPoint> {
        (1..=hours / step)
            .map(|k| {
                let x = (k * step) as f64 / hours as f64;
                let mean = size * (1.0 + lift * x + 0.08 * (x * wave).sin());
                FlowPoint { at: start() + (k * step).hours(), mean, interval: (mean * 0.97, mean * 1.03) }
            })
            .collect()
    };
    Flow { name: name.into(), arrivals: line(0.6, 50.0), completions: line(0.1, 31.0) }
}

fn flows(caption: Caption, hours: i64, step: i64, classes: usize, size: f64) -> Scene {
    let by_class = names(classes).iter().map(|name| flow(name, hours, step, size / classes as f64)).collect();
    Flows {
        caption,
        interval: "7 days".into(),
        total: flow("all", hours, step, size),
        classes: by_class,
        marks: marks(2, hours),
        left_out: classes - 1,
    }
    .scene()
}

fn time_spent(caption: Caption, classes: usize, stages: usize, size: f64) -> Scene {
    let stage = |class: usize| {
        move |(k, stage): (usize, String)| {
            let delay = k % 4 == 3;
            let share = size / (1.0 + ((k * 7 + class * 3) % 5) as f64);
            StageTime {
                stage,
                waiting: if delay { 0.0 } else { share },
                in_work: if delay { 0.0 } else { size * 0.05 * (k % 3) as f64 },
                delayed: if delay { share * 1.4 } else { 0.0 },
                parked: 0.0,
            }
        }
    };
    let classes = names(classes)
        .into_iter()
        .enumerate()
        .map(|(c, class)| ClassTime {
            class,
            stages: names(stages).into_iter().enumerate().map(stage(c)).collect(),
        })
        .collect();
    TimeSpent { caption, classes }.scene()
}

/// `measures` over `values` of a parameter, in so many curves.
fn responses(caption: Caption, measures: usize, values: usize, curves: usize, words: bool) -> Scene {
    let point = |size: f64, curve: usize| {
        move |k: usize| {
            let estimate = size * (1.0 + curve as f64) / (1.0 + k as f64);
            let interval = Some((0.9 * estimate, 1.1 * estimate)).filter(|_| k != 1);
            ResponsePoint { x: k as f64 * if words { 1.0 } else { 2.5 }, estimate, interval }
        }
    };
    let measure = |(m, measure): (usize, String)| Response {
        measure,
        unit: if m % 2 == 0 { "%" } else { "cases" }.into(),
        asked: Some(40.0).filter(|_| m == 0),
        series: (0..curves)
            .map(|c| (0..values).map(point(90.0 * 10f64.powi(m as i32 - 2), c)).collect())
            .collect(),
    };
    let name =
        |c: usize| if curves > 1 { format!("source.platforms.rate = {c} per day") } else { String::new() };
    Responses {
        caption,
        parameter: "stage.device-examination-and-review-of-hidden-volumes.patience".into(),
        unit: if words { "" } else { "days" }.into(),
        words: if words { names(values) } else { vec![] },
        joined: !words,
        points: values * curves,
        names: (0..curves).map(name).collect(),
        measures: names(measures).into_iter().enumerate().map(measure).collect(),
    }
    .scene()
}

/// So many values across and upwards, one cell empty.
fn heat_map(caption: Caption, across: usize, up: usize, asked: Option<f64>) -> Scene {
    let axis = |parameter: &str, values| HeatAxis { parameter: parameter.into(), values: names(values) };
    let cell =
        |row: usize, column: usize| (row != 1 || column != 1).then(|| (row * 7 + column * 11) as f64 / 2.3);
    HeatMap {
        caption,
        measure: "share_within/action/24 h/danger".into(),
        unit: "%".into(),
        across: axis("pool.examiner.headcount", across),
        up: axis("source.platforms.rate", up),
        cells: (0..up).map(|row| (0..across).map(|column| cell(row, column)).collect()).collect(),
        asked,
    }
    .scene()
}

/// So many inputs: the first ones move the measure most, every third to one side alone, every fifth not at all.
fn tornado(caption: Caption, inputs: usize, size: f64) -> Scene {
    let end = |k: usize, way: f64| {
        let reach = if k % 5 == 4 { 0.0 } else { size / (1.0 + k as f64) };
        let change = if k % 3 == 1 { reach * (1.5 + 0.5 * way) } else { reach * way };
        TornadoEnd {
            setting: if k.is_multiple_of(2) {
                "× 0.9".into()
            } else {
                format!("{} per working day and member", 17 + k)
            },
            change,
            interval: Some((change - 0.2 * reach, change + 0.2 * reach)),
        }
    };
    let bar = |(k, name): (usize, String)| TornadoBar {
        name,
        low: end(k, -1.0),
        high: end(k, 1.0),
        ranks: Some((k + 1, (k + 3).min(inputs))),
    };
    Tornado {
        caption,
        measure: "share_within/action/24 h/danger".into(),
        unit: "%".into(),
        middle: 3.0 * size,
        bars: names(inputs).into_iter().enumerate().map(bar).collect(),
        luck: Some((-0.3 * size, 0.4 * size)).filter(|_| inputs != 1),
    }
    .scene()
}

fn screening(caption: Caption, inputs: usize, size: f64) -> Scene {
    let input = |(k, name): (usize, String)| {
        let mu = size / (1.0 + k as f64);
        ScreenedInput {
            name,
            mu_star: (mu, Some((0.7 * mu, 1.3 * mu))),
            sigma: (mu * (k % 4) as f64 / 2.0, None),
            ranks: Some((1, inputs)),
        }
    };
    let inputs = names(inputs).into_iter().enumerate().map(input).collect();
    ScreeningPlane {
        caption,
        trajectories: 20,
        measure: "backlog_at_end".into(),
        unit: "cases".into(),
        inputs,
    }
    .scene()
}

fn shares(caption: Caption, inputs: usize) -> Scene {
    let input = |(k, name): (usize, String)| {
        let first = 60.0 / (1.0 + k as f64) - 2.0;
        let around = |share: f64| (share, Some((share - 90.0 / (1.0 + k as f64), share + 100.0)));
        SharedInput { name, first: around(first), total: around(1.3 * first), ranks: Some((k + 1, k + 1)) }
    };
    VarianceShares {
        caption,
        rows: 128,
        measure: "wait_mean/screen".into(),
        inputs: names(inputs).into_iter().enumerate().map(input).collect(),
        luck: Some((93.0, Some((80.0, 100.0)))),
    }
    .scene()
}

const YEARS_3: i64 = 1_096 * 24;
const YEARS_10: i64 = 3_653 * 24;

/// Every picture that is looked at: name and scene.
fn gallery() -> Vec<(&'static str, Scene)> {
    vec![
        ("backlog", backlog(caption(), YEARS_3, 168, 5, 2, 4_000.0)),
        ("backlog-one-stage", backlog(caption(), YEARS_3, 168, 1, 0, 12.0)),
        ("backlog-12-stages-long", backlog(long_caption(), YEARS_10, 168, 12, 9, 1_234_567.0)),
        ("backlog-3-days", backlog(caption(), 72, 1, 3, 1, 40.0)),
        ("backlog-zero", backlog(caption(), YEARS_3, 168, 4, 1, 0.0)),
        ("action", time_to_action(caption(), 4, 2)),
        ("action-one-class", time_to_action(caption(), 1, 0)),
        ("action-10-classes-long", time_to_action(long_caption(), 10, 6)),
        ("utilization", utilization(caption(), YEARS_3, 168, 5)),
        ("utilization-one", utilization(caption(), 72, 4, 1)),
        ("utilization-10-long", utilization(long_caption(), YEARS_10, 168, 10)),
        ("flows", flows(caption(), YEARS_3, 168, 4, 20.0)),
        ("flows-one-class", flows(caption(), 72, 4, 1, 0.3)),
        ("flows-8-long", flows(long_caption(), YEARS_10, 336, 8, 52_000.0)),
        ("time", time_spent(caption(), 4, 6, 40.0)),
        ("time-one", time_spent(caption(), 1, 2, 0.2)),
        ("time-8-by-12-long", time_spent(long_caption(), 8, 12, 400.0)),
        ("responses", responses(caption(), 5, 6, 3, false)),
        ("responses-one", responses(caption(), 1, 1, 1, false)),
        ("responses-6-curves-long", responses(long_caption(), 8, 40, 6, false)),
        ("responses-words", responses(caption(), 3, 7, 1, true)),
        ("tornado", tornado(caption(), 6, 12.0)),
        ("tornado-one", tornado(caption(), 1, 0.02)),
        ("tornado-40-long", tornado(long_caption(), 40, 31_000.0)),
        ("screening", screening(caption(), 6, 12.0)),
        ("screening-one", screening(caption(), 1, 0.02)),
        ("screening-40-long", screening(long_caption(), 40, 31_000.0)),
        ("shares", shares(caption(), 6)),
        ("shares-none", shares(caption(), 0)),
        ("shares-32-long", shares(long_caption(), 32)),
        ("heat-map", heat_map(caption(), 6, 4, Some(20.0))),
        ("heat-map-one", heat_map(caption(), 1, 1, Some(20.0))),
        ("heat-map-40-long", heat_map(long_caption(), 40, 60, None)),
    ]
}

/// Charts of results in which nothing was there to measure, and the words that must say so.
fn empty() -> Vec<(&'static str, Scene)> {
    let none = Flow { name: "all".into(), arrivals: vec![], completions: vec![] };
    let nothing = Fan { name: "total".into(), points: vec![] };
    vec![
        (
            "never sampled",
            Backlog {
                caption: caption(),
                total: nothing,
                fluid: vec![],
                mean: vec![],
                marks: vec![],
                stages: vec![],
                splits: false,
            }
            .scene(),
        ),
        ("no tip", time_to_action(caption(), 0, 1)),
        ("no pool", Utilization { caption: caption(), pools: vec![], marks: vec![] }.scene()),
        (
            "no whole interval",
            Flows {
                caption: caption(),
                interval: "7 days".into(),
                total: none,
                classes: vec![],
                marks: vec![],
                left_out: 0,
            }
            .scene(),
        ),
        ("no case ended", time_spent(caption(), 3, 0, 1.0)),
        ("no measure has a value", responses(caption(), 2, 0, 1, false)),
        ("at no point", heat_map(caption(), 0, 0, None)),
        ("in the middle or at the ends", tornado(caption(), 0, 1.0)),
        ("too few trajectories", screening(caption(), 0, 1.0)),
    ]
}

#[test]
fn no_lettering_touches_other_lettering_or_the_edge() {
    for (name, scene) in gallery().into_iter().chain(empty()) {
        assert_eq!(scene.lettering_faults(), Vec::<String>::new(), "in `{name}`");
        assert!(scene.words().len() >= 3, "`{name}` has hardly a word");
    }
}

#[test]
fn a_chart_without_data_says_so() {
    for (words, scene) in empty() {
        assert!(scene.words().join(" ").contains(words), "no `{words}` in {:?}", scene.words());
    }
}

#[test]
fn a_heat_map_parts_what_meets_a_target_from_what_does_not() {
    let words = |asked| heat_map(caption(), 3, 3, Some(asked)).words().join(" ");
    assert!(words(10.0).contains("meets the target (10 %)") && !words(10.0).contains("Every point"));
    assert!(words(-1.0).contains("Every point meets the target."));
    assert!(words(99.0).contains("No point meets the target."));
}

#[test]
fn svg_is_well_formed() {
    for (name, scene) in gallery().into_iter().chain(empty()) {
        let svg = scene.svg();
        let tree = well_formed(&svg);
        assert!(tree.is_ok(), "`{name}`: {}", tree.unwrap_err());
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "`{name}` holds a number that is none");
    }
}

#[test]
fn the_same_numbers_give_the_same_bytes_and_a_crisp_png() {
    let draw = || backlog(caption(), YEARS_3, 168, 5, 2, 4_000.0);
    assert_eq!(draw().svg(), draw().svg());
    let png = draw().png();
    assert_eq!(png, draw().png());
    assert_eq!(&png[1..4], b"PNG");
    let width = u32::from_be_bytes([png[16], png[17], png[18], png[19]]);
    assert_eq!(width, 1_920, "twice the logical width of 960");
}

#[test]
#[ignore = "slow: draws every picture for somebody to look at"]
fn the_gallery_is_drawn() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("charts");
    fs::create_dir_all(&folder).unwrap();
    for (name, scene) in gallery().into_iter().chain(empty()) {
        let name = name.replace(' ', "-");
        fs::write(folder.join(format!("{name}.svg")), scene.svg()).unwrap();
        fs::write(folder.join(format!("{name}.png")), scene.png()).unwrap();
    }
}

/// Checks what the pictures use of XML: tags nest and close, attributes are quoted, `<` and `&` are escaped.
fn well_formed(text: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        entities(&rest[..at])?;
        let end = rest[at..].find('>').ok_or("a tag that never ends")? + at;
        let tag = &rest[at + 1..end];
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if tag.matches('"').count() % 2 == 1 || tag.contains('<') {
            return Err(format!("badly quoted: <{tag}>"));
        }
        entities(tag)?;
        if tag.starts_with('/') {
            let last = open.pop();
            if last != Some(name) {
                return Err(format!("</{name}> closes {last:?}"));
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        rest = &rest[end + 1..];
    }
    if open.is_empty() { Ok(()) } else { Err(format!("never closed: {open:?}")) }
}

fn entities(text: &str) -> Result<(), String> {
    let known = ["amp;", "lt;", "gt;", "quot;", "apos;"];
    match text.split('&').skip(1).find(|after| !known.iter().any(|entity| after.starts_with(entity))) {
        Some(after) => Err(format!("a bare & before `{}`", after.chars().take(12).collect::<String>())),
        None => Ok(()),
    }
}
