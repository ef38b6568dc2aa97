//go:build slow

package ledger_test

import (
	"testing"

	"overshare/sim/simtest"
)

// The same as TestSteadyState with ten times the people: what differs by a third as much is found.
func TestSteadyStateOfManyPeople(t *testing.T) {
	checkSteady(t, simtest.Accept(t, 2024), live(prepare(t, "kakaopay-2024", steadyWorld...), 600))
}
