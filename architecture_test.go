package overshare_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A source is what one package imports outside its tests, and what it calls of package time.
type source struct {
	imports map[string]string // path -> the file that imports it
	clock   []string          // uses of the clock, as file: name
}

const module = "overshare/"

// readSources parses every file of the module that is not a test. Nested modules and test data are left out.
func readSources(t *testing.T) map[string]*source {
	t.Helper()
	all := map[string]*source{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != "." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") || isModule(path)) {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			readFile(t, all, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func isModule(dir string) bool {
	found, _ := filepath.Glob(filepath.Join(dir, "go.mod"))
	return len(found) > 0
}

func readFile(t *testing.T, all map[string]*source, path string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.ToSlash(filepath.Dir(path))
	s := all[dir]
	if s == nil {
		s = &source{imports: map[string]string{}}
		all[dir] = s
	}
	for _, i := range file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		s.imports[p] = path
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if x, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := x.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains(clock, x.Sel.Name) {
				s.clock = append(s.clock, path+": time."+x.Sel.Name)
			}
		}
		return true
	})
}

// clock are the names of package time that read the clock.
var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// edges says which of the program's own packages a package may import: the entry with the longest prefix of
// its path holds. A name stands for all packages below it, too; =name for that one alone. Outside scenarios a
// package never needs leave for packages below itself.
var edges = map[string][]string{
	"sim/record":             {},
	"sim/rng":                {},
	"sim/portable":           {},
	"sim/engine":             {},
	"sim/wire":               {},
	"sim/simtest":            {},
	"sim/people":             {"sim/record", "sim/rng", "sim/portable"},
	"sim/adversary":          {"sim/record", "sim/rng", "sim/people"},
	"sim/ledger":             {"sim/record", "sim/rng", "sim/people", "sim/adversary", "sim/portable"},
	"sim/sharing/regime":     {"sim/record", "sim/people"},
	"sim/sharing":            {"sim/record", "sim/rng", "sim/people", "sim/ledger"},
	"sim/privacy/identity":   {"sim/record", "sim/rng"},
	"sim/privacy/reidentify": {"sim/record", "sim/rng", "sim/privacy/identity", "sim/engine"},
	"sim":                    {"sim"},
	"scoring":                {"scoring", "sim/record", "sim/rng", "sim/portable"},
	"scenarios":              {"sim/record", "sim/sharing/regime"}, // the loader: of all others it knows only words and regimes
	"scenarios/study":        {"=scenarios", "=scenarios/study", "sim", "scoring"},
	"scenarios/tables":       {"scenarios/study", "sim", "scoring", "results"},
	"scenarios/run":          {"=scenarios", "scenarios/study", "scenarios/tables"},
	"scenarios/evaluate":     {"=scenarios/study", "scenarios/tables", "sim/rng", "scoring", "results"},
	"scenarios/facts":        {"=scenarios", "=scenarios/study", "scenarios/tables", "sim", "scoring", "results"},
	"scenarios/export":       {"=scenarios", "=scenarios/study", "sim", "results"},
	"results":                {"results"},
	"cmd":                    {"cmd", "results", "scenarios", "sim", "scoring"},
	".":                      {},
}

// allowed returns the edges of a package.
func allowed(dir string) []string {
	best := ""
	for prefix := range edges {
		if under(dir, prefix) && len(prefix) > len(best) {
			best = prefix
		}
	}
	if best == "scenarios" || strings.HasPrefix(best, "scenarios/") {
		return edges[best]
	}
	return append([]string{dir}, edges[best]...)
}

func under(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

func anyUnder(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool {
		one, alone := strings.CutPrefix(p, "=")
		return alone && path == one || !alone && under(path, p)
	})
}

// Imports point one way: cmd -> results, scenarios -> sim, scoring -> sim/record, sim/rng; and within scenarios
// run -> tables -> study, where study knows no table and the loader none of these.
func TestImportsPointOneWay(t *testing.T) {
	all := readSources(t)
	if len(all) < 15 {
		t.Fatalf("only %d packages found", len(all))
	}
	for dir, s := range all {
		if _, known := edges[strings.SplitN(dir, "/", 2)[0]]; !known {
			t.Errorf("%s: no rule says what this folder may import; house style has sim, scoring, scenarios, results, cmd", dir)
			continue
		}
		may := allowed(dir)
		for path, file := range s.imports {
			if inner, ok := strings.CutPrefix(path, module); ok && !anyUnder(inner, may) {
				t.Errorf("%s: %s may not import %s; it may import %v", file, dir, inner, may)
			}
		}
	}
}

// No package under scoring reaches the world, not even through another package: what was not sent cannot
// be learnt. The same holds for results.
func TestScoringCannotReachTheWorld(t *testing.T) {
	all := readSources(t)
	world := []string{"sim/people", "sim/ledger", "sim/sharing", "sim/adversary", "sim/privacy/identity", "sim/engine", "scenarios"}
	for dir := range all {
		if !under(dir, "scoring") && !under(dir, "results") {
			continue
		}
		for reached, path := range reach(all, dir) {
			if anyUnder(reached, world) {
				t.Errorf("%s reaches %s through %v", dir, reached, path)
			}
		}
	}
}

