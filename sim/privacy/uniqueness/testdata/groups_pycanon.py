# Counts of groups by pyCANON, and the smallest group by its k-anonymity. See README.md.
import pandas as pd
from pycanon import anonymity
from pycanon.anonymity.utils import aux_anonymity

x = pd.read_csv("records.csv")
profile = ["sign_up_date", "id_verified", "linked_banks", "linked_cards"]
counts = ["topups_7d", "payments_7d", "remittances_7d", "withdrawals_7d", "card_payments_7d"]
amounts = ["payment_amount_7d_won", "topup_amount_7d_won", "remittance_amount_7d_won"]
sets = {
    "sign-up-date": ["sign_up_date"], "profile": profile, "counts": counts, "balance": ["balance_won"],
    "profile-counts": profile + counts, "profile-balance": profile + ["balance_won"],
    "profile-counts-balance": profile + counts + ["balance_won"],
    "profile-counts-balance-amounts": profile + counts + ["balance_won"] + amounts,
    "named": ["sign_up_date", "tenure_days", "id_verified", "balance_won"] + counts,
    "behaviour": [n for n in x.columns if n != "in_scope"],
}


def coarsen(x, count, won, idle, month):
    y = x.copy()
    cut = lambda v, edges: sum((v >= e).astype(int) for e in edges)
    for n in counts + ["received_7d", "failed_topups_7d"]:
        y[n] = cut(x[n], count)
    for n in amounts + ["balance_won"]:
        y[n] = cut(x[n], won)
    y["idle_days"] = cut(x["idle_days"], idle)
    day = pd.to_datetime(x["sign_up_date"], unit="D")
    y["sign_up_date"] = day.dt.year * 100 + (day.dt.month if month else 0)
    y["tenure_days"] = 0
    return y


data = {
    "exact": x,
    "banded": coarsen(x, [1, 2, 4, 8, 16, 32, 64, 128],
                      [1, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6], [1, 2, 4, 7, 14, 30, 90], True),
    "coarse": coarsen(x, [1], [1, 1e4, 1e5], [7, 30, 90], False),
}
rows = []
for p, y in data.items():
    for whose in ["everyone", "in-scope"]:
        z = (y if whose == "everyone" else y[y["in_scope"] == 1]).reset_index(drop=True)
        for name, items in sets.items():
            size = [len(c) for c in aux_anonymity.get_equiv_class(z, items)]
            assert min(size) == anonymity.k_anonymity(z, items)
            rows.append([whose, name, p, len(z), len(size)] + [sum(n for n in size if n <= k) for k in (1, 2, 5, 10)])
pd.DataFrame(rows, columns=["regime", "items", "precision", "people", "groups", "alone", "at_most_2", "at_most_5",
                            "at_most_10"]).to_csv("pycanon.csv", index=False)
