package study

import (
	"fmt"

	"overshare/scoring/features"
)

// TruthOf returns the outcomes of the test bills of s.
func TruthOf(s *Sample) *Truth { return s.truth() }

// Reverse turns the order of the rows of every shard around, and of the shards.
func Reverse(s *Sample) {
	for _, parts := range [][]*Rows{s.Train, s.Test, s.Probes} {
		for k := range parts[:len(parts)/2] {
			parts[k], parts[len(parts)-1-k] = parts[len(parts)-1-k], parts[k]
		}
		for _, r := range parts {
			r.reverse()
		}
	}
}

func (r *Rows) reverse() {
	n := len(r.State)
	own := len(r.Own) / max(n, 1)
	for i := range n / 2 {
		j := n - 1 - i
		swap(r.Own[i*own:][:own], r.Own[j*own:][:own])
		r.Seen[i], r.Seen[j] = r.Seen[j], r.Seen[i]
		r.Person[i], r.Person[j] = r.Person[j], r.Person[i]
		r.Day[i], r.Day[j] = r.Day[j], r.Day[i]
		r.State[i], r.State[j] = r.State[j], r.State[i]
		if len(r.Known) > 0 {
			const known = features.NumKnown
			swap(r.Known[i*known:][:known], r.Known[j*known:][:known])
			r.Wait[i], r.Wait[j] = r.Wait[j], r.Wait[i]
		} else {
			r.Failed[i], r.Failed[j] = r.Failed[j], r.Failed[i]
		}
		if len(r.Bills) > 0 {
			r.Bills[i], r.Bills[j] = r.Bills[j], r.Bills[i]
		}
	}
}

func swap(a, b []uint8) {
	for k := range a {
		a[k], b[k] = b[k], a[k]
	}
}

// GiveTruth writes the outcome of every bill with one into a column that every regime holds: the first
// column of the person's own records, whose mask is opened.
func GiveTruth(p *Plan, s *Sample) {
	for _, parts := range [][]*Rows{s.Train, s.Test} {
		for _, r := range parts {
			n := len(r.State)
			own := len(r.Own) / max(n, 1)
			for i, state := range r.State {
				clear(r.Own[i*own:][:own])
				for k := 0; k < own; k += features.NumOwn {
					r.Own[i*own+k] = state
				}
			}
			for k := range r.Sights {
				if size := p.Border.Holdings() + p.Border.Circles()*features.NumOthers; k%size < p.Border.Holdings() {
					r.Sights[k] |= 1
				}
			}
		}
	}
}

// SeedOf returns the setting that makes country k of a run with the given seed a run of its own.
func SeedOf(seed uint64, k int) string { return fmt.Sprintf("run.seed=%d", replicateSeed(seed, k)) }
