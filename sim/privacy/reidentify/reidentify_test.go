package reidentify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"overshare/sim/privacy/identity"
	"overshare/sim/record"
)

// toy is a world of 404,500 people among a million numbers, without e-mail or slow hashes.
func toy() Options {
	return Options{
		Seed: 1, People: 404_500, Digits: 6, Items: []identity.Identifier{identity.Phone},
		Protections: []identity.Protection{identity.Plain, identity.Salted, identity.Keyed, identity.Truncated40, identity.Truncated32},
	}
}

func run(t *testing.T, o Options) []Row {
	t.Helper()
	rows, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// find returns the one row of a search.
func find(t *testing.T, rows []Row, item identity.Identifier, p identity.Protection, knows Knowledge) Row {
	t.Helper()
	i := slices.IndexFunc(rows, func(r Row) bool { return r.Item == item && r.Protection == p && r.Knows == knows })
	if i < 0 {
		t.Fatalf("no row for %v %v (%s)", item, p, knows)
	}
	return rows[i]
}

// The dispute: everything comes back but what is behind a key, and that too once the key is out.
func TestWhatComesBack(t *testing.T) {
	rows := run(t, toy())
	for _, c := range []struct {
		protection identity.Protection
		knows      Knowledge
		share      float64
	}{
		{identity.Plain, MethodOnly, 1}, {identity.Salted, WithSalt, 1},
		{identity.Keyed, WithoutKey, 0}, {identity.Keyed, WithKey, 1}, {identity.Truncated40, MethodOnly, 1},
	} {
		r := find(t, rows, identity.Phone, c.protection, c.knows)
		if r.Targets != 404_500 || r.SpaceSearched != 1_000_000 || r.Hashes != 1_000_000 {
			t.Errorf("%v (%s): %d targets, %d of the space, %d hashes", c.protection, c.knows, r.Targets, r.SpaceSearched, r.Hashes)
		}
		// A 40-bit coincidence is expected in 404,500·10⁶/2⁴⁰ = 0.37 pairs: that row may miss two targets
		// or so, and what it misses must be ambiguous.
		if c.protection == identity.Truncated40 {
			if r.Recovered+r.Ambiguous != r.Targets || r.Ambiguous > 20 {
				t.Errorf("40 bits: %d recovered, %d ambiguous", r.Recovered, r.Ambiguous)
			}
			continue
		}
		if r.RecoveredShare != c.share || r.FalseMatches != 0 || r.Ambiguous != 0 {
			t.Errorf("%v (%s): share %v, want %v; %d false, %d ambiguous", c.protection, c.knows, r.RecoveredShare, c.share, r.FalseMatches, r.Ambiguous)
		}
	}
}

// Many wrong keys find no more than one.
func TestManyWrongKeys(t *testing.T) {
	o := toy()
	o.Protections, o.WrongKeys = []identity.Protection{identity.Keyed}, 3
	r := find(t, run(t, o), identity.Phone, identity.Keyed, WithoutKey)
	if r.Recovered != 0 || r.Candidates != 0 || r.Hashes != 3_000_000 {
		t.Errorf("%d recovered, %d candidates, %d hashes", r.Recovered, r.Candidates, r.Hashes)
	}
}

// slowSeal protects as text books write it, in hexadecimal.
func slowSeal(d *identity.Directory, p identity.Protection, identifier string) string {
	secret := d.Secret(p)
	switch p {
	case identity.Salted:
		return fmt.Sprintf("%x", sha256.Sum256([]byte(string(secret[:16])+identifier)))
	case identity.Keyed:
		h := hmac.New(sha256.New, secret[:])
		h.Write([]byte(identifier))
		return hex.EncodeToString(h.Sum(nil))
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(identifier)))[:p.Bits()/4]
}

// The search against maps of text: identifiers sent with a value, and guesses that give it.
func TestSearchAgainstMaps(t *testing.T) {
	const people = 30_000
	d, err := identity.NewSmall(7, 6)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for i := range d.Numbers() {
		numbers = append(numbers, fmt.Sprintf("010%06d", i))
	}
	for _, p := range []identity.Protection{identity.Plain, identity.Salted, identity.Truncated32} {
		sent := map[string][]string{}
		for u := range record.Person(people) {
			x, _ := d.Phone(u)
			own := string(d.AppendDigits(nil, x))
			value := slowSeal(d, p, own)
			sent[value] = append(sent[value], own)
		}
		tries := map[string][]string{}
		for _, number := range numbers {
			if value := slowSeal(d, p, number); sent[value] != nil {
				tries[value] = append(tries[value], number)
			}
		}
		var want Row
		for value, owners := range sent {
			candidates := tries[value]
			want.Candidates += uint64(len(owners) * len(candidates))
			want.FalseMatches += uint64(len(owners)*len(candidates) - len(owners))
			if len(owners) == 1 && len(candidates) == 1 && candidates[0] == owners[0] {
				want.Recovered++
			} else {
				want.Ambiguous += uint64(len(owners))
			}
		}
		o := toy()
		o.Seed, o.People, o.Protections = 7, people, []identity.Protection{p}
		r := run(t, o)[0]
		got := Row{Candidates: r.Candidates, FalseMatches: r.FalseMatches, Recovered: r.Recovered, Ambiguous: r.Ambiguous}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-maps +search):\n%s", p, diff)
		}
	}
}

