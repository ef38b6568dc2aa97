package study

import (
	"context"
	"math"
	"slices"

	"overshare/scoring/metric"
	"overshare/sim/engine"
	"overshare/sim/people"
)

// A dimension divides people into groups.
type dimension struct {
	name   string
	groups []string
	of     func(b *BillRow) int
}

// everybody is the name of the dimension, and the group, of all people.
const Everybody = "all"

// dimensions are those of groups.csv; the first holds everybody.
func dimensions() []dimension {
	regions := people.Regions[:]
	return []dimension{
		{Everybody, []string{Everybody}, func(*BillRow) int { return 0 }},
		{"age", people.Ages[:], func(b *BillRow) int { return int(b.Band >> 1) }},
		{"sex", people.Sexes[:], func(b *BillRow) int { return int(b.Band & 1) }},
		{"region", regions, func(b *BillRow) int { return int(b.Region) }},
	}
}

// A Group is a group of people by one trait, and its test bills in numbers.
type Group struct {
	Dimension, Name       string
	Bills, Bad            int // bills; of them bounced
	BadPeople, GoodPeople int // people with a bounced bill, with a paid one
}

// A group holds its test bills, in the order of all.
type group struct {
	Group
	rows []int32
}

// divide sorts the bills into the groups of every dimension.
func divide(t *Panel) []group {
	var all []group
	for _, d := range dimensions() {
		size := make([]int, len(d.groups))
		for i := range t.Bills {
			size[d.of(&t.Bills[i])]++
		}
		at := len(all)
		for k, name := range d.groups {
			all = append(all, group{Group{Dimension: d.name, Name: name, Bills: size[k]}, make([]int32, 0, size[k])})
		}
		for i := range t.Bills {
			g := &all[at+d.of(&t.Bills[i])]
			g.rows = append(g.rows, int32(i))
		}
	}
	return all
}

// countPeople counts the people with a bounced bill and with a paid one. seen is zero and is left so.
func (g *group) countPeople(t *Panel, seen []uint8) {
	for _, i := range g.rows {
		u, bit := t.Cluster[i], uint8(1)
		if t.Bad[i] {
			bit = 2
			g.Bad++
		}
		if seen[u]&bit == 0 {
			seen[u] |= bit
			if t.Bad[i] {
				g.BadPeople++
			} else {
				g.GoodPeople++
			}
		}
	}
	for _, i := range g.rows {
		seen[t.Cluster[i]] = 0
	}
}

// The measures of groups.csv.
const (
	groupAUC = iota
	groupRecall
	groupFPR
	groupLevel
	NumGroupMeasures
)

// GroupMeasures are their names.
var GroupMeasures = [NumGroupMeasures]string{"auc", "recall_at_overall_threshold", "fpr_at_overall_threshold", "observed_minus_predicted"}

// A Fair holds the measures of one group under one regime, their differences to the first, and the p-values
// of these, adjusted over all groups, regimes and scorers; one below 0 is undefined.
type Fair struct {
	Value, Difference [NumGroupMeasures]metric.Estimate
	Adjusted          [NumGroupMeasures]float64
}

// flags are the sums of one group under one regime, by random group of people; bills count unitFlag.
type flags struct{ good, bad, goodFlagged, badFlagged, excess Sums }

// unitLevel is one bill in the sums of observed less predicted, unitFlag in those of flagged bills: where ties cross the
// limit, a part of every bill of the tied block is flagged.
const (
	unitLevel = 1 << 32
	unitFlag  = 1 << 20
)

// count adds up the group's bills under one score, flagged as the cut says.
func (g *group) count(t *Panel, p []float32, at metric.Cut) *flags {
	f := &flags{}
	for _, i := range g.rows {
		k := t.Part[i]
		f.excess[k] -= int64(math.RoundToEven(float64(p[i]) * unitLevel))
		all, flagged := &f.good, &f.goodFlagged
		if t.Bad[i] {
			all, flagged = &f.bad, &f.badFlagged
			f.excess[k] += unitLevel
		}
		all[k] += unitFlag
		flagged[k] += int64(math.RoundToEven(at.Flags(p[i]) * unitFlag))
	}
	return f
}

// level returns the bills by random group, in units of unitLevel.
func (f *flags) level() *Sums {
	n := &Sums{}
	for k := range n {
		n[k] = (f.good[k] + f.bad[k]) / unitFlag * unitLevel
	}
	return n
}

