# Makes input.csv and the scikit-learn half of expected.csv. Run: python make_tables.py <folder>
# Scores are multiples of 1/4096 and so exact in 32 bits; weights are multiples of 1/4.
import csv, sys
import numpy as np
from scipy.stats import ks_2samp
from sklearn.metrics import (average_precision_score, brier_score_loss, log_loss, roc_auc_score, roc_curve)

folder = sys.argv[1]
rng = np.random.default_rng(20240521)

def table(name, n, bad_rate, steps, signal, people):
    bad = (rng.random(n) < bad_rate).astype(int)
    person = rng.integers(0, people, n)
    taste = rng.normal(size=people)[person] * 0.7
    base = -2 + signal * bad + taste
    a = 1 / (1 + np.exp(-(base + rng.normal(size=n))))
    b = 1 / (1 + np.exp(-(0.8 * base + rng.normal(size=n))))
    q = lambda x: np.clip(np.round(x * steps), 1, steps - 1) / steps
    w = rng.integers(1, 13, n) / 4
    return name, bad, q(a), q(b), w, person

tables = [
    table("smooth", 400, 0.20, 4096, 1.2, 150),
    table("ties", 300, 0.30, 16, 0.8, 100),
    table("heavy_ties", 120, 0.40, 4, 0.3, 40),
    table("rare", 1000, 0.02, 4096, 1.5, 400),
    table("weak", 250, 0.50, 64, 0.0, 90),
    table("small", 12, 0.40, 8, 1.0, 6),
]
n = 60  # perfectly separated; constant; reversed
bad = np.array([1] * 20 + [0] * 40)
up = np.where(bad == 1, 0.75, 0.25) + np.arange(n) / 4096
tables.append(("separated", bad, up, np.full(n, 0.5), np.ones(n), np.arange(n) // 2))
tables.append(("all_good", np.zeros(30, int), np.arange(1, 31) / 64, np.full(30, 0.25), np.ones(30), np.arange(30)))
tables.append(("all_bad", np.ones(30, int), np.arange(1, 31) / 64, np.full(30, 0.25), np.ones(30), np.arange(30)))

with open(folder + "/input.csv", "w", newline="") as f:
    out = csv.writer(f, lineterminator="\n")
    out.writerow(["table", "bad", "a", "b", "weight", "person"])
    for name, bad, a, b, w, person in tables:
        for row in zip(bad, a, b, w, person):
            out.writerow([name] + [repr(x.item()) for x in row])

def recall_at(bad, s, w, limit):
    # roc_curve without dropping points, interpolated from the last point whose rate does not exceed the limit
    fpr, tpr, _ = roc_curve(bad, s, sample_weight=w, drop_intermediate=False)
    i = np.searchsorted(fpr, limit, side="right") - 1
    if i + 1 == len(fpr):
        return tpr[i]
    return tpr[i] + (tpr[i + 1] - tpr[i]) * (limit - fpr[i]) / (fpr[i + 1] - fpr[i])

with open(folder + "/sklearn.csv", "w", newline="") as f:
    out = csv.writer(f, lineterminator="\n")
    out.writerow(["table", "score", "weighted", "quantity", "value"])
    for name, bad, a, b, weight, person in tables:
        for label, s in (("a", a), ("b", b)):
            for weighted in (0, 1):
                w = weight if weighted else None
                put = lambda k, v: out.writerow([name, label, weighted, k, repr(float(v))])
                put("brier", brier_score_loss(bad, s, sample_weight=w))
                put("log_loss", log_loss(bad, s, sample_weight=w, labels=[0, 1]))
                if bad.min() == bad.max():
                    continue
                put("auc", roc_auc_score(bad, s, sample_weight=w))
                put("pr_auc", average_precision_score(bad, s, sample_weight=w))
                put("recall_1", recall_at(bad, s, w, 0.01))
                put("recall_5", recall_at(bad, s, w, 0.05))
                put("partial_10", roc_auc_score(bad, s, sample_weight=w, max_fpr=0.1))
                if not weighted:
                    put("ks", ks_2samp(s[bad == 1], s[bad == 0]).statistic)
