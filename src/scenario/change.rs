//! Where changes come from (dated tables, plans, the command line) and what can be wrong with them.

use super::Origin;
use super::choice::{Hire, Leave};
use super::edit::{Edit, EditKind, EditList, Edits};
use super::layers::{Layer, Reader};
use super::library::Library;
use super::path::{self, Path};
use super::reading::Reading;
use super::schema::{Change, Cost};
use super::spec::{Form, Kind, When};
use super::staff_keys::lets_leave;
use super::timeline::{Timed, Timeline, pool};
use super::tree::{self, Node, Table, Value};
use super::value::At;
use super::write;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::units::Time;
use crate::units::civil::{self, DateTime};

/// What changes are gathered from.
pub(crate) struct Gathered<'g> {
    pub(crate) layers: &'g [Layer],
    pub(crate) library: &'g Library,
    pub(crate) start: DateTime,
}

/// All changes of the files, the scenario's before those of the plans.
pub(crate) fn gather(from: &Gathered<'_>, findings: &mut Vec<Diagnostic>) -> Vec<Timed> {
    let mut changes = Vec::new();
    for (number, layer) in from.layers.iter().enumerate() {
        let origin = if number == 0 { Origin::Scenario } else { Origin::Plan(layer.name.clone()) };
        let mut cx = Reading::new(from.library, from.start, Vec::new());
        let before = changes.len();
        let staffing = if number > 0 { plan_staffing(&layer.table, &mut cx) } else { (None, None) };
        if number > 0 {
            let start = plan(layer, &origin, &mut cx);
            changes.extend(start.map(|start| Timed { hire: staffing.0, leave: staffing.1, ..start }));
        }
        for node in layer.table.get("change").and_then(Node::list).unwrap_or_default() {
            changes.extend(Change::read(node, &mut cx).map(|change| {
                let timed = timed(change, &origin, &mut cx);
                Timed { hire: timed.hire.or(staffing.0), leave: timed.leave.or(staffing.1), ..timed }
            }));
        }
        let once = changes[before..].to_vec();
        (1..layer.times).for_each(|_| changes.extend_from_slice(&once));
        findings.append(&mut cx.findings);
    }
    changes
}

/// What a plan does from the start on, with what it costs.
fn plan(layer: &Layer, origin: &Origin, cx: &mut Reading<'_>) -> Option<Timed> {
    let table = &layer.table;
    let mut edits = Vec::new();
    for (kind, key) in [(EditKind::Set, "set"), (EditKind::Scale, "scale"), (EditKind::Add, "add")] {
        edits.extend(cx.optional::<Edits>(table, key).flatten().map(|list| (kind, list)));
    }
    let cost = cx.optional::<Cost>(table, "cost").flatten();
    if edits.is_empty() && cost.is_none() {
        return None;
    }
    let span = table.entries.iter().find(|e| matches!(e.key.as_str(), "set" | "add" | "scale" | "cost"));
    let mut timed = Timed::at_start(edits, origin.clone(), span.map_or(layer.span, |entry| entry.key_span));
    if let Some(cost) = cost {
        (timed.once, timed.yearly) = (cost.once, cost.yearly);
    }
    Some(timed)
}

/// How the changes of a plan fill and empty posts that do not say it themselves. What a plan does from the start on
/// takes no hiring: its posts are filled.
fn plan_staffing(table: &Table, cx: &mut Reading<'_>) -> (Option<Hire>, Option<Leave>) {
    let hire = cx.optional::<Hire>(table, "hire").flatten();
    let leave = cx.optional::<Leave>(table, "leave").flatten();
    let moves_posts = |change: &Table| {
        ["set", "add", "scale"].iter().any(|key| change.get(key).is_some_and(|edits| names_posts(edits, "")))
    };
    let any = super::path::tables(table, "change").any(moves_posts);
    let keys = [("hire", hire.as_ref().map(|h| h.span)), ("leave", leave.as_ref().map(|l| l.span))];
    for (key, span) in keys.into_iter().filter_map(|(key, span)| Some((key, span?))).filter(|_| !any) {
        let message = format!("`{key}` of the plan does nothing: no [[change]] of it moves a headcount");
        cx.findings.push(Diagnostic::new(Code::NoEffect, message).at(span, "").help(
            "posts that a plan adds at the start are filled; people are hired for those of a [[change]]",
        ));
    }
    (hire.map(|hire| hire.value), leave.map(|leave| leave.value))
}

