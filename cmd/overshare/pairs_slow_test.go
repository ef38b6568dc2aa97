//go:build slow

package main

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// The other commands that simulate take the ends of parameters, too, or refuse them as a mistake of the user's. One
// command after the other takes its turn, so that all take ends of every area.
func TestEndsUnderOtherCommands(t *testing.T) {
	commands := []string{"facts", "export transactions", "uniqueness --targets 20", "export items", "export bills", "export people"}
	dir := t.TempDir()
	for i, e := range ends() {
		command := commands[i/2%len(commands)] // both ends of a parameter
		args := append(strings.Fields(command), "--users", fmt.Sprint(few), "--quiet", "--out", filepath.Join(dir, fmt.Sprint(i)), "--set", e.path+"="+e.value)
		code, _, stderr := func() (code int, stdout, stderr string) {
			defer func() {
				if r := recover(); r != nil {
					code, stderr = -1, fmt.Sprint(r)
				}
			}()
			return runWith(args...)
		}()
		if code != exitDone && code != exitUsage {
			t.Errorf("%s, %s=%s: code %d, %.300s", command, e.path, e.value, code, stderr)
		}
	}
}

// pairs is how the pairs of ends are thinned: 1 walks them all, which takes hours on two cores. With -pairs-from the
// walk begins later in each 25, so that several walks share the pairs.
//
//	go test -tags slow -timeout 24h -run PairsOfEnds ./cmd/overshare -args -pairs 1
var (
	pairs     = flag.Int("pairs", 25, "try one pair of parameter ends in so many")
	pairsFrom = flag.Int("pairs-from", 0, "begin with this one of each so many")
)

// Pairs of ends, as in TestParameterEnds: every pair within an area, and every pair of two dates or lengths of
// time wherever they stand, thinned to one in 25, or as -pairs says.
func TestPairsOfEnds(t *testing.T) {
	all := ends()
	area := func(e end) string { a, _, _ := strings.Cut(e.path, "."); return a }
	time := func(e end) bool { return strings.Contains(e.value, "-01-01") || strings.HasSuffix(e.path, "_days") }
	long := func(a, b end) bool { // 100,000 futures of every bill take minutes, and are no contradiction
		return a.path == "evaluation.oracle_futures" && b.path == "evaluation.studies"
	}
	n, allowed := 0, 0
	for i, a := range all {
		for j, b := range all[:i] {
			if a.path == b.path || area(a) != area(b) && !(time(a) && time(b)) || long(a, b) || long(b, a) || (i*len(all)+j)%*pairs != *pairsFrom%*pairs {
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
