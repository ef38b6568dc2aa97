package run_test

import "overshare/scenarios/study"

// reverse turns the order of the rows of every shard around, and of the shards.
func reverse(s *study.Sample) {
	for _, parts := range [][]*study.Rows{s.Train, s.Test, s.Probes} {
		for k := range parts[:len(parts)/2] {
			parts[k], parts[len(parts)-1-k] = parts[len(parts)-1-k], parts[k]
		}
		for _, r := range parts {
			reverseRows(r, len(r.Seen)/max(len(r.State), 1))
		}
	}
}

func reverseRows(r *study.Rows, seen int) {
	n := len(r.State)
	own := len(r.Own) / max(n, 1)
	for i := range n / 2 {
		j := n - 1 - i
		swap(r.Own[i*own:][:own], r.Own[j*own:][:own])
		swap(r.Seen[i*seen:][:seen], r.Seen[j*seen:][:seen])
		r.Person[i], r.Person[j] = r.Person[j], r.Person[i]
		r.Day[i], r.Day[j] = r.Day[j], r.Day[i]
		r.State[i], r.State[j] = r.State[j], r.State[i]
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
func giveTruth(s *study.Sample) {
	for _, parts := range [][]*study.Rows{s.Train, s.Test} {
		for _, r := range parts {
			n := len(r.State)
			own, seen := len(r.Own)/max(n, 1), len(r.Seen)/max(n, 1)
			for i, state := range r.State {
				clear(r.Own[i*own:][:own])
				r.Own[i*own] = state
				for k := range r.Regimes {
					r.Seen[i*seen+k*seen/r.Regimes] |= 1
				}
			}
		}
	}
}
