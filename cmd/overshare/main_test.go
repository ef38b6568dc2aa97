package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scenarios/export"
)

// startTests begins the tests; the scripts' file puts its own in its place.
var startTests = func(m *testing.M) { os.Exit(m.Run()) }

// TestMain lets the test binary be the command overshare for tests that need a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("TEST_CHILD") != "" {
		child()
	}
	startTests(m)
}

// child is the program with small, quick work in the place of its simulation, or with TEST_CHILD=shipped as it
// is shipped.
func child() {
	if os.Getenv("TEST_CHILD") == "shipped" {
		debug.SetGCPercent(spare)
		code := run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ())
		if file := os.Getenv("TEST_STATUS"); file != "" { // for the peak of memory, which a parent sees mixed with its own
			status, err := os.ReadFile("/proc/self/status")
			if err == nil {
				err = os.WriteFile(file, status, 0o666)
			}
			if err != nil {
				panic(err)
			}
		}
		os.Exit(code)
	}
	a := newApp(os.Stdin, os.Stdout, os.Stderr, os.Environ(), parts{study: smallStudy, facts: smallStudy, export: smallExport,
		takes: takings{study: smallNeed, facts: smallNeed, export: func(string, []results.Format, export.Selection) sizer { return smallNeed }}})
	ctx, stop := a.untilInterrupted(context.Background())
	defer stop()
	os.Exit(a.execute(ctx, os.Args[1:]))
}

// smallStudy stands for a study. STUDY=fail makes it fail, slow lets it wait for Ctrl-C, deaf lets it
// wait and not listen.
func smallStudy(ctx context.Context, s *scenarios.Scenario, o options) (*outcome, error) {
	users, _ := s.Param(pathUsers)
	n := users.Value.(int64)
	o.Progress("simulate", 0, n)
	switch os.Getenv("STUDY") {
	case "fail":
		return nil, errors.New("the study failed on purpose")
	case "slow":
		fmt.Fprintln(os.Stderr, "waiting")
		<-ctx.Done()
		return nil, ctx.Err()
	case "deaf":
		fmt.Fprintln(os.Stderr, "waiting")
		time.Sleep(time.Minute)
	}
	o.Progress("simulate", n, n)
	t := results.NewTable(results.Schema{Name: "detection", Title: "Detection", Columns: []results.Column{
		{Name: "regime", Type: results.String, Meaning: "Regime.", Required: true},
		{Name: "value", Type: results.Number, Meaning: "AUC."},
		{Name: "ci_low", Type: results.Number, Meaning: "Lower end."},
		{Name: "ci_high", Type: results.Number, Meaning: "Upper end."},
		{Name: "people", Type: results.Integer, Unit: "people", Meaning: "People."},
		results.Warnings()}})
	t.Append(results.Str("everyone"), results.Num(0.74312), results.Num(0.74181), results.Num(0.74441), results.Int(n), results.None)
	t.Append(results.Str("in-scope"), results.Num(0.74), results.None, results.None, results.Int(n/5), results.Str("few bills"))
	return &outcome{Tables: []*results.Table{t}, Summary: t, Sentence: "Sharing everyone bought nothing.", Warnings: []string{"small study"}}, nil
}

// smallNeed is 100 bytes of memory and 200 of disk for each person.
func smallNeed(_ context.Context, s *scenarios.Scenario, _ options) (need, error) {
	return need{memory: 100 * peopleOf(s), disk: 200 * peopleOf(s)}, nil
}

func smallExport(ctx context.Context, s *scenarios.Scenario, table string, o options, open func(results.Schema) (results.Writer, error)) error {
	w, err := open(results.Schema{Name: table, Columns: []results.Column{
		{Name: "person", Type: results.Integer, Meaning: "Person.", Required: true}}})
	if err != nil {
		return err
	}
	for n := range int64(3) {
		w.Int(n)
		if err := w.EndRow(); err != nil {
			break // Close returns it as well
		}
	}
	return w.Close()
}

