package study

import (
	"context"
	"fmt"
	"slices"

	"overshare/results"
	"overshare/scoring/metric"
	"overshare/sim/engine"
)

// economicsColumns describes economics.csv.
func economicsColumns() []results.Column {
	won := func(name, meaning string) results.Column {
		return results.Column{Name: name, Type: results.Number, Unit: "won per bill", Meaning: meaning}
	}
	year := func(name, meaning string) results.Column {
		return results.Column{Name: name, Type: results.Number, Unit: "won per year", Meaning: meaning}
	}
	price := func(name, meaning string) results.Column {
		return results.Column{Name: name, Type: results.Number, Unit: "won per exposed person-year", Meaning: meaning}
	}
	return []results.Column{
		regimeColumn, scorerColumn,
		{Name: "threshold", Type: results.Number, Meaning: "probability of bouncing from which on purchases are charged one by one: G/(G + L), G the mean gain of a bill paid at once and L the mean loss of one that bounces, of bills settled before the test window"},
		{Name: "bundled_share", Type: results.Number, Meaning: "share of the bills bundled"},
		won("fees_saved_won", "fixed fees saved by bundling"),
		won("sales_kept_won", "margin of purchases that would have been declined one by one"),
		won("losses_won", "bundled bills never paid, and the cost of bounces"),
		won("net_benefit_won", "fees saved and sales kept less losses, against charging each purchase"),
		{Name: "ci_low", Type: results.Number, Unit: "won per bill", Meaning: "lower end of the interval of level 1 - alpha of net_benefit_won, people as the unit sampled"},
		{Name: "ci_high", Type: results.Number, Unit: "won per bill", Meaning: "upper end of it"},
		year("country_won", "net benefit of the whole country in a year of test windows"),
		year("country_low_won", "lower end of its interval; the number of bills counts as known"),
		year("country_high_won", "upper end of it"),
		won("difference_won", "net benefit less that under the first regime, paired"),
		won("difference_low_won", "lower end of its interval"),
		won("difference_high_won", "upper end of it"),
		won("bundle_all_won", "net benefit of bundling every bill, without any score"),
		won("known_outcome_won", "net benefit of bundling exactly the bills that are paid at once: a ceiling that no score can pass where a bounce costs money"),
		won("over_blind_won", "net benefit less that without any score: of bundling all or charging each, whichever was better before the test window"),
		won("over_blind_low_won", "lower end of its interval"),
		won("over_blind_high_won", "upper end of it"),
		{Name: "needless_people", Type: results.Number, Unit: "people", Meaning: "people of the country whose record is sent on an average day though no score of theirs can be asked; exposed for a year they are as many person-years"},
		price("break_even_won", "gain over break_even_reference divided by the people exposed without need: the highest price of their exposure at which it pays; empty unless the gain's interval lies above 0"),
		price("break_even_low_won", "lower end of its interval"),
		price("break_even_high_won", "upper end of its interval; where the price is empty, a bound on it"),
		{Name: "break_even_reference", Type: results.String, Meaning: "the regime that sends most without exposing anybody needlessly; if there is none, the better policy without a score"},
		{Name: "bills", Type: results.Integer, Unit: "bills", Meaning: "test bills", Required: true},
		results.Warnings(),
	}
}

// table writes economics.csv.
func (m *money) table() *results.Table {
	t := results.NewTable(results.Schema{Name: "economics", Title: "What the decision to bundle or to charge is worth",
		Key: []string{"regime", "scorer"}, Columns: economicsColumns()})
	for i := range m.choices {
		t.Append(m.row(&m.choices[i])...)
	}
	return t
}

func (m *money) row(c *choice) []results.Cell {
	perBill := func(s *sums) results.Cell { return estimate(s.over(m.bills, m.alpha)) }
	net := m.net(c)
	cells := []results.Cell{results.Str(c.regime), results.Str(c.scorer), results.Num(m.threshold), perBill(&c.purse.bundled),
		perBill(&c.purse.fees), perBill(&c.purse.sales), perBill(&c.purse.losses)}
	cells = append(cells, span(net)...)
	cells = append(cells, span(scaled(net, m.perYear))...)
	cells = append(cells, span(m.over(c, m.find(c.scorer, 0)))...)
	cells = append(cells, estimate(m.net(&m.all)), estimate(m.net(&m.foreseen)))
	cells = append(cells, span(m.over(c, m.find("", -1)))...)
	reference := results.None
	if m.needless[c.place] > 0 {
		reference = results.Str(m.reference())
	}
	price := m.breakEven(c)
	notes := append([]string{}, c.warnings...)
	if price.note != "" {
		notes = append(notes, price.note)
	}
	return append(cells, results.Num(m.needless[c.place]), results.NumIf(price.value, price.ok), results.NumIf(price.low, price.hasLow),
		results.NumIf(price.high, price.hasHigh), reference, results.Int(m.bills.total()), results.Strs(notes...))
}