/// Whether edits as written name a headcount, dotted or in tables.
fn names_posts(edits: &Node, before: &str) -> bool {
    edits.table().is_some_and(|table| {
        table.entries.iter().any(|entry| {
            let path = format!("{before}{}", entry.key);
            is_posts(&path) || names_posts(&entry.node, &format!("{path}."))
        })
    })
}

/// Whether a path leads to the posts of a pool.
fn is_posts(path: &str) -> bool {
    path.strip_prefix("pool.")
        .is_some_and(|rest| rest.split_once('.').is_some_and(|(_, key)| key == "headcount"))
}

fn timed(change: Change, origin: &Origin, cx: &mut Reading<'_>) -> Timed {
    let at = change.at.value;
    let over = change.over.as_ref().and_then(|over| {
        let date = civil::date_time(cx.start(), at)?;
        over.value.after(date, 1)
    });
    let edits = [(EditKind::Set, change.set), (EditKind::Scale, change.scale), (EditKind::Add, change.add)];
    Timed {
        id: change.id.map(|id| id.value),
        why: change.why.map(|why| why.value),
        at,
        full: over.map_or(at, |over| Time(at.0.saturating_add(over.0))),
        until: change.until,
        edits: edits.into_iter().filter_map(|(kind, list)| Some((kind, list?))).collect(),
        once: change.once,
        yearly: change.yearly,
        hire: change.hire.map(|hire| hire.value),
        leave: change.leave.map(|leave| leave.value),
        origin: origin.clone(),
        span: change.at.span,
    }
}

/// The edits of the command line. Each argument is a document of its own, for findings to point into.
pub(crate) fn command_line(edits: &[(EditKind, String)], reader: &mut Reader<'_>) -> Vec<Timed> {
    let mut all = Vec::new();
    for (kind, text) in edits {
        let doc = reader.library.documents.add(format!("--{}", kind.word()), text.as_str());
        let Some((path, value)) = text.split_once('=') else {
            let finding = Diagnostic::new(Code::BadEdit, format!("`--{} {text}` is no edit", kind.word()));
            let help = "write path=value, as in pool.examiner.headcount=8";
            reader.findings.push(finding.at(Span::new(doc, 0..text.len()), "").help(help));
            continue;
        };
        let from = path.len() + 1;
        // What is no TOML value is taken as text: nobody should have to quote quotes on a command line.
        let node = tree::parse_value(&reader.library.documents, doc, from)
            .unwrap_or_else(|| Node::text(Span::new(doc, from..text.len()), value.trim()));
        let mut holder = Table::default();
        holder.put(path.trim(), node.clone());
        reader.preload(&holder);
        let path = At::new(path.trim().to_owned(), Span::new(doc, 0..path.len()));
        let span = path.span;
        let list = EditList { edits: vec![Edit { path, value: node }], span };
        all.push(Timed::at_start(vec![(*kind, list)], Origin::CommandLine, span));
    }
    all
}

/// What can be said of changes without the scenario: what may be edited when, ends after beginnings. Edits that may
/// not be made are taken out, so that nothing is said of what they would do.
pub(crate) fn check(changes: &mut [Timed], findings: &mut Vec<Diagnostic>) {
    for change in changes {
        let allowed = match (&change.origin, change.holds_from_start()) {
            (Origin::CommandLine, _) => When::CommandLine,
            (_, true) => When::Start,
            (_, false) => When::Dated,
        };
        for (_, list) in &mut change.edits {
            list.edits.retain(|edit| {
                let path = Path { text: &edit.path.value, span: edit.path.span };
                path::check_when(path, allowed).map_err(|finding| findings.push(*finding)).is_ok()
            });
        }
        if let Some(until) = change.until.as_ref().filter(|until| until.value <= change.at) {
            findings.push(
                Diagnostic::new(Code::DateOrder, "this change is withdrawn before it is in force")
                    .at(until.span, "")
                    .see(change.span, "in force from here"),
            );
        }
    }
}

/// Changes that never come into force, and whether their paths are right all the same.
pub(crate) fn check_against_horizon(timeline: &Timeline<'_>, horizon: Time, findings: &mut Vec<Diagnostic>) {
    for change in timeline.changes.iter().filter(|change| change.at >= horizon && change.at > Time::ZERO) {
        findings.push(
            Diagnostic::new(
                Code::ChangeAfterHorizon,
                "this change lies at or after the horizon: it never happens",
            )
            .at(change.span, ""),
        );
        let mut scratch = timeline.written.clone();
        for (kind, edit) in change.each() {
            let path = Path { text: &edit.path.value, span: edit.path.span };
            findings.extend(path::slot(&mut scratch, path, kind).err().map(|finding| *finding));
        }
    }
}

