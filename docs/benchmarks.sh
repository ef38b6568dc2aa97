#!/usr/bin/env bash
# Measures what BENCHMARKS.md quotes, writes docs/results/benchmarks.csv and puts its rows into the table of BENCHMARKS.md.
#
# Usage: docs/benchmarks.sh [--full] [--rounds N] [--table]
# A few minutes on two idle cores; --full adds runs of the whole country. What takes a whole country keeps its rows
# until --full measures it again. Times are processor time of the process, so that what else the machine does matters
# little; each figure is the median of N rounds (3), taken in turns.
set -euo pipefail
full= table= rounds=3
while [ $# -gt 0 ]; do
	case $1 in
	--full) full=yes ;;
	--table) table=yes ;; # measures nothing
	--rounds) rounds=$2 && shift ;;
	*) echo "usage: docs/benchmarks.sh [--full] [--rounds N] [--table]" >&2 && exit 2 ;;
	esac
	shift
done
cd "$(dirname "$0")/.."
out=docs/results/benchmarks.csv

# write_table puts the rows between the marks of BENCHMARKS.md.
write_table() {
	local page=BENCHMARKS.md
	awk -F, -v file="$out" '
		function shown(x) { return x == "" ? "" : x >= 1000 ? sprintf("%.0f", x) : x }
		/^<!-- figures: benchmarks.csv -->/ {
			print
			print "| what | measured | times | of | budget |"
			print "|---|---|---|---|---|"
			getline line <file
			while ((getline line <file) > 0) {
				split(line, c, ",")
				budget = c[7] == "" ? "" : (c[8] == "ratio" ? shown(c[7]) " times" : shown(c[7]) " " c[3]) ((c[8] == "ratio" ? c[4] : c[2]) + 0 <= c[7] + 0 ? ", met" : ", **not met**")
				printf "| %s | %s %s | %s | %s | %s |\n", c[1], shown(c[2]), c[3], c[4], c[6], budget
			}
			within = 1
			next
		}
		/^<!-- end figures -->/ { within = 0 }
		!within { print }' "$page" >"$page.new"
	mv "$page.new" "$page"
}
if [ -n "$table" ]; then
	write_table
	exit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$work/overshare" ./cmd/overshare
go test -c -o "$work/ledger" ./sim/ledger
go test -c -o "$work/study" ./scenarios/study
rows=$work/rows

median() { sort -g | awk '{ x[NR] = $1 } END { print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'; }
# row name unit against [budget [value|ratio]]: the median of the numbers on standard input; against is a row that came
# before, for the ratio; budget is the most that the value, or the ratio, is to be
row() {
	local value ratio=
	value=$(median)
	[ -z "$3" ] || ratio=$(awk -F, -v name="$3" -v x="$value" '$1 == name { printf "%.4g", x / $2 }' "$rows")
	printf '%s,%.5g,%s,%s,%s,%s,%s,%s\n' "$1" "$value" "$2" "$ratio" "$rounds" "$3" "${4-}" "${4:+${5-value}}" >>"$rows"
}
# spent command...: user and system seconds, and the most memory in MiB
spent() { /usr/bin/time -q -f '%U %S %M' -o "$work/time" "$@" >"$work/said" 2>&1 && awk '{ print $1 + $2, $3 / 1024 }' "$work/time"; }
# each program benchmark few many: nanoseconds of one iteration, from runs of few and of many, without what prepares them
each() {
	local a b
	a=$(cd "$(dirname "$5")" && spent "$1" -test.run xxx -test.bench "$2" -test.cpu 1 -test.benchtime "${3}x")
	b=$(cd "$(dirname "$5")" && spent "$1" -test.run xxx -test.bench "$2" -test.cpu 1 -test.benchtime "${4}x")
	awk -v a="${a% *}" -v b="${b% *}" -v n=$(($4 - $3)) 'BEGIN { print (b - a) / n * 1e9 }'
}

generation() { # one core, nobody watching
	for ((r = 0; r < rounds; r++)); do
		for people in 1000000 40450000 1000000000; do
			each "$work/ledger" "Blocks\$/people=$people\$" 200 2000 sim/ledger/x | awk '{ print $1 / 512 }' >>"$work/people-$people"
			awk '{ for (i = 2; i <= NF; i++) { if ($i == "tx/s") tx = $(i - 1); if ($i == "people/s") p = $(i - 1); if ($i == "B/person") print $(i - 1) >>bytes } }
				p { print tx / p }' bytes="$work/bytes-$people" "$work/said" >>"$work/tx-$people"
		done
	done
	row "generation: country of a million" "ns/person" "" <"$work/people-1000000"
	row "generation: the country" "ns/person" "generation: country of a million" <"$work/people-40450000"
	row "generation: country of a thousand million" "ns/person" "generation: country of a million" 1.1 ratio <"$work/people-1000000000"
	row "transactions a person" "" "" <"$work/tx-40450000"
	row "allocated while generating" "B/person" "" <"$work/bytes-40450000"
	paste "$work/people-40450000" "$work/tx-40450000" | awk '{ print $2 / $1 * 1e3 }' | row "generation: one core" "transactions/us" ""
}
collect() { # the simulation with regimes, 100,000 people, one worker
	for ((r = 0; r < rounds; r++)); do
		for regimes in 2 all; do
			local name="regimes=2\$"
			[ "$regimes" = 2 ] || name="regimes=[1-9][0-9]\$"
			each "$work/study" "Collect\$/$name" 1 4 scenarios/study/x | awk '{ print $1 / 1e5 }' >>"$work/collect-$regimes"
		done
	done
	row "living through the world: 2 regimes" "ns/person" "" <"$work/collect-2"
	row "living through the world: every built-in regime" "ns/person" "living through the world: 2 regimes" 1.15 ratio <"$work/collect-all"
}
# whole name against seconds MiB flags...: processor time and most memory of a whole run, with their budgets
whole() {
	local name=$1 against=$2 seconds=$3 memory=$4
	shift 4
	for ((r = 0; r < rounds; r++)); do spent "$work/overshare" run --quiet --force --out "$work/run" "$@"; done >"$work/whole"
	cut -d' ' -f1 "$work/whole" | row "$name" "s" "$against" $seconds
	cut -d' ' -f2 "$work/whole" | row "$name: most memory" "MiB" "${against:+$against: most memory}" $memory
}
seventeen=$(sed -n 's/^regimes=//p' docs/results.sh)

: >"$rows"
generation
collect
whole "run of a million people" "" 6 "" --users 1e6
whole "run of a million people: 17 regimes" "run of a million people" "" "" --users 1e6 --regimes "$seventeen"
whole "run of three million people" "run of a million people" "" "" --users 3e6
stat -c %s "$work/overshare" | awk '{ print $1 / 1e6 }' | row "stripped static binary" "MB" "" 20
[ ! -r /proc/loadavg ] || cut -d' ' -f2 /proc/loadavg | row "processes that wanted the processor meanwhile" "" ""
if [ -n "$full" ]; then
	whole "run of the country" "run of a million people" 180 4096
	whole "run of the country: 17 regimes" "run of the country" "" 8192 --regimes "$seventeen"
elif [ -f "$out" ]; then
	grep '^run of the country' "$out" >>"$rows" || true
fi
{
	echo "name,value,unit,ratio,rounds,against,budget,budget_of"
	cat "$rows"
} >"$work/benchmarks.csv"
mv "$work/benchmarks.csv" "$out"
write_table
