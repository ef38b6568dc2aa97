package study

import (
	"math"

	"overshare/scoring/metric"
	"overshare/scoring/resample"
	"overshare/sim/record"
)

// An Economics prices the platform's decision, in won: bundle the purchases into one bill when P(bounce)
// is below a threshold, or else charge each purchase at once.
//
// What a bundle brings over charging each of its n purchases, of which d would have been declined, with
// an amount A in all and D declined:
//
//	paid, at once or by a retry:  fee·(n − d − 1) + lost·margin·D − bounce cost, if it bounced
//	never paid:                   fee·(n − d) + lost·margin·D − A − bounce cost
//
// A sale brings its margin; a bill that is never paid costs the developer's part as well, so that against
// being paid the whole amount is gone. A declined purchase loses nothing but its margin, and that only for
// the share lost of those who do not pay in another way; fees of such payments are not counted.
type Economics struct {
	Fee        record.Won // of every successful charge
	Margin     float64    // share of a sale that stays with the platform
	SalesLost  float64    // share of declined purchases that are not made up for
	BounceCost record.Won
}

// A Book adds up bills.
type Book struct {
	Bills, Paid     int64
	Items, Declined int64 // purchases; of them, those declined if charged one by one
	DeclinedWon     int64
	LostWon         int64 // amount of the bills never paid
}

// Books adds up bills by outcome of the first charge.
type Books struct{ Good, Bad Book }

func (k *Books) add(b *BillRow, bad bool) {
	to := &k.Good
	if bad {
		to = &k.Bad
	}
	to.Bills++
	to.Items += int64(b.Items)
	to.Declined += int64(b.ItemsBad)
	to.DeclinedWon += int64(b.ItemsBadWon)
	if bad && !b.Recovered {
		to.LostWon += int64(b.Amount)
	} else {
		to.Paid++
	}
}

// Plus adds o to k.
func (k *Books) Plus(o Books) {
	k.Good.plus(o.Good)
	k.Bad.plus(o.Bad)
}

func (k *Book) plus(o Book) {
	k.Bills += o.Bills
	k.Paid += o.Paid
	k.Items += o.Items
	k.Declined += o.Declined
	k.DeclinedWon += o.DeclinedWon
	k.LostWon += o.LostWon
}

// gain returns what bundling the bills of k brought over charging each purchase. bad says that they are
// those that bounced.
func (e *Economics) gain(k *Book, bad bool) float64 {
	v := float64(int64(e.Fee)*(k.Items-k.Declined-k.Paid)-k.LostWon) + float64(e.Margin*e.SalesLost*float64(k.DeclinedWon))
	if bad {
		v -= float64(int64(e.BounceCost) * k.Bills)
	}
	return v
}

// Threshold returns the probability of bouncing from which on purchases are better charged one by one: with
// G the mean gain of a bill that is paid at once and L the mean loss of one that bounces,
//
//	(1 − p)·G − p·L > 0   exactly if   p < G/(G + L)
//
// The means are those of the books, which close before the test window; the platform knows what would have
// been declined from charges it made one by one. One threshold serves every regime, for a probability means
// the same under each. 1 says bundle always, 0 never.
// Undefined: ok is false unless the books hold bills of both outcomes.
// Accuracy: the best threshold exactly if gains and losses do not depend on p; how much is left on the
// table is read off decision_curve.csv.
func (e *Economics) Threshold(k *Books) (p float64, ok bool) {
	if k.Good.Bills == 0 || k.Bad.Bills == 0 {
		return 0, false
	}
	gain := e.gain(&k.Good, false) / float64(k.Good.Bills)
	loss := -e.gain(&k.Bad, true) / float64(k.Bad.Bills)
	switch {
	case gain > 0 && loss > 0:
		return gain / (gain + loss), true
	case gain <= 0 && loss >= 0, gain <= 0 && !e.blind(k):
		return 0, true
	}
	return 1, true
}

// blind returns what the platform does without any score: bundle all, when that paid in the books.
func (e *Economics) blind(k *Books) (bundle bool) {
	return e.gain(&k.Good, false)+e.gain(&k.Bad, true) > 0
}

