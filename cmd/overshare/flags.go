package main

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"overshare/results"
	"overshare/scenarios"
)

// simFlags are the flags common to all commands that simulate.
type simFlags struct {
	users   usersFlag
	seed    seedFlag
	set     []string
	out     string
	workers countFlag
	scorers []string
	regimes []string
	studies []string
	find    findFlag
	repeat  countFlag
	show    []string
	formats formatFlag
	force   bool
	memory  sizeFlag
	yes     bool
	json    bool
	quiet   bool

	own   string         // settings of one command alone that can change its result
	given *pflag.FlagSet // which of them the user gave
}

// addTo defines the flags on a command.
func (f *simFlags) addTo(c *cobra.Command) {
	f.workers = countFlag{n: int64(runtime.GOMAXPROCS(0)), max: 1024}
	f.repeat = countFlag{n: 1, max: 10000}
	f.formats = formatFlag{results.CSV}
	p := c.Flags()
	f.given = p
	p.SortFlags = false
	p.Var(&f.users, "users", "simulate `N` people, written like 1000000, 1e6 or 40.45M")
	p.Var(&f.seed, "seed", "seed of all randomness; the same seed gives the same files")
	p.StringArrayVar(&f.set, "set", nil, "set a parameter, as `path=value`; may be repeated")
	p.Var(&listFlag{names: &f.scorers}, "scorer", "scorers to train, as `a,b`, such as scorecard")
	p.Var(&listFlag{names: &f.regimes}, "regimes", "sharing regimes to compare, as `a,b,c`")
	p.Var(&listFlag{names: &f.studies}, "studies", "studies to add, as `a,b`: channels, items, epochs, oracle")
	p.Var(&f.find, "find", "find the least exposure within a target, as `auc-LOSS`, such as auc-0.01")
	p.Var(&f.repeat, "replicates", "simulate `N` countries with luck of their own, to see what varies between them")
	p.StringVarP(&f.out, "out", "o", "", "`folder` to write (default runs/<scenario>-<seed>-<hash of the settings>)")
	p.Var(&f.formats, "format", "file `formats` of tables: csv, parquet or csv,parquet")
	p.BoolVar(&f.force, "force", false, "replace an existing run")
	p.Var(&f.workers, "workers", "use `N` processor cores; the results do not depend on it")
	p.Var(&f.memory, "memory", "take at most this `size` of memory, such as 4G")
	p.BoolVar(&f.yes, "yes", false, "begin even if memory or disk seem too small")
	p.BoolVar(&f.json, "json", false, "print the result as JSON instead of text")
	p.Var(&listFlag{names: &f.show}, "show", "print these `tables` as well, such as scorecard or economics")
	p.BoolVarP(&f.quiet, "quiet", "q", false, "show no progress")
}

// hideUnused leaves the flags of a comparison out of the help of a command that compares nothing. They are
// still taken, so that one command line serves several commands.
func hideUnused(c *cobra.Command) {
	for _, unused := range []string{"scorer", "regimes", "studies", "find", "replicates", "show"} {
		c.Flags().Lookup(unused).Hidden = true
	}
}

// machineFlags are the flags that belong to the machine rather than to the scenario. Each can be set
// by a variable as well: OVERSHARE_OUT and so on. A flag wins. (The variables of parameters are read
// with the scenario.)
var machineFlags = []string{"out", "format", "workers", "memory", "json", "quiet"}

// fromEnvironment sets the machine flags that the user did not give from their variables; an empty
// variable counts as absent.
func fromEnvironment(flags *pflag.FlagSet, env []string) error {
	for _, name := range machineFlags {
		if flags.Lookup(name) == nil {
			continue
		}
		variable := "OVERSHARE_" + strings.ToUpper(name)
		for _, line := range env {
			value, ours := strings.CutPrefix(line, variable+"=")
			if !ours || value == "" || flags.Changed(name) {
				continue
			}
			if err := flags.Set(name, value); err != nil {
				var bad *pflag.InvalidValueError
				if errors.As(err, &bad) {
					err = flagFault(bad.GetFlag(), value, bad.Unwrap())
				}
				return misuse("change or unset the variable", "%s: %w", variable, err)
			}
		}
	}
	return nil
}

