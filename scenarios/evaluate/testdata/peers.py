# python3 peers.py > sklearn.csv
# The same scores measured by scikit-learn.
import csv
from sklearn.metrics import roc_auc_score, average_precision_score, brier_score_loss
rows = list(csv.DictReader(open("scores.csv")))
y = [r["bad"] == "true" for r in rows]
print("regime,scorer,auc,pr_auc,brier")
for scorer in ("scorecard", "gbdt"):
    for regime in ("everyone", "in_scope"):
        p = [float(r[f"p_{regime}_{scorer}"]) for r in rows]
        print(regime.replace("_", "-"), scorer, *(format(f(y, p), ".15g") for f in (roc_auc_score, average_precision_score, brier_score_loss)), sep=",")
