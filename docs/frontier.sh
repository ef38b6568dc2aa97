#!/usr/bin/env bash
# Draws docs/frontier.svg: nineteen regimes against each other, with what could be foreseen at all as a line.
# Usage: docs/frontier.sh path/to/overshare [people]; without people the whole country.
set -euo pipefail
overshare=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

regimes=everyone,opt-in,sample-25,in-scope,in-scope-no-backfill,retain-30,banded,pseudonymous,local-dp-4
regimes+=,minimised-6,minimised-3,only:balance_won,weekly,consenting-in-scope,in-scope-sample-25
regimes+=,on-request,on-request-28,score-only,none

"$overshare" run --quiet ${2:+--users "$2"} --regimes "$regimes" --studies oracle --out "$work/run"
cp "$work/run/frontier-scorecard.svg" "$(dirname "$0")/frontier.svg"
