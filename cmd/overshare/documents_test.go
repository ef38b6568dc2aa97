package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"overshare/scenarios"
)

// What the documents say of the program is held against the program: every parameter, flag, command, file and
// default they name, and every figure they quote from a result.

// top is the way from here to the documents.
const top = "../.."

var documents = []string{"README.md", "METHOD.md", "ARCHITECTURE.md", "BENCHMARKS.md"}

func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	codeSpan  = regexp.MustCompile("`([^`\n]+)`")
	pathName  = regexp.MustCompile(`^([a-z]+)\.([a-z_]+)(=.*)?$`)
	flagName  = regexp.MustCompile(`(?:^|[\s(\[])--([a-z][a-z-]+)`)
	fileName  = regexp.MustCompile(`^[a-z_]+\.(csv|json)$`)
	localLink = regexp.MustCompile(`\]\(([^)#:]+)\)`)
	blockLine = regexp.MustCompile(`(?m)^(?:go run \./cmd/)?overshare( .*)?$`)
)

// areas are the first parts of the paths of parameters.
func areas() (all []string) {
	for _, p := range scenarios.Standard().Parameters() {
		area, _, _ := strings.Cut(p.Path, ".")
		all = append(all, area)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestDocumentsNameParametersThatExist(t *testing.T) {
	found := 0
	for _, name := range documents {
		for _, m := range codeSpan.FindAllStringSubmatch(document(t, name), -1) {
			for _, word := range strings.Fields(m[1]) {
				p := pathName.FindStringSubmatch(word)
				if p == nil || !slices.Contains(areas(), p[1]) || slices.Contains([]string{"go", "csv", "yaml", "json", "md"}, p[2]) {
					continue
				}
				found++
				if _, ok := scenarios.Standard().Parameter(p[1] + "." + p[2]); !ok {
					t.Errorf("%s: `%s`: no such parameter", name, word)
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d parameters are named", found)
	}
}

// Flags that other programs of the documents have.
var strangers = []string{"tags", "branch-sim", "tool", "full"}

func TestDocumentsNameFlagsThatExist(t *testing.T) {
	known := map[string]bool{}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.InitDefaultHelpFlag()
		c.Flags().VisitAll(func(f *pflag.Flag) { known[f.Name] = true })
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk((&app{parts: shipped()}).root())
	found := 0
	for _, name := range documents {
		for _, m := range flagName.FindAllStringSubmatch(strings.ReplaceAll(document(t, name), "`", " "), -1) {
			found++
			if !known[m[1]] && !slices.Contains(strangers, m[1]) {
				t.Errorf("%s: no command has a flag --%s", name, m[1])
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d flags are named", found)
	}
}

// Every command line in a block of code can be read by the program.
func TestDocumentsShowCommandsThatExist(t *testing.T) {
	found := 0
	for _, name := range documents {
		for _, m := range blockLine.FindAllString(document(t, name), -1) {
			line, _, _ := strings.Cut(m, "#")
			args := strings.Fields(line)
			args = args[slices.IndexFunc(args, func(a string) bool { return strings.HasSuffix(a, "overshare") })+1:]
			c, rest, err := (&app{parts: shipped()}).root().Find(args)
			if err == nil {
				err = c.ParseFlags(rest)
			}
			if err != nil {
				t.Errorf("%s: %s: %v", name, line, err)
			}
			found++
		}
	}
	if found < 12 {
		t.Errorf("only %d commands are shown", found)
	}
}

func TestDocumentsLinkFilesThatExist(t *testing.T) {
	for _, name := range documents {
		for _, m := range localLink.FindAllStringSubmatch(document(t, name), -1) {
			if _, err := os.Stat(filepath.Join(top, m[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// Every file that README says a run leaves is left by a run, and the other way around.
func TestDocumentsNameFilesThatExist(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if code, _, stderr := runWith("run", "--users", "3000", "--quiet", "--out", dir, "--studies", "channels,items,oracle", "--replicates", "2", "--scores",
		"--set", "evaluation.oracle_bills=50", "--set", "evaluation.oracle_futures=8", "--set", "processor.feedback=true"); code != exitDone {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"epochs.csv", "staleness.csv", "facts.csv", "records.csv", "stationarity.csv", "uniqueness.csv", "linkability.csv", "unicity.csv", "reidentification.csv"}
	for _, f := range list {
		known = append(known, f.Name())
	}
	readme := document(t, "README.md")
	for _, f := range list {
		if strings.HasSuffix(f.Name(), ".csv") && !strings.Contains(readme, "`"+f.Name()+"`") {
			t.Errorf("README.md does not say what %s is", f.Name())
		}
	}
	for _, name := range documents {
		for _, m := range codeSpan.FindAllStringSubmatch(document(t, name), -1) {
			if fileName.MatchString(m[1]) && !slices.Contains(known, m[1]) && m[1] != "schema.json" {
				t.Errorf("%s: no run leaves %s", name, m[1])
			}
		}
	}
}

// `path` (30), `path` *f* (1.8), (`path`, 6 %, assumed)
var statedDefault = regexp.MustCompile("`([a-z]+\\.[a-z_]+)`(?: \\*[a-zA-Z]\\*)?(?: \\(|, )(\\d[\\d,.]*)( %| won)?[),;]")

// A number in brackets behind a parameter is its default.
func TestDocumentsStateDefaults(t *testing.T) {
	found := 0
	for _, name := range documents {
		for _, m := range statedDefault.FindAllStringSubmatch(document(t, name), -1) {
			p, ok := scenarios.Standard().Parameter(m[1])
			if !ok {
				continue // said elsewhere
			}
			want, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimRight(m[2], ".,"), ",", ""), 64)
			if err != nil {
				t.Fatalf("%s: %s: %v", name, m[0], err)
			}
			if m[3] == " %" {
				want /= 100
			}
			found++
			if got, err := strconv.ParseFloat(fmt.Sprint(p.Default), 64); err != nil || math.Abs(got-want) > 1e-12 {
				t.Errorf("%s: %s: the default is %v", name, m[0], p.Default)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d defaults are stated", found)
	}
}

// A part of a document between <!-- figures: FILES --> and <!-- end figures --> quotes results.
var quoted = regexp.MustCompile(`(?s)<!-- figures: ([^>]+) -->(.*?)<!-- end figures -->`)

// A figure is a number with a decimal point, or one with a unit that says how it is scaled.
var quotedFigure = regexp.MustCompile(`([+−-]?)(\d+(?:,\d{3})*(?:\.\d+)?)( ?%| tn\b| bn\b| M\b| k\b)?`)

// levels are those at which intervals are given, and no results.
var levels = regexp.MustCompile(`9[05] % interval`)

// Every figure of a part of a document that quotes results stands, rounded, in the results that it names. Whole
// numbers below 100 without a unit are words more often than results, and years are dates: neither is looked at.
func TestFiguresComeFromResults(t *testing.T) {
	found := 0
	for _, name := range documents {
		for _, part := range quoted.FindAllStringSubmatch(document(t, name), -1) {
			values := cells(t, strings.Fields(part[1]))
			text := levels.ReplaceAllString(codeSpan.ReplaceAllString(part[2], ""), "interval")
			for _, m := range quotedFigure.FindAllStringSubmatch(text, -1) {
				digits := strings.ReplaceAll(m[2], ",", "")
				_, decimals, point := strings.Cut(digits, ".")
				if !point && m[3] == "" && (len(digits) < 3 || len(m[2]) == 4 && (strings.HasPrefix(digits, "19") || strings.HasPrefix(digits, "20"))) {
					continue
				}
				x, err := strconv.ParseFloat(digits, 64)
				if err != nil {
					t.Fatalf("%s: %q: %v", name, m[0], err)
				}
				unit := map[string]float64{"": 1, "%": 0.01, "tn": 1e12, "bn": 1e9, "M": 1e6, "k": 1e3}[strings.TrimSpace(m[3])]
				half := 0.5000001 * unit * math.Pow(10, -float64(len(decimals)))
				found++
				if !slices.ContainsFunc(values, func(v float64) bool { return math.Abs(math.Abs(v)-x*unit) <= half }) {
					t.Errorf("%s: %s is not in %s", name, m[0], part[1])
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d figures are quoted from results", found)
	}
}

// Every file in docs/results is made by one of the scripts beside it and stands over figures that a document quotes, or is
// said to be more than that; and every part of results.sh is in its list of parts.
func TestResultsAreMadeAndQuoted(t *testing.T) {
	list, err := os.ReadDir(filepath.Join(top, "docs", "results"))
	if err != nil || len(list) < 10 {
		t.Fatalf("%d files, %v", len(list), err)
	}
	scripts := document(t, "docs/results.sh") + document(t, "docs/benchmarks.sh")
	written := regexp.MustCompile(`results/([a-z_-]+\.csv)`).FindAllStringSubmatch(scripts, -1)
	var made, used []string
	for _, m := range written {
		made = append(made, m[1])
	}
	for _, m := range regexp.MustCompile(`(?m)^\s*keep ([a-z-]+) (.*)$`).FindAllStringSubmatch(scripts, -1) {
		for _, table := range strings.Fields(m[2]) {
			made = append(made, m[1]+"-"+table+".csv")
		}
	}
	for _, name := range documents {
		for _, part := range quoted.FindAllStringSubmatch(document(t, name), -1) {
			used = append(used, strings.Fields(part[1])...)
		}
	}
	for _, f := range list {
		if !slices.Contains(made, f.Name()) {
			t.Errorf("no script writes docs/results/%s", f.Name())
		}
		if !slices.Contains(used, f.Name()) && !strings.Contains(document(t, "METHOD.md"), "`docs/results/"+f.Name()+"`") {
			t.Errorf("no document quotes docs/results/%s or says what it is", f.Name())
		}
	}
}

// cells returns every number in files of docs/results.
func cells(t *testing.T, files []string) (values []float64) {
	t.Helper()
	for _, name := range files {
		f, err := os.Open(filepath.Join(top, "docs", "results", name))
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(f)
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		f.Close()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if v, err := strconv.ParseFloat(cell, 64); err == nil {
					values = append(values, v)
				}
			}
		}
	}
	return values
}
