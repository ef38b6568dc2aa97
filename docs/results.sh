#!/usr/bin/env bash
# Makes the results that README.md and METHOD.md quote, as small CSV files in docs/results, and the picture of the
# README. TestFiguresComeFromResults holds the texts against these files.
#
# Usage: docs/results.sh path/to/overshare [part...]
# Parts: headline shares gbdt facts mechanisms counterfactual studies epochs scenarios seeds privacy curve; all of them take about
# half an hour on two cores, the headline a few minutes. By name alone: coverage (some hours; it goes on where it was
# stopped, see there), and tables, which needs other programs and tables that are not here:
# scenarios/evaluate/peers/README.md says which; TABLES names their folder; part peers needs LightGBM: docs/peers/README.md.
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
# How often intervals hold what they should, over seeds. PIECES says which runs: people:scorer:first seed-last seed. What a run gave is kept in
# COVERAGE, so that a part that was stopped goes on, and pieces can be made on several machines and put into one folder.
coverage() {
	local kept=${COVERAGE:-${TMPDIR:-/tmp}/overshare-coverage} piece people scorer seeds seed
	mkdir -p "$kept"
	for piece in ${PIECES:-40000:scorecard:1-200 100000:scorecard:1-200 100000:gbdt:1-200 1000000:scorecard:1-50 1000000:gbdt:1-50}; do
		IFS=: read -r people scorer seeds <<<"$piece"
		for seed in $(seq "${seeds%-*}" "${seeds#*-}"); do
			[[ -s "$kept/$people-$scorer-$seed" ]] && continue
			run --users "$people" --seed "$seed" --scorer "$scorer" --set evaluation.verdict_bad_people=30
			awk -F, -v people="$people" -v scorer="$scorer" '
				FNR == 1 { delete at; for (i = 1; i <= NF; i++) at[$i] = i; table = FILENAME; sub(/.*\//, "", table); sub(/.csv/, "", table); next }
				function row(kind, what, v, low, high, test, days, training, inner_low, inner_high) {
					if (v != "" && low != "") print people, scorer, $at["regime"], kind, what, v, low, high, test, days, training, inner_low, inner_high }
				table == "detection" && $at["scorer"] == scorer { row("value", $at["metric"], $at["value"], $at["ci_low"], $at["ci_high"], $at["se_test"], $at["se_days"], $at["se_training"]) }
				table == "comparison" { row("difference", $at["metric"], $at["difference"], $at["ci_low"], $at["ci_high"], $at["se_test"], $at["se_days"], $at["se_training"], $at["verdict_low"], $at["verdict_high"]) }
				table == "economics" && $at["scorer"] == scorer { row("value", "net_benefit_won", $at["net_benefit_won"], $at["ci_low"], $at["ci_high"])
					row("value", "over_blind_won", $at["over_blind_won"], $at["over_blind_won_low"], $at["over_blind_won_high"]) }
				' OFS=, "$work"/run/{detection,comparison,economics}.csv >"$work/piece"
			mv "$work/piece" "$kept/$people-$scorer-$seed"
		done
	done
	covered "$kept"
}
# covered folder: for every interval of every regime and scorer, over the seeds in the folder: the mean, what it scatters by, the root mean square of
# its standard error and of its parts, the share of intervals that hold the mean, the share that would if they held the luck of the test
# people alone, and how often a verdict would be false: "different" if there were no difference, and "equivalent" if the truth lay at
# the upper and the lower margin (the inner interval ends on the wrong side of the mean).
covered() {
	echo "people,scorer,regime,kind,measure,seeds,mean,sd,rms_se,rms_se_test,rms_se_days,rms_se_training,held_share,held_share_test_alone,false_different,false_equivalent_upper,false_equivalent_lower" >results/coverage.csv
	cat "$1"/* | awk -F, '
		{ k = $1 FS $2 FS $3 FS $4 FS $5; n[k]++; sum[k] += $6
		  v[k, n[k]] = $6; low[k, n[k]] = $7; high[k, n[k]] = $8; test[k, n[k]] = $9; il[k, n[k]] = $12; ih[k, n[k]] = $13
		  t2[k] += $9 * $9; d2[k] += $10 * $10; r2[k] += $11 * $11 }
		END { for (k in n) {
			m = sum[k] / n[k]; held = alone = up = down = judged = 0
			for (i = 1; i <= n[k]; i++) {
				held += low[k, i] <= m && m <= high[k, i]
				d = v[k, i] - m; scatter[k] += d * d; alone += d * d <= 1.96 * 1.96 * test[k, i] * test[k, i]
				if (il[k, i] != "") { judged++; up += ih[k, i] < m; down += il[k, i] > m }
			}
			printf "%s,%d,%.6g,%.4g", k, n[k], m, (n[k] > 1 ? sqrt(scatter[k] / (n[k] - 1)) : 0)
			if (t2[k] > 0) printf ",%.4g,%.4g,%.4g,%.4g", sqrt((t2[k] + d2[k] + r2[k]) / n[k]), sqrt(t2[k] / n[k]), sqrt(d2[k] / n[k]), sqrt(r2[k] / n[k]); else printf ",,,,"
			printf ",%.4f,%s", held / n[k], (t2[k] > 0 ? sprintf("%.4f", alone / n[k]) : "")
			if (judged) printf ",%.4f,%.4f,%.4f\n", 1 - held / n[k], up / judged, down / judged; else printf ",,,\n"
		} }' | sort -t, -k1,1n -k2,5 >>results/coverage.csv
}
point() { # point "what is varied" people "seeds" training calibration warm-up proxy-share
	local seed scorer
	for seed in $3; do
		run --users "$2" --seed "$seed" --scorer scorecard,gbdt --set "evaluation.train_days=$4" --set "evaluation.calibration_days=$5" \
			--set "evaluation.warmup_days=$6" --set "processor.proxy_share=$7" --set evaluation.training_draws=0
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
# How much is learnt from how many days and rows; intervals are of the test bills alone. A setting that stands in one group is not
# repeated in the others.
curve() {
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

peers() { # gbdt beside LightGBM on the features that the program exports: docs/peers/README.md
	local seed regime list=()
	for seed in 2024 2025; do
		for regime in everyone in-scope; do
			"$overshare" export features --users 1e6 --regime "$regime" --scorer gbdt --seed "$seed" --format parquet --quiet --out "$work/$regime-$seed"
			list+=("$regime=$seed=$work/$regime-$seed/features.parquet")
		done
	done
	"${PYTHON:-python3}" peers/beside_lightgbm.py --out results/lightgbm.csv "${list[@]}"
}
tables() { # ours beside others on small public tables
	python3 ../scenarios/evaluate/peers/small.py --program "$overshare" --tables "$TABLES" --shuffles 10 \
		--peer ../scenarios/evaluate/peers/peers.csv --out results/small-tables.csv
}

for part in "${@:-headline gbdt facts mechanisms counterfactual studies epochs scenarios seeds privacy curve}"; do
	for p in $part; do "$p"; done
done
