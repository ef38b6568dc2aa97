package run_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"overshare/results"
	"overshare/scenarios/facts"
	"overshare/scenarios/run"
	"overshare/scenarios/study"
	"overshare/scenarios/tables"
	"overshare/sim/privacy/identity"
	"overshare/sim/privacy/reidentify"
	"overshare/sim/privacy/uniqueness"
)

// elsewhere are schemas that need a command of their own with files of its own; their columns are tested where
// they are made.
var elsewhere = map[string]string{
	"people": "export", "transactions": "export", "bills": "export", "items": "export and study", "features": "export", "scorecard": "study and evaluate",
	"groups": "study and evaluate", "scores": "study and evaluate",
	"scenarios": "terminal", "summary": "terminal", "uniqueness-summary": "terminal", "reidentification-summary": "terminal",
}

// written makes every table of the program on small countries.
func written(t *testing.T) (all []*results.Table) {
	t.Helper()
	add := func(out *tables.Outcome, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range out.Tables {
			if !slices.ContainsFunc(all, func(y *results.Table) bool { return y.Name == x.Name }) {
				all = append(all, x)
			}
		}
		for _, x := range out.Large {
			all = append(all, results.NewTable(x.Schema))
		}
	}
	ctx, o := context.Background(), study.Options{Workers: 2, Training: true}
	add(run.Execute(ctx, load(t, "suspension-2024", 12_000, "sharing.regimes=[everyone, in-scope]", "evaluation.test_days=30", "evaluation.replicates=2",
		"evaluation.studies=[oracle, channels, items, epochs]", "evaluation.epochs=[2024-04-01]", "evaluation.oracle_bills=200",
		"evaluation.find_auc_loss=0.05", "processor.feedback=true", "evaluation.training_draws=2"), o))
	add(facts.Execute(ctx, load(t, "kakaopay-2024", 2000), facts.Options{Options: o}))
	p := plan(t, "kakaopay-2024", 3000)
	u := uniqueness.Options{World: p.World, Users: 3000, Night: p.Evaluation.Epoch - 1, Groups: true, Links: true, Payments: true,
		Targets: 100, PaymentDays: 30, LinkPeople: 3000, Workers: 2}
	found, err := uniqueness.Run(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	add(tables.Uniqueness(found, &u), nil)
	rows, err := reidentify.Run(ctx, reidentify.Options{People: 40, Digits: 2, WrongKeys: 1, Workers: 1, Now: time.Now, Seed: 1,
		Items: []identity.Identifier{identity.Phone}, Protections: []identity.Protection{identity.Plain}})
	if err != nil {
		t.Fatal(err)
	}
	add(tables.Reidentification(rows), nil)
	return all
}

// TestVocabulary holds all tables against the words that they share, so that files join without glue. Every
// schema that the source defines is among them.
func TestVocabulary(t *testing.T) {
	all := written(t)
	have := map[string]bool{}
	for _, x := range all {
		have[x.Name] = true
	}
	for name, place := range defined(t) {
		if !have[name] && elsewhere[name] == "" {
			t.Errorf("%s defines a table %q that this test does not see: make it in written", place, name)
		}
	}
	seen := map[string]results.Column{}
	for _, x := range all {
		for _, c := range x.Columns {
			if better := synonyms[c.Name]; better != "" {
				t.Errorf("%s: column %q; other files say %q", x.Name, c.Name, better)
			}
			if first, ok := seen[c.Name]; ok && first.Type != c.Type {
				t.Errorf("%s: column %q holds %s, elsewhere %s", x.Name, c.Name, c.Type, first.Type)
			}
			seen[c.Name] = c
			checkColumn(t, x, c)
		}
		noMixedLevels(t, x)
	}
	if len(all) < 25 || len(seen) < 100 {
		t.Errorf("only %d tables with %d columns", len(all), len(seen))
	}
}

// synonyms are names that were once in use beside the one word for the same thing.
var synonyms = map[string]string{"by": "dimension", "p": "p_value", "p_holm": "p_adjusted", "p_different": "p_adjusted", "p_val": "p_value",
	"bads": "bad", "people_exposed": "people", "lower": "ci_low", "upper": "ci_high", "low": "ci_low", "high": "ci_high", "scenario_id": "scenario_sha256",
	"item_list": "items", "model": "scorer", "period": "level"}

// checkColumn: ends of intervals come in pairs, beside what they are the interval of; shares are shares.
func checkColumn(t *testing.T, x *results.Table, c results.Column) {
	for _, end := range []string{"_low", "_high"} {
		of, isEnd := strings.CutSuffix(c.Name, end)
		if !isEnd {
			continue
		}
		other := of + map[string]string{"_low": "_high", "_high": "_low"}[end]
		if x.Index(other) < 0 {
			t.Errorf("%s: %s without %s", x.Name, c.Name, other)
		}
		if of != "ci" && of != "range" && x.Index(of) < 0 {
			t.Errorf("%s: %s is the end of an interval of %s, which is no column", x.Name, c.Name, of)
		}
	}
	if !strings.HasSuffix(c.Name, "_share") || c.Type != results.Number {
		return
	}
	for r := range x.Len() {
		if v, ok := x.Get(r, c.Name).Float(); ok && !(v >= 0 && v <= 1) {
			t.Errorf("%s: %s is %g", x.Name, c.Name, v)
		}
	}
}

// wholes are names of what holds the others of its column.
var wholes = []string{"all", "total", "whole", "both"}

// tellApart are columns whose values are no parts of a whole: they say which sum, statistic or regime a row is of.
var tellApart = []string{"level", "dimension", "metric", "effect", "kind", "regime", "item_set"}

// noMixedLevels: in a file that counts anything, no column has a whole beside its parts, unless a column
// level, dimension, metric, effect or kind tells them apart. The flow score has the parts score-….
func noMixedLevels(t *testing.T, x *results.Table) {
	if !slices.ContainsFunc(x.Columns, func(c results.Column) bool {
		return slices.Contains([]string{"records", "people", "bills", "rows", "item_values", "bad"}, c.Name)
	}) {
		return
	}
	for _, key := range x.Key {
		if slices.Contains(tellApart, key) || x.Columns[x.Index(key)].Type != results.String {
			continue
		}
		values := map[string][]string{}
		for r := range x.Len() {
			of := ""
			for _, c := range tellApart[:5] {
				if x.Index(c) >= 0 {
					of += x.Get(r, c).String() + "/"
				}
			}
			values[of] = append(values[of], x.Get(r, key).String())
		}
		for of, list := range values {
			whole := slices.ContainsFunc(list, func(v string) bool { return slices.Contains(wholes, v) })
			part := slices.ContainsFunc(list, func(v string) bool { return !slices.Contains(wholes, v) })
			parts := slices.ContainsFunc(list, func(v string) bool { return strings.HasPrefix(v, "score-") })
			if whole && part || key == "flow" && parts && slices.Contains(list, "score") {
				t.Errorf("%s: column %s has a whole beside its parts (%s): a sum over the file counts twice", x.Name, key, of)
			}
		}
	}
}

// defined returns the names of all schemas that the source of the module defines, with their places.
func defined(t *testing.T) map[string]string {
	t.Helper()
	names := map[string]string{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || !isSchema(lit.Type) {
				return true
			}
			for _, e := range lit.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == "Name" {
					if s, ok := kv.Value.(*ast.BasicLit); ok {
						name, _ := strconv.Unquote(s.Value)
						names[name] = path
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil || len(names) < 25 {
		t.Fatalf("%d schemas found (%v)", len(names), err)
	}
	return names
}

func isSchema(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	p, ok := s.X.(*ast.Ident)
	return ok && p.Name == "results" && s.Sel.Name == "Schema"
}
