package facts

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"math"
	"slices"
)

// Figures that calibration never touched are divided once, before any mechanism is set by them. Those in
// the group informed may be looked at while mechanisms are changed; those held out are computed only when
// they are asked for, and are looked at when everything is set.
//
// The rule leaves nothing to choose. Figures that tell of one another are a family: shares of one
// distribution, sums and quotients of the same counts. A family bears the name of its first figure.
// Families are put in the order of the SHA-256 of that name and dealt one by one to the group that has fewer
// published figures so far, to informed when both have as many. So each has about half, whatever the sizes
// of the families, and nobody can say beforehand which; a figure that is added later can move others, so
// TestDivision holds the outcome fast.
func divide(validated []figure) []figure {
	size := map[string]int{}
	for i := range validated {
		f := &validated[i]
		size[f.family] += 0 // a family without any is dealt too
		if !math.IsNaN(f.published) {
			size[f.family]++
		}
	}
	group, dealt := map[string]string{}, map[string]int{}
	for _, name := range inOrderOfDigest(size) {
		g := informed
		if dealt[heldOut] < dealt[informed] {
			g = heldOut
		}
		group[name] = g
		dealt[g] += size[name]
	}
	for i := range validated {
		f := &validated[i]
		if f.group = group[f.family]; slices.Contains(opened, f.family) {
			f.group = informed
		}
	}
	return validated
}

// opened are families that were dealt to the figures held out, were looked at when everything was set, and
// were then used to set something: people.early_use. They are informed from then on, for good. The deal
// itself stays as it was, so that opening a family moves no other.
var opened = []string{
	"spending in 2016 of those who joined in 2016",
	"growth of spending, joiners of 2017, 2017 to 2021",
	"growth of spending, joiners of 2019, 2019 to 2021",
}

func inOrderOfDigest(families map[string]int) (names []string) {
	for name := range families {
		names = append(names, name)
	}
	digest := func(s string) []byte { d := sha256.Sum256([]byte(s)); return d[:] }
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(bytes.Compare(digest(a), digest(b)), cmp.Compare(a, b)) })
	return names
}

// together makes one family of figures.
func together(list ...figure) []figure {
	for i := range list {
		list[i].family = list[0].name
	}
	return list
}

// alone makes each figure a family of its own.
func alone(list ...figure) []figure {
	for i := range list {
		list[i].family = list[i].name
	}
	return list
}
