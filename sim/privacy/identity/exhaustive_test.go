//go:build slow

package identity

import (
	"testing"

	"overshare/sim/rng"
)

// All 10⁸ elements are met once: go test -tags slow -run WholeSpace ./sim/privacy/identity (4 s, 100 MB).
func TestPermutationMeetsTheWholeSpace(t *testing.T) {
	p := NewPermutation(1, rng.PurposePhone, 0, 10_000)
	seen := make([]bool, p.Size())
	for i := range uint32(p.Size()) {
		x := p.At(i)
		if seen[x] {
			t.Fatal("an element is met twice")
		}
		seen[x] = true
	}
}