/// The value at a path as it would be written; none if there is no such value.
pub(crate) fn said(sheet: &Table, path: &str) -> Option<String> {
    let path = Path { text: path, span: Span::default() };
    let at = |kind| path::slot(&mut sheet.clone(), path, kind).ok().map(|slot| write::inline(slot.node));
    // A factor may have a place where nothing can be added.
    at(EditKind::Add).or_else(|| at(EditKind::Scale))
}

/// Edits that make no difference, costs that seem to be counted twice, posts that nobody leaves.
pub(crate) fn check_in_context(timeline: &Timeline<'_>, horizon: Time, findings: &mut Vec<Diagnostic>) {
    let in_time = |change: &&Timed| change.at < horizon;
    let start = timeline.tree(Time::ZERO, None, &mut Vec::new());
    for (number, change) in timeline.changes.iter().enumerate().filter(|(_, change)| in_time(change)) {
        let before = timeline.tree(change.at, Some(number), &mut Vec::new());
        let after = timeline.tree(change.full, None, &mut Vec::new());
        for (kind, edit) in change.each() {
            if !timeline.is_unsure(edit) {
                no_difference(&before, &after, edit, findings);
            }
            if kind == EditKind::Set {
                set_again_later(timeline, change, edit, findings);
                fixed_parts((&start, &after), change, edit, findings);
            }
            posts(timeline, change, edit, (&before, &after), findings);
        }
        idle_words(change, findings);
    }
}

/// What is paid before anything is counted.
pub(crate) fn check_against_warmup(changes: &[Timed], warmup: Time, findings: &mut Vec<Diagnostic>) {
    let early = changes.iter().filter(|change| change.at < warmup).filter_map(|change| change.once.as_ref());
    for once in early.filter(|once| once.value != 0.0) {
        let message =
            "`once` is paid before the warm-up ends, and costs are counted from its end on: no cost holds it";
        findings.push(Diagnostic::new(Code::NoEffect, message).at(once.span, "paid in the warm-up").help(
            "pay it in a [[change]] that begins after the warm-up, or add it to the difference yourself",
        ));
    }
}

/// `hire` and `leave` of a change that moves no posts, or moves them before anybody comes or goes. A plan's words hold for
/// all its changes.
fn idle_words(change: &Timed, findings: &mut Vec<Diagnostic>) {
    let moves = change.each().any(|(_, edit)| is_posts(&edit.path.value));
    let at_start = change.full == Time::ZERO && change.until.is_none();
    if change.origin != Origin::Scenario || (moves && !at_start) {
        return;
    }
    let why = if moves {
        "the change holds from the start, before anybody comes or goes"
    } else {
        "the change moves no headcount"
    };
    for (key, _) in
        [("hire", change.hire.is_some()), ("leave", change.leave.is_some())].iter().filter(|w| w.1)
    {
        let message = format!("`{key}` does nothing: {why}");
        findings.push(Diagnostic::new(Code::NoEffect, message).at(change.span, "this change"));
    }
}

fn no_difference(before: &Table, after: &Table, edit: &Edit, findings: &mut Vec<Diagnostic>) {
    let path = &edit.path.value;
    if let (Some(old), Some(new)) = (said(before, path), said(after, path))
        && old == new
    {
        let message = format!("`{path}` is {old} with and without this edit");
        findings.push(Diagnostic::new(Code::NoDifference, message).at(edit.path.span, "makes no difference"));
    }
}

/// A plan's `set` that a later `set` of the scenario undoes.
fn set_again_later(timeline: &Timeline<'_>, change: &Timed, edit: &Edit, findings: &mut Vec<Diagnostic>) {
    if change.origin == Origin::Scenario {
        return;
    }
    let later =
        timeline.changes.iter().filter(|other| other.origin == Origin::Scenario && other.at > change.at);
    let again = later.flat_map(|other| other.each().map(move |(kind, edit)| (other, kind, edit)));
    for (other, _, theirs) in
        again.filter(|(_, kind, e)| *kind == EditKind::Set && e.path.value == edit.path.value)
    {
        let message =
            format!("`{}` is set again by the scenario on {}", edit.path.value, timeline.date(other.at));
        findings.push(
            Diagnostic::new(Code::NoDifference, message)
                .at(edit.path.span, "no difference from then on")
                .see(theirs.path.span, "set again here")
                .help("to have it on top of what the scenario does, use `add`"),
        );
    }
}

