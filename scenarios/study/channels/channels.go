// Package channels measures through what sharing more helps the score: the AUC of all 16 combinations of four
// channels, each taken from the regime that shares less or from the one that shares more.
package channels

import (
	"context"
	"math/bits"
	"slices"

	"overshare/scenarios/study"
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
func (c channel) take(w *study.View, r int) {
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
func (s coalition) view(least, most int) study.View {
	w := study.Whole(least)
	for c := range numChannels {
		if s.has(c) {
			c.take(&w, most)
		}
	}
	return w
}

// active returns the channels that change anything when they are switched, whatever the others are.
func active(p *study.Plan, s *study.Sample, least, most int) (on coalition) {
	for c := range numChannels {
		for t := range everyChannel + 1 {
			if !t.has(c) && !p.Same(t.view(least, most), (t|1<<c).view(least, most), s) {
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
	again    []*study.Again // what each did when it was learnt again from other people; nil where nothing was
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
	pair := func(v []float64) []float64 { return []float64{v[j], v[i]} }
	return g.shares(pair, [][]float64{{g.cov[j][j], g.cov[j][i]}, {g.cov[i][j], g.cov[i][i]}})[0]
}

// auc returns the AUC of coalition s.
func (g *game) auc(s coalition) metric.Estimate {
	if !g.ok {
		return metric.Estimate{}
	}
	i := g.index(s)
	return g.shares(func(v []float64) []float64 { return []float64{0, v[i]} }, [][]float64{{0, 0}, {0, g.cov[i][i]}})[0]
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
	if len(g.active) == 0 {
		return phi
	}
	list := g.shares(func(v []float64) []float64 { return v }, g.cov)
	for k, c := range g.active {
		phi[c] = list[k]
	}
	return phi
}

// shares returns the Shapley values of the game that of makes of the coalitions' AUCs, with cov their covariance by the luck of
// the test bills. The luck of training is that of the same values on every draw of the people.
func (g *game) shares(of func(value []float64) []float64, cov [][]float64) []metric.Estimate {
	phi, _ := metric.Shapley(of(g.value), cov, 0, g.alpha)
	if g.again == nil {
		return phi
	}
	plan := g.again[0].Plan
	drawn := make([][]float64, len(phi))
	for b := range plan.N {
		v := make([]float64, len(g.again))
		for k, x := range g.again {
			v[k] = x.Values[b].Value[metric.AUCROC]
			if !x.Values[b].OK[metric.AUCROC] {
				return phi
			}
		}
		again, _ := metric.Shapley(of(v), nil, 0, g.alpha)
		for k := range phi {
			drawn[k] = append(drawn[k], again[k].Value)
		}
	}
	for k := range phi {
		phi[k] = study.Widen(phi[k], plan, drawn[k], g.alpha)
	}
	return phi
}

// play trains and scores every coalition of the active channels. Coalitions that differ in last night's
// records alone share their proxy model.
//
// Memory: one column of probabilities a coalition, and 16 bytes a coalition and person with a test bill.
func play(ctx context.Context, q *study.Inquiry, name string, on coalition, least, most int, step func()) (*game, error) {
	g := &game{scorer: name, alpha: q.Evaluation.Alpha}
	for c := range numChannels {
		if on.has(c) {
			g.active = append(g.active, c)
		}
	}
	t := &tutor{q, name, map[study.View]*study.Proxy{}}
	var columns [][]float32
	for at := range 1 << len(g.active) {
		var s coalition
		for k, c := range g.active {
			s |= coalition(at>>k&1) << c
		}
		probs, k, err := t.learn(ctx, s.view(least, most))
		if err != nil {
			return nil, err
		}
		columns = append(columns, probs)
		if k.Again != nil {
			g.again = append(g.again, k.Again)
		}
		step()
	}
	if g.value, g.cov, g.ok = metric.DeLong(columns, q.Truth.Outcomes); !g.ok {
		g.warnings = append(g.warnings, "undefined: too few test bills of both outcomes")
	}
	return g, nil
}

// A tutor trains one scorer under many views and keeps the proxy models that several of them share.
type tutor struct {
	*study.Inquiry
	name    string
	proxies map[study.View]*study.Proxy
}

// learn is [study.Plan.Learn]; a proxy model depends on all of a view but Now.
func (t *tutor) learn(ctx context.Context, w study.View) ([]float32, *study.Knowledge, error) {
	if ctx.Err() != nil {
		return nil, nil, context.Cause(ctx)
	}
	key := w
	key.Now = 0
	x, ok := t.proxies[key]
	if !ok {
		var err error
		if x, err = t.TrainProxy(ctx, t.Sample, w, t.name, t.Workers); err != nil {
			return nil, nil, err
		}
		t.proxies[key] = x
	}
	return t.LearnFrom(ctx, t.Sample, w, x, t.Workers)
}

// extremes returns the regimes between which channels are switched: in-scope if it is compared, or else the
// one with the fewest records; and the one with the most. ok is false unless they send different amounts.
func extremes(p *study.Plan, c *sharing.Count) (least, most int, ok bool) {
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

// A Result is what every channel is worth to every scorer.
type Result struct {
	From, To string // regimes that share less and more
	Games    []Game // by scorer; nil if only one regime is compared
	Few      string // a doubt about all tests, or empty
}

// A Game is one scorer under every combination of channels.
type Game struct {
	Scorer    string
	Effects   []Effect    // every way to say what a channel does, by channel; last the whole
	Coalition []Coalition // the 16 combinations
	Rows, Bad int
	Warnings  []string
}

// An Effect is what one channel does.
type Effect struct {
	Name, Channel string // shapley, alone, last or whole; a channel or all
	Difference    metric.Estimate
	Adjusted      float64 // Holm's p-value over channels and scorers within one effect; below 0: none
	Idle          bool    // both regimes hold the same here: nothing to switch
}

// A Coalition is one combination of channels.
type Coalition struct {
	Has [numChannels]bool // rows, history, counterparties, cold start: from the regime that shares more
	AUC metric.Estimate
}

// Study trains and scores every combination of the channels that differ.
//
// Undefined: with one regime there are no games.
// Cost: one training a scorer and combination of the channels that differ, at most 16.
func Study(ctx context.Context, q *study.Inquiry) (*Result, error) {
	least, most, ok := extremes(q.Plan, &q.Exposure)
	if !ok {
		least, most = 0, len(q.Border.Regimes)-1
	}
	out := &Result{From: q.Border.Regimes[least].Name, To: q.Border.Regimes[most].Name, Few: q.FewBad()}
	if least == most {
		return out, nil
	}
	on := active(q.Plan, q.Sample, least, most)
	steps := int64(len(q.Processor.Scorers)) << bits.OnesCount(uint(on))
	done := int64(0)
	q.Progress("study channels", 0, steps)
	var games []*game
	for _, scorer := range q.Processor.Scorers {
		g, err := play(ctx, q, scorer, on, least, most, func() { done++; q.Progress("study channels", done, steps) })
		if err != nil {
			return nil, err
		}
		games = append(games, g)
		out.Games = append(out.Games, Game{Scorer: scorer, Rows: q.Scorers[0].Report.Rows, Bad: q.Scorers[0].Report.Bad, Warnings: g.warnings})
	}
	tell(out.Games, games, on)
	return out, nil
}

// effects are the ways to say what a channel does.
var effects = []struct {
	name string
	of   func(g *game, c channel) metric.Estimate
}{
	{"shapley", func(g *game, c channel) metric.Estimate { return g.shapley()[c] }},
	{"alone", func(g *game, c channel) metric.Estimate { return g.contrast(1<<c, 0) }},
	{"last", func(g *game, c channel) metric.Estimate { return g.contrast(everyChannel, everyChannel&^(1<<c)) }},
}

// tell reads the effects and combinations off the games.
func tell(out []Game, games []*game, on coalition) {
	for _, x := range effects {
		var list []metric.Estimate
		for _, g := range games {
			for c := range numChannels {
				list = append(list, x.of(g, c))
			}
		}
		adjusted := study.Adjust(list)
		for i, e := range list {
			g, c := i/int(numChannels), channel(i%int(numChannels))
			out[g].Effects = append(out[g].Effects, Effect{x.name, channelNames[c], e, adjusted[i], !on.has(c)})
		}
	}
	for k, g := range games {
		out[k].Effects = append(out[k].Effects, Effect{"whole", "all", g.contrast(everyChannel, 0), -1, false})
		for s := range everyChannel + 1 {
			x := Coalition{AUC: g.auc(s)}
			for c := range numChannels {
				x.Has[c] = s.has(c)
			}
			out[k].Coalition = append(out[k].Coalition, x)
		}
	}
}
