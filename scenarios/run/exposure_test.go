package run_test

import (
	"flag"
	"math"
	"os"
	"testing"

	"overshare/results"
	"overshare/scenarios/tables"
)

// exposureOf returns the tables on exposure of 3,000 people under every kind of regime.
func exposureOf(t *testing.T) *tables.Outcome {
	t.Helper()
	return execute(t, load(t, "overseas-flow", 3000,
		"sharing.regimes=[everyone, in-scope, pseudonymous, on-request, opt-in, none]"), 2)
}

var updateExposure = flag.Bool("update-exposure", false, "rewrite testdata/exposure.golden")

// The exposure tables of a small country, to the byte.
func TestExposureGolden(t *testing.T) {
	all := files(t, exposureOf(t))
	got := ""
	for _, name := range []string{"exposure", "exposure_totals", "exposure_window", "times_sent", "burden", "flows"} {
		got += "# " + name + "\n" + all[name]
	}
	const file = "testdata/exposure.golden"
	if *updateExposure {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	differ(t, file, got, string(want))
}

func whole(t *testing.T, table *results.Table, row int, column string) int64 {
	t.Helper()
	n, ok := table.Get(row, column).Int()
	if !ok {
		t.Fatalf("row %d: no %s", row, column)
	}
	return n
}

// countryScaled holds every number of a column to its fellow for the country.
func countryScaled(t *testing.T, table *results.Table, column string, scale float64) {
	t.Helper()
	if scale < 2 {
		t.Fatalf("one person stands for %v: the test wants a smaller country", scale)
	}
	sum := 0.0
	for r := range table.Len() {
		n, x := number(t, table.Get(r, column)), number(t, table.Get(r, "country_"+column))
		if math.Abs(x-float64(n*scale)) > 1e-9*x {
			t.Fatalf("%s, row %d: %s is %v, in the country %v, want %v", table.Name, r, column, n, x, n*scale)
		}
		sum += n
	}
	if sum == 0 {
		t.Errorf("%s: %s is nothing but zeros", table.Name, column)
	}
}

// The tables tell one story: parts add up to wholes, months to totals, groups to everybody, and nothing
// unnecessary is more than what was sent.
func TestExposureTablesAddUp(t *testing.T) {
	out := exposureOf(t)
	e, parts := table(t, out, "exposure_totals"), table(t, out, "exposure")
	times, burden, timeline := table(t, out, "times_sent"), table(t, out, "burden"), table(t, out, "timeline")
	type key struct{ regime, flow, scope string }
	rows := map[key]int{}
	for r := range e.Len() {
		rows[key{e.Get(r, "regime").String(), e.Get(r, "flow").String(), e.Get(r, "scope").String()}] = r
		for column, of := range map[string]string{"unnecessary_records": "records", "unnecessary_item_values": "item_values", "willing_records": "records", "person_days": "records"} {
			if whole(t, e, r, column) > whole(t, e, r, of) {
				t.Errorf("row %d: more %s than %s", r, column, of)
			}
		}
	}
	// A plain sum over exposure.csv is what crossed the border, and so is the sum of every level of the totals.
	for _, column := range []string{"records", "item_values", "bytes", "person_days", "unnecessary_records", "unnecessary_item_values", "willing_records"} {
		sum, levels := map[string]int64{}, map[key]int64{}
		for r := range parts.Len() {
			sum[parts.Get(r, "regime").String()] += whole(t, parts, r, column)
		}
		for r := range e.Len() {
			levels[key{e.Get(r, "regime").String(), e.Get(r, "level").String(), ""}] += whole(t, e, r, column)
		}
		for regime, n := range sum {
			for _, level := range []string{"flow", "scope", "part"} {
				if got := levels[key{regime, level, ""}]; got != n {
					t.Errorf("%s of %s: %d at level %s, the parts add up to %d", column, regime, got, level, n)
				}
			}
		}
	}
	// Counts of a smaller country stand beside what they are in the country.
	scale := number(t, e.Get(0, "country_people")) / number(t, e.Get(0, "people"))
	for column, in := range map[string]*results.Table{"live_people": timeline, "records": timeline, "cumulative_records": timeline} {
		countryScaled(t, in, column, scale)
	}
	for _, column := range []string{"people", "records", "out_of_scope_people", "unnecessary_records"} {
		countryScaled(t, burden, column, scale)
	}
	last, groups := map[key]int64{}, map[key]int64{}
	for r := range timeline.Len() {
		k := key{timeline.Get(r, "regime").String(), timeline.Get(r, "flow").String(), "all"}
		if last[k] += whole(t, timeline, r, "records"); last[k] != whole(t, timeline, r, "cumulative_records") {
			t.Errorf("%v: the months do not add up", k)
		}
	}
	for r := range burden.Len() {
		groups[key{burden.Get(r, "regime").String(), burden.Get(r, "flow").String(), burden.Get(r, "dimension").String()}] += whole(t, burden, r, "records")
	}
	for r := range times.Len() {
		k := key{times.Get(r, "regime").String(), times.Get(r, "flow").String(), "all"}
		n := whole(t, e, rows[k], "records")
		if last[k] != n {
			t.Errorf("%v: %d records, by months %d", k, n, last[k])
		}
		for _, by := range []string{"age", "sex", "region"} {
			if g := groups[key{k.regime, k.flow, by}]; g != n {
				t.Errorf("%v: %d records, by %s %d", k, n, by, g)
			}
		}
		if p := whole(t, e, rows[k], "people"); whole(t, times, r, "people") != p {
			t.Errorf("%v: people differ", k)
		}
	}
}

// Without overseas payments, with a flow of one day, or with nothing sent at all the tables are clean.
func TestExposureOfEmptyFlows(t *testing.T) {
	for _, sets := range [][]string{
		{"overseas.per_day=0"},
		{"sharing.bulk_days=[]", "sharing.daily_from=2024-05-21"},
		{"overseas.from=2024-05-21"},
		{"people.optional_yes=0"}, {"people.optional_yes=1"},
		{"platform.share_end=0"},
	} {
		out := execute(t, load(t, "overseas-flow", 600, sets...), 1)
		regimes := table(t, out, "frontier").Len()
		if n := table(t, out, "exposure").Len(); n != regimes*3*2 {
			t.Errorf("%v: %d rows", sets, n)
		}
	}
}

// The weeks after the last send hold all test bills, and without a score every week is a coin.
func TestStaleness(t *testing.T) {
	out := execute(t, load(t, "suspension-2024", 20_000, "evaluation.test_days=30", "processor.platform_history=false"), 2)
	s := table(t, out, "staleness")
	bills := int64(0)
	for r := range s.Len() {
		if s.Get(r, "regime").String() == "everyone" {
			bills += whole(t, s, r, "bills")
		} else if s.Get(r, "regime").String() == "none" && !s.Get(r, "auc").Empty() && number(t, s.Get(r, "auc")) != 0.5 {
			t.Errorf("row %d: AUC %v without a score", r, s.Get(r, "auc"))
		}
	}
	if d := table(t, out, "detection"); bills != whole(t, d, 0, "bills") || s.Len() != 3*6 {
		t.Errorf("%d bills in all weeks, %d tested; %d rows", bills, whole(t, d, 0, "bills"), s.Len())
	}
}
