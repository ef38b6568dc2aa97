package study

import (
	"context"
	"math/bits"
	"slices"

	"overshare/results"
	"overshare/scoring/metric"
	"overshare/sim/sharing"
)

// A channel is a way in which sharing more can help the score of those in scope.
type channel int

// The channels. Each is taken from the regime that shares less or from the one that shares more; the
// proxy model and the scorer are trained anew for every combination.
const (
	channelRows           channel = iota // more people lend rows to the proxy model, with their own records
	channelHistory                       // earlier records of who is scored, from before registration
	channelCounterparties                // what others' records tell: fan-in and neighbours
	channelColdStart                     // last night's record of who registered today
	numChannels
)

var channelNames = [numChannels]string{"rows", "history", "counterparties", "cold-start"}

// take lets w have the channel from regime r.
func (c channel) take(w *View, r int) {
	switch c {
	case channelRows:
		w.Rows = r
	case channelHistory:
		w.Past = r
	case channelCounterparties:
		w.Others = r
	case channelColdStart:
		w.Now = r
	}
}

// A coalition is a set of channels, by their bits.
type coalition uint

const everyChannel coalition = 1<<numChannels - 1

func (s coalition) has(c channel) bool { return s>>c&1 != 0 }

// view returns the view that has the channels of s from regime most and the others from least.
func (s coalition) view(least, most int) View {
	w := Whole(least)
	for c := range numChannels {
		if s.has(c) {
			c.take(&w, most)
		}
	}
	return w
}

// active returns the channels that change anything when they are switched, whatever the others are.
func (q *inquiry) active(least, most int) (on coalition) {
	for c := range numChannels {
		for t := range everyChannel + 1 {
			if !t.has(c) && !q.view(t.view(least, most)).same(q.view((t|1<<c).view(least, most)), q.sample) {
				on |= 1 << c
				break
			}
		}
	}
	return on
}

// A game holds the AUC of every coalition of the active channels, on the same test bills.
type game struct {
	scorer   string
	active   []channel
	value    []float64 // by the bits of a coalition of active channels
	cov      [][]float64
	ok       bool
	alpha    float64
	warnings []string
}

// index returns the place of the coalition s among those of the active channels.
func (g *game) index(s coalition) (at int) {
	for k, c := range g.active {
		if s.has(c) {
			at |= 1 << k
		}
	}
	return at
}

// contrast returns the AUC of coalition s less that of t, with a normal interval from the covariance of
// both: exactly 0 ± 0 when they differ in inactive channels only.
func (g *game) contrast(s, t coalition) metric.Estimate {
	i, j := g.index(s), g.index(t)
	if !g.ok {
		return metric.Estimate{}
	}
	phi, _ := metric.Shapley([]float64{g.value[j], g.value[i]},
		[][]float64{{g.cov[j][j], g.cov[j][i]}, {g.cov[i][j], g.cov[i][i]}}, 0, g.alpha)
	return phi[0]
}

// auc returns the AUC of coalition s.
func (g *game) auc(s coalition) metric.Estimate {
	if !g.ok {
		return metric.Estimate{}
	}
	i := g.index(s)
	phi, _ := metric.Shapley([]float64{0, g.value[i]}, [][]float64{{0, 0}, {0, g.cov[i][i]}}, 0, g.alpha)
	return phi[0]
}

// shapley returns the Shapley value of every channel. An inactive channel is a player that adds nothing to
// any coalition: its value is exactly 0, and the others' values are those of the game without it.
func (g *game) shapley() (phi [numChannels]metric.Estimate) {
	if !g.ok {
		return phi
	}
	for c := range phi {
		phi[c] = g.contrast(0, 0)
	}
	list, _ := metric.Shapley(g.value, g.cov, 0, g.alpha)
	for k, c := range g.active {
		phi[c] = list[k]
	}
	return phi
}