// With 32 bits, false pairs number Targets·(Numbers − 1)/2³² = 94.2 on average. Pairs within the people
// come twice, so the variance is at most twice the mean: standard deviation 13.7. Six of them are a
// false-alarm rate below 1e-7 by the normal tail, about 1e-6 by the Poisson one. Seed 1.
func TestShortHashIsAmbiguousAsExpected(t *testing.T) {
	o := toy()
	o.Protections = []identity.Protection{identity.Truncated32}
	r := run(t, o)[0]
	if z := (float64(r.FalseMatches) - r.ExpectedFalse) / math.Sqrt(2*r.ExpectedFalse); math.Abs(z) > 6 {
		t.Errorf("%d false matches, expected %.1f, z = %.2f", r.FalseMatches, r.ExpectedFalse, z)
	}
	if r.Candidates != r.Targets+r.FalseMatches || r.Recovered+r.Ambiguous != r.Targets || r.Ambiguous == 0 {
		t.Errorf("counts do not add up: %+v", r)
	}
}

// Rows without the measured part are the same for any number of workers, with and without a clock.
func TestWorkersChangeNothing(t *testing.T) {
	var first []Row
	for _, workers := range []int{1, 3, 16} {
		o := toy()
		o.Workers, o.Now = workers, time.Now
		o.Protections = []identity.Protection{identity.Keyed, identity.Truncated32}
		rows := run(t, o)
		for i := range rows {
			if rows[i].Workers != workers || rows[i].Seconds <= 0 {
				t.Errorf("row %d of %d workers is not measured: %+v", i, workers, rows[i].Measured)
			}
			rows[i].Measured = Measured{}
		}
		if first == nil {
			first = rows
		}
		if diff := cmp.Diff(first, rows); diff != "" {
			t.Errorf("%d workers (-1 worker):\n%s", workers, diff)
		}
	}
}

