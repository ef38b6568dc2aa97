package reidentify

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"overshare/sim/privacy/identity"
	"overshare/sim/record"
)

// phone returns the number of person u, who must be in the directory.
func (e *experiment) phone(u uint64) identity.Number {
	x, err := e.dir.Phone(record.Person(u))
	if err != nil {
		panic("reidentify: internal error: " + err.Error())
	}
	return x
}

// appendIdentifier appends the identifier of person u, who must be in the directory.
func (e *experiment) appendIdentifier(item identity.Identifier, dst []byte, u uint64) []byte {
	if item == identity.Phone {
		return e.dir.AppendDigits(dst, e.phone(u))
	}
	dst, err := e.dir.AppendEmail(dst, record.Person(u))
	if err != nil {
		panic("reidentify: internal error: " + err.Error())
	}
	return dst
}

// index protects the identifier of every person and makes the index of what was sent.
func (e *experiment) index(ctx context.Context, item identity.Identifier, p identity.Protection) (*index, error) {
	sent := make([]uint64, e.People)
	sealers := make([]*identity.Sealer, e.Workers)
	for i := range sealers {
		sealers[i] = identity.NewSealer(p, e.dir.Secret(p))
	}
	phase := fmt.Sprintf("%v %v: protect", item, p)
	err := e.blocks(ctx, phase, e.People, blockSize, func(worker int, from, to uint64) {
		var buf [64]byte
		for u := from; u < to; u++ {
			sent[u] = sealers[worker].Prefix(e.appendIdentifier(item, buf[:0], u))
		}
	})
	if err != nil {
		return nil, err
	}
	return newIndex(sent, e.Workers), nil
}

// guesses is a list of identifiers to try.
type guesses struct {
	size   uint64
	append func(dst []byte, i uint64) []byte
	target func(i uint64) bool // whether guess i is truly the identifier of a target; nil: taken as true
}

// guesses returns what the receiver tries. Whether a guess is right is known for telephone numbers
// only. A guessed address counts as right when the first 64 bits agree, which misleads once in
// 2⁶⁴ / (Targets · Hashes) experiments: [Row.ExpectedFalse].
func (e *experiment) guesses(item identity.Identifier) guesses {
	if item == identity.Email {
		return guesses{size: e.guessed, append: appendGuess}
	}
	return guesses{
		size:   e.dir.Numbers(),
		append: func(dst []byte, i uint64) []byte { return e.dir.AppendDigits(dst, e.dir.Nth(i)) },
		target: func(i uint64) bool { return uint64(e.dir.Holder(e.dir.Nth(i))) < e.People },
	}
}

// attack searches the index with all guesses, once for each secret that the receiver tries.
func (e *experiment) attack(ctx context.Context, ix *index, item identity.Identifier, p identity.Protection, knows Knowledge) (Row, error) {
	g := e.guesses(item)
	secrets := e.secrets(p, knows)
	row := Row{
		Item: item, Protection: p, Knows: knows,
		Targets: uint64(len(ix.sent)), SpaceSize: g.size, SpaceSearched: g.size,
		Hashes: g.size * uint64(len(secrets)), IndexBytes: ix.bytes(),
	}
	ix.forget()
	start := e.Now()
	for k, secret := range secrets {
		phase := fmt.Sprintf("%v %v: search (%s)", item, p, knows)
		if len(secrets) > 1 {
			phase = fmt.Sprintf("%s, key %d of %d", phase, k+1, len(secrets))
		}
		if err := e.search(ctx, phase, ix, g, secret, &row); err != nil {
			return Row{}, err
		}
	}
	e.finish(&row, ix, start)
	return row, nil
}

// search tries all guesses under one secret, marks what it finds and adds the counts to the row.
func (e *experiment) search(ctx context.Context, phase string, ix *index, g guesses, secret identity.Secret, row *Row) error {
	searchers := make([]*searcher, e.Workers)
	for i := range searchers {
		searchers[i] = &searcher{ix: ix, guesses: g, sealer: identity.NewSealer(row.Protection, secret)}
		if own := e.dir.Secret(row.Protection); own != secret {
			searchers[i].truth = identity.NewSealer(row.Protection, own)
		}
	}
	block := uint64(blockSize)
	if row.Protection.Slow() {
		block = 1
	}
	err := e.blocks(ctx, phase, g.size, block, func(worker int, from, to uint64) { searchers[worker].try(from, to) })
	for _, s := range searchers {
		row.Candidates += s.candidates
		row.FalseMatches += s.wrong
	}
	return err
}

// A searcher is one worker's part of a search.
type searcher struct {
	ix      *index
	guesses guesses
	sealer  *identity.Sealer
	truth   *identity.Sealer // the sender's own, if the receiver's differs

	candidates, wrong uint64 // pairs of a guess and a target with the same value, and the wrong ones of them
}

// try makes the guesses [from, to).
func (s *searcher) try(from, to uint64) {
	var (
		buf  [64]byte
		want [batch]uint64
		at   [batch]int32
	)
	for ; from < to; from += batch {
		n := int(min(batch, to-from))
		for i := range n {
			want[i] = s.sealer.Prefix(s.guesses.append(buf[:0], from+uint64(i)))
		}
		s.ix.lookup(&want, n, &at)
		s.ix.touch(at[:n])
		for i, first := range at[:n] {
			if first >= 0 {
				s.hit(from+uint64(i), want[i], first)
			}
		}
	}
}

// hit counts one guess that gives a value that was sent.
func (s *searcher) hit(guess, value uint64, first int32) {
	copies := s.ix.copies(first)
	s.candidates += copies
	s.wrong += copies
	right := s.right(guess, value)
	if right {
		s.wrong--
	}
	s.ix.mark(first, right)
}

// right reports whether a guess that gives the value is the identifier that was sent with it. It is
// the experimenter's truth: that the guess belongs to one of the people, and that the sender makes
// this value of it.
func (s *searcher) right(guess, value uint64) bool {
	if s.guesses.target != nil && !s.guesses.target(guess) {
		return false
	}
	return s.truth == nil || s.truth.Prefix(s.guesses.append(nil, guess)) == value
}

const blockSize = 1 << 14

// blocks calls f for every block of [0, n), from several goroutines, until all are done or ctx is.
func (e *experiment) blocks(ctx context.Context, phase string, n, size uint64, f func(worker int, from, to uint64)) error {
	var done atomic.Int64
	var mu sync.Mutex
	told := int64(-1)
	parallel(int((n+size-1)/size), e.Workers, func(worker, block int) {
		if ctx.Err() != nil {
			return
		}
		from := uint64(block) * size
		to := min(n, from+size)
		f(worker, from, to)
		now := done.Add(int64(to - from))
		if e.Progress == nil || now != int64(n) && now>>20 == (now-int64(to-from))>>20 && size > 1 {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if now > told {
			told = now
			e.Progress(phase, now, int64(n))
		}
	})
	return ctx.Err()
}

// parallel calls f(worker, i) for every i in [0, n), each worker number from one goroutine only.
func parallel(n, workers int, f func(worker, i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for worker := range min(workers, n) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(worker, i)
			}
		})
	}
	wait.Wait()
}