// The parameters that have a flag of their own.
const (
	pathUsers   = "run.users"
	pathSeed    = "run.seed"
	pathScorers = "processor.scorers"
	pathRegimes = "sharing.regimes"
	pathStudies = "evaluation.studies"
	pathRepeat  = "evaluation.replicates"
	pathFind    = "evaluation.find_auc_loss"
)

// overrides returns what the flags set: first --set in the order given, then the others, which
// therefore win.
func (f *simFlags) overrides() []scenarios.Override {
	var all []scenarios.Override
	for _, assignment := range f.set {
		all = append(all, scenarios.Set(assignment))
	}
	for _, own := range []struct{ flag, path, value string }{
		{"users", pathUsers, f.users.String()},
		{"seed", pathSeed, f.seed.String()},
		{"scorer", pathScorers, "[" + strings.Join(f.scorers, ", ") + "]"},
		{"regimes", pathRegimes, "[" + strings.Join(f.regimes, ", ") + "]"},
		{"studies", pathStudies, "[" + strings.Join(f.studies, ", ") + "]"},
		{"find", pathFind, strings.TrimPrefix(f.find.String(), "auc-")},
		{"replicates", pathRepeat, f.repeat.String()},
	} {
		if f.given.Changed(own.flag) {
			all = append(all, scenarios.Flag("--"+own.flag, own.path, own.value))
		}
	}
	return all
}

// seedFlag is the value of --seed.
type seedFlag uint64

func (f *seedFlag) Set(text string) error {
	n, err := strconv.ParseUint(strings.ReplaceAll(text, "_", ""), 10, 63)
	if err != nil {
		return fmt.Errorf("%q is not a seed; valid is a whole number from 0 to 9223372036854775807", cut(text))
	}
	*f = seedFlag(n)
	return nil
}

func (f *seedFlag) String() string { return strconv.FormatUint(uint64(*f), 10) }
func (*seedFlag) Type() string     { return "N" }

// countFlag is a whole number from 1 to max.
type countFlag struct{ n, max int64 }

func (f *countFlag) Set(text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > f.max {
		return fmt.Errorf("%q is not a whole number from 1 to %d", cut(text), f.max)
	}
	f.n = n
	return nil
}

func (f *countFlag) String() string { return strconv.FormatInt(f.n, 10) }
func (*countFlag) Type() string     { return "N" }

// formatFlag is a list of table formats.
type formatFlag []results.Format

func (f *formatFlag) Set(text string) error {
	*f = nil
	for name := range strings.SplitSeq(text, ",") {
		switch format := results.Format(strings.TrimSpace(name)); format {
		case results.CSV, results.Parquet:
			*f = append(*f, format)
		default:
			return fmt.Errorf("%q is not a format; valid are csv, parquet, and csv,parquet for both", cut(name))
		}
	}
	if len(*f) == 2 && (*f)[0] == (*f)[1] || len(*f) > 2 {
		return errors.New("a format is named twice")
	}
	return nil
}

func (f *formatFlag) String() string {
	var names []string
	for _, format := range *f {
		names = append(names, string(format))
	}
	return strings.Join(names, ",")
}

func (*formatFlag) Type() string { return "formats" }

// findFlag is the value of --find: the measure and the loss that is still accepted.
type findFlag string

func (f *findFlag) Set(text string) error {
	loss, ok := strings.CutPrefix(text, "auc-")
	if x, err := strconv.ParseFloat(loss, 64); !ok || err != nil || !(x > 0 && x < 0.5) {
		return fmt.Errorf("%q is no target; valid is auc- and the loss accepted, above 0 and below 0.5, such as auc-0.01", text)
	}
	*f = findFlag(text)
	return nil
}

func (f *findFlag) String() string { return string(*f) }
func (*findFlag) Type() string     { return "target" }
