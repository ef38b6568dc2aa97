package run_test

import (
	"overshare/scenarios/study"
	"overshare/sim/ledger"
	"overshare/sim/people"
	"overshare/sim/record"
)

// everybody returns the people of the first blocks.
func everybody(p *study.Plan, blocks int) []people.Person {
	all := make([]people.Person, blocks*ledger.BlockSize)
	for u := range all {
		p.World.Pop.Person(record.Person(u), &all[u])
	}
	return all
}

// across counts the remittances between somebody who ever registers and somebody who never does, in the
// first blocks.
func across(p *study.Plan) (n int) {
	var b ledger.Block
	b.Events(func(e record.Event) {
		if e.Kind == record.EventRemitFriend {
			from, to := &b.All[e.Person-b.First], &b.All[e.Other-b.First]
			if (from.Scope == people.Never) != (to.Scope == people.Never) {
				n++
			}
		}
	})
	for k := range 20 {
		b.Simulate(p.World, k, nil)
	}
	return n
}
