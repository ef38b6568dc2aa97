package sharing_test

import (
	"testing"

	"overshare/sim/simtest"
)

func accept(t testing.TB, seed uint64) simtest.Acceptance {
	t.Helper()
	return simtest.Accept(t, seed)
}