// play trains and scores every coalition of the active channels. Coalitions that differ in last night's
// records alone share their proxy model.
//
// Memory: one column of probabilities a coalition, and 16 bytes a coalition and person with a test bill.
func (q *inquiry) play(ctx context.Context, name string, on coalition, least, most int, step func()) (*game, error) {
	g := &game{scorer: name, alpha: q.Evaluation.Alpha}
	for c := range numChannels {
		if on.has(c) {
			g.active = append(g.active, c)
		}
	}
	t := &tutor{q, name, map[View]taught{}}
	var columns [][]float32
	for at := range 1 << len(g.active) {
		var s coalition
		for k, c := range g.active {
			s |= coalition(at>>k&1) << c
		}
		probs, _, err := t.learn(ctx, s.view(least, most))
		if err != nil {
			return nil, err
		}
		columns = append(columns, probs)
		step()
	}
	if g.value, g.cov, g.ok = metric.DeLong(columns, q.truth.Outcomes); !g.ok {
		g.warnings = append(g.warnings, "undefined: too few test bills of both outcomes")
	}
	return g, nil
}

// A tutor trains one scorer under many views and keeps the proxy models that several of them share.
type tutor struct {
	*inquiry
	name    string
	proxies map[View]taught
}

// taught is a proxy model and what is known of its training.
type taught struct {
	proxy scorer
	Knowledge
}

// learn is [Plan.Learn]; a proxy model depends on all of a view but Now.
func (t *tutor) learn(ctx context.Context, w View) ([]float32, *Knowledge, error) {
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	v := t.view(w)
	key := w
	key.Now = 0
	x, ok := t.proxies[key]
	if !ok {
		var err error
		x.Scorer = t.name
		if x.proxy, err = t.proxy(ctx, t.sample, v, &x.Knowledge, t.Workers); err != nil {
			return nil, nil, err
		}
		t.proxies[key] = x
	}
	k := x.Knowledge
	return t.learnFrom(ctx, t.sample, v, &k, x.proxy, t.Workers)
}

// extremes returns the regimes between which channels are switched: in-scope if it is compared, or else the
// one with the fewest records; and the one with the most. ok is false unless they send different amounts.
func (p *Plan) extremes(c *sharing.Count) (least, most int, ok bool) {
	records := func(r int) int64 { return p.Border.Whole(c, r).All.Records }
	for r := range p.Border.Regimes {
		if records(r) < records(least) {
			least = r
		}
		if records(r) > records(most) {
			most = r
		}
	}
	if r := slices.IndexFunc(p.Border.Regimes, func(g sharing.Regime) bool { return g.Name == "in-scope" }); r >= 0 && r != most {
		least = r
	}
	return least, most, least != most
}

// channels measures through what sharing more helps: the AUC of all 16 combinations of four channels, each
// taken from the regime that shares less or the one that shares more.
func (q *inquiry) channels(ctx context.Context) (*finding, error) {
	f := &finding{}
	table, combos := channelTable(), coalitionTable()
	f.tables = []*results.Table{table, combos}
	least, most, ok := q.extremes(&q.sample.Exposure)
	if !ok {
		least, most = 0, len(q.Border.Regimes)-1
	}
	if least == most {
		f.warn("channels: only one regime is compared; name two in sharing.regimes")
		return f, nil
	}
	on := q.active(least, most)
	steps := int64(len(q.Processor.Scorers)) << bits.OnesCount(uint(on))
	done := int64(0)
	q.Progress("study channels", 0, steps)
	var games []*game
	for _, scorer := range q.Processor.Scorers {
		g, err := q.play(ctx, scorer, on, least, most, func() { done++; q.Progress("study channels", done, steps) })
		if err != nil {
			return nil, err
		}
		games = append(games, g)
	}
	from, to := q.Border.Regimes[least].Name, q.Border.Regimes[most].Name
	q.fillChannels(table, games, on, from, to)
	fillCoalitions(combos, games, from, to)
	return f, nil
}

// An effect is one way to say what a channel does.
type effect struct {
	name string
	of   func(g *game, c channel) metric.Estimate
}

var effects = []effect{
	{"shapley", func(g *game, c channel) metric.Estimate { return g.shapley()[c] }},
	{"alone", func(g *game, c channel) metric.Estimate { return g.contrast(1<<c, 0) }},
	{"last", func(g *game, c channel) metric.Estimate { return g.contrast(everyChannel, everyChannel&^(1<<c)) }},
}

