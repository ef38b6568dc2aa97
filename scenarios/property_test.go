package scenarios

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"overshare/sim/record"
)

// The cases of the property tests are the same in every run; .ci/run -soak draws others.
func init() { _ = flag.Set("rapid.seed", "2024") }

// drawValue draws a value that p may take on its own.
func drawValue(t *rapid.T, p *Parameter) any {
	if !p.Kind.List {
		return drawScalar(t, p)
	}
	if p.items.sum != nil || p.items.sumMax != nil || p.items.pairsWith != "" {
		return p.Default
	}
	most := 6
	if p.items.most > 0 {
		most = p.items.most
	}
	items := []any{}
	for range rapid.IntRange(p.items.least, most).Draw(t, "items") {
		v := drawScalar(t, p)
		if !p.items.unique || !slices.Contains(items, v) {
			items = append(items, v)
		}
	}
	if len(items) < p.items.least {
		return p.Default
	}
	return items
}

// drawScalar draws within the bounds, the bounds themselves included where they are allowed.
func drawScalar(t *rapid.T, p *Parameter) any {
	low, lowOpen, hasLow := p.Min()
	high, highOpen, hasHigh := p.Max()
	whole := func(def, top int64) int64 {
		if hasLow {
			def = number(low)
		}
		if hasHigh {
			top = number(high)
		}
		return rapid.Int64Range(def, top).Draw(t, p.Path)
	}
	switch p.Kind.Name {
	case "int":
		return whole(-1<<62, 1<<62)
	case "days":
		return whole(0, 1<<62)
	case "won":
		return record.Won(whole(0, 1<<62))
	case "date":
		return record.Day(whole(int64(record.DayOf(1900, 1, 1)), int64(record.DayOf(2200, 1, 1))))
	case "float", "share":
		from, to := -1e300, 1e300
		if hasLow {
			from = low.(float64)
		}
		if hasHigh {
			to = high.(float64)
		}
		f := rapid.Float64Range(from, to).Filter(func(f float64) bool {
			return !(lowOpen && f == from) && !(highOpen && f == to)
		}).Draw(t, p.Path)
		return f + 0 // no negative zero: it is the same number
	case "bool":
		return rapid.Bool().Draw(t, p.Path)
	case "choice":
		return rapid.SampledFrom(p.Choices).Draw(t, p.Path)
	case "regime":
		names := []string{"sample-7", "minimised-3", "only:balance_won,auto_topup", "local-dp-0.5", "everyone", "none"}
		return rapid.SampledFrom(names).Draw(t, p.Path)
	}
	return strings.Map(func(r rune) rune {
		if !isText(string(r)) {
			return -1
		}
		return r
	}, rapid.String().Draw(t, p.Path))
}

// number gives a whole bound as int64.
func number(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case record.Won:
		return int64(v)
	case record.Day:
		return int64(v)
	}
	panic(fmt.Sprintf("%T", v))
}

// Writing a scenario out and loading it gives the same values and the same hash, for values of every kind.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	for name, r := range map[string]*Registry{"toys": toys(t), "standard": Standard()} {
		rapid.Check(t, func(rt *rapid.T) {
			s := mustLoadFrom(t, r, "")
			for i := range r.parameters {
				s.values[r.parameters[i].Path] = drawValue(rt, &r.parameters[i])
			}
			file := filepath.Join(dir, name+".yaml")
			if err := os.WriteFile(file, []byte(s.File()), 0o644); err != nil {
				t.Fatal(err)
			}
			d, problems := r.read(Place{Origin: FromFile, Name: file}, []byte(s.File()))
			if len(problems) > 0 {
				rt.Fatalf("%v\n%s", problems, s.File())
			}
			back := r.resolve([]*document{d}, nil, nil)
			if back.Canonical() != s.Canonical() || back.Hash() != s.Hash() {
				rt.Fatalf("was\n%s\nis\n%s", s.Canonical(), back.Canonical())
			}
		})
	}
}

// The order and form in which a file sets parameters changes nothing.
func TestFormAndOrderDoNotMatter(t *testing.T) {
	r := toys(t)
	rapid.Check(t, func(rt *rapid.T) {
		var dotted, nested []string
		for i := range r.parameters {
			p := &r.parameters[i]
			v := formatValue(drawValue(rt, p))
			dotted = append(dotted, "  "+p.Path+": "+v+"\n")
			nested = append(nested, "  toy:\n   "+strings.TrimPrefix(p.Path, "toy.")+": "+v+"\n")
		}
		first := "set:\n" + strings.Join(dotted, "")
		seed := rapid.Uint64().Draw(rt, "order")
		order := rand.New(rand.NewPCG(seed, 0))
		order.Shuffle(len(nested), func(i, j int) { nested[i], nested[j] = nested[j], nested[i] })
		second := "set:\n  toy:\n" + strings.ReplaceAll(strings.Join(nested, ""), "  toy:\n", "")
		var hashes []string
		for _, text := range []string{first, second} {
			d, problems := r.read(Place{Name: "x"}, []byte(text))
			if len(problems) > 0 {
				rt.Fatalf("%v\n%s", problems, text)
			}
			hashes = append(hashes, r.resolve([]*document{d}, nil, nil).Hash())
		}
		if hashes[0] != hashes[1] {
			rt.Fatalf("%s\n%s", first, second)
		}
	})
}

