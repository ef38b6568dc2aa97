"""Makes the tables of this folder. See README.md."""
import csv
import itertools

import numpy as np
from optbinning import OptimalBinning
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
import statsmodels.api as sm

NAMES = ["level31", "level12", "suppressor", "noise"]
LEVELS = [31, 12, 20, 9]
# case, weighted, trend per feature
CASES = [("free", False, None), ("rising", False, "ascending"), ("falling", False, "descending"),
         ("weighted", True, None)]


def rows():
    g = np.random.default_rng(20240522)
    n = 4000
    a, b, c, e = g.random(n), g.random(n), g.random(n), g.random(n)
    eta = -2.6 + 2.2 * (a - 0.5) + 1.4 * np.sin(5 * b)
    mix = 0.75 * a + 0.25 * c                    # says what a says, but c itself counts the other way
    eta -= 1.5 * (c - 0.5)
    x = np.stack([1 + np.floor(a * 31), 1 + np.floor(b * 12), 1 + np.floor(mix * 20), 1 + np.floor(e * 9)], 1)
    missing = g.random((n, 4)) < [0.0, 0.15, 0.05, 0.0]
    x[missing] = 0
    bad = g.random(n) < 1 / (1 + np.exp(-eta))
    weight = g.integers(4, 33, n) / 16
    return x.astype(int), bad.astype(int), weight


def binning(x, bad, trend, weight):
    """Cuts, and WoE with the sign of this program, per bin with the missing bin first."""
    levels = np.unique(x[x > 0])
    splits = (levels[:-1] + levels[1:]) / 2
    v = x.astype(float)
    v[x == 0] = np.nan
    o = OptimalBinning(solver="cp", monotonic_trend=trend, user_splits=splits, max_n_bins=5,
                       min_bin_size=0.05, min_bin_n_event=10, min_bin_n_nonevent=1, time_limit=600,
                       mip_solver="bop")
    o.fit(v, bad, sample_weight=weight) if weight is not None else o.fit(v, bad)
    assert o.status == "OPTIMAL", o.status
    cuts = [int(np.ceil(s)) for s in o.splits]   # first code of every bin but the first
    t = o.binning_table.build(add_totals=False)
    return cuts, t


def brute(x, bad, trend):
    """Every partition of few levels under the same constraints: the cuts of the best one."""
    levels = np.unique(x[x > 0])
    best, found = -1.0, None
    for size in range(5):
        for cuts in itertools.combinations(levels[1:], size):
            which = np.where(x == 0, 0, 1 + np.searchsorted(cuts, x, side="right"))
            rows = np.bincount(which, minlength=size + 2)[1:]
            bads = np.bincount(which, bad, minlength=size + 2)[1:]
            rate = bads / rows
            if rows.min() < 0.05 * len(x) or bads.min() < 10 or (bads == rows).any():
                continue
            if trend == "ascending" and (np.diff(rate) < 0).any() or trend == "descending" and (np.diff(rate) > 0).any():
                continue
            iv = sum(woe_of(x, bad, None, cuts)[2].values())
            if iv > best + 1e-12:
                best, found = iv, [int(c) for c in cuts]
    return found, best


def woe_of(x, bad, weight, cuts):
    w = np.ones(len(x)) if weight is None else weight
    which = np.where(x == 0, 0, 1 + np.searchsorted(cuts, x, side="right"))
    out, iv = {}, {}
    for k in range(len(cuts) + 2):
        m = which == k
        if not m.any():
            out[k], iv[k] = 0.0, 0.0
            continue
        pb = w[m & (bad == 1)].sum() / w[bad == 1].sum()
        pg = w[m & (bad == 0)].sum() / w[bad == 0].sum()
        out[k] = np.log(pb / pg)
        iv[k] = (pb - pg) * out[k]
    return which, out, iv


def constrained(z, bad, w):
    """Ridge 1, coefficients from 0 up: bounded quasi-Newton, then scikit-learn on the positive ones."""
    def f(b):
        eta = b[0] + z @ b[1:]
        p = 1 / (1 + np.exp(-eta))
        return (np.sum(w * (np.logaddexp(0, eta) - bad * eta)) + 0.5 * np.sum(b[1:] ** 2),
                np.concatenate([[np.sum(w * (p - bad))], z.T @ (w * (p - bad)) + b[1:]]))
    r = minimize(f, np.zeros(z.shape[1] + 1), jac=True, method="L-BFGS-B",
                 bounds=[(None, None)] + [(0, None)] * z.shape[1], options=dict(maxiter=10000, ftol=1e-16, gtol=1e-9))
    keep = r.x[1:] > 1e-7
    m = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-14, max_iter=1000)
    m.fit(z[:, keep], bad, sample_weight=w)
    beta = np.zeros(z.shape[1] + 1)
    beta[0], beta[1:][keep] = m.intercept_[0], m.coef_[0]
    assert np.abs(beta - r.x).max() < 1e-4, (beta, r.x)
    g = f(beta)[1]
    assert (g[1:][~keep] >= 0).all(), "dropped features must make the fit worse"
    # third opinion, without the penalty
    bare = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-14, max_iter=1000)
    bare.fit(z[:, keep], bad, sample_weight=w)
    glm = sm.GLM(bad, sm.add_constant(z[:, keep]), family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-12)
    assert np.abs(glm.params[1:] - bare.coef_[0]).max() < 1e-6, (glm.params, bare.coef_)
    return beta


def main():
    x, bad, weight = rows()
    with open("rows.csv", "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(NAMES + ["bad", "weight"])
        for i in range(len(bad)):
            out.writerow([*x[i], bad[i], weight[i]])
    bins, coef = [], []
    for case, weighted, trend in CASES:
        w = weight if weighted else None
        z = np.zeros(x.shape)
        for j, name in enumerate(NAMES):
            # optbinning has no optimum for fractional weights: the weighted case keeps the free cuts
            cuts, table = binning(x[:, j], bad, trend, None)
            which, woe, iv = woe_of(x[:, j], bad, w, cuts)
            if len(np.unique(x[:, j])) <= 13 and w is None and brute(x[:, j], bad, trend)[0] != cuts:
                better, top = brute(x[:, j], bad, trend)
                print(f"{case} {name}: optbinning's {cuts} has IV {sum(iv.values()):.6f}, {better} has {top:.6f}")
                assert top > sum(iv.values())
                cuts = better
                which, woe, iv = woe_of(x[:, j], bad, w, cuts)
            if w is None and len(cuts) + 1 == len(table) - 2:
                theirs = [-float(v) for v in table["WoE"][: len(cuts) + 1]]
                assert np.allclose(theirs, [woe[k + 1] for k in range(len(cuts) + 1)], atol=1e-9)
            for k in woe:
                first = 0 if k == 0 else 1 if k == 1 else cuts[k - 2]
                bins.append([case, name, first, repr(float(woe[k])), repr(float(iv[k]))])
            z[:, j] = [woe[k] for k in which]
        beta = constrained(z, bad, np.ones(len(bad)) if w is None else w)
        coef += [[case, n, repr(float(b))] for n, b in zip(["intercept"] + NAMES, beta)]
    for name, head, lines in [("bins.csv", ["case", "feature", "first", "woe", "iv"], bins),
                              ("coefficients.csv", ["case", "feature", "coefficient"], coef)]:
        with open(name, "w", newline="") as f:
            out = csv.writer(f, lineterminator="\n")
            out.writerow(head)
            out.writerows(lines)


main()