/// A dated `set` of a whole table that brings another value for a key which may only be edited from the start on.
fn fixed_parts(
    (start, after): (&Table, &Table),
    change: &Timed,
    edit: &Edit,
    findings: &mut Vec<Diagnostic>,
) {
    let Value::Table(written) = &edit.value.value else { return };
    // Nothing is fixed of what is not there at the start.
    if change.holds_from_start() || said(start, &edit.path.value).is_none() {
        return;
    }
    let path = Path { text: &edit.path.value, span: edit.path.span };
    let mut scratch = after.clone();
    let Ok(slot) = path::slot(&mut scratch, path, EditKind::Set) else { return };
    let Form::Table(spec) = slot.form else { return };
    let fixed = spec.fields.iter().filter(|f| f.when < When::Dated);
    for field in fixed {
        let inner = format!("{}.{}", edit.path.value, field.key);
        let (old, new) = (said(start, &inner), said(after, &inner));
        if old == new {
            continue;
        }
        let was = old.map_or_else(|| "there is none".to_owned(), |old| format!("it is {old}"));
        let finding = Diagnostic::new(Code::FixedKey, format!("`{inner}` cannot be edited at a date"))
            .at(
                written.get(field.key).map_or(edit.path.span, |node| node.span),
                format!("at the start {was}"),
            )
            .help(format!("`{}` {}", field.key, field.when.words()));
        findings.push(finding);
    }
}

/// Posts that are cut where nobody leaves, and posts whose cost is given twice.
fn posts(
    timeline: &Timeline<'_>,
    change: &Timed,
    edit: &Edit,
    (before, after): (&Table, &Table),
    findings: &mut Vec<Diagnostic>,
) {
    let parts: Vec<&str> = edit.path.value.split('.').collect();
    let ["pool", id, "headcount"] = parts[..] else { return };
    let read =
        |sheet: &Table, key: &str| pool(sheet, id).and_then(|table| table.get(key)).and_then(Node::amount);
    let (Some(old), Some(new)) = (read(before, "headcount"), read(after, "headcount")) else { return };
    let dated = !change.holds_from_start();
    let stays = !somebody_leaves(timeline, after, id);
    if let Some(until) = change.until.as_ref().filter(|_| stays && new > old)
        && change.leave == Some(Leave::Attrition)
    {
        let message = format!("pool `{id}` loses these posts, but nobody ever leaves it");
        findings.push(
            Diagnostic::new(Code::NobodyLeaves, message)
                .at(until.span, format!("{new} posts become {old}"))
                .help("leave out leave = \"attrition\": at `until` posts go last-hired by themselves"),
        );
    }
    if new < old && dated && stays && change.leave != Some(Leave::LastHired) {
        let message = format!("pool `{id}` loses posts, but nobody ever leaves it");
        findings.push(
            Diagnostic::new(Code::NobodyLeaves, message)
                .at(edit.path.span, format!("{old} posts become {new}"))
                .help("write leave = \"last-hired\" if people go on that date"),
        );
    }
    let (Some(yearly), Some(each)) = (&change.yearly, read(after, "yearly_cost")) else { return };
    let added = (new - old) * each;
    if added > 0.0 && (yearly.value - added).abs() <= 0.01 * added {
        let message = format!("the yearly cost is that of the {} posts added to `{id}`", new - old);
        findings.push(
            Diagnostic::new(Code::CountedTwice, message)
                .at(yearly.span, "counted twice?")
                .help("posts cost what their pool's `yearly_cost` says, without being named here"),
        );
    }
}

/// Whether a pool has attrition once the change is in force, or may have it by a later one.
fn somebody_leaves(timeline: &Timeline<'_>, after: &Table, id: &str) -> bool {
    let path = format!("pool.{id}.attrition");
    let now = pool(after, id).and_then(|table| table.get("attrition")).is_some_and(lets_leave);
    now || timeline.changes.iter().any(|c| c.at > Time::ZERO && c.each().any(|(_, e)| e.path.value == path))
}
