// Package reidentify settles by experiment whether a hashed identifier can be undone. It protects the
// identifiers of all synthetic people as a sender would, then searches for them as a receiver could,
// and counts how many come back. It returns counts and rates only: no identifier, hash or position of
// one leaves the package.
//
// What the receiver has: the values as sent; the method, which is public; the salt, where there is
// one; never the key, except in the one control that says so. For telephone numbers the receiver
// tries the whole space. For e-mail addresses it tries a list made from common knowledge (guess.go),
// and knows nothing of how package identity makes them up.
package reidentify

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"overshare/sim/privacy/identity"
)

// Options say what to try. The zero value of a field is its default.
type Options struct {
	Seed        uint64
	People      uint64 // default 40,450,000
	Workers     int    // default: the processors that Go may use. No count or share depends on it
	Digits      int    // digits of a number after 010: 8, or 2, 4 or 6 for a toy world. Default 8
	Items       []identity.Identifier
	Protections []identity.Protection
	WrongKeys   int // keys tried without the right one, from 1 to 65,535. Default 1
	SlowGuesses int // guesses against a slow hash, at least 1. Default 32

	// Now tells the time. Without it the measured fields stay zero, as this package reads no clock.
	Now func() time.Time

	// Progress, if set, is told how far the work is, always from one goroutine at a time. Phases
	// read like "phone sha256: search".
	Progress func(phase string, done, total int64)
}

// DefaultPeople is the number of distinct people whose records were sent (sourced: Financial
// Supervisory Service, 2024).
const DefaultPeople = 40_450_000

// Prices for the cost of a search. All assumed.
const (
	USDPerCoreHour = 0.04 // general-purpose cloud core by the hour; try 0.01 to 0.10
	KRWPerUSD      = 1400 // try 1,200 to 1,500
)

// Knowledge is what the receiver has besides the values and the method.
type Knowledge string

// The kinds of knowledge.
const (
	MethodOnly Knowledge = "method" // and nothing is missing
	WithSalt   Knowledge = "method and salt"
	WithoutKey Knowledge = "method, not the key"
	WithKey    Knowledge = "method and key" // a control: the same search succeeds once the key is out
)

// A Row is the outcome of one search. Everything but [Measured] is the same for the same options on
// every machine and with any number of workers.
type Row struct {
	Item       identity.Identifier
	Protection identity.Protection
	Knows      Knowledge

	Targets       uint64 // people whose protected identifier was searched for
	SpaceSize     uint64 // identifiers that could be tried
	SpaceSearched uint64 // identifiers that were tried, once for each key
	Hashes        uint64 // values computed in the search: SpaceSearched times the keys tried

	// A candidate of a target is a guess that gives the value sent for it.
	Candidates     uint64  // pairs of a target and a candidate of it, over all secrets tried
	Ambiguous      uint64  // targets with two or more candidates, or that share their value with another
	Recovered      uint64  // targets with exactly one candidate, and that is the right one
	RecoveredShare float64 // Recovered / Targets; 0 without targets
	FalseMatches   uint64  // candidates of a target that are not its identifier
	ExpectedFalse  float64 // the same if protected values were fair bits: Targets · Hashes / 2^bits

	IndexBytes   uint64 // memory held by the receiver's index of the values sent
	Extrapolated bool   // the measured whole-space figures are scaled up from a sample
	Warnings     []string

	Measured
}

// Measured are facts about a machine, not about the world: they differ from run to run. They are
// zero without [Options.Now].
type Measured struct {
	Workers           int
	IndexSeconds      float64 // protecting all identifiers and sorting them
	Seconds           float64 // the search
	HashesPerSecond   float64 // with all workers
	SecondsWholeSpace float64 // to try all of SpaceSize once, with all workers
	CoreHours         float64 // SecondsWholeSpace · Workers / 3600
	CostUSD           float64 // CoreHours at USDPerCoreHour (assumed)
	CostKRW           float64 // the same in won (assumed)
}

// Run makes one row for each item and protection, two for a keyed hash: without the key, and with it
// as a control. Shortened and slow hashes are tried on telephone numbers only, where the space is
// known. All options are checked before any work is done. On an error there are no rows.
//
// Memory: 9.3 bytes a target; one index is held at a time.
func Run(ctx context.Context, o Options) ([]Row, error) {
	e, err := newExperiment(o)
	if err != nil {
		return nil, err
	}
	return e.run(ctx)
}

