package scenarios

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// Each file in testdata/bad holds mistakes; beside it stands what the user is told.
func TestErrorTexts(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	r := frozen(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			_, err := r.Load(filepath.ToSlash(file))
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("Load gave %v, want Problems", err)
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", err.Error()+"\n")
		})
	}
}

func TestOverrideErrors(t *testing.T) {
	r := frozen(t)
	for _, c := range []struct {
		override Override
		want     string
	}{
		{Set("run.usrs=3"), "--set: run.usrs: unknown parameter; did you mean run.users?"},
		{Set("users=3"), "--set: users: unknown parameter; did you mean run.users?"},
		{Set("run.users"), "--set: run.users: want path=value, such as run.users=1e6"},
		{Set("run.users="), "--set: run.users: is empty, want a whole number (people) from 1 to 4000000000"},
		{Flag("--users", "run.users", "-4"), "--users: run.users = -4: want a whole number (people) from 1 to 4000000000"},
		{Set("run.users=1.9"), "--set: run.users = 1.9: want a whole number (people) from 1 to 4000000000; it has a fraction"},
		{Set("run.users=1e400"), "--set: run.users = 1e400: want a whole number (people) from 1 to 4000000000; it is larger than any number here"},
		{Set("run.users=40,450,000"), "--set: run.users = 40,450,000: want a whole number (people) from 1 to 4000000000; " +
			"write it without separators: 40450000"},
		{Set("run.users=010"), "--set: run.users = 010: want a whole number (people) from 1 to 4000000000; " +
			"write it without leading zeros"},
		{Set("evaluation.alpha=NaN"), "--set: evaluation.alpha = NaN: want a share above 0 and below 0.5"},
		{Set("evaluation.alpha=1e999"), "--set: evaluation.alpha = 1e999: want a share above 0 and below 0.5; " +
			"it is larger than any number here"},
		{Set("platform.share_end=17%"), "--set: platform.share_end = 17%: want a share from 0 to 1; write 17% as 0.17"},
		{Set("platform.share_end=17"), "--set: platform.share_end = 17: want a share from 0 to 1; 17 % is written 0.17"},
		{Set("evaluation.epoch=2024-02-30"), "--set: evaluation.epoch = 2024-02-30: want a date such as 2024-04-01 " +
			"from 2000-01-01 to 2100-01-01; the calendar has no such day"},
		{Set("evaluation.epoch=2024.4.1"), "--set: evaluation.epoch = 2024.4.1: want a date such as 2024-04-01 " +
			"from 2000-01-01 to 2100-01-01; write it as 2024-04-01"},
		{Set("evaluation.warmup_days=28"), "--set: evaluation.warmup_days = 28: must be at least 36: a record with its " +
			"history reaches back so many days, and what lies before the window is missing from it; set 36 or more"},
		{Set("wallet.scope_mixing=yes"), "--set: wallet.scope_mixing = yes: want true or false; write true"},
		{Set("sharing.regimes=every"), "--set: sharing.regimes = every: want a list such as [everyone, in-scope] of at " +
			"least 1, none twice, each one of everyone, in-scope; did you mean everyone?"},
		{Set("sharing.regimes=in-scope,in-scope"), "--set: sharing.regimes = in-scope,in-scope: want a list such as " +
			"[everyone, in-scope] of at least 1, none twice, each one of everyone, in-scope; in-scope stands there twice"},
		{Set("sharing.regimes=[]"), "--set: sharing.regimes = []: want a list such as [everyone, in-scope] of at " +
			"least 1, none twice, each one of everyone, in-scope; it has 0 items"},
		{Set("processor=1"), "--set: processor: is a group of parameters; its keys are scorers"},
		{Set("run.workers=2"), "--set: run.workers: is not part of a scenario, because it cannot change a result: " +
			"give it as --workers"},
		{Set("run.\x1b[31musers=2"), `--set: "run.\x1b[31musers": unknown parameter`},
		{Set(strings.Repeat("x", 200) + "=2"), "--set: " + strings.Repeat("x", 77) + "...: unknown parameter"},
		{Set("sharing.daily_to=2019-06-26"), "--set: sharing.daily_to = 2019-06-26: must not be before " +
			"sharing.daily_from = 2019-06-27"},
		{Set("sharing.daily_from=2024-05-22"), "--set: sharing.daily_from = 2024-05-22: sharing.daily_to = 2024-05-21 " +
			"must not be before sharing.daily_from = 2024-05-22"},
		{Set("sharing.bulk_days=2018-05-31,2018-04-27"), "--set: sharing.bulk_days = [2018-05-31, 2018-04-27]: must be " +
			"in order of time: 2018-04-27 comes after 2018-05-31"},
		{Set("sharing.bulk_days=2019-06-27"), "--set: sharing.bulk_days = [2019-06-27]: 2019-06-27 must be before " +
			"sharing.daily_from = 2019-06-27"},
	} {
		_, err := r.Load("", c.override)
		if err == nil || err.Error() != c.want {
			t.Errorf("%q\n got %v\nwant %s", c.override.text, err, c.want)
		}
	}
}

