package run_test

import (
	"overshare/scenarios/study"
	"overshare/scoring/features"
)

// reverse turns the order of the rows of every shard around, and of the shards.
func reverse(s *study.Sample) {
	for _, parts := range [][]*study.Rows{s.Train, s.Test, s.Probes} {
		for k := range parts[:len(parts)/2] {
			parts[k], parts[len(parts)-1-k] = parts[len(parts)-1-k], parts[k]
		}
		for _, r := range parts {
			reverseRows(r)
		}
	}
}

func reverseRows(r *study.Rows) {
	n := len(r.State)
	own := len(r.Own) / max(n, 1)
	for i := range n / 2 {
		j := n - 1 - i
		swap(r.Own[i*own:][:own], r.Own[j*own:][:own])
		r.Seen[i], r.Seen[j] = r.Seen[j], r.Seen[i]
		r.Person[i], r.Person[j] = r.Person[j], r.Person[i]
		r.Day[i], r.Day[j] = r.Day[j], r.Day[i]
		r.State[i], r.State[j] = r.State[j], r.State[i]
		r.Inside[i], r.Inside[j] = r.Inside[j], r.Inside[i]
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

// giveTruth writes the outcome of every bill with one into a column that every regime holds: the first
// column of the person's own records, whose mask is opened.
func giveTruth(p *study.Plan, s *study.Sample) {
	size := p.Border.Holdings() + p.Border.Circles()*features.NumOthers
	for _, parts := range [][]*study.Rows{s.Train, s.Test} {
		for _, r := range parts {
			own := len(r.Own) / max(len(r.State), 1)
			for i, state := range r.State {
				clear(r.Own[i*own:][:own])
				for k := 0; k < own; k += features.NumOwn {
					r.Own[i*own+k] = state
				}
			}
			for k := range r.Sights {
				if k%size < p.Border.Holdings() {
					r.Sights[k] |= 1
				}
			}
		}
	}
}