func (e *experiment) run(ctx context.Context) ([]Row, error) {
	var rows []Row
	for _, item := range e.Items {
		for _, p := range e.Protections {
			if item != identity.Phone && !triedOnEmail(p) {
				continue
			}
			more, err := e.try(ctx, item, p)
			if err != nil {
				return nil, fmt.Errorf("reidentify %v %v: %w", item, p, err)
			}
			rows = append(rows, more...)
		}
	}
	return rows, nil
}

func triedOnEmail(p identity.Protection) bool {
	return p == identity.Plain || p == identity.Salted || p == identity.Keyed
}

// An experiment is a set of options with the defaults filled in, and who the people are.
type experiment struct {
	Options
	dir     *identity.Directory
	guessed uint64 // addresses of the list that are tried
}

// Memory returns about how many bytes Run takes: 9.3 a target, a quarter more for the collector, and the tables
// of the search. Measured: 34 MB with a million people.
func (o Options) Memory() int64 { return 64<<20 + 12*int64(o.People) }

// Check returns what [Run] would refuse, before any work.
func (o Options) Check() error {
	_, err := newExperiment(o)
	return err
}

func newExperiment(o Options) (*experiment, error) {
	setDefault(&o.People, DefaultPeople)
	setDefault(&o.Workers, runtime.GOMAXPROCS(0))
	setDefault(&o.Digits, 8)
	setDefault(&o.WrongKeys, 1)
	setDefault(&o.SlowGuesses, 32)
	if o.Items == nil {
		o.Items = []identity.Identifier{identity.Phone, identity.Email}
	}
	if o.Protections == nil {
		o.Protections = identity.Protections()
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Time{} }
	}
	dir, err := identity.NewSmall(o.Seed, o.Digits)
	if err != nil {
		return nil, err
	}
	if err := o.check(dir); err != nil {
		return nil, err
	}
	return &experiment{o, dir, emailGuesses}, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (o *Options) check(dir *identity.Directory) error {
	switch {
	case o.People > dir.People():
		return fmt.Errorf("%d people are too many: 010 and %d digits tell %d apart; use at most that many",
			o.People, o.Digits, dir.People())
	case o.Workers < 0:
		return fmt.Errorf("%d workers are not enough: use 1 or more", o.Workers)
	case o.WrongKeys < 0 || o.WrongKeys > 65_535:
		return fmt.Errorf("cannot try %d wrong keys: use 1 to 65535", o.WrongKeys)
	case o.SlowGuesses < 0:
		return fmt.Errorf("cannot make %d guesses against a slow hash: use 1 or more", o.SlowGuesses)
	}
	for _, i := range o.Items {
		if i != identity.Phone && i != identity.Email {
			return fmt.Errorf("%v is not an identifier that was sent hashed: use phone or email", i)
		}
	}
	for _, p := range o.Protections {
		if _, err := identity.ParseProtection(p.String()); err != nil {
			return err
		}
	}
	return nil
}

// try makes the rows of one item under one protection.
func (e *experiment) try(ctx context.Context, item identity.Identifier, p identity.Protection) ([]Row, error) {
	if p.Slow() {
		row, err := e.sample(ctx, p)
		return []Row{row}, err
	}
	start := e.Now()
	ix, err := e.index(ctx, item, p)
	if err != nil {
		return nil, err
	}
	seconds := e.Now().Sub(start).Seconds()
	var rows []Row
	for _, knows := range knowledge(p) {
		row, err := e.attack(ctx, ix, item, p, knows)
		if err != nil {
			return nil, err
		}
		row.IndexSeconds = seconds
		rows = append(rows, row)
	}
	return rows, nil
}

// knowledge returns the searches to make against a protection.
func knowledge(p identity.Protection) []Knowledge {
	switch p {
	case identity.Salted, identity.Bcrypt, identity.Argon2id:
		return []Knowledge{WithSalt}
	case identity.Keyed:
		return []Knowledge{WithoutKey, WithKey}
	}
	return []Knowledge{MethodOnly}
}

// secrets returns the salts or keys that a receiver with that knowledge tries.
func (e *experiment) secrets(p identity.Protection, knows Knowledge) []identity.Secret {
	if knows != WithoutKey {
		return []identity.Secret{e.dir.Secret(p)}
	}
	var wrong []identity.Secret
	for i := range e.WrongKeys {
		wrong = append(wrong, e.dir.WrongKey(uint16(i)))
	}
	return wrong
}