func TestEnvironmentErrors(t *testing.T) {
	t.Setenv("OVERSHARE_RUN_USERS", "many")
	t.Setenv("OVERSHARE_RUN_SED", "1")
	t.Setenv("OVERSHARE_SHARING_FROM", "2019-01-01")
	t.Setenv("OVERSHARE_OUT", "elsewhere") // belongs to a command
	t.Setenv("OVERSHARES", "1")
	_, err := frozen(t).Load("", Set("run.users=5")) // a bad variable is told even when a flag outweighs it
	want := `OVERSHARE_RUN_SED: the variable names no parameter; did you mean OVERSHARE_RUN_SEED?
OVERSHARE_RUN_USERS: run.users = many: want a whole number (people) from 1 to 4000000000
OVERSHARE_SHARING_FROM: the variable names no parameter`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// Files, variables and flags: all mistakes in one go.
func TestAllErrorsAtOnce(t *testing.T) {
	file := write(t, "titel: x\nset:\n  run.users: 0\n  sharing.daily_to: 2000-01-01\n")
	t.Setenv("OVERSHARE_RUN_SEED", "-1")
	_, err := frozen(t).Load(file, Set("evaluation.alpha=2"), Set("nothing=1"))
	want := strings.ReplaceAll(`FILE:1:1: titel: unknown key, want one of title, question, base, note, regimes, set; did you mean title?
FILE:3:14: run.users = 0: want a whole number (people) from 1 to 4000000000
FILE:4:21: sharing.daily_to = 2000-01-01: must not be before sharing.daily_from = 2019-06-27
OVERSHARE_RUN_SEED: run.seed = -1: want a whole number at least 0
--set: evaluation.alpha = 2: want a share above 0 and below 0.5; 2 % is written 0.02
--set: nothing: unknown parameter`, "FILE", file)
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	var one Problem
	if !errors.As(err, &one) || one.Line != 1 {
		t.Errorf("a single problem cannot be taken out: %+v", one)
	}
}

func TestScenarioNames(t *testing.T) {
	names := "kakaopay-2024, all-in-scope, cold-start-2019, no-signal, steelman"
	for name, want := range map[string]string{
		"steelmann":     "scenario = steelmann: want a YAML file or one of " + names + "; did you mean steelman?",
		"kakao":         "scenario = kakao: want a YAML file or one of " + names + "; did you mean kakaopay-2024?",
		"zzz":           "scenario = zzz: want a YAML file or one of " + names,
		"absent.yaml":   "absent.yaml: cannot be read: no such file or directory",
		"testdata/bad":  "testdata/bad: is a folder, not a scenario file; name a YAML file in it",
		"testdata":      "testdata: is a folder, not a scenario file; name a YAML file in it",
		"a\x00b.yaml":   `"a\x00b.yaml": cannot be read: invalid argument`,
		"../steelman/x": "../steelman/x: cannot be read: no such file or directory",
	} {
		if _, err := frozen(t).Load(name); err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", name, err, want)
		}
	}
}

// Lists that go together and sums, which only some registries have.
func TestListRules(t *testing.T) {
	r := toys(t)
	for text, want := range map[string]string{
		"toy.deep.mix=0.5,0.4": "--set: toy.deep.mix = 0.5,0.4: want a list such as [0.5, 0.3], each a share from 0 to 1; " +
			"its items must add up to 1, not 0.9",
		"toy.weights=0.8,0.7": "--set: toy.weights = 0.8,0.7: want a list such as [0.5, 0.3], each a share from 0 to 1; " +
			"its items may add up to 1 at most, not 1.5",
		"toy.weights=0.1":      "--set: toy.weights = [0.1]: needs one item for each of toy.prices: 1 and 2",
		"toy.prices=1,2,3":     "--set: toy.prices = [1, 2, 3]: toy.weights = [0.5, 0.3] needs one item for each of toy.prices: 2 and 3",
		"toy.prices=1,2,3,4,5": "--set: toy.prices = 1,2,3,4,5: want a list such as [100, 900] of 1 to 4 items, each a whole number of won at least 0; it has 5 items",
		"toy.prices=-1":        "--set: toy.prices = -1: want a list such as [100, 900] of 1 to 4 items, each a whole number of won at least 0",
		"toy.label=a\tb":       `--set: toy.label = "a\tb": want text; control characters are not allowed`,
		"toy.wait=2 weeks":     "--set: toy.wait = 2 weeks: want a whole number of days at least 0; write the number of days alone: 14",
		"toy.wait=3 hours":     `--set: toy.wait = 3 hours: want a whole number of days at least 0; write the number alone, without "hours"`,
		"toy.price=₩5":         `--set: toy.price = "₩5": want a whole number of won at least 0`,
	} {
		if _, err := r.Load("", Set(text)); err == nil || err.Error() != want {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
}

// A million mistakes are not collected.
func TestProblemsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("set:\n")
	for i := range 50_000 {
		b.WriteString("  k" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + ": 1\n")
	}
	_, err := frozen(t).Load(write(t, b.String()))
	if n := strings.Count(err.Error(), "\n") + 1; n != maxProblems+1 {
		t.Errorf("%d lines, want %d", n, maxProblems+1)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"evaluation.epoch", "run.seed", "run.users", "sharing", "sharing.daily_from"}
	for name, want := range map[string]string{"run.user": "run.users", "users": "run.users", "RUN.USERS": "run.users",
		"rnu.seed": "run.seed", "sharing.dailyfrom": "sharing.daily_from", "completely": "", "eval": "evaluation.epoch"} {
		if got := nearest(name, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", name, got, want)
		}
	}
	for _, c := range []struct {
		a, b string
		d    int
	}{{"", "abc", 3}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"same", "same", 0}, {"ca", "abc", 3}} {
		if d := editDistance(c.a, c.b); d != c.d {
			t.Errorf("distance of %q and %q is %d, want %d", c.a, c.b, d, c.d)
		}
	}
}
