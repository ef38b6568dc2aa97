"""Trains LightGBM on the features that overshare exports and sets its AUC beside that of our gbdt.

See README.md in this folder for how the tables are made. Each table holds the bills of one seed and regime: coded
columns as a scorer reads them, their part in the study, and the probability that our scorer gave to test bills.

LightGBM has the same rows to learn from (role train), the same columns, and a search of the same size as
scoring/tune makes: the same six settings, three folds forward in time, early stopping within each training. With the
best setting the number of trees is found on the last tenth of the days, and as many are learnt from all training rows:
what our gbdt does too. Test bills are looked at once, at the end. The standard error of the difference is that of 100
bootstraps of people.
"""

import argparse
import csv
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "2")

import lightgbm
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

ROUNDS, PATIENCE = 400, 20
TUNE_ROWS = 1 << 17  # settings are compared on so many bills
GAP = 7  # days: bundles close within a week, so that outcomes of the last week were not known yet
# The settings of scoring/tune: rate, leaves, least hessian in a leaf, l2; the first are gbdt's defaults.
GRID = [(0.1, 31, 1, 1), (0.05, 8, 5, 1), (0.05, 16, 5, 1), (0.05, 16, 20, 10), (0.05, 31, 5, 10), (0.05, 63, 20, 10)]
KEYS = ["person", "ask_date", "role", "bounced", "probability", "seed", "scenario", "scenario_sha256"]


def params(setting):
    rate, leaves, hessian, l2 = setting
    return {"objective": "binary", "learning_rate": rate, "num_leaves": leaves, "min_sum_hessian_in_leaf": hessian,
            "lambda_l2": l2, "min_data_in_leaf": 1, "max_bin": 255, "num_threads": int(os.environ["OMP_NUM_THREADS"]),
            "verbosity": -1, "seed": 1, "deterministic": True}


def forward(day, k):
    """Folds as scoring/timefold.Forward makes them: k + 1 blocks of whole days of about equal size."""
    ordered = np.sort(day)
    starts = sorted({ordered[b * len(day) // (k + 1)] for b in range(k + 1)})
    for b in range(1, len(starts)):
        until = starts[b + 1] if b + 1 < len(starts) else day.max() + 1
        yield np.flatnonzero(day < starts[b] - GAP), np.flatnonzero((day >= starts[b]) & (day < until))


def stopped(setting, x, y, train, test):
    """Trains on some rows until the loss on others no longer falls; returns the number of trees and that loss."""
    fit = lightgbm.Dataset(x[train], y[train])
    model = lightgbm.train(params(setting), fit, ROUNDS, valid_sets=[lightgbm.Dataset(x[test], y[test], reference=fit)],
                           callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)])
    return model.best_iteration, model.best_score["valid_0"]["binary_logloss"]


def tuned(x, y, day):
    """Returns the setting of the least mean loss on the folds, of at most TUNE_ROWS bills."""
    some = np.random.default_rng(1).permutation(len(y))[:TUNE_ROWS]
    x, y, day = x[some], y[some], day[some]
    best = (np.inf, None)
    for setting in GRID:
        loss, rows = 0.0, 0
        for train, test in forward(day, 3):
            loss += len(test) * stopped(setting, x, y, train, test)[1]
            rows += len(test)
        print(f"    {setting}: loss {loss / rows:.5f}", file=sys.stderr, flush=True)
        best = min(best, (loss / rows, setting))
    return best[1]


def difference_error(y, ours, theirs, person, times=100):
    """Bootstrap of people, with a fixed seed."""
    draw = np.random.default_rng(2024)
    _, of = np.unique(person, return_inverse=True)
    found = []
    for _ in range(times):
        weight = np.bincount(draw.integers(0, of.max() + 1, of.max() + 1), minlength=of.max() + 1)[of]
        found.append(roc_auc_score(y, ours, sample_weight=weight) - roc_auc_score(y, theirs, sample_weight=weight))
    return float(np.std(found, ddof=1))


def compare(path, leave):
    table = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)
    columns = [c for c in table.columns if c not in KEYS and c not in leave]
    x, y = table[columns].to_numpy(np.float32), table["bounced"].to_numpy().astype(int)
    day = pd.to_datetime(table["ask_date"]).to_numpy().astype("datetime64[D]").astype(int)
    train, test = (table["role"] == "train").to_numpy(), (table["role"] == "test").to_numpy()
    setting = tuned(x[train], y[train], day[train])
    until = np.sort(day[train])[-(train.sum() // 10)]
    trees, _ = stopped(setting, x, y, train & (day < until), train & (day >= until))
    model = lightgbm.train(params(setting), lightgbm.Dataset(x[train], y[train]), trees)
    theirs, ours = model.predict(x[test], raw_score=True), table["probability"].to_numpy()[test]
    a, b = roc_auc_score(y[test], ours), roc_auc_score(y[test], theirs)
    return {"train_bills": int(train.sum()), "train_bad": int(y[train].sum()), "test_bills": int(test.sum()), "gbdt_auc": a,
            "lightgbm_auc": b, "difference": a - b,
            "difference_se": difference_error(y[test], ours, theirs, table["person"].to_numpy()[test]),
            "lightgbm_setting": " ".join(str(v) for v in setting), "lightgbm_trees": trees}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="+", help="regime=seed=path of a features table, CSV or Parquet")
    parser.add_argument("--leave", default="", help="columns to leave out, as a,b")
    parser.add_argument("--out", help="CSV to write; the same is printed")
    args = parser.parse_args()
    rows = []
    for named in args.tables:
        regime, seed, path = named.split("=", 2)
        rows.append({"regime": regime, "seed": seed, **compare(path, set(args.leave.split(",")))})
        print(rows[-1], flush=True)
    if args.out:
        with open(args.out, "w", newline="") as f:
            w = csv.DictWriter(f, rows[0].keys(), lineterminator="\n")
            w.writeheader()
            w.writerows({k: f"{v:.6f}" if isinstance(v, float) else v for k, v in row.items()} for row in rows)


if __name__ == "__main__":
    main()