// runWith runs the program with the given arguments and no environment.
func runWith(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &err, nil)
	return code, out.String(), err.String()
}

func TestRunWithoutArguments(t *testing.T) {
	code, stdout, stderr := runWith()
	if code != exitDone || stderr != "" || !strings.Contains(stdout, "Usage:") {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestReport(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, 0, ""},
		{errors.New("disk is full"), 1, "overshare: error: disk is full\n"},
		{errors.Join(errors.New("one"), errors.New("two")), 1, "overshare: error: one\novershare: error: two\n"},
		{fmt.Errorf("a: %w", errors.Join(errors.New("one"), errors.New("two\x1b[2J\novershare: error: three"))), 1,
			"overshare: error: a: one\novershare: error: a: two\\u001b[2J\\u000aovershare: error: three\n"},
		{errors.New("one\nhint: two\u202e"), 1, "overshare: error: one\\u000ahint: two\\u202e\n"},
		{misuse("do that", "wrong %d", 1), 2, "overshare: error: wrong 1\novershare: hint: do that\n"},
		{fmt.Errorf("engine: %w", context.Canceled), 1, "overshare: error: interrupted; nothing was written\n"},
	} {
		var b strings.Builder
		if code := report(&b, c.err); code != c.code || b.String() != c.want {
			t.Errorf("report(%v) = %d, %q", c.err, code, b.String())
		}
	}
}

func TestUsers(t *testing.T) {
	for _, c := range []struct {
		text string
		want int64
	}{
		{"1", 1}, {"1000000", 1000000}, {"1e6", 1000000}, {"1E+6", 1000000}, {"40.45M", 40450000},
		{"40_450_000", 40450000}, {"40,450,000", 40450000}, {"500k", 500000}, {"1bn", 1000000000},
		{"0.5e1", 5}, {".5k", 500}, {"4bn", 4000000000}, {" 7 ", 7},
	} {
		if got, err := parseUsers(c.text); got != c.want || err != nil {
			t.Errorf("parseUsers(%q) = %d, %v, want %d", c.text, got, err, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"0", "no people at all"}, {"0e9", "no people at all"}, {"-5", "negative"}, {"-1e6", "negative"},
		{"1.5", "not a whole number"}, {"40.4500001M", "not a whole number"}, {"1e-3", "not a number"},
		{"1e12", "too many"}, {"4000000001", "too many"}, {"99999999999999999999999", "too many"}, {"1e999", "too many"},
		{"", "not a number"}, {"many", "not a number"}, {"1e", "not a number"}, {"M", "not a number"},
		{"0x10", "not a number"}, {"NaN", "not a number"}, {"Inf", "not a number"}, {"1 000", "not a number"}, {"_", "not a number"},
	} {
		_, err := parseUsers(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "from 1 to 4,000,000,000") {
			t.Errorf("parseUsers(%q) = %v, want %q", c.text, err, c.want)
		}
	}
}

func TestUsersRange(t *testing.T) {
	if _, err := scenarios.Load("", scenarios.Flag("--users", pathUsers, fmt.Sprint(maxUsers))); err != nil {
		t.Errorf("the largest --users is refused: %v", err)
	}
	if _, err := scenarios.Load("", scenarios.Flag("--users", pathUsers, fmt.Sprint(maxUsers+1))); err == nil {
		t.Error("a scenario allows more people than --users")
	}
}

func TestNearest(t *testing.T) {
	names := []string{"run", "scenarios", "version", "export"}
	for _, c := range []struct{ name, want string }{
		{"rnu", "run"}, {"scenario", "scenarios"}, {"Version", "version"}, {"exprot", "export"}, {"zzz", ""}, {"", ""},
	} {
		if got := nearest(c.name, names); got != c.want {
			t.Errorf("nearest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzUsers(f *testing.F) {
	for _, s := range []string{"1e6", "40.45M", "1_000", "-1", "1e999", ".5k"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := parseUsers(text)
		if err == nil && (n < 1 || n > maxUsers) {
			t.Errorf("parseUsers(%q) = %d", text, n)
		}
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