// measure computes the group's measures under every score, except the AUC of everybody. at are the cuts that flag 5 % of
// all paid bills under each.
func (g *group) measure(t *Panel, scores []Score, at []metric.Cut, alpha float64) []Fair {
	out := make([]Fair, len(scores))
	auc, difference := make([]metric.Estimate, len(scores)), make([]metric.Estimate, len(scores))
	if g.Dimension != Everybody {
		auc, difference = g.aucs(t, scores, alpha)
	}
	var first *flags
	for r := range scores {
		f := g.count(t, scores[r].P, at[r])
		if r == 0 {
			first = f
		}
		v, d := &out[r].Value, &out[r].Difference
		v[groupAUC], d[groupAUC] = auc[r], difference[r]
		v[groupRecall] = shareIn(unitFlag, &f.badFlagged, &f.bad, alpha)
		d[groupRecall] = metric.RatioDifference(f.badFlagged[:], f.bad[:], first.badFlagged[:], first.bad[:], alpha)
		v[groupFPR] = shareIn(unitFlag, &f.goodFlagged, &f.good, alpha)
		d[groupFPR] = metric.RatioDifference(f.goodFlagged[:], f.good[:], first.goodFlagged[:], first.good[:], alpha)
		for _, k := range []int{groupRecall, groupFPR} {
			v[k].Warning = at[r].Doubt(scores[r].P)
		}
		n, m := f.level(), first.level()
		v[groupLevel] = f.excess.Over(n, alpha)
		d[groupLevel] = metric.RatioDifference(f.excess[:], n[:], first.excess[:], m[:], alpha)
	}
	return out
}

// aucs gathers the group's rows and ranks them.
func (g *group) aucs(t *Panel, scores []Score, alpha float64) (auc, difference []metric.Estimate) {
	n := len(g.rows)
	o := metric.Outcomes{Bad: make([]bool, n), Cluster: make([]uint32, n)}
	columns := make([][]float32, len(scores))
	for r := range columns {
		columns[r] = make([]float32, n)
	}
	for k, i := range g.rows {
		o.Bad[k], o.Cluster[k] = t.Bad[i], t.Cluster[i]
		for r := range columns {
			columns[r][k] = scores[r].P[i]
		}
	}
	return metric.AUCs(columns, o, alpha)
}

// Groups is how every scorer did within every group of people.
type Groups struct {
	All  []Group
	Fair [][][]Fair // by scorer, group and regime
}

// groups measures every scorer in every group. Groups with too few people to be reported have no measures.
func (p *Plan) groups(ctx context.Context, all []*Measured, t *Panel, workers int) (*Groups, error) {
	groups := divide(t)
	last := uint32(0)
	if len(t.Cluster) > 0 {
		last = slices.Max(t.Cluster)
	}
	seen := make([]uint8, int(last)+1)
	out := &Groups{Fair: make([][][]Fair, len(all))}
	for k := range groups {
		groups[k].countPeople(t, seen)
		out.All = append(out.All, groups[k].Group)
	}
	for m, x := range all {
		found := make([][]Fair, len(groups))
		at := overallCuts(x.Scores, t)
		err := engine.Map(ctx, len(groups), workers, func(_, k int) ([]Fair, error) {
			g := &groups[k]
			if min(g.BadPeople, g.GoodPeople) < p.Evaluation.LeastBadPeople {
				return make([]Fair, len(x.Scores)), nil
			}
			return g.measure(t, x.Scores, at, p.Evaluation.Alpha), nil
		}, func(k int, part []Fair) error {
			if groups[k].Dimension == Everybody {
				x.knownAUC(part)
			}
			found[k] = part
			return nil
		})
		if err != nil {
			return nil, err
		}
		out.Fair[m] = found
	}
	adjust(out)
	return out, nil
}

// overallCuts returns, for every score, the cut that flags 5 % of everybody's paid bills.
func overallCuts(scores []Score, t *Panel) []metric.Cut {
	at := make([]metric.Cut, len(scores))
	for r := range at {
		at[r], _ = metric.CutAtFPR(scores[r].P, t.Outcomes, 0.05)
	}
	return at
}

// knownAUC fills in the AUC of everybody, which is measured already.
func (m *Measured) knownAUC(all []Fair) {
	for r, c := range m.Report.Columns {
		e := c.Metric[metric.AUCROC]
		all[r].Value[groupAUC], all[r].Difference[groupAUC] = e, c.Difference[metric.AUCROC]
		if r == 0 {
			all[r].Difference[groupAUC] = metric.Estimate{OK: e.OK, HasInterval: e.HasInterval, Method: e.Method}
		}
	}
}

// adjust fills in the p-values of all differences to the first regime in the groups of age, sex and region,
// Holm's over all of them. The first regime itself has 1 and does not count. A negative one is undefined.
func adjust(g *Groups) {
	var raw []float64
	var place []*float64
	for m := range g.Fair {
		for k := range g.All {
			for r := range g.Fair[m][k] {
				f := &g.Fair[m][k][r]
				for i, d := range f.Difference {
					test := d.Test(0)
					f.Adjusted[i] = -1
					if g.All[k].Dimension == Everybody || !test.OK {
						continue
					}
					f.Adjusted[i] = 1
					if r > 0 {
						raw, place = append(raw, test.P), append(place, &f.Adjusted[i])
					}
				}
			}
		}
	}
	for k, q := range metric.Holm(raw) {
		*place[k] = q
	}
}
