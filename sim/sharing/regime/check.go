package regime

import (
	"fmt"
	"math/bits"

	yaml "go.yaml.in/yaml/v3"

	"overshare/sim/record"
)

// check finds what is wrong with a regime whose keys are each right: flows that send nothing, and flows that
// send the same item of the same record twice.
func (rd *reader) check(r *Regime, n *yaml.Node, path string) {
	for _, p := range r.problems() {
		rd.fault(n, path, "", "%s", p)
	}
}

// Check reports the first thing wrong with a regime that was made in Go.
func (r *Regime) Check() error {
	if p := r.problems(); len(p) > 0 {
		return Fault{Path: r.Name, Message: p[0]}
	}
	return nil
}

func (r *Regime) problems() (list []string) {
	for i := range r.Flows {
		if p := r.Flows[i].problem(); p != "" {
			list = append(list, fmt.Sprintf("flow %d %s", i+1, p))
		}
		for k := range i {
			if r.Flows[i].overlaps(&r.Flows[k]) {
				list = append(list, fmt.Sprintf("flows %d and %d overlap: some items of some record would be sent twice; "+
					"give them other people, nights or items", k+1, i+1))
			}
		}
	}
	return list
}

func (f *Flow) problem() string {
	w := &f.Who
	switch {
	case !f.Score && f.Items&^record.SetOf(record.ItemAccountID) == 0:
		return "is empty: it sends no item but an identifier; name items, or leave the flow out"
	case !share(w.In) || !share(w.Others):
		return "has a share outside 0 to 1"
	case w.In == 0 && w.Others == 0:
		return "is empty: a share of 0 % sends nobody; leave the flow out"
	case f.When == When{}:
		return "is empty: it says on no night that anything is sent; give it when"
	case f.When.Request && f.Unasked():
		return "is sent unasked and on request: make two flows of it"
	case f.When.Request && w.In == 0:
		return "is empty: the platform asks for nobody out of scope"
	case f.Score && !f.When.Request:
		return "sends a score unasked; a score is computed when the platform asks: when: [request]"
	case f.Weeks > 1 && !f.When.Request:
		return "has records of several weeks that are sent unasked: the earlier ones hold these weeks already; leave weeks out"
	case f.Backfill > 0 && !f.Unasked():
		return "has a backfill and sends nothing unasked; use weeks"
	case f.Weeks < 1 || f.Weeks > len(record.Lags)+1:
		return fmt.Sprintf("has records of %d weeks, want 1 to %d", f.Weeks, len(record.Lags)+1)
	case f.Retention < 0 || f.Backfill < 0 || f.When.Every < 0:
		return "has a negative number of days"
	}
	for i, p := range f.How {
		if p.Form == Noisy && !(p.Epsilon > 0) {
			return fmt.Sprintf("sends %v with a privacy budget of %v; it must be above 0", record.Item(i), p.Epsilon)
		}
	}
	return ""
}

func share(x float64) bool { return x >= 0 && x <= 1 }

// overlaps reports whether f and g may send the same item of one person's record of one night. The account
// identifier joins records and may come with each.
func (f *Flow) overlaps(g *Flow) bool {
	if f.Score != g.Score || f.Items&g.Items&^record.SetOf(record.ItemAccountID) == 0 && !f.Score {
		return false
	}
	a, b := &f.Who, &g.Who
	both := func(x, y uint32) bool { return x == 0 || y == 0 || bits.OnesCount32(x&y) > 0 }
	if a.Willing != Anybody && b.Willing != Anybody && a.Willing != b.Willing ||
		!both(a.Age, b.Age) || !both(a.Sex, b.Sex) || !both(a.Region, b.Region) {
		return false
	}
	in, out := a.In > 0 && b.In > 0, a.Others > 0 && b.Others > 0
	backfill := f.Backfill > 0 && b.Others > 0 || g.Backfill > 0 && a.Others > 0
	if !in && !out && !backfill {
		return false
	}
	return f.When.Bulk && g.When.Bulk || (f.When.Every > 0 || f.When.Request) && (g.When.Every > 0 || g.When.Request)
}