func channelTable() *results.Table {
	return results.NewTable(results.Schema{
		Name: "channels", Title: "Through what sharing more changes detection", Key: []string{"scorer", "effect", "channel"},
		Columns: []results.Column{fromColumn, toColumn, scorerColumn,
			{Name: "effect", Type: results.String, Required: true, Meaning: "shapley = mean gain over all orders in which the channels can be added; " +
				"alone = gain when only this one is added; last = loss when only this one is taken away; whole = all of them together, which the Shapley values add up to"},
			{Name: "channel", Type: results.String, Required: true, Meaning: "rows = others' outcomes train the proxy model; history = records from before registration; " +
				"counterparties = what others' records tell; cold-start = last night's record of who registered today; all = the four together"},
			{Name: "auc_difference", Type: results.Number, Meaning: "change of the ROC AUC on the same test bills"},
			lowColumn, highColumn, methodColumn,
			{Name: "p", Type: results.Number, Meaning: "two-sided p-value of no change"},
			{Name: "p_holm", Type: results.Number, Meaning: "the same after Holm's correction over the channels that change anything, and over scorers, within one effect"},
			billsColumn, badColumn, results.Warnings()},
	})
}

var (
	fromColumn = results.Column{Name: "from", Type: results.String, Meaning: "regime that shares less", Required: true}
	toColumn   = results.Column{Name: "to", Type: results.String, Meaning: "regime that shares more", Required: true}
)

func (q *inquiry) fillChannels(t *results.Table, games []*game, on coalition, from, to string) {
	row := func(g *game, effect, name string, e metric.Estimate, holm results.Cell, more ...string) {
		low, high := ends(e)
		test := e.Test(0)
		t.Append(results.Str(from), results.Str(to), results.Str(g.scorer), results.Str(effect), results.Str(name),
			results.NumIf(e.Value, e.OK), low, high, results.Str(e.Method), results.NumIf(test.P, test.OK), holm,
			results.Int(q.all[0].report.Rows), results.Int(q.all[0].report.Bad), warnings(e, append(more, g.warnings...)))
	}
	for _, x := range effects {
		var list []metric.Estimate
		for _, g := range games {
			for c := range numChannels {
				list = append(list, x.of(g, c))
			}
		}
		holm := holmOf(list)
		for i, e := range list {
			g, c := games[i/int(numChannels)], channel(i%int(numChannels))
			var note []string
			if !on.has(c) {
				note = append(note, "both regimes hold the same here: nothing to switch")
			}
			row(g, x.name, channelNames[c], e, holm[i], append(note, q.fewBad()...)...)
		}
	}
	for _, g := range games {
		row(g, "whole", "all", g.contrast(everyChannel, 0), results.None, q.fewBad()...)
	}
}

// holmOf returns the p-values of a family, adjusted by Holm. Estimates that are exactly 0 because nothing
// differed are tests of nothing: they do not count, and their p-value is 1.
func holmOf(family []metric.Estimate) []results.Cell {
	cells := make([]results.Cell, len(family))
	var p []float64
	var at []int
	for i, e := range family {
		switch test := e.Test(0); {
		case test.OK && e.SE > 0:
			p, at = append(p, test.P), append(at, i)
		case test.OK:
			cells[i] = results.Num(1)
		}
	}
	for k, x := range metric.Holm(p) {
		cells[at[k]] = results.Num(x)
	}
	return cells
}

func coalitionTable() *results.Table {
	columns := []results.Column{fromColumn, toColumn, scorerColumn}
	for _, name := range []string{"rows", "history", "counterparties", "cold_start"} {
		columns = append(columns, results.Column{Name: name, Type: results.Boolean, Required: true, Meaning: "whether this channel is that of the regime that shares more"})
	}
	return results.NewTable(results.Schema{
		Name: "coalitions", Title: "Detection under every combination of channels",
		Key: []string{"scorer", "rows", "history", "counterparties", "cold_start"},
		Columns: append(columns, results.Column{Name: "auc", Type: results.Number, Meaning: "area under the ROC curve"},
			lowColumn, highColumn, results.Warnings()),
	})
}

func fillCoalitions(t *results.Table, games []*game, from, to string) {
	for _, g := range games {
		for s := range everyChannel + 1 {
			e := g.auc(s)
			low, high := ends(e)
			cells := []results.Cell{results.Str(from), results.Str(to), results.Str(g.scorer)}
			for c := range numChannels {
				cells = append(cells, results.Bool(s.has(c)))
			}
			t.Append(append(cells, results.NumIf(e.Value, e.OK), low, high, warnings(e, g.warnings))...)
		}
	}
}
