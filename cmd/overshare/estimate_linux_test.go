package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"overshare/results"
	"overshare/scenarios/evaluate"
	"overshare/scenarios/export"
	"overshare/sim/rng"
)

// peak runs the shipped program and returns the most memory that it held and the bytes that its folder has.
func peak(t *testing.T, args ...string) (memory, disk int64) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	c := exec.Command(os.Args[0], append(args, "--quiet", "--workers", "2", "--out", dir)...)
	status := filepath.Join(filepath.Dir(dir), "status")
	c.Env = append(os.Environ(), "TEST_CHILD=shipped", "TEST_STATUS="+status)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		info, err := e.Info()
		must(t, err)
		disk += info.Size()
	}
	memory, ok := field(os.DirFS(filepath.Dir(status)), "status", "VmHWM:")
	if !ok {
		t.Fatal("the child did not say what it took")
	}
	return memory << 10, disk
}

// The estimate of what a run takes is not far below what it takes, nor far above, at two sizes and with rows of
// other shapes.
func TestEstimateAgainstPeak(t *testing.T) {
	for _, c := range []struct {
		takes sizer
		args  []string
	}{
		{studyTakes, []string{"run", "--users", "200000"}},
		{studyTakes, []string{"run", "--users", "500000"}},
		{studyTakes, []string{"run", "--users", "200000", "--regimes", "everyone,in-scope,none,sample-10", "--set", "evaluation.test_days=120"}},
		{exportTakes("people", []results.Format{results.Parquet}, export.Selection{}), []string{"export", "people", "--users", "200000", "--format", "parquet"}},
		{exportTakes("transactions", []results.Format{results.CSV, results.Parquet}, export.Selection{}), []string{"export", "transactions", "--users", "20000", "--format", "csv,parquet"}},
	} {
		name := strings.Join(c.args, " ")
		users := c.args[1+slices.Index(c.args, "--users")]
		set := []string{pathUsers + "=" + users}
		if k := slices.Index(c.args, "--regimes"); k >= 0 {
			set = append(set, pathRegimes+"="+c.args[k+1], c.args[k+3])
		}
		s, err := load("", set)
		must(t, err)
		n, err := c.takes(context.Background(), s, options{Workers: 2})
		must(t, err)
		memory, disk := peak(t, c.args...)
		told := fmt.Sprintf("%s: estimate %s of memory and %s of disk, taken %s and %s", name, size(n.memory), size(n.disk), size(memory), size(disk))
		t.Log(told)
		most := 1.5
		if c.args[0] == "export" {
			most = 3 // what a Parquet writer holds of a row depends on how well it packs
		}
		if r := float64(n.memory) / float64(memory); r < 0.75 || r > most {
			t.Errorf("memory: %s", told)
		}
		if c.args[0] == "export" && (float64(n.disk) < 0.85*float64(disk) || float64(n.disk) > 1.3*float64(disk)) || n.disk < disk*3/4 {
			t.Errorf("disk: %s", told)
		}
	}
}

// What evaluate takes of a table is not far from its estimate, with the scorecard alone and with trees, plain and compressed.
func TestEvaluateEstimateAgainstPeak(t *testing.T) {
	var table bytes.Buffer
	table.WriteString("label,scope,time,person,kind")
	for k := range 24 {
		fmt.Fprintf(&table, ",c%d", k)
	}
	const rows = 100_000
	for i := range rows {
		s := rng.Open(11, rng.PurposeModel, uint64(i))
		fmt.Fprintf(&table, "\n%d,%d,%d,u%d,%c", rng.Below(s.At(0), 9)/8, rng.Below(s.At(1), 3)/2, rng.Below(s.At(2), 300), i/3, 'a'+rng.Below(s.At(3), 20))
		for k := range uint64(24) {
			fmt.Fprintf(&table, ",%d", rng.Below(s.At(4+k), 5000))
		}
	}
	table.WriteString("\n")
	plain, packed := filepath.Join(t.TempDir(), "t.csv"), filepath.Join(t.TempDir(), "t.csv.gz")
	must(t, os.WriteFile(plain, table.Bytes(), 0o666))
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	_, err := z.Write(table.Bytes())
	must(t, errors.Join(err, z.Close()))
	must(t, os.WriteFile(packed, small.Bytes(), 0o666))
	estimate := func(file, scorer string) int64 {
		o := evaluate.Defaults()
		o.File, o.Scorers = file, []string{scorer}
		n, _, err := evaluate.Estimate(o)
		must(t, err)
		return n
	}
	if a, b := estimate(plain, "scorecard"), estimate(packed, "scorecard"); a > b*11/10 || b > a*11/10 {
		t.Errorf("estimate %s plain and %s compressed", size(a), size(b))
	}
	for _, scorer := range []string{"scorecard", "gbdt"} {
		want := estimate(plain, scorer)
		got, _ := peak(t, "evaluate", plain, "--scorer", scorer)
		told := fmt.Sprintf("%s: estimate %s, taken %s", scorer, size(want), size(got))
		t.Log(told)
		if r := float64(want) / float64(got); r < 0.75 || r > 2 {
			t.Error(told)
		}
	}
}
