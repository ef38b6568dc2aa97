package gbdt

import (
	"cmp"
	"slices"
)

// A bundle is a set of features whose codes are written as the digits of one number below 256, so that
// a histogram is filled with one addition for all of them. Since sums are exact, the sums of one feature
// are found from those of the bundle by adding up its other digits, at 256 additions a leaf instead of
// one a row. Eight features with codes 0 and 1 cost as much as one.
type bundle struct {
	members []member
	size    int // product of the members' code counts, at most 256
}

// A member is a feature's place in a bundle: code = number / step % count.
type member struct{ feature, step, count int }

// bundles puts features with the given highest codes into few bundles: largest first, each into the
// first bundle with room.
func bundles(levels []int) []bundle {
	order := make([]int, len(levels))
	for f := range order {
		order[f] = f
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(levels[b], levels[a]) })
	var all []bundle
	for _, f := range order {
		count := levels[f] + 1
		k := slices.IndexFunc(all, func(b bundle) bool { return b.size*count <= 256 })
		if k < 0 {
			k, all = len(all), append(all, bundle{size: 1})
		}
		b := &all[k]
		b.members = append(b.members, member{f, b.size, count})
		b.size *= count
	}
	return all
}

// number joins the members' codes, of a row of active features' codes.
func (b *bundle) number(row []uint8, active []int) uint8 {
	n := 0
	for _, m := range b.members {
		n += m.step * int(row[active[m.feature]])
	}
	return uint8(n)
}

// A place tells where the sums of a feature are.
type place struct {
	bundle int
	alone  bool
	digit  [256]uint8 // the feature's code in each of the bundle's numbers
}

// places returns the place of each of n features.
func places(all []bundle, n int) []place {
	where := make([]place, n)
	for k, b := range all {
		for _, m := range b.members {
			p := place{bundle: k, alone: len(b.members) == 1}
			for c := range b.size {
				p.digit[c] = uint8(c / m.step % m.count)
			}
			where[m.feature] = p
		}
	}
	return where
}

// sums returns a feature's sums by code, from the histogram of its bundle; room is used if they have to be
// added up.
func (p *place) sums(h histogram, size int, room *[256]int64) *[256]int64 {
	all := &h[p.bundle]
	if p.alone {
		return all
	}
	clear(room[:])
	for c, v := range all[:size] {
		room[p.digit[c&255]] += v
	}
	return room
}
