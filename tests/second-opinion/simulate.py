"""The unit of scenario.toml as a SimPy simulation, written from docs/model.md alone.

One row of CSV for each replication and measure goes to standard output: replication,measure,class,value. The names of
measures are those of docs/outputs.md. Nothing of caseload is used, neither code nor random numbers.

    python3 simulate.py REPLICATIONS SEED
"""

import math
import random
import sys

import simpy

HOUR = 3_600_000  # times are whole milliseconds from Monday, 6 January 2025, 00:00
DAY = 24 * HOUR
WARMUP, HORIZON = 56 * DAY, 364 * DAY

CLASSES = ["danger", "active", "other"]  # most urgent first
LATER = 2  # events of this priority come after all others of the same moment


class Hours:
    """The same hours on some days of the week, from `first` to `last` o'clock."""

    def __init__(self, days, first, last):
        self.days, self.first, self.last = days, first * HOUR, last * HOUR

    def shift_of(self, day):
        """The shift of a day, as two moments; none on a day off."""
        if day % 7 not in self.days:
            return None
        return day * DAY + self.first, day * DAY + self.last

    def on(self, now):
        shift = self.shift_of(now // DAY)
        return shift is not None and shift[0] <= now < shift[1]

    def end_of_shift(self, now):
        return self.shift_of(now // DAY)[1]

    def finish(self, now, work):
        """When work of this length is done if it rests outside the shifts."""
        day = now // DAY
        while True:
            shift = self.shift_of(day)
            if shift and shift[1] > now:
                start = max(now, shift[0])
                if start + work <= shift[1]:
                    return start + work
                work -= shift[1] - start
            day += 1

    def overlap(self, start, end):
        """Time on shift between two moments."""
        total = 0
        for day in range(start // DAY, end // DAY + 1):
            shift = self.shift_of(day)
            if shift:
                total += max(0, min(end, shift[1]) - max(start, shift[0]))
        return total


WEEKDAYS = range(5)
POOLS = {
    # members, hours, availability, what the end of a shift does to work
    "analyst": (4, Hours(WEEKDAYS, 8, 16), 0.80, "pause"),
    "examiner": (5, Hours(range(6), 7, 15), 0.90, "finish"),
    "officer": (9, Hours(WEEKDAYS, 8, 18), 0.75, "hand-over"),
}
POOL_OF = {"screen": "analyst", "examine": "examiner", "investigate": "officer", "report": "analyst"}
FILE_ORDER = ["screen", "legal", "examine", "investigate", "report"]
OUTCOMES = ["arrest", "no-action", "dropped", "lapsed"]


class Luck(random.Random):
    """The laws of the scenario, by mean and coefficient of variation."""

    def lognormal(self, mean, cv):
        variance = math.log(1 + cv * cv)
        return self.lognormvariate(math.log(mean) - variance / 2, math.sqrt(variance))

    def gamma(self, mean, cv):
        return self.gammavariate(1 / cv**2, mean * cv**2)

    def geometric(self, mean):
        number = 1
        while self.random() >= 1 / mean:
            number += 1
        return number

    def one_of(self, shares):
        return self.choices(list(shares), list(shares.values()))[0]


def effort(luck, stage, kind):
    """Hours of work."""
    if stage == "screen":
        return luck.lognormal(1.5, 0.7) if kind == "danger" else luck.lognormal(1.0, 1.0)
    if stage == "examine":
        return luck.gamma(5, 0.9)
    if stage == "investigate":
        return luck.gamma(14, 0.8) if kind == "danger" else luck.gamma(8, 1.0)
    return luck.uniform(1, 2)


def route(luck, stage, kind):
    if stage == "screen":
        legal = {"danger": 1.0, "active": 0.6, "other": 0.35}[kind]
        return luck.one_of({"legal": legal, "no-action": 1 - legal})
    if stage == "legal":
        examine = 0.9 if kind == "danger" else 0.7
        return luck.one_of({"examine": examine, "no-action": 1 - examine})
    if stage == "examine":
        return luck.one_of({"investigate": 0.75, "legal": 0.08, "no-action": 0.17})
    if stage == "investigate":
        return luck.one_of({"report": 0.7, "examine": 0.2, "no-action": 0.1})
    return luck.one_of({"arrest": 0.6, "investigate": 0.15, "no-action": 0.25})


class Level:
    """A number over time, averaged over the measuring window."""

    def __init__(self, env):
        self.env, self.value, self.since, self.sum = env, 0, 0, 0.0

    def add(self, step):
        self.settle()
        self.value += step

    def settle(self):
        start, end = max(self.since, WARMUP), min(self.env.now, HORIZON)
        self.sum += self.value * max(0, end - start)
        self.since = self.env.now

    def mean(self):
        self.settle()
        return self.sum / (HORIZON - WARMUP)


class Case:
    def __init__(self, number, kind, now):
        self.number, self.kind, self.arrived = number, kind, now
        self.rank = CLASSES.index(kind)
        self.lapse = None  # when the evidence lapses, while the clock runs
        self.doomed = False  # it lapsed during work
        self.state = "moving"
        self.process = None
        # Of the stage where it is:
        self.joined = None
        self.begun = False
        self.left = None  # work that is left, in working milliseconds
        self.turn = None  # the event that calls it
        self.wait = 0  # number of its wait, so that old alarms do not wake it

    def key(self):
        return self.rank, self.joined, self.number


class Unit:
    """One replication."""

    def __init__(self, luck):
        self.luck, self.env = luck, simpy.Environment()
        self.numbers = 0
        self.free = {pool: members for pool, (members, _, _, _) in POOLS.items()}
        self.queue = {stage: [] for stage in POOL_OF}
        self.lot = []  # put aside in front of `screen`
        self.to_dispatch = False
        self.counts, self.sums, self.squares = {}, {}, {}
        names = [f"waiting/{s}" for s in POOL_OF] + [f"in_work/{s}" for s in POOL_OF]
        names += ["parked/screen", "delayed/legal", "backlog_mean"]
        self.levels = {(name, kind): Level(self.env) for name in names for kind in ["", *CLASSES]}
        self.working = {}  # cases in work: since when

    # -- counting ------------------------------------------------------------------------------------------------

    def inside(self):
        return WARMUP <= self.env.now < HORIZON

    def count(self, measure, kind, amount=1):
        if self.inside():
            for key in ((measure, ""), (measure, kind)):
                self.counts[key] = self.counts.get(key, 0) + amount

    def note(self, measure, kind, value):
        """One value of a mean."""
        for key in ((measure, ""), (measure, kind)):
            self.sums[key] = self.sums.get(key, 0) + value
            self.squares[key] = self.squares.get(key, 0) + 1

    def level(self, name, case, step):
        self.levels[name, ""].add(step)
        self.levels[name, case.kind].add(step)

    def busy(self, pool, start, end):
        """A member had a task in hand between two moments."""
        start, end = max(start, WARMUP), min(end, HORIZON)
        if start < end:
            on_shift = POOLS[pool][1].overlap(start, end)
            self.counts[f"busy/{pool}", ""] = self.counts.get((f"busy/{pool}", ""), 0) + on_shift
            if POOLS[pool][3] == "finish":
                over = (f"overtime/{pool}", "")
                self.counts[over] = self.counts.get(over, 0) + (end - start) - on_shift

    # -- arrivals ------------------------------------------------------------------------------------------------

    def reports(self):
        weights = [1, 1, 1, 1, 1, 0.6, 0.5]
        mean = sum(weights) / 7
        fastest = 9 * max(weights) / mean
        while True:  # thinning
            yield self.env.timeout(round(self.luck.expovariate(fastest) * DAY))
            weight = weights[self.env.now // DAY % 7]
            if self.luck.random() < weight:
                case = self.tip({"danger": 0.08, "active": 0.32, "other": 0.60})
                lasts = self.luck.lognormal(60, 0.6)
                case.lapse = self.env.now + round((lasts - 6) * DAY)
                case.process = self.env.process(self.life(case))
                if case.lapse > self.env.now:
                    self.env.process(self.lapses(case))

    def partners(self):
        while True:
            yield self.env.timeout(round(self.luck.expovariate(1.2) * DAY))
            for _ in range(self.luck.geometric(2.5)):
                case = self.tip({"danger": 0.2, "active": 0.5, "other": 0.3})
                case.process = self.env.process(self.life(case))

    def tip(self, mix):
        self.numbers += 1
        case = Case(self.numbers, self.luck.one_of(mix), self.env.now)
        self.count("arrivals", case.kind)
        self.level("backlog_mean", case, 1)
        return case

    # -- a case --------------------------------------------------------------------------------------------------

    def life(self, case):
        stage = "screen"
        while stage not in OUTCOMES:
            if case.lapse is not None and case.lapse <= self.env.now:
                stage = "lapsed"
            elif stage == "legal":
                stage = yield from self.legal(case)
            else:
                stage = yield from self.work(case, stage)
        self.count(f"ended_as/{stage}", case.kind)
        self.level("backlog_mean", case, -1)
        if self.inside():
            self.note("system_mean", case.kind, (self.env.now - case.arrived) / DAY)

    def legal(self, case):
        case.state = "delayed"
        self.level("delayed/legal", case, 1)
        try:
            yield self.env.timeout(round(self.luck.lognormal(15, 0.8) * DAY))
            after = route(self.luck, "legal", case.kind)
        except simpy.Interrupt:
            after = "lapsed"
        self.level("delayed/legal", case, -1)
        case.state = "moving"
        return after

    def work(self, case, stage):
        """From joining the queue of a stage to leaving the stage."""
        pool = POOL_OF[stage]
        _, hours, availability, shift_end = POOLS[pool]
        case.joined, case.begun = self.env.now, False
        case.left = round(effort(self.luck, stage, case.kind) / availability * HOUR)
        if stage == "screen" and case.kind == "other" and len(self.queue[stage]) > 25:
            called = yield from self.parked(case)
            if called == "lapsed":
                return "lapsed"
        while True:
            called = yield from self.waits(case, stage)
            if called != "start":
                return called
            start = self.env.now
            case.state = "in work"
            self.level(f"in_work/{stage}", case, 1)
            self.working[case] = (pool, start)
            if shift_end == "pause":
                until = hours.finish(start, case.left)
            elif shift_end == "finish":
                until = start + case.left
            else:
                until = min(start + case.left, hours.end_of_shift(start))
            yield self.env.timeout(until - start)
            case.left -= until - start if shift_end == "hand-over" else case.left
            del self.working[case]
            self.busy(pool, start, until)
            self.level(f"in_work/{stage}", case, -1)
            case.state = "moving"
            self.free[pool] += 1
            self.dispatch_soon()
            if case.left == 0:
                break
            self.count("interrupted", case.kind)
        self.count(f"completed/{stage}", case.kind)
        if case.doomed or (case.lapse is not None and case.lapse <= self.env.now):
            return "lapsed"
        return route(self.luck, stage, case.kind)

    def parked(self, case):
        case.state = "parked"
        case.turn = self.env.event()
        case.wait += 1
        self.lot.append(case)
        self.count("parkings", case.kind)
        self.level("parked/screen", case, 1)
        self.env.process(self.alarm(case, 20 * DAY, "released"))
        try:
            called = yield case.turn
        except simpy.Interrupt:
            called = "lapsed"
        self.lot.remove(case)
        self.level("parked/screen", case, -1)
        case.state = "moving"
        return called

    def waits(self, case, stage):
        case.state = "waiting"
        case.turn = self.env.event()
        case.wait += 1
        self.queue[stage].append(case)
        self.level(f"waiting/{stage}", case, 1)
        if stage == "screen" and case.kind == "other" and not case.begun:
            patience = self.luck.expovariate(1 / 12)
            self.env.process(self.alarm(case, round(patience * DAY), "dropped"))
        self.dispatch_soon()
        try:
            called = yield case.turn
        except simpy.Interrupt:
            called = "lapsed"
        if case in self.queue[stage]:
            self.queue[stage].remove(case)
        self.level(f"waiting/{stage}", case, -1)
        case.state = "moving"
        if called == "dropped":
            self.count("reneged", case.kind)
        if called == "start" and not case.begun:
            self.begin(case, stage)
        if called != "start":
            self.dispatch_soon()  # a shorter queue may bring others back
        return called

    def begin(self, case, stage):
        """The first start at a stage."""
        case.begun = True
        if stage == "examine":
            case.lapse = None  # the evidence is preserved
        if self.inside():
            wait = (self.env.now - case.joined) / DAY
            self.note(f"wait_mean/{stage}", case.kind, wait)
            self.count(f"started/{stage}", case.kind)
        if stage == "screen" and WARMUP <= case.arrived <= HORIZON - DAY:
            self.note_within(case, self.env.now - case.arrived <= DAY)

    def note_within(self, case, yes):
        self.note("share_within/read/24 h", case.kind, 1.0 if yes else 0.0)

    def alarm(self, case, after, words):
        """Calls a case after a time, if the same wait is still going on."""
        wait, turn = case.wait, case.turn
        yield self.env.timeout(after)
        if case.wait == wait and case.state in ("waiting", "parked") and not turn.triggered:
            turn.succeed(words)

    def lapses(self, case):
        yield self.env.timeout(case.lapse - self.env.now)
        if case.lapse is None:
            return
        if case.state in ("waiting", "parked") and not case.turn.triggered:
            case.process.interrupt()
        elif case.state == "delayed":
            case.process.interrupt()
        elif case.state == "in work":
            case.doomed = True

    # -- who is served -------------------------------------------------------------------------------------------

    def dispatch_soon(self):
        """Free members choose when all that happens at this moment has happened."""
        if not self.to_dispatch:
            self.to_dispatch = True
            event = self.env.event()
            event._ok, event._value = True, None
            event.callbacks.append(lambda _: self.dispatch())
            self.env.schedule(event, priority=LATER)

    def dispatch(self):
        self.to_dispatch = False
        for pool, (_, hours, _, _) in POOLS.items():
            if hours.on(self.env.now):
                while self.free[pool] > 0 and (chosen := self.choose(pool)):
                    stage, case = chosen
                    self.free[pool] -= 1
                    self.queue[stage].remove(case)
                    case.turn.succeed("start")
        lot = [case for case in self.lot if not case.turn.triggered]
        if len(self.queue["screen"]) < 10 and lot:
            # It comes back to the queue at once; the next one is looked at after it.
            min(lot, key=Case.key).turn.succeed("released")

    def choose(self, pool):
        """The first case of each stage; of these the most urgent, then the later stage, then the longest wait."""
        firsts = []
        for stage, of in POOL_OF.items():
            waiting = [case for case in self.queue[stage] if not case.turn.triggered]
            if of == pool and waiting:
                case = min(waiting, key=Case.key)
                firsts.append(((case.rank, -FILE_ORDER.index(stage), case.joined), stage, case))
        return min(firsts, key=lambda first: first[0])[1:] if firsts else None

    def shifts(self, pool):
        """Members come on shift."""
        hours = POOLS[pool][1]
        for day in range(HORIZON // DAY):
            if shift := hours.shift_of(day):
                yield self.env.timeout(shift[0] - self.env.now)
                self.dispatch_soon()

    # -- all of it -----------------------------------------------------------------------------------------------

    def run(self):
        for pool in POOLS:
            self.env.process(self.shifts(pool))
        self.env.process(self.reports())
        self.env.process(self.partners())
        self.env.run(until=HORIZON)
        for pool, start in self.working.values():
            self.busy(pool, start, HORIZON)
        return self.measures()

    def measures(self):
        rows = {}
        for kind in ["", *CLASSES]:
            for name in ["arrivals", "parkings", "reneged", "interrupted"]:
                rows[name, kind] = self.counts.get((name, kind), 0)
            for outcome in OUTCOMES:
                rows[f"ended_as/{outcome}", kind] = self.counts.get((f"ended_as/{outcome}", kind), 0)
            for stage in POOL_OF:
                rows[f"started/{stage}", kind] = self.counts.get((f"started/{stage}", kind), 0)
            rows["backlog_at_end", kind] = self.levels["backlog_mean", kind].value
        for stage in POOL_OF:
            days = (HORIZON - WARMUP) / DAY
            rows[f"throughput/{stage}", ""] = self.counts.get((f"completed/{stage}", ""), 0) / days
        for (name, kind), level in self.levels.items():
            rows[name, kind] = level.mean()
        for key, total in self.sums.items():
            rows[key] = total / self.squares[key]
        for pool, (members, hours, _, shift_end) in POOLS.items():
            there = members * hours.overlap(WARMUP, HORIZON)
            rows[f"utilization/{pool}", ""] = self.counts.get((f"busy/{pool}", ""), 0) / there
            if shift_end == "finish":
                rows[f"overtime_hours/{pool}", ""] = self.counts.get((f"overtime/{pool}", ""), 0) / HOUR
        return rows


def main():
    replications, seed = int(sys.argv[1]), int(sys.argv[2])
    print("replication,measure,class,value")
    for replication in range(replications):
        rows = Unit(Luck(f"{seed}/{replication}")).run()
        for (measure, kind), value in sorted(rows.items()):
            print(f"{replication},{measure},{kind},{value!r}")


if __name__ == "__main__":
    main()
