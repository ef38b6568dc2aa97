#!/usr/bin/env bash
# Prints the table of METHOD.md, section 3: how the money of the decision depends on how well charging every
# purchase by itself would work. Usage: docs/counterfactual.sh path/to/overshare [people]
set -euo pipefail
overshare=$1 people=${2:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

row() { # row "item-by-item charging" path=value...
	local what=$1 sets=()
	shift
	for s in "$@"; do sets+=(--set "$s"); done
	"$overshare" run --users "$people" --quiet --force --out "$work/run" "${sets[@]}" >/dev/null 2>&1
	awk -F, -v what="$what" -v sets="$*" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
		$1 == "everyone" && $2 == "scorecard" { share = 100 * $at["bundled_share"]; net = $at["net_benefit_won"]; low = $at["ci_low"]; high = $at["ci_high"]; all = $at["bundle_all_won"] }
		END { printf "| %s | %s | %.0f %% | %.1f (%.1f to %.1f) | %.1f |\n", what, sets ? "`" sets "`" : "", share, net, low, high, all }
	' "$work/run/economics.csv"
}

echo "| item-by-item charging | set | bills bundled | won a bill from the score | won a bill from bundling all |"
echo "|---|---|---|---|---|"
row "default"
row "never fails but for money" bills.item_outage=0 bills.item_abandon=0 bills.item_unit=1 bills.bank_outages=0
row "to the won, not in units" bills.item_unit=1
row "its debits never fail" bills.item_outage=0
row "its debits fail five times as often" bills.item_outage=0.02
row "nobody gives up" bills.item_abandon=0
row "one in twenty gives up" bills.item_abandon=0.05
row "one in ten gives up" bills.item_abandon=0.1