// A Purse is the money of one policy over the test bills, in won by random group of people.
type Purse struct{ Bundled, Fees, Sales, Losses, Net Sums }

// A brought is what bundling one bill brings over charging each purchase, in whole won.
type brought struct{ fees, sales, losses int64 }

func (x brought) net() int64 { return x.fees + x.sales - x.losses }

// bundled prices one bill.
func (e *Economics) bundled(b *BillRow, bad bool) brought {
	x := brought{fees: int64(e.Fee) * (int64(b.Items) - int64(b.ItemsBad)), sales: int64(math.Round(float64(e.Margin * e.SalesLost * float64(b.ItemsBadWon))))}
	if bad {
		x.losses = int64(e.BounceCost)
	}
	if bad && !b.Recovered {
		x.losses += int64(b.Amount)
	} else {
		x.fees -= int64(e.Fee)
	}
	return x
}

// spend adds up the bills that a policy bundles.
func (e *Economics) spend(p *Panel, bundle func(i int) bool) *Purse {
	s := &Purse{}
	for i := range p.Bills {
		if !bundle(i) {
			continue
		}
		x, g := e.bundled(&p.Bills[i], p.Bad[i]), p.Part[i]
		s.Bundled[g]++
		s.Fees[g] += x.fees
		s.Sales[g] += x.sales
		s.Losses[g] += x.losses
		s.Net[g] += x.net()
	}
	return s
}

// curve adds up, for every one of rising thresholds, what bundling the bills below it brings.
func (e *Economics) curve(p *Panel, prob []float32, thresholds []float64) []Sums {
	net := make([]Sums, len(thresholds))
	for i, x := range prob {
		for k, t := range thresholds {
			if float64(x) < t {
				net[k][p.Part[i]] += e.bundled(&p.Bills[i], p.Bad[i]).net()
				break
			}
		}
	}
	for k := 1; k < len(net); k++ {
		for g := range net[k] {
			net[k][g] += net[k-1][g]
		}
	}
	return net
}

// A Choice is a policy and what it came to.
type Choice struct {
	Regime, Scorer string // of the score that decides; empty without a score
	Place          int    // of the regime in the list; -1: no regime
	Purse          *Purse
	Warnings       []string
	again          *Again // what the score brought when it was learnt from other people; nil without
}

// Money is what the decision is worth under every regime, and without any score.
type Money struct {
	*Economics
	Alpha     float64
	Threshold float64
	Known     bool // Threshold is defined
	Blind     bool // what a platform without a score does: bundle all, or charge each
	Bills     *Sums
	Choices   []Choice // the scores, scorer by scorer
	Each, All Choice   // charge every purchase; bundle every bill
	Foreseen  Choice   // bundle exactly the bills that are paid at once
	PerYear   float64  // won a year in the country for a won a bill
	Needless  []float64
	Fullest   int // the regime that sends most without exposing anybody needlessly; -1: none
}

// economics prices the decision under every regime and scorer.
func (p *Plan) economics(all []*Measured, s *Sample, t *Panel) *Money {
	m := &Money{Economics: &p.Economics, Alpha: p.Evaluation.Alpha, Bills: t.CountBills(), Fullest: -1}
	m.Threshold, m.Known = p.Economics.Threshold(&s.Books)
	m.Blind = p.Economics.blind(&s.Books)
	country := p.Country()
	m.PerYear = float64(m.Bills.Total()) / float64(p.Evaluation.TestDays) * 365.25 * country
	p.exposed(m, s, country)
	m.decide(all, t)
	return m
}

// bundles reports whether a bill is bundled at a threshold.
func bundles(p float32, threshold float64) bool { return threshold >= 1 || float64(p) < threshold }

// decide prices every policy.
func (m *Money) decide(all []*Measured, t *Panel) {
	m.Each = Choice{Place: -1, Purse: m.spend(t, func(int) bool { return false })}
	m.All = Choice{Place: -1, Purse: m.spend(t, func(int) bool { return true })}
	m.Foreseen = Choice{Place: -1, Purse: m.spend(t, func(i int) bool { return !t.Bad[i] })}
	if !m.Known {
		return
	}
	for _, x := range all {
		for r, score := range x.Scores {
			m.Choices = append(m.Choices, Choice{score.Regime, x.Scorer, r,
				m.spend(t, func(i int) bool { return bundles(score.P[i], m.Threshold) }), score.Warnings, score.Again})
		}
	}
}