// estimate returns the cell of a value, span those of a value and its interval.
func estimate(e metric.Estimate) results.Cell { return results.NumIf(e.Value, e.OK) }

func span(e metric.Estimate) []results.Cell {
	low, high := ends(e)
	return []results.Cell{estimate(e), low, high}
}

// doubts says what a reader should know before quoting an amount.
func (m *money) doubts() []string {
	if !m.known {
		return []string{"money: no bills of both outcomes were settled before the test window, so the platform has no threshold: economics.csv and decision_curve.csv have no row for a score"}
	}
	if m.threshold <= 0 || m.threshold >= 1 {
		return []string{fmt.Sprintf("money: at these prices the threshold is %g, and the score decides nothing", m.threshold)}
	}
	return nil
}

// curveThresholds are the probabilities at which the decision curve is drawn.
var curveThresholds = []float64{0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3}

// decisionCurve writes decision_curve.csv: net benefit of charging item by item from a threshold on, whatever
// fees and losses are, as the field draws it.
func (p *Plan) decisionCurve(ctx context.Context, all []*measured, t *panel, workers int) (*results.Table, error) {
	table := results.NewTable(results.Schema{Name: "decision_curve", Title: "Decision curve", Key: []string{"regime", "scorer", "threshold"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "threshold", Type: results.Number, Meaning: "bills with at least this probability of bouncing are charged item by item; it stands for the price of one needless separate charge against one bounce prevented, threshold : (1 - threshold)", Required: true},
			{Name: "net_benefit", Type: results.Number, Unit: "bounces per bill", Meaning: "bounced bills found less bills charged needlessly times threshold/(1 - threshold), per bill", Required: true}, lowColumn, highColumn,
			{Name: "difference", Type: results.Number, Unit: "bounces per bill", Meaning: "less the net benefit under the first regime, paired"},
			{Name: "difference_low", Type: results.Number, Unit: "bounces per bill", Meaning: "lower end of its interval"},
			{Name: "difference_high", Type: results.Number, Unit: "bounces per bill", Meaning: "upper end of it"},
			{Name: "charge_each", Type: results.Number, Unit: "bounces per bill", Meaning: "net benefit of charging every purchase of every bill; bundling all has 0", Required: true},
			{Name: "net_benefit_won", Type: results.Number, Unit: "won per bill", Meaning: "what bundling the bills below the threshold brings over charging every purchase, at the prices of the scenario", Required: true},
			{Name: "net_benefit_low_won", Type: results.Number, Unit: "won per bill", Meaning: "lower end of its interval"},
			{Name: "net_benefit_high_won", Type: results.Number, Unit: "won per bill", Meaning: "upper end of it"},
			results.Warnings()}})
	bills := t.bills()
	if len(t.Bad) == 0 {
		return table, nil
	}
	for _, m := range all {
		curves, err := p.curves(ctx, m, t, workers)
		if err != nil {
			return nil, err
		}
		for r, curve := range curves {
			won := p.Economics.curve(t, m.scores[r].P, curveThresholds)
			for k, b := range curve {
				cells := append([]results.Cell{results.Str(m.scores[r].Regime), results.Str(m.scorer), results.Num(b.Threshold)}, span(b.Model)...)
				cells = append(append(cells, span(b.Gain)...), estimate(b.All))
				cells = append(cells, span(won[k].over(bills, p.Evaluation.Alpha))...)
				table.Append(append(cells, warnings(b.Model, m.scores[r].Warnings))...)
			}
		}
	}
	return table, nil
}

// curves returns the decision curve under every regime; gains are over the first.
func (p *Plan) curves(ctx context.Context, m *measured, t *panel, workers int) ([][]metric.Benefit, error) {
	all := make([][]metric.Benefit, len(m.scores))
	err := engine.Map(ctx, max(len(m.scores)-1, 1), workers, func(_, k int) ([]metric.Benefit, error) {
		return metric.DecisionCurve(m.scores[min(k+1, len(m.scores)-1)].P, m.scores[0].P, t.Outcomes, curveThresholds, p.Run.Seed, p.Evaluation.Alpha)
	}, func(k int, part []metric.Benefit) error {
		all[min(k+1, len(all)-1)] = part
		if k == 0 {
			first := slices.Clone(part)
			for i := range first {
				none := metric.Estimate{OK: true, HasInterval: true}
				first[i].Model, first[i].Gain = first[i].Reference, none
			}
			all[0] = first
		}
		return nil
	})
	return all, err
}
