package study

import (
	"context"
	"fmt"
	"math"

	"overshare/results"
	"overshare/scenarios"
	"overshare/scoring/metric"
	"overshare/sim/rng"
)

// replicateSeed returns the seed of a country: that of the run for the first, from then on keyed draws, so
// that the countries of neighbouring runs are not the same.
func replicateSeed(seed uint64, country int) uint64 {
	if country == 0 {
		return seed
	}
	return rng.Open(seed, rng.PurposeReplicate, uint64(country)).At(0) >> 1
}

// A reading is one number that every country gives.
type reading struct {
	regime, scorer, metric string
	difference             bool // to the first regime
	metric.Estimate
}

// readings lists the measures of detection and the net benefit under every regime, and their differences to
// the first regime; the same list, whatever is defined, for every country of a scenario.
func readings(all []*measured, worth *money) (list []reading) {
	for _, m := range all {
		for r, c := range m.report.Columns {
			at := reading{regime: m.scores[r].Regime, scorer: m.scorer}
			add := func(name string, value, difference metric.Estimate) {
				at.metric, at.difference, at.Estimate = name, false, value
				list = append(list, at)
				if r > 0 {
					at.difference, at.Estimate = true, difference
					list = append(list, at)
				}
			}
			for k, e := range c.Metric {
				add(metric.Metric(k).String(), e, c.Difference[k])
			}
			var value, difference metric.Estimate
			if worth.known {
				own := worth.find(m.scorer, r)
				value, difference = worth.net(own), worth.over(own, worth.find(m.scorer, 0))
			}
			add("net_benefit_won", value, difference)
			at.metric, at.difference, at.Estimate = "bundle_all_won", false, worth.net(&worth.all)
			list = append(list, at)
		}
	}
	return list
}

// A spread follows one number from country to country in constant memory (Welford's recurrence).
type spread struct {
	n      int     // countries in which it was defined
	mean   float64 // over these
	square float64 // sum of squared deviations from the mean
	inner  int     // countries in which it had a standard error
	within float64 // sum of the squared standard errors
}

func (s *spread) add(e metric.Estimate) {
	if !e.OK {
		return
	}
	s.n++
	d := e.Value - s.mean
	s.mean += d / float64(s.n)
	s.square += float64(d * (e.Value - s.mean))
	if e.HasInterval && e.Method != metric.MethodPairs {
		s.inner++
		s.within += float64(e.SE * e.SE)
	}
}

// sd returns the standard deviation between countries; ok is false below two.
func (s *spread) sd() (sd float64, ok bool) {
	if s.n < 2 {
		return 0, false
	}
	return math.Sqrt(s.square / float64(s.n-1)), true
}

// se returns the root mean square of the standard errors within countries.
func (s *spread) se() (se float64, ok bool) {
	if s.inner == 0 {
		return 0, false
	}
	return math.Sqrt(s.within / float64(s.inner)), true
}

// estimate returns the mean with the t interval that the spread between countries gives, which counts all
// luck: who lives there, what they do, and what the model learnt.
func (s *spread) estimate(alpha float64) metric.Estimate {
	sd, ok := s.sd()
	switch {
	case s.n == 0:
		return metric.Estimate{}
	case !ok:
		return metric.Estimate{Value: s.mean, OK: true}
	}
	return metric.Interval(s.mean, sd/math.Sqrt(float64(s.n)), s.n-1, alpha, "between countries")
}

// replicates holds the spread of every reading.
type replicates struct {
	names   []reading
	spreads []spread
	n       int
}

func (r *replicates) add(list []reading) {
	if r.names == nil {
		r.names, r.spreads = list, make([]spread, len(list))
	}
	for i := range list {
		r.spreads[i].add(list[i].Estimate)
	}
	r.n++
}

// replicate adds the countries after the first.
func (r *replicates) replicate(ctx context.Context, s *scenarios.Scenario, n int, o Options) error {
	for k := 1; k < n; k++ {
		p, err := newPlan(s, k)
		if err != nil {
			return err
		}
		inner := o
		inner.Progress = func(phase string, done, total int64) {
			o.Progress(fmt.Sprintf("%s, country %d of %d", phase, k+1, n), done, total)
		}
		list, err := p.country(ctx, inner)
		if err != nil {
			return err
		}
		r.add(list)
	}
	return nil
}