// exposed counts, for every regime, the people of the country whose record is sent on an average day of
// sends though no score of theirs can be asked.
func (p *Plan) exposed(m *Money, s *Sample, country float64) {
	days, most := 0, int64(-1)
	for d := p.World.Start; d < p.World.Start+record.Day(p.World.Days); d++ {
		if p.Border.Flowing(d) {
			days++
		}
	}
	for r := range p.Border.Regimes {
		x := p.Border.InWindow(&s.Exposure, r)
		m.Needless = append(m.Needless, float64(x.Out.Records)/float64(max(days, 1))*country)
		if x.Out.Records == 0 && x.All.Records > most {
			m.Fullest, most = r, x.All.Records
		}
	}
}

// Find returns the choice of a scorer under the regime at a place of the list, or the blind one for -1.
func (m *Money) Find(scorer string, place int) *Choice {
	if place < 0 {
		if m.Blind {
			return &m.All
		}
		return &m.Each
	}
	for i := range m.Choices {
		if c := &m.Choices[i]; c.Scorer == scorer && c.Place == place {
			return c
		}
	}
	panic("study: internal error: no choice for a regime")
}

// Net returns the net benefit in won a bill.
func (m *Money) Net(c *Choice) metric.Estimate {
	return m.widen(c.Purse.Net.Over(m.Bills, m.Alpha), c, nil)
}

// Over returns how much more a choice brings than another, in won a bill.
func (m *Money) Over(c, other *Choice) metric.Estimate {
	return m.widen(metric.RatioDifference(c.Purse.Net[:], m.Bills[:], other.Purse.Net[:], m.Bills[:], m.Alpha), c, other)
}

// widen adds the luck of training of a choice, or of the difference of two, where scores were learnt again. The threshold and what
// is best without a score count as known.
func (m *Money) widen(e metric.Estimate, c, other *Choice) metric.Estimate {
	var plan *resample.Plan
	var values []float64
	for k, x := range []*Choice{c, other} {
		if x == nil || x.again == nil || x.again.Net == nil {
			continue
		}
		plan = &x.again.Plan
		if values == nil {
			values = make([]float64, plan.N)
		}
		for b, v := range x.again.Net {
			values[b] += float64(float64(1-2*k) * v)
		}
	}
	if plan == nil {
		return e
	}
	return Widen(e, *plan, values, m.Alpha)
}

// A Price is what the exposure of people who cannot need it brings, in won for a person exposed for a year.
type Price struct {
	Value, Low, High    float64
	OK, HasLow, HasHigh bool
	Note                string
}

// BreakEven divides what a choice gains over the fullest regime that exposes nobody needlessly by the
// people exposed. The price has a value only when the gain's interval lies above 0; otherwise its upper
// end bounds it.
func (m *Money) BreakEven(c *Choice) (out Price) {
	if !(m.Needless[c.Place] > 0) {
		return out
	}
	gain := m.Over(c, m.Find(c.Scorer, m.Fullest))
	if !gain.OK || !gain.HasInterval || m.Bills.Total() == 0 {
		out.Note = "the gain has no interval: no price"
		return out
	}
	per := m.PerYear / m.Needless[c.Place]
	out.High, out.HasHigh = max(0, float64(gain.High*per)), true
	if gain.Low <= 0 {
		out.Note = "the gain is not distinguishable from 0: the price has an upper bound only"
		if gain.High < 0 {
			out.Note = "exposing more lost money: no price"
		}
		return out
	}
	out.Value, out.Low, out.OK, out.HasLow = float64(gain.Value*per), float64(gain.Low*per), true, true
	return out
}

// Reference names the regime that [Money.BreakEven] compares with.
func (m *Money) Reference() string {
	for _, c := range m.Choices {
		if m.Fullest >= 0 && c.Place == m.Fullest {
			return c.Regime
		}
	}
	if m.Blind {
		return "bundle all"
	}
	return "charge each"
}