// What a flag or a variable reads is what a file reads, wherever commas do not come in the way.
func TestTextAndFileAgree(t *testing.T) {
	r := toys(t)
	rapid.Check(t, func(rt *rapid.T) {
		p := &r.parameters[rapid.IntRange(0, len(r.parameters)-1).Draw(rt, "which")]
		if p.Kind.Name == "text" {
			return
		}
		v := drawValue(rt, p)
		got, problem := p.readText(formatValue(v))
		if problem != nil || formatValue(got) != formatValue(v) {
			rt.Fatalf("%s: %v became %v, %v", p.Path, v, got, problem)
		}
	})
}

// FuzzLoad: no file makes the loader panic, what it refuses it refuses in printable lines that name a
// place, and what it accepts survives being written out.
func FuzzLoad(f *testing.F) {
	for _, folder := range []string{"testdata/bad", "builtin"} {
		files, err := filepath.Glob(folder + "/*.yaml")
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Add([]byte("set: {toy: {deep: {mix: [1], er.value: 3}}, toy.words: [a, 'b c', \"\\u00e9\"], toy.prices: []}"))
	registries := []*Registry{Standard(), toys(f)}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		for _, r := range registries {
			d, problems := r.read(Place{Origin: FromFile, Name: "f.yaml"}, text)
			if err := problems.err(); err != nil {
				checkLines(t, err)
				continue
			}
			s := r.resolve([]*document{d}, nil, nil)
			again, problems := r.read(Place{Origin: FromFile, Name: "g.yaml"}, []byte(s.File()))
			if len(problems) > 0 {
				t.Fatalf("%v\n%s", problems, s.File())
			}
			if r.resolve([]*document{again}, nil, nil).Hash() != s.Hash() || again.head["title"] != s.Title && s.Title != "f" {
				t.Fatalf("changed by writing it out:\n%s", s.File())
			}
		}
	})
}

// checkLines holds every line of an error against what a terminal and a reader can take.
func checkLines(t *testing.T, err error) {
	t.Helper()
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "f.yaml:") && !(i == len(lines)-1 && strings.HasPrefix(line, "stopped after")) {
			t.Errorf("the line names no place: %q", line)
		}
		if !isText(line) || len(line) > 6000 {
			t.Errorf("the line cannot be printed: %q", line)
		}
	}
}

// FuzzText: no text of a flag or variable makes the reader of a value panic.
func FuzzText(f *testing.F) {
	r := toys(f)
	paths := slices.Sorted(maps.Keys(r.index))
	for i, text := range []string{"1e6", "[a,b]", "2024-04-01", "17 %", "4 weeks", "", "[", "]", "-0", "0x10", "1_000", "'", "+.5e-3"} {
		f.Add(uint8(i), text)
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		p := &r.parameters[r.index[paths[int(which)%len(paths)]]]
		v, problem := p.readText(text)
		if problem != nil {
			if !isText(problem.Error()) {
				t.Errorf("cannot be printed: %q", problem.Error())
			}
			return
		}
		if p.Kind.Name == "text" {
			return // commas and spaces around items are not kept
		}
		again, problem := p.readText(formatValue(v))
		if problem != nil || formatValue(again) != formatValue(v) {
			t.Errorf("%q became %v and then %v, %v", text, v, again, problem)
		}
	})
}

// FuzzSet: no text of --set makes the loader panic, what it refuses it refuses in printable lines, and the
// lists of studies, regimes and scorers are read as any other.
func FuzzSet(f *testing.F) {
	for _, s := range []string{"run.users=1e6", "evaluation.studies=[items, channels]", "sharing.regimes=everyone,in-scope", "=", "run.users", "x=1",
		"evaluation.studies=oracle,oracle", "overseas.users=1e-300", "run.seed=\x1b[31m", "processor.scorers=[gbdt"} {
		f.Add(s)
	}
	r := Standard()
	f.Fuzz(func(t *testing.T, text string) {
		var problems Problems
		values := r.readOverrides([]Override{Set(text)}, &problems)
		for _, p := range problems {
			if !isText(p.Error()) {
				t.Errorf("cannot be printed: %q", p.Error())
			}
		}
		if len(problems) == 0 && len(values) != 1 {
			t.Errorf("%q sets %d parameters and is no mistake", text, len(values))
		}
	})
}

// FuzzEnvironment: no variable makes the loader panic, and a refusal can be printed.
func FuzzEnvironment(f *testing.F) {
	for _, s := range []string{"RUN_USERS", "EVALUATION_STUDIES", "SHARING_REGIMES", "RUN_USER", "OUT", "X"} {
		f.Add(s, "1e6")
		f.Add(s, "[a, b]\x00")
	}
	r := Standard()
	f.Fuzz(func(t *testing.T, name, text string) {
		var problems Problems
		r.readEnvironment([]string{envPrefix + name + "=" + text}, &problems)
		for _, p := range problems {
			if !isText(p.Error()) {
				t.Errorf("cannot be printed: %q", p.Error())
			}
		}
	})
}
