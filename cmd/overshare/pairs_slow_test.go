//go:build slow

package main

import (
	"strings"
	"testing"
)

// Pairs of ends, as in TestParameterEnds: every pair within an area, and every pair of two dates or lengths of
// time wherever they stand, thinned to one in two.
func TestPairsOfEnds(t *testing.T) {
	all := ends()
	area := func(e end) string { a, _, _ := strings.Cut(e.path, "."); return a }
	time := func(e end) bool { return strings.Contains(e.value, "-01-01") || strings.HasSuffix(e.path, "_days") }
	n, allowed := 0, 0
	for i, a := range all {
		for j, b := range all[:i] {
			if a.path == b.path || area(a) != area(b) && !(time(a) && time(b)) || (i*len(all)+j)%2 != 0 {
				continue
			}
			n++
			ok, err := tryOut(b, a)
			if err != nil {
				t.Errorf("%s=%s %s=%s: %v", b.path, b.value, a.path, a.value, err)
			}
			if ok {
				allowed++
			}
		}
	}
	t.Logf("%d of %d pairs allowed", allowed, n)
}
