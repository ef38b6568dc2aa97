package study

import (
	"context"
	"fmt"
	"math"
	"slices"

	"overshare/results"
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
const everybody = "all"

// dimensions are those of groups.csv; the first holds everybody.
func dimensions() []dimension {
	regions := people.Regions[:]
	return []dimension{
		{everybody, []string{everybody}, func(*BillRow) int { return 0 }},
		{"age", people.Ages[:], func(b *BillRow) int { return int(b.Band >> 1) }},
		{"sex", people.Sexes[:], func(b *BillRow) int { return int(b.Band & 1) }},
		{"region", regions, func(b *BillRow) int { return int(b.Region) }},
	}
}

// A group is the test bills of one group of people, in the order of all.
type group struct {
	dimension, name       string
	rows                  []int32
	bad                   int // rows
	badPeople, goodPeople int
}

// divide sorts the bills into the groups of every dimension.
func divide(t *panel) []group {
	var all []group
	for _, d := range dimensions() {
		size := make([]int, len(d.groups))
		for i := range t.Bills {
			size[d.of(&t.Bills[i])]++
		}
		at := len(all)
		for k, name := range d.groups {
			all = append(all, group{dimension: d.name, name: name, rows: make([]int32, 0, size[k])})
		}
		for i := range t.Bills {
			g := &all[at+d.of(&t.Bills[i])]
			g.rows = append(g.rows, int32(i))
		}
	}
	return all
}

// countPeople counts the people with a bounced bill and with a paid one. seen is zero and is left so.
func (g *group) countPeople(t *panel, seen []uint8) {
	for _, i := range g.rows {
		u, bit := t.Cluster[i], uint8(1)
		if t.Bad[i] {
			bit = 2
			g.bad++
		}
		if seen[u]&bit == 0 {
			seen[u] |= bit
			if t.Bad[i] {
				g.badPeople++
			} else {
				g.goodPeople++
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
	numGroupMeasures
)

var groupMeasures = [numGroupMeasures]string{"auc", "recall_at_overall_threshold", "fpr_at_overall_threshold", "observed_minus_predicted"}

// A fair holds the measures of one group under one regime, and their differences to the first.
type fair struct {
	value, difference [numGroupMeasures]metric.Estimate
}

// flags are the sums of one group under one regime, by random group of people.
type flags struct{ good, bad, goodFlagged, badFlagged, excess sums }

// unitLevel is one bill in the sums of observed less predicted.
const unitLevel = 1 << 32

// count adds up the group's bills under one score; bills with p ≥ at are flagged.
func (g *group) count(t *panel, p []float32, at float32) *flags {
	f := &flags{}
	for _, i := range g.rows {
		k := t.part[i]
		f.excess[k] -= int64(math.RoundToEven(float64(p[i]) * unitLevel))
		all, flagged := &f.good, &f.goodFlagged
		if t.Bad[i] {
			all, flagged = &f.bad, &f.badFlagged
			f.excess[k] += unitLevel
		}
		all[k]++
		if p[i] >= at {
			flagged[k]++
		}
	}
	return f
}

// level returns the bills by random group, in units of unitLevel.
func (f *flags) level() *sums {
	n := &sums{}
	for k := range n {
		n[k] = (f.good[k] + f.bad[k]) * unitLevel
	}
	return n
}

// measure computes the group's measures under every score, except the AUC of everybody. at are the thresholds that flag at most 5 % of
// all paid bills under each.
func (g *group) measure(t *panel, scores []Score, at []float32, alpha float64) []fair {
	out := make([]fair, len(scores))
	auc, difference := make([]metric.Estimate, len(scores)), make([]metric.Estimate, len(scores))
	if g.dimension != everybody {
		auc, difference = g.aucs(t, scores, alpha)
	}
	var first *flags
	for r := range scores {
		f := g.count(t, scores[r].P, at[r])
		if r == 0 {
			first = f
		}
		v, d := &out[r].value, &out[r].difference
		v[groupAUC], d[groupAUC] = auc[r], difference[r]
		v[groupRecall] = share(&f.badFlagged, &f.bad, alpha)
		d[groupRecall] = metric.RatioDifference(f.badFlagged[:], f.bad[:], first.badFlagged[:], first.bad[:], alpha)
		v[groupFPR] = share(&f.goodFlagged, &f.good, alpha)
		d[groupFPR] = metric.RatioDifference(f.goodFlagged[:], f.good[:], first.goodFlagged[:], first.good[:], alpha)
		n, m := f.level(), first.level()
		v[groupLevel] = f.excess.over(n, alpha)
		d[groupLevel] = metric.RatioDifference(f.excess[:], n[:], first.excess[:], m[:], alpha)
	}
	return out
}

// aucs gathers the group's rows and ranks them.
func (g *group) aucs(t *panel, scores []Score, alpha float64) (auc, difference []metric.Estimate) {
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

// groupTable writes groups.csv.
func (p *Plan) groupTable(ctx context.Context, all []*measured, t *panel, workers int) (*results.Table, error) {
	table := results.NewTable(results.Schema{Name: "groups", Title: "Detection by age, sex and region", Key: []string{"regime", "scorer", "dimension", "group", "metric"},
		Columns: p.groupColumns()})
	groups := divide(t)
	last := uint32(0)
	if len(t.Cluster) > 0 {
		last = slices.Max(t.Cluster)
	}
	seen := make([]uint8, int(last)+1)
	for k := range groups {
		groups[k].countPeople(t, seen)
	}
	found := make([][][]fair, len(all)) // by scorer, group, regime
	for m, x := range all {
		at := make([]float32, len(x.scores))
		for r := range at {
			if v, ok := metric.ThresholdAtFPR(x.scores[r].P, t.Outcomes, 0.05); ok {
				at[r] = v
			}
		}
		found[m] = make([][]fair, len(groups))
		err := engine.Map(ctx, len(groups), workers, func(_, k int) ([]fair, error) {
			g := &groups[k]
			if min(g.badPeople, g.goodPeople) < p.Evaluation.LeastBadPeople {
				return make([]fair, len(x.scores)), nil
			}
			return g.measure(t, x.scores, at, p.Evaluation.Alpha), nil
		}, func(k int, part []fair) error {
			if groups[k].dimension == everybody {
				x.knownAUC(part)
			}
			found[m][k] = part
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	adjusted := adjust(groups, found)
	next := 0
	for m, x := range all {
		for r := range x.scores {
			for k := range groups {
				next = p.groupRows(table, x, r, &groups[k], &found[m][k][r], adjusted, next)
			}
		}
	}
	return table, nil
}

// knownAUC fills in the AUC of everybody, which is measured already.
func (m *measured) knownAUC(all []fair) {
	for r, c := range m.report.Columns {
		e := c.Metric[metric.AUCROC]
		all[r].value[groupAUC], all[r].difference[groupAUC] = e, c.Difference[metric.AUCROC]
		if r == 0 {
			all[r].difference[groupAUC] = metric.Estimate{OK: e.OK, HasInterval: e.HasInterval, Method: e.Method}
		}
	}
}

// adjust returns the p-values of all differences to the first regime in the groups of age, sex and region,
// Holm's over the whole table, in the order of its rows. The first regime itself has 1 and does not count.
// A negative one is undefined.
func adjust(groups []group, found [][][]fair) (adjusted []float64) {
	var raw []float64
	var place []int
	for m := range found {
		for r := range found[m][0] {
			for k := range groups {
				for _, d := range found[m][k][r].difference {
					test := d.Test(0)
					q := -1.0
					if groups[k].dimension != everybody && test.OK {
						q = 1
						if r > 0 {
							raw, place = append(raw, test.P), append(place, len(adjusted))
						}
					}
					adjusted = append(adjusted, q)
				}
			}
		}
	}
	for k, q := range metric.Holm(raw) {
		adjusted[place[k]] = q
	}
	return adjusted
}

func (p *Plan) groupColumns() []results.Column {
	return []results.Column{regimeColumn, scorerColumn,
		{Name: "dimension", Type: results.String, Meaning: "what divides the people: age, sex, region; all = everybody", Required: true},
		{Name: "group", Type: results.String, Meaning: "group of people; no processor is shown it", Required: true},
		{Name: "metric", Type: results.String, Meaning: "auc within the group; recall and false-positive rate when bills are flagged at the one threshold that flags at most 5 % of everybody's paid bills; observed_minus_predicted: share that bounced less mean probability, 0 = calibrated", Required: true},
		{Name: "value", Type: results.Number, Meaning: fmt.Sprintf("the measure; empty where it is undefined or fewer than %d people (evaluation.least_bad_people) had a bounced bill, or a paid one", p.Evaluation.LeastBadPeople)},
		lowColumn, highColumn,
		{Name: "difference", Type: results.Number, Meaning: "value less that under the first regime on the same bills"},
		{Name: "difference_low", Type: results.Number, Meaning: "lower end of its interval, not adjusted"},
		{Name: "difference_high", Type: results.Number, Meaning: "upper end of it"},
		{Name: "p_adjusted", Type: results.Number, Meaning: "two-sided test of no difference, Holm's over all differences of age, sex and region in this table"},
		billsColumn, badColumn,
		{Name: "bad_people", Type: results.Integer, Unit: "people", Meaning: "people of the group with a bounced test bill", Required: true},
		{Name: "good_people", Type: results.Integer, Unit: "people", Meaning: "people of the group with a paid one", Required: true},
		results.Warnings()}
}

// groupRows adds the rows of one group under one regime and returns the place of the next p-value.
func (p *Plan) groupRows(table *results.Table, x *measured, r int, g *group, f *fair, adjusted []float64, next int) int {
	notes := append([]string{}, x.scores[r].Warnings...)
	least := min(g.badPeople, g.goodPeople)
	switch {
	case least < p.Evaluation.LeastBadPeople:
		notes = append(notes, fmt.Sprintf("only %d people with a bounced bill and %d with a paid one: not reported below %d", g.badPeople, g.goodPeople, p.Evaluation.LeastBadPeople))
	case least < 100:
		notes = append(notes, fmt.Sprintf("only %d people of one outcome", least))
	}
	for k, v := range f.value {
		d, q := f.difference[k], adjusted[next]
		next++
		cells := []results.Cell{results.Str(x.scores[r].Regime), results.Str(x.scorer), results.Str(g.dimension), results.Str(g.name), results.Str(groupMeasures[k])}
		cells = append(append(cells, span(v)...), span(d)...)
		table.Append(append(cells, results.NumIf(q, q >= 0), results.Int(len(g.rows)), results.Int(g.bad),
			results.Int(g.badPeople), results.Int(g.goodPeople), results.Strs(notes...))...)
	}
	return next
}
