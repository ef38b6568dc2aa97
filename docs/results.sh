#!/usr/bin/env bash
# Makes the results that README.md and METHOD.md quote, as small CSV files in docs/results, and the picture of the
# README. TestFiguresComeFromResults holds the texts against these files.
#
# Usage: docs/results.sh path/to/overshare [part...]
# Parts: headline shares gbdt facts mechanisms counterfactual studies epochs scenarios seeds privacy curve; all of them take about
# half an hour on two cores, the headline a few minutes. Part tables needs other programs and tables that are not here:
# scenarios/evaluate/peers/README.md says which; TABLES names their folder.
set -euo pipefail
overshare=$(realpath "$1")
shift
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

regimes=everyone,in-scope,in-scope-no-backfill,on-request,on-request-28,weekly,sample-10,in-scope-sample-50,consenting-in-scope,opt-in,minimised-4,banded,pseudonymous,local-dp-8,score-only,retain-14,none

run() { "$overshare" run --quiet --force --out "$work/run" "$@" >/dev/null; }
keep() { # keep name file... : as name-file
	local name=$1
	shift
	for file in "$@"; do cp "$work/run/$file.csv" "results/$name-$file.csv"; done
}
# take file columns condition: the cells of the named columns, comma after comma, where column=value holds
take() {
	awk -F, -v want="$2" -v where="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; n = split(want, w, " "); m = split(where, c, " "); next }
		{ for (j = 1; j <= m; j++) { split(c[j], kv, "="); if ($at[kv[1]] != kv[2]) next }
		  for (j = 1; j <= n; j++) printf ",%s", $at[w[j]] }' "$work/run/$1.csv"
}

