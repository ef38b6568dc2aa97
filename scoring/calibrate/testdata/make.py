"""Makes the tables of this folder. See README.md."""
import csv

import numpy as np
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression
from statsmodels.stats.proportion import proportion_confint


def write(name, head, lines):
    with open(name, "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(head)
        out.writerows(lines)


def main():
    g = np.random.default_rng(20190627)
    n = 1500
    x = np.round(np.clip(g.normal(-2.5, 1.5, n), -9, 5) * 64) / 64      # centres of cells, with ties
    bad = (g.random(n) < 1 / (1 + np.exp(-(0.4 + 0.8 * x)))).astype(int)
    w = g.integers(1, 48, n) / 16
    write("rows.csv", ["log_odds", "bad", "weight"], [[repr(float(a)), b, c] for a, b, c in zip(x, bad, w)])
    at = np.arange(-10, 6.01, 0.25)
    lines = []
    for name, weight in [("plain", None), ("weighted", w)]:
        # scikit-learn minimises over 1/(1 + exp(a·x + b))
        a, b = _sigmoid_calibration(x, bad, sample_weight=weight)
        iso = IsotonicRegression(out_of_bounds="clip").fit(x, bad, sample_weight=weight)
        step = iso.predict(np.unique(x))
        for v, p in zip(at, 1 / (1 + np.exp(a * at + b))):
            lines.append([name, "platt", repr(float(v)), repr(float(p))])
        for v, p in zip(np.unique(x), step):
            lines.append([name, "isotonic", repr(float(v)), repr(float(p))])
    write("maps.csv", ["case", "method", "log_odds", "p"], lines)
    lines = []
    for k, m in [(0, 10), (1, 10), (10, 10), (3, 100), (500, 10_000), (1, 1), (29_970, 1_000_000)]:
        lo, hi = proportion_confint(k, m, method="wilson")
        lines.append([k, m, repr(float(lo)), repr(float(hi))])
    write("wilson.csv", ["k", "n", "low", "high"], lines)


main()