// country lives through one country and returns its readings; nothing else of it is kept.
func (p *Plan) country(ctx context.Context, o Options) ([]reading, error) {
	s, err := p.Collect(ctx, o.Workers, o.Progress)
	if err != nil {
		return nil, err
	}
	t := s.truth()
	all, err := p.score(ctx, s, t, o)
	if err != nil {
		return nil, err
	}
	return readings(all, p.economics(all, s, newPanel(t, p.Run.Seed))), nil
}

// table writes replicates.csv.
func (r *replicates) table(alpha float64) *results.Table {
	t := results.NewTable(results.Schema{Name: "replicates", Title: "What varies between countries with luck of their own", Key: []string{"regime", "scorer", "metric", "kind"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "metric", Type: results.String, Meaning: "measure of detection, or net_benefit_won or bundle_all_won of economics.csv; nothing is learnt in the last", Required: true},
			{Name: "kind", Type: results.String, Meaning: "value, or difference to the first regime in the same country", Required: true},
			{Name: "replicates", Type: results.Integer, Unit: "countries", Meaning: "countries in which it is defined", Required: true},
			{Name: "mean", Type: results.Number, Meaning: "mean over these"},
			{Name: "ci_low", Type: results.Number, Meaning: "lower end of the t interval of the mean, from the spread between countries"},
			{Name: "ci_high", Type: results.Number, Meaning: "upper end of it"},
			{Name: "sd_between", Type: results.Number, Meaning: "standard deviation between countries: all luck, of training as well"},
			{Name: "se_within", Type: results.Number, Meaning: "root mean square of the standard errors within countries, the model taken as given"},
			{Name: "ratio", Type: results.Number, Meaning: "sd_between over se_within: about 1 where nothing is learnt; above, model and threshold have luck of their own, and intervals within one country are too narrow for what another country would show"},
			results.Warnings()}})
	for i, x := range r.names {
		s, kind := &r.spreads[i], "value"
		if x.difference {
			kind = "difference"
		}
		e := s.estimate(alpha)
		sd, okSD := s.sd()
		se, okSE := s.se()
		t.Append(results.Str(x.regime), results.Str(x.scorer), results.Str(x.metric), results.Str(kind), results.Int(s.n),
			results.NumIf(e.Value, e.OK), results.NumIf(e.Low, e.HasInterval), results.NumIf(e.High, e.HasInterval),
			results.NumIf(sd, okSD), results.NumIf(se, okSE), results.NumIf(sd/se, okSD && okSE && se > 0), r.warnings(s))
	}
	return t
}

func (r *replicates) warnings(s *spread) results.Cell {
	var notes []string
	if s.n < r.n {
		notes = append(notes, fmt.Sprintf("undefined in %d of %d countries, which are left out", r.n-s.n, r.n))
	}
	if s.n > 1 && s.n < 5 {
		notes = append(notes, fmt.Sprintf("only %d countries: the spread between them is hardly known", s.n))
	}
	return results.Strs(notes...)
}

// report adds what varies between countries to the outcome of the first: the table, and a sentence on the
// difference in AUC between the first two regimes of the first scorer.
func (r *replicates) report(out *Outcome, alpha float64) {
	out.Tables = append(out.Tables, r.table(alpha))
	for i, x := range r.names {
		if x.metric != metric.AUCROC.String() || !x.difference {
			continue
		}
		if e := r.spreads[i].estimate(alpha); e.HasInterval {
			sd, _ := r.spreads[i].sd()
			out.Sentence += fmt.Sprintf(" Over %d countries with luck of their own the difference in AUC of %s from %s was %s on average and varied from country to country by %.4f (standard deviation).",
				r.spreads[i].n, x.regime, r.names[0].regime, signed(e, alpha), sd)
		}
		return
	}
}