// Planted fault: if one number is not what the sender made of it, one number does not come back. It
// shows that "all recovered" is counted and not assumed.
func TestPlantedFault(t *testing.T) {
	e, err := newExperiment(Options{Seed: 1, People: 5000, Digits: 4, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	ix, err := e.index(context.Background(), identity.Phone, identity.Plain)
	if err != nil {
		t.Fatal(err)
	}
	sent := slices.Clone(ix.sent)
	sent[1234] ^= 1
	r, err := e.attack(context.Background(), newIndex(sent, 2), identity.Phone, identity.Plain, MethodOnly)
	if err != nil || r.Recovered != 4999 || r.Candidates != 4999 {
		t.Errorf("recovered %d, candidates %d of 5000, error %v", r.Recovered, r.Candidates, err)
	}
}

// Planted fault: a value that a wrong key happens to hit is a candidate, and is not recovered.
func TestCoincidenceUnderAWrongKeyIsNotRecovered(t *testing.T) {
	e, err := newExperiment(Options{Seed: 1, People: 5000, Digits: 4, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	own := e.appendIdentifier(identity.Phone, nil, 17)
	chance := identity.NewSealer(identity.Keyed, e.dir.WrongKey(0)).Prefix(own)
	r, err := e.attack(context.Background(), newIndex([]uint64{chance}, 1), identity.Phone, identity.Keyed, WithoutKey)
	if err != nil || r.Recovered != 0 || r.Candidates != 1 || r.FalseMatches != 1 || len(r.Warnings) < 2 {
		t.Errorf("recovered %d, candidates %d, false %d, warnings %q, error %v", r.Recovered, r.Candidates, r.FalseMatches, r.Warnings, err)
	}
}

func TestSlowHashesAreSampled(t *testing.T) {
	o := Options{
		Seed: 1, People: 1000, SlowGuesses: 6, Items: []identity.Identifier{identity.Phone},
		Protections: []identity.Protection{identity.Bcrypt, identity.Argon2id}, Now: time.Now,
	}
	for _, r := range run(t, o) {
		if r.Targets != 4 || r.Recovered != 4 || r.SpaceSearched != 6 || r.SpaceSize != identity.MaxPeople || !r.Extrapolated {
			t.Errorf("%v: %+v", r.Protection, r)
		}
		if want := r.Seconds / 6 * identity.MaxPeople; math.Abs(r.SecondsWholeSpace-want) > 1e-9*want {
			t.Errorf("%v: whole space in %g s, want %g", r.Protection, r.SecondsWholeSpace, want)
		}
		if len(r.Warnings) == 0 || !strings.Contains(r.Warnings[0], "scaled up") {
			t.Errorf("%v: warnings %q", r.Protection, r.Warnings)
		}
	}
}

// The receiver's list finds some addresses and not all. The slow twin is a map of all guesses that
// could matter: addresses are looked up in the list's text instead of the other way round.
func TestEmailsAgainstASet(t *testing.T) {
	const people = 50_000
	e, err := newExperiment(Options{
		Seed: 3, People: people, Items: []identity.Identifier{identity.Email},
		Protections: []identity.Protection{identity.Plain, identity.Keyed},
	})
	if err != nil {
		t.Fatal(err)
	}
	e.guessed = 2_000_000
	unmatched := map[string]bool{}
	for u := range uint64(people) {
		unmatched[string(e.appendIdentifier(identity.Email, nil, u))] = true
	}
	var buf []byte
	for i := range e.guessed {
		buf = appendGuess(buf[:0], i)
		delete(unmatched, string(buf))
	}
	rows, err := e.run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := uint64(people - len(unmatched))
	if want < 100 || want > people/2 {
		t.Errorf("%d recovered by the set: too few or many to tell anything", want)
	}
	for _, r := range rows {
		if r.Knows == WithoutKey && r.Recovered != 0 || r.Knows != WithoutKey && r.Recovered != want {
			t.Errorf("%v (%s): %d recovered, %d by the set", r.Protection, r.Knows, r.Recovered, want)
		}
	}
}

// Nothing that is printed of a run may identify anyone: no 010 with digits, no address, no hash.
func TestNothingIdentifyingComesOut(t *testing.T) {
	identifying := regexp.MustCompile(`\b010[-. ]?[0-9]{3,}|@|[0-9a-f]{16,}`)
	fraction := regexp.MustCompile(`\b[0-9]+\.[0-9]+`)
	var printed []string
	var mu sync.Mutex
	o := toy()
	o.Items, o.Protections, o.SlowGuesses = nil, nil, 2
	o.Progress = func(phase string, done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		printed = append(printed, phase)
	}
	e, err := newExperiment(o)
	if err != nil {
		t.Fatal(err)
	}
	e.guessed = 100_000
	rows, err := e.run(context.Background())
	if err != nil || len(rows) != 12 {
		t.Fatalf("%d rows, error %v", len(rows), err)
	}
	for _, r := range rows {
		printed = append(printed, fmt.Sprintf("%v %+v", r, r))
	}
	_, err = Run(context.Background(), Options{People: identity.MaxPeople + 1})
	printed = append(printed, fmt.Sprint(err))
	for _, s := range printed {
		if found := identifying.FindString(fraction.ReplaceAllString(s, "")); found != "" {
			t.Errorf("a text of %d bytes has something of the form of an identifier, %d bytes long", len(s), len(found))
		}
	}
	if len(printed) < 10 || !identifying.MatchString("010-1234") {
		t.Errorf("%d texts were looked at", len(printed))
	}
}

func TestBadOptions(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{People: identity.MaxPeople + 1}, "use at most that many"},
		{Options{People: 101, Digits: 2}, "too many"},
		{Options{Digits: 5}, "choose 2, 4, 6 or 8"},
		{Options{Workers: -1}, "use 1 or more"},
		{Options{WrongKeys: 70_000}, "use 1 to 65535"},
		{Options{SlowGuesses: -1}, "use 1 or more"},
		{Options{Protections: []identity.Protection{99}}, "protection"},
		{Options{Items: []identity.Identifier{9}}, "item"},
	} {
		rows, err := Run(context.Background(), c.o)
		if err == nil || rows != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %d rows, error %v", c.o, len(rows), err)
		}
	}
}

func TestStopsWhenTold(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	o := Options{Seed: 1, People: 5_000_000, Progress: func(string, int64, int64) { cancel() }}
	if rows, err := Run(ctx, o); !errors.Is(err, context.Canceled) || rows != nil {
		t.Errorf("%d rows, error %v", len(rows), err)
	}
}

func TestProgressRisesToTheEnd(t *testing.T) {
	o := toy()
	o.Protections = o.Protections[:1]
	last := map[string]int64{}
	o.Progress = func(phase string, done, total int64) {
		if done <= last[phase] || done > total {
			t.Errorf("%s: %d of %d after %d", phase, done, total, last[phase])
		}
		last[phase] = done
	}
	run(t, o)
	if last["phone sha256: protect"] != 404_500 || last["phone sha256: search (method)"] != 1_000_000 {
		t.Errorf("ended at %v", last)
	}
}