// reach returns every package of the program that dir imports, directly or not, with the way there.
func reach(all map[string]*source, dir string) map[string][]string {
	found := map[string][]string{dir: {dir}}
	for todo := []string{dir}; len(todo) > 0; todo = todo[1:] {
		s := all[todo[0]]
		if s == nil {
			continue
		}
		for path := range s.imports {
			inner, ok := strings.CutPrefix(path, module)
			if _, seen := found[inner]; ok && !seen {
				found[inner] = append(slices.Clone(found[todo[0]]), inner)
				todo = append(todo, inner)
			}
		}
	}
	return found
}

// Chance comes from sim/rng alone, and neither the simulation nor the scoring reads files, flags, the
// environment, the network or the clock. Invented identities come from sim/privacy/identity alone.
func TestWhatPackagesMayNotTouch(t *testing.T) {
	pure := []string{"sim", "scoring"}
	for dir, s := range readSources(t) {
		for path, file := range s.imports {
			switch {
			case under(path, "math/rand") && dir != "sim/rng":
				t.Errorf("%s imports %s; draws come from sim/rng", file, path)
			case under(path, "crypto/rand"):
				t.Errorf("%s imports %s; nothing here may differ from run to run", file, path)
			case strings.Contains(path, "gofakeit") && dir != "sim/privacy/identity":
				t.Errorf("%s imports %s; identities come from sim/privacy/identity", file, path)
			case anyUnder(path, []string{"os", "flag", "net", "syscall", "io/ioutil"}) && anyUnder(dir, pure):
				t.Errorf("%s imports %s; sim and scoring know no files, flags or network", file, path)
			case anyUnder(path, []string{"github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/term"}) && !under(dir, "cmd"):
				t.Errorf("%s imports %s; the command line belongs to cmd", file, path)
			case path == "unsafe" || path == "C":
				t.Errorf("%s imports %s", file, path)
			}
		}
		if anyUnder(dir, pure) && len(s.clock) > 0 {
			t.Errorf("%s reads the clock: %v", dir, s.clock)
		}
	}
}

// The rules themselves: they let through what is meant and stop what is not.
func TestRulesOfImports(t *testing.T) {
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"scoring/gbdt", "sim/record", true},
		{"scoring/gbdt", "sim/ledger", false},
		{"scoring/metric", "sim/portable", true},
		{"sim/portable", "sim/rng", false},
		{"sim/people", "sim/ledger", false},
		{"sim/ledger", "sim/people", true},
		{"sim/ledger", "scoring", false},
		{"results/web", "sim/record", false},
		{"results/web", "results", true},
		{"sim/recorder", "sim/recorder/x", true},
		{"scenarios/study", "sim/ledger", true},
		{"scenarios/study", "results", false},
		{"scenarios/study/items", "results", false},
		{"scenarios/tables", "results", true},
		{"scenarios", "sim/ledger", false},
		{"scenarios", "scenarios/study", false},
		{"scenarios/study", "scenarios", true},
		{"scenarios/study", "scenarios/tables", false},
		{"scenarios/study", "scenarios/study/items", false},
		{"scenarios/study/items", "scenarios/study", true},
		{"scenarios/study/items", "scenarios/study/channels", false},
		{"sim/engine", "sim/record", false},
	} {
		if got := anyUnder(c.to, allowed(c.from)); got != c.ok {
			t.Errorf("%s -> %s: allowed %v, want %v", c.from, c.to, got, c.ok)
		}
	}
	all := map[string]*source{
		"scoring/a": {imports: map[string]string{module + "scoring/b": "x.go"}},
		"scoring/b": {imports: map[string]string{module + "sim/people": "y.go"}},
	}
	if got := reach(all, "scoring/a")["sim/people"]; len(got) != 3 {
		t.Errorf("the way from scoring/a to sim/people is %v", got)
	}
}

// Property tests draw the same cases in every ordinary run: each package that has any fixes their seed.
func TestPropertyTestsHaveFixedSeeds(t *testing.T) {
	draws, fixed := map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") || path == "architecture_test.go" {
			return err
		}
		text, err := os.ReadFile(path)
		dir := filepath.Dir(path)
		draws[dir] = draws[dir] || strings.Contains(string(text), "rapid.Check(")
		fixed[dir] = fixed[dir] || strings.Contains(string(text), `flag.Set("rapid.seed", `)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for dir, any := range draws {
		if any {
			found++
		}
		if any && !fixed[dir] {
			t.Errorf("%s: property tests with other cases in every run; set rapid.seed in an init function", dir)
		}
	}
	if found < 5 {
		t.Fatalf("only %d packages with property tests found", found)
	}
}
