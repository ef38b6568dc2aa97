package reidentify

import (
	"context"
	"fmt"
	"math"
	"time"

	"overshare/sim/privacy/identity"
)

// finish fills in what follows from a search that is over.
func (e *experiment) finish(row *Row, ix *index, start time.Time) {
	seconds := e.Now().Sub(start).Seconds()
	row.Recovered, row.Ambiguous = ix.outcome()
	if row.Targets > 0 {
		row.RecoveredShare = float64(row.Recovered) / float64(row.Targets)
	}
	bits := min(row.Protection.Bits(), 64) // as many as the index keeps
	row.ExpectedFalse = float64(row.Targets) * float64(row.Hashes) * math.Ldexp(1, -bits)
	row.Measured = e.measured(seconds, *row)
	row.Warnings = e.warnings(*row)
}

// measured scales the time of a search to the whole space and prices it.
func (e *experiment) measured(seconds float64, row Row) Measured {
	if seconds <= 0 {
		return Measured{}
	}
	m := Measured{Workers: e.Workers, Seconds: seconds, HashesPerSecond: float64(row.Hashes) / seconds}
	m.SecondsWholeSpace = float64(row.SpaceSize) / m.HashesPerSecond
	m.CoreHours = m.SecondsWholeSpace * float64(e.Workers) / 3600
	m.CostUSD = m.CoreHours * USDPerCoreHour
	m.CostKRW = m.CostUSD * KRWPerUSD
	return m
}

// warnings says what has to be known before a row is quoted.
func (e *experiment) warnings(row Row) (all []string) {
	warn := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	switch {
	case row.Targets == 0:
		warn("nobody's identifier was searched for")
	case row.Protection.Slow():
		warn("%d guesses of %d, chosen to contain the identifiers of the %d people of the sample; the time for the whole space is scaled up from them",
			row.SpaceSearched, row.SpaceSize, row.Targets)
		warn("a salt of its own for each person would multiply the work by the number of people, but equal identifiers could then no longer be joined")
	case row.Item == identity.Email:
		warn("the share follows from how the synthetic addresses are assumed to be made up; read it as an example, not as an estimate")
	}
	if row.Knows == WithoutKey {
		warn("%d made-up keys of 2^256 were tried; the time is for one key, and no machine gets through all of them", e.WrongKeys)
	}
	if row.Knows == WithKey {
		warn("control: the receiver is given the key, which shows that the search would find what is there")
	}
	if e.Digits != 8 {
		warn("a toy world of numbers with %d digits instead of 8", e.Digits)
	}
	if row.Protection.Bits() > 64 && row.FalseMatches > 0 {
		warn("%d matches are coincidences of the first 64 bits, which is all the index keeps; a receiver with the full values would not be misled",
			row.FalseMatches)
	}
	return all
}

const slowTargets = 4

// sample searches for the numbers of the first few people behind a slow hash, among a small part of
// the space that is made to contain them, and scales the time up.
func (e *experiment) sample(ctx context.Context, p identity.Protection) (Row, error) {
	start := e.Now()
	g, ix := e.slowSample(p)
	row := Row{
		Item: identity.Phone, Protection: p, Knows: WithSalt,
		Targets: uint64(len(ix.sent)), SpaceSize: e.dir.Numbers(), SpaceSearched: g.size, Hashes: g.size,
		IndexBytes: ix.bytes(), Extrapolated: true,
	}
	indexed := e.Now()
	phase := fmt.Sprintf("%v %v: search a sample", identity.Phone, p)
	if err := e.search(ctx, phase, ix, g, e.dir.Secret(p), &row); err != nil {
		return Row{}, err
	}
	e.finish(&row, ix, indexed)
	row.IndexSeconds = indexed.Sub(start).Seconds()
	return row, nil
}

// slowSample returns the numbers of up to four people, protected, and the guesses: their numbers and
// others, evenly spread over the space.
func (e *experiment) slowSample(p identity.Protection) (guesses, *index) {
	size := min(uint64(e.SlowGuesses), e.dir.Numbers())
	people := min(slowTargets, e.People, size)
	sampled := func(x identity.Number) bool { return uint64(e.dir.Holder(x)) < people }
	sealer := identity.NewSealer(p, e.dir.Secret(p))
	var numbers []identity.Number
	var sent []uint64
	for u := range people {
		numbers = append(numbers, e.phone(u))
		sent = append(sent, sealer.Prefix(e.appendIdentifier(identity.Phone, nil, u)))
	}
	for i := uint64(0); uint64(len(numbers)) < size; i++ {
		if x := e.dir.Nth(i * (e.dir.Numbers() / size) % e.dir.Numbers()); !sampled(x) {
			numbers = append(numbers, x)
		}
	}
	return guesses{
		size:   size,
		append: func(dst []byte, i uint64) []byte { return e.dir.AppendDigits(dst, numbers[i]) },
		target: func(i uint64) bool { return sampled(numbers[i]) },
	}, newIndex(sent, e.Workers)
}
