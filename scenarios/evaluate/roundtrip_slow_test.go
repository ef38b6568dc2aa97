//go:build slow

package evaluate

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"overshare/results"
	"overshare/scenarios"
	scenariorun "overshare/scenarios/run"
	"overshare/scenarios/study"
	"overshare/scenarios/tables"
	"overshare/scoring/features"
)

var update = flag.Bool("update", false, "write testdata again")

// world is a simulated run as a table: every record whose outcome is known to who holds everybody's, with the codes
// of the person's own records and whether a top-up or debit failed in the following week. That outcome exists for
// people in and out of scope alike; the bills of the platform are of people in scope only, so that on them there
// would be nothing to compare.
func world(t *testing.T, users string, columns []string) (header []string, rows [][]string, found *tables.Outcome) {
	t.Helper()
	s, err := scenarios.Load("kakaopay-2024", scenarios.Set("run.users="+users), scenarios.Set("sharing.regimes=[everyone, in-scope]"),
		scenarios.Set("evaluation.margin_auc=0.02"), scenarios.Set("processor.proxy_share=1"))
	if err != nil {
		t.Fatal(err)
	}
	found, err = scenariorun.Execute(context.Background(), s, study.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	p, err := study.NewPlan(s)
	if err != nil {
		t.Fatal(err)
	}
	sample, err := p.Collect(context.Background(), 2, func(string, int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	header = []string{"failed", "in_scope", "night", "person"}
	var take []int
	for k, f := range features.Columns()[:features.NumOwn] {
		if columns == nil || slices.Contains(columns, f.Name) {
			header, take = append(header, f.Name), append(take, k)
		}
	}
	seen := len(sample.Probes[0].Seen) / max(sample.Probes[0].Len(), 1) / 2
	add := func(r *study.Rows, i int, scope string) {
		if r.State[i] == 0 {
			return
		}
		row := []string{digit(r.State[i] == 2), scope, strconv.Itoa(int(r.Day[i])), strconv.Itoa(int(r.Person[i]))}
		for _, k := range take {
			code := ""
			if c := r.Own[i*features.NumOwn+k]; c != 0 {
				code = strconv.Itoa(int(c))
			}
			row = append(row, code)
		}
		rows = append(rows, row)
	}
	for _, r := range sample.Probes {
		for i := range r.Len() {
			add(r, i, digit(r.Seen[(2*i+1)*seen]&1 == 1)) // sent under in-scope that night
		}
	}
	return header, rows, found
}

// A table taken from a simulated run gives the verdict of that run at the same margin. The size and the margin of
// 0.02 were set so that both can show equivalence: the standard error of the table's difference is about 0.0045 at
// 250,000 people, and 3.3 of them lie between a true difference of 0.005 and the margin.
//
//	go test -tags slow -run VerdictOfASimulatedRun -v ./scenarios/evaluate     (20 s)
func TestVerdictOfASimulatedRun(t *testing.T) {
	header, rows, run := world(t, "250000", nil)
	o := Defaults()
	o.File, o.Label, o.Time, o.Margin = write(t, header, rows), "failed", "night", 0.02
	found := must(t, o)
	verdict := func(all []*results.Table) string {
		for _, x := range all {
			if x.Name == "comparison" {
				for r := range x.Len() {
					if x.Get(r, "metric").String() == "auc" && x.Get(r, "regime").String() == inScope {
						return x.Get(r, "verdict").String()
					}
				}
			}
		}
		t.Fatal("no verdict")
		return ""
	}
	t.Log(run.Sentence)
	t.Log(found.Sentence)
	if a, b := verdict(run.Tables), verdict(found.Tables); a != b {
		t.Errorf("the run says %q, its table %q", a, b)
	}
}

// The sample in testdata is what the simulation gives: see testdata/README.md.
func TestSampleIsCurrent(t *testing.T) {
	if !*update {
		t.Skip("run with -tags slow -update to write the sample again")
	}
	header, rows, _ := world(t, "10000", []string{"balance_won", "failed_topups_7d", "auto_topup", "topups_7d", "tenure_days", "idle_days"})
	var b strings.Builder
	b.WriteString(strings.Join(header, ",") + "\n")
	for _, r := range rows {
		b.WriteString(strings.Join(r, ",") + "\n")
	}
	if err := os.WriteFile(filepath.Join("testdata", "bills.csv"), []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}
