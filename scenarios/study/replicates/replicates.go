// Package replicates repeats a study in countries with luck of their own and says how the numbers vary.
package replicates

import (
	"context"
	"fmt"
	"math"

	"overshare/scenarios"
	"overshare/scenarios/study"
	"overshare/scoring/metric"
)

// A reading is one number that every country gives.
type reading struct {
	regime, scorer, metric string
	difference             bool // to the first regime
	metric.Estimate
}

// readings lists the measures of detection and the net benefit under every regime, and their differences to
// the first regime; the same list, whatever is defined, for every country of a scenario.
func readings(all []*study.Measured, worth *study.Money) (list []reading) {
	for _, m := range all {
		for r, c := range m.Report.Columns {
			at := reading{regime: m.Scores[r].Regime, scorer: m.Scorer}
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
			if worth.Known {
				own := worth.Find(m.Scorer, r)
				value, difference = worth.Net(own), worth.Over(own, worth.Find(m.Scorer, 0))
			}
			add("net_benefit_won", value, difference)
			at.metric, at.difference, at.Estimate = "bundle_all_won", false, worth.Net(&worth.All)
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

// A Result is the spread of every reading over the countries.
type Result struct {
	Countries int
	Lines     []Line
}

// A Line is one number and how it varies.
type Line struct {
	Regime, Scorer, Metric string
	Difference             bool            // to the first regime in the same country
	Countries              int             // in which it is defined
	Mean                   metric.Estimate // with the t interval that the spread between countries gives
	Between, Within        float64         // standard deviation between countries; root mean square of the standard errors within
	HasBetween, HasWithin  bool
}

// Study lives through the scenario's further countries and returns how the numbers of the first, which is
// given, vary from country to country.
//
// Cost: a run for each country after the first. Memory: one country at a time.
func Study(ctx context.Context, s *scenarios.Scenario, first *study.Result, n int, o study.Options) (*Result, error) {
	o = o.Ready()
	var all spreads
	all.add(readings(first.Scorers, first.Money))
	for k := 1; k < n; k++ {
		p, err := study.NewCountry(s, k)
		if err != nil {
			return nil, err
		}
		inner := o
		inner.Progress = func(phase string, done, total int64) {
			o.Progress(fmt.Sprintf("%s, country %d of %d", phase, k+1, n), done, total)
		}
		list, err := country(ctx, p, inner)
		if err != nil {
			return nil, err
		}
		all.add(list)
	}
	return all.result(first.Evaluation.Alpha), nil
}

// country lives through one country and returns its readings; nothing else of it is kept.
func country(ctx context.Context, p *study.Plan, o study.Options) ([]reading, error) {
	s, err := p.Collect(ctx, o.Workers, o.Progress)
	if err != nil {
		return nil, err
	}
	t := s.Truth()
	all, err := p.Score(ctx, s, t, o)
	if err != nil {
		return nil, err
	}
	return readings(all, p.Price(all, s, t)), nil
}

// spreads holds the spread of every reading.
type spreads struct {
	names []reading
	of    []spread
	n     int
}

func (r *spreads) add(list []reading) {
	if r.names == nil {
		r.names, r.of = list, make([]spread, len(list))
	}
	for i := range list {
		r.of[i].add(list[i].Estimate)
	}
	r.n++
}

func (r *spreads) result(alpha float64) *Result {
	out := &Result{Countries: r.n}
	for i, x := range r.names {
		s := &r.of[i]
		l := Line{Regime: x.regime, Scorer: x.scorer, Metric: x.metric, Difference: x.difference, Countries: s.n, Mean: s.estimate(alpha)}
		l.Between, l.HasBetween = s.sd()
		l.Within, l.HasWithin = s.se()
		out.Lines = append(out.Lines, l)
	}
	return out
}