headline() {
	run --regimes "$regimes" --find auc-0.01
	keep headline detection comparison exposure_totals frontier steps coverage economics
	cp "$work/run/frontier-scorecard.svg" frontier.svg
	shares
}
shares() { # what sentences of the README say as shares: from the headline's totals
	awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["level"] == "flow" && $at["flow"] == "score" && $at["scope"] == "all" { records[$at["regime"]] = $at["records"] }
		$at["level"] == "scope" && $at["flow"] == "score" && $at["scope"] == "out" { out[$at["regime"]] = $at["records"] }
		END {
			print "share,value"
			printf "records of everyone that are out of scope,%.6f\n", out["everyone"] / records["everyone"]
			printf "fewer records under in-scope than under everyone,%.6f\n", 1 - records["in-scope"] / records["everyone"]
		}' results/headline-exposure_totals.csv >results/headline-shares.csv
}
gbdt() {
	run --scorer scorecard,gbdt
	keep gbdt detection comparison
}
facts() {
	"$overshare" facts --held-out --quiet --force --out "$work/run" >/dev/null
	keep two-million facts stationarity records
}
mechanism() { # mechanism "what is changed" path=value...
	local what=$1 sets=()
	shift
	for s in "$@"; do sets+=(--set "$s"); done
	run --users 1e6 "${sets[@]}"
	{
		printf '"%s","%s"' "$what" "$*"
		take detection "bad bills value ci_low ci_high" "regime=everyone scorer=scorecard metric=auc" | awk -F, '{ printf ",%.6g,%s,%s,%s", $2 / $3, $4, $5, $6 }'
		take comparison "difference ci_low ci_high" "regime=in-scope scorer=scorecard metric=auc"
		echo
	} >>results/mechanisms.csv
}
mechanisms() {
	echo "world,set,bounce_rate,auc,auc_low,auc_high,difference,difference_low,difference_high" >results/mechanisms.csv
	mechanism "default"
	mechanism "no payment notices are answered" bills.notice_answers=0
	mechanism "automatic top-up always on" people.auto_topup=1
	mechanism "never on" people.auto_topup=0
	mechanism "covered debits never fail" bills.outage_rate=0 bills.bank_outages=0
	mechanism "nobody knows their balance: every doomed top-up is tried" wallet.awareness=0
	mechanism "no expense shocks, no late salaries" bank.shock_rate=0 bank.delay_rate=0
	mechanism "every month alike" bank.monthly_sigma=0
	mechanism "the bill comes the next day" bills.window_days=1
	mechanism "nobody lives from hand to mouth" people.hand_to_mouth=0
	mechanism "no second accounts" people.secondary=0
	mechanism "nobody learns from a bounce" bills.learn_leave=0 bills.learn_keep=0 bills.learn_auto=0
	mechanism "no bad actors" adversary.takeover_rate=0 adversary.mule_rate=0 adversary.abuser_share=0
	mechanism "friends are not alike" wallet.homophily=0
}
branch() { # branch "item-by-item charging" path=value...
	local what=$1 sets=()
	shift
	for s in "$@"; do sets+=(--set "$s"); done
	run --users 1e6 "${sets[@]}"
	{
		printf '"%s","%s"' "$what" "$*"
		take economics "bundled_share net_benefit_won ci_low ci_high bundle_all_won" "regime=everyone scorer=scorecard"
		echo
	} >>results/counterfactual.csv
}
counterfactual() {
	echo "charging,set,bundled_share,net_benefit_won,ci_low,ci_high,bundle_all_won" >results/counterfactual.csv
	branch "default"
	branch "never fails but for money" bills.item_outage=0 bills.item_abandon=0 bills.item_unit=1 bills.bank_outages=0
	branch "to the won, not in units" bills.item_unit=1
	branch "its debits never fail" bills.item_outage=0
	branch "its debits fail five times as often" bills.item_outage=0.02
	branch "nobody gives up" bills.item_abandon=0
	branch "one in twenty gives up" bills.item_abandon=0.05
	branch "one in ten gives up" bills.item_abandon=0.1
}
studies() {
	run --users 2e6 --studies channels,items,oracle
	keep two-million channels items item_sets oracle
}
epochs() {
	run --users 2e6 --studies epochs
	keep two-million epochs
}
scenarios() {
	run steelman --users 2e6
	keep steelman comparison
	run suspension-2024 --users 2e6
	keep suspension staleness
	run --users 1e6 --set processor.feedback=true
	keep one-million feedback
}
seeds() { # how far verdicts of few people can be trusted
	echo "people,seed,verdict,difference,ci_low,ci_high" >results/seeds.csv
	for people in 40000 100000 200000 400000; do
		for seed in 1 2 3 4 5 6 7 8; do
			run --users "$people" --seed "$seed" --set evaluation.verdict_bad_people=30
			{
				printf '%s,%s' "$people" "$seed"
				take comparison "verdict difference ci_low ci_high" "regime=in-scope scorer=scorecard metric=auc"
				echo
			} >>results/seeds.csv
		done
	done
}
point() { # point "what is varied" people "seeds" training calibration warm-up proxy-share
	local seed scorer
	for seed in $3; do
		run --users "$2" --seed "$seed" --scorer scorecard,gbdt --set "evaluation.train_days=$4" --set "evaluation.calibration_days=$5" \
			--set "evaluation.warmup_days=$6" --set "processor.proxy_share=$7"
		for scorer in scorecard gbdt; do
			{
				printf '"%s",%s,%s,%s,%s,%s,%s,%s' "$1" "$2" "$4" "$5" "$6" "$7" "$seed" "$scorer"
				take detection "value ci_low ci_high" "regime=everyone scorer=$scorer metric=auc"
				take detection "value ci_low ci_high" "regime=in-scope scorer=$scorer metric=auc"
				take comparison "difference ci_low ci_high" "regime=in-scope scorer=$scorer metric=auc"
				take detection "value" "regime=everyone scorer=$scorer metric=log_loss"
				take detection "value" "regime=everyone scorer=$scorer metric=calibration_intercept"
				echo
			} >>results/curve.csv
		done
	done
}
curve() { # how much is learnt from how many days and rows; a setting that stands in one group is not repeated in the others
	local n share two="2024 2025"
	echo "varied,people,train_days,calibration_days,warmup_days,proxy_share,seed,scorer,everyone,everyone_low,everyone_high,in_scope,in_scope_low,in_scope_high,difference,difference_low,difference_high,log_loss,calibration_intercept" >results/curve.csv
	for n in 14 28 42 84 126; do point "training days" 1000000 "$two" $n 14 36 0.25; done
	for n in 78 162; do point "warm-up days" 1000000 "$two" 42 14 $n 0.25; done
	for n in 7 10 28; do point "calibration days" 1000000 "$two" 84 $n 36 0.25; done
	for share in 0.125 0.5 1; do point "proxy share" 1000000 "$two" 84 14 36 $share; done
	for n in 42 84; do point "people" 4000000 2024 $n 14 $((120 - n)) 0.25; done
}
privacy() {
	"$overshare" reidentify --quiet --force --out "$work/run" >/dev/null
	keep country reidentification
	"$overshare" uniqueness --users 4e6 --quiet --force --out "$work/run" >/dev/null
	keep four-million uniqueness linkability unicity
}

tables() { # ours beside others on small public tables
	python3 ../scenarios/evaluate/peers/small.py --program "$overshare" --tables "$TABLES" --shuffles 10 \
		--peer ../scenarios/evaluate/peers/peers.csv --out results/small-tables.csv
}

for part in "${@:-headline gbdt facts mechanisms counterfactual studies epochs scenarios seeds privacy curve}"; do
	for p in $part; do "$p"; done
done
