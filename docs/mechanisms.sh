#!/usr/bin/env bash
# Prints the table of METHOD.md, section 8: what each mechanism does to the rate of bounces and to how well
# they can be foreseen. Usage: docs/mechanisms.sh path/to/overshare [people]
set -euo pipefail
overshare=$1 people=${2:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

row() { # row "what is changed" path=value...
	local what=$1 sets=()
	shift
	for s in "$@"; do sets+=(--set "$s"); done
	"$overshare" run --users "$people" --quiet --force --out "$work/run" "${sets[@]}" >/dev/null 2>&1
	awk -F, -v what="$what" -v sets="$*" '
		$1 == "everyone" && $3 == "auc" { auc = $4; low = $5; high = $6; rate = 100 * $9 / $8 }
		$1 == "in-scope" && $3 == "auc" { gap = auc - $4 }
		END { printf "| %s | %s | %.2f %% | %.3f (%.3f–%.3f) | %+.4f |\n", what, sets ? "`" sets "`" : "", rate, auc, low, high, -gap }
	' "$work/run/detection.csv"
}

echo "| world | set | bounces | AUC, everyone | in-scope minus everyone |"
echo "|---|---|---|---|---|"
row "default"
row "no payment notices are answered" bills.notice_answers=0
row "automatic top-up always on" people.auto_topup=1
row "never on" people.auto_topup=0
row "covered debits never fail" bills.outage_rate=0
row "nobody knows their balance: every doomed top-up is tried" wallet.awareness=0
row "no expense shocks, no late salaries" bank.shock_rate=0 bank.delay_rate=0
row "every month alike" bank.weather_sigma=0
row "the bill comes the next day" bills.window_days=1
row "nobody lives from hand to mouth" people.hand_to_mouth=0
row "no bad actors" adversary.takeover_rate=0 adversary.mule_rate=0 adversary.abuser_share=0
row "friends are not alike" wallet.homophily=0
