"""Compares two tables of replications: means by Welch's t test, spreads by the same test on distances from the median
(Brown and Forsythe, Journal of the American Statistical Association 69:364, 1974).

All tests together reject two equal programs with a probability of at most FAMILY (Bonferroni). Prints a table in
Markdown; exit code 1 where a test rejects.

    python3 compare.py ONE.csv OTHER.csv
"""

import csv
import statistics
import sys

FAMILY = 0.001

MEASURES = [
    # measure, classes
    ("arrivals", ["", "danger"]),
    ("wait_mean/screen", ["danger", "active", "other"]),
    ("wait_mean/examine", ["danger", "other"]),
    ("wait_mean/investigate", ["danger", "active", "other"]),
    ("wait_mean/report", ["danger", "active", "other"]),
    ("waiting/screen", ["", "other"]),
    ("waiting/examine", [""]),
    ("waiting/investigate", [""]),
    ("waiting/report", [""]),
    ("parked/screen", [""]),
    ("delayed/legal", [""]),
    ("in_work/screen", [""]),
    ("in_work/investigate", [""]),
    ("started/examine", ["", "danger"]),
    ("started/investigate", [""]),
    ("throughput/report", [""]),
    ("utilization/analyst", [""]),
    ("utilization/examiner", [""]),
    ("utilization/officer", [""]),
    ("overtime_hours/examiner", [""]),
    ("interrupted", [""]),
    ("reneged", [""]),
    ("parkings", [""]),
    ("ended_as/arrest", ["", "danger"]),
    ("ended_as/no-action", [""]),
    ("ended_as/dropped", [""]),
    ("ended_as/lapsed", ["", "other"]),
    ("share_within/read/24 h", ["danger"]),
    ("system_mean", ["", "danger"]),
    ("backlog_mean", [""]),
    ("backlog_at_end", [""]),
]


def read(path):
    """By measure and class: the values of the replications that gave one."""
    values = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            if row["value"] != "":
                values.setdefault((row["measure"], row["class"]), []).append(float(row["value"]))
    return values


def quantile(p, df):
    """Student's t: Abramowitz and Stegun 26.7.5, good to 1e-4 from 100 degrees of freedom on."""
    z = statistics.NormalDist().inv_cdf(p)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / df + second / df**2 + third / df**3


def welch(one, other):
    """The statistic and its degrees of freedom; nothing between equal constants."""
    a, b = statistics.variance(one) / len(one), statistics.variance(other) / len(other)
    difference = statistics.fmean(one) - statistics.fmean(other)
    if a + b == 0:
        return (0.0 if difference == 0 else float("inf")), 1e9
    df = (a + b) ** 2 / (a * a / (len(one) - 1) + b * b / (len(other) - 1))
    return difference / (a + b) ** 0.5, df


def from_median(values):
    middle = statistics.median(values)
    return [abs(value - middle) for value in values]


def main():
    here, there = read(sys.argv[1]), read(sys.argv[2])
    rows = [(measure, kind) for measure, kinds in MEASURES for kind in kinds]
    level = 1 - FAMILY / (2 * 2 * len(rows))
    bad = 0
    print("| measure | class | caseload | SimPy | difference, standard errors | spread, ratio | spread, standard errors |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for key in rows:
        one, other = here[key], there[key]
        tests = [welch(one, other), welch(from_median(one), from_median(other))]
        refused = [abs(t) > quantile(level, df) for t, df in tests]
        bad += sum(refused)
        ratio = statistics.stdev(one) / statistics.stdev(other)
        mark = " !" if any(refused) else ""
        print(
            f"| `{key[0]}` | {key[1]} | {statistics.fmean(one):.4g} | {statistics.fmean(other):.4g} "
            f"| {tests[0][0]:+.1f} | {ratio:.2f} | {tests[1][0]:+.1f}{mark} |"
        )
    most = quantile(level, 2 * len(here[rows[0]]) - 2)
    runs = len(here[rows[0]]), len(there[rows[0]])
    print(f"\n{len(rows)} means and {len(rows)} spreads of {runs[0]} and {runs[1]} replications; a test rejects beyond "
          f"{most:.2f} standard errors, one of them all in {1 / FAMILY:.0f} comparisons of equal programs.")
    print(f"{bad} rejected." if bad else "None is rejected: the two programs agree.")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
