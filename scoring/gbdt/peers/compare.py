"""Trains gbdt, scikit-learn and LightGBM on the same rows and prints AUC and seconds.

    pip install scikit-learn lightgbm
    python3 scoring/gbdt/peers/compare.py --rows 1000000 --rounds 3

Run it from the root of the repository. Rounds are interleaved: every round runs each program once, so
that a busy machine slows all of them; ratios are taken within a round. All use 2 threads, as many trees
(100) of 31 leaves, learning rate 0.1, no early stopping. Only training is timed, from rows in memory to a model.
gbdt gets coded rows, as in the program; the peers get float32 with NaN for missing and bin it
themselves, and LightGBM's time is given with and without that.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

THREADS = "2"
os.environ.setdefault("OMP_NUM_THREADS", THREADS)

import numpy as np
from sklearn.metrics import roc_auc_score


def as_floats(codes):
    x = codes.astype(np.float32)
    x[codes == 0] = np.nan
    return x


def run_gbdt(binary, folder, args):
    out = subprocess.run(
        [binary, "-test.run", "^TestPeer$", "-peer.dir", folder, "-peer.rows", str(args.rows),
         "-peer.trees", str(args.trees)],
        check=True, capture_output=True, text=True,
    ).stdout
    words = next(line for line in out.splitlines() if line.startswith("fit ")).split()
    return {"gbdt": float(words[1])}, float(words[3]), np.load(os.path.join(folder, "scores.npy"))


def run_sklearn(x, y, test, trees):
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(max_iter=trees, early_stopping=False)
    start = time.perf_counter()
    model.fit(x, y)
    fit = time.perf_counter() - start
    start = time.perf_counter()
    scores = model.decision_function(test)
    return {"scikit-learn": fit}, time.perf_counter() - start, scores


def run_lightgbm(x, y, test, trees, extra):
    import lightgbm

    params = {"objective": "binary", "num_leaves": 31, "learning_rate": 0.1, "max_bin": 255,
              "num_threads": int(THREADS), "verbosity": -1, **extra}
    start = time.perf_counter()
    rows = lightgbm.Dataset(x, y, params=params).construct()
    binned = time.perf_counter()
    model = lightgbm.train(params, rows, num_boost_round=trees)
    end = time.perf_counter()
    name = "lightgbm quantised" if extra else "lightgbm"
    scores = model.predict(test, raw_score=True)
    return {name: end - start, name + ", binned": end - binned}, time.perf_counter() - end, scores


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trees", type=int, default=100)
    parser.add_argument("--folder", help="where to put the rows, or to find those of an earlier run of as many rows")
    parser.add_argument("--quantised", action="store_true", help="LightGBM with quantised gradients too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or temporary
        binary = os.path.join(temporary, "gbdt.test")
        subprocess.run(["go", "test", "-c", "-o", binary, "./scoring/gbdt"], check=True)
        if not os.path.exists(os.path.join(folder, "train_codes.npy")):
            run_gbdt(binary, folder, args)  # writes the rows
        load = lambda name: np.load(os.path.join(folder, name + ".npy"))
        x, y = as_floats(load("train_codes")), load("train_bad")
        test, bad = as_floats(load("test_codes")), load("test_bad")
        print(f"{len(y)} rows, {x.shape[1]} features, {y.mean():.4f} bad", flush=True)
        programs = [
            lambda: run_gbdt(binary, folder, args),
            lambda: run_sklearn(x, y, test, args.trees),
            lambda: run_lightgbm(x, y, test, args.trees, {}),
        ]
        if args.quantised:
            extra = {"use_quantized_grad": True, "num_grad_quant_bins": 16, "quant_train_renew_leaf": True}
            programs.append(lambda: run_lightgbm(x, y, test, args.trees, extra))
        seconds, auc, predict = {}, {}, {}
        for _ in range(args.rounds):
            for run in programs:
                fits, took, scores = run()
                for name, fit in fits.items():
                    seconds.setdefault(name, []).append(fit)
                    auc[name] = roc_auc_score(bad, scores)
                    predict.setdefault(name, []).append(took)
                    print(f"  {name}: {fit:.2f} s", file=sys.stderr, flush=True)
    print("program | AUC | seconds, least | seconds, all | times gbdt, least of each | times gbdt, median of rounds"
          " | scoring 1e6 rows, least s")
    for name, all_ in seconds.items():
        ratio = statistics.median(s / g for s, g in zip(all_, seconds["gbdt"]))
        print(f"{name} | {auc[name]:.5f} | {min(all_):.2f} | {' '.join(f'{s:.2f}' for s in all_)}"
              f" | {min(all_) / min(seconds['gbdt']):.2f} | {ratio:.2f} | {min(predict[name]):.2f}")


if __name__ == "__main__":
    main()
