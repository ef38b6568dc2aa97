package tables

import (
	"fmt"

	"overshare/results"
	"overshare/scenarios/study"
	"overshare/scoring/metric"
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
		year("country_won_low", "lower end of its interval; the number of bills counts as known"),
		year("country_won_high", "upper end of it"),
		won("difference_won", "net benefit less that under the first regime, paired"),
		won("difference_won_low", "lower end of its interval"),
		won("difference_won_high", "upper end of it"),
		won("bundle_all_won", "net benefit of bundling every bill, without any score"),
		won("known_outcome_won", "net benefit of bundling exactly the bills that are paid at once: a ceiling that no score can pass where a bounce costs money"),
		won("over_blind_won", "net benefit less that without any score: of bundling all or charging each, whichever was better before the test window"),
		won("over_blind_won_low", "lower end of its interval"),
		won("over_blind_won_high", "upper end of it"),
		{Name: "needless_people", Type: results.Number, Unit: "people", Meaning: "people of the country whose record is sent on an average day though no score of theirs can be asked; exposed for a year they are as many person-years"},
		price("break_even_won", "gain over break_even_reference divided by the people exposed without need: the highest price of their exposure at which it pays; empty unless the gain's interval lies above 0"),
		price("break_even_won_low", "lower end of its interval"),
		price("break_even_won_high", "upper end of its interval; where the price is empty, a bound on it"),
		{Name: "break_even_reference", Type: results.String, Meaning: "the regime that sends most without exposing anybody needlessly; if there is none, the better policy without a score"},
		{Name: "bills", Type: results.Integer, Unit: "bills", Meaning: "test bills", Required: true},
		results.Warnings(),
	}
}

// economicsTable writes economics.csv.
func economicsTable(m *study.Money) *results.Table {
	t := results.NewTable(results.Schema{Name: "economics", Title: "What the decision to bundle or to charge is worth",
		Key: []string{"regime", "scorer"}, Columns: economicsColumns()})
	for i := range m.Choices {
		t.Append(economicsRow(m, &m.Choices[i])...)
	}
	return t
}

func economicsRow(m *study.Money, c *study.Choice) []results.Cell {
	perBill := func(s *study.Sums) results.Cell { return estimate(s.Over(m.Bills, m.Alpha)) }
	net := m.Net(c)
	cells := []results.Cell{results.Str(c.Regime), results.Str(c.Scorer), results.Num(m.Threshold), perBill(&c.Purse.Bundled),
		perBill(&c.Purse.Fees), perBill(&c.Purse.Sales), perBill(&c.Purse.Losses)}
	cells = append(cells, span(net)...)
	cells = append(cells, span(study.Scaled(net, m.PerYear))...)
	cells = append(cells, span(m.Over(c, m.Find(c.Scorer, 0)))...)
	cells = append(cells, estimate(m.Net(&m.All)), estimate(m.Net(&m.Foreseen)))
	cells = append(cells, span(m.Over(c, m.Find("", -1)))...)
	reference := results.None
	if m.Needless[c.Place] > 0 {
		reference = results.Str(m.Reference())
	}
	price := m.BreakEven(c)
	notes := append([]string{}, c.Warnings...)
	if price.Note != "" {
		notes = append(notes, price.Note)
	}
	return append(cells, results.Num(m.Needless[c.Place]), results.NumIf(price.Value, price.OK), results.NumIf(price.Low, price.HasLow),
		results.NumIf(price.High, price.HasHigh), reference, results.Int(m.Bills.Total()), results.Strs(notes...))
}

// estimate returns the cell of a value, span those of a value and its interval.
func estimate(e metric.Estimate) results.Cell { return results.NumIf(e.Value, e.OK) }

func span(e metric.Estimate) []results.Cell {
	low, high := ends(e)
	return []results.Cell{estimate(e), low, high}
}

// moneyDoubts says what a reader should know before quoting an amount.
func moneyDoubts(m *study.Money) []string {
	if !m.Known {
		return []string{"money: no bills of both outcomes were settled before the test window, so the platform has no threshold: economics.csv and decision_curve.csv have no row for a score"}
	}
	if m.Threshold <= 0 || m.Threshold >= 1 {
		return []string{fmt.Sprintf("money: at these prices the threshold is %g, and the score decides nothing", m.Threshold)}
	}
	return nil
}

// curveTable writes decision_curve.csv: net benefit of charging item by item from a threshold on, whatever
// fees and losses are, as the field draws it.
func curveTable(r *study.Result) *results.Table {
	table := results.NewTable(results.Schema{Name: "decision_curve", Title: "Decision curve", Key: []string{"regime", "scorer", "threshold"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "threshold", Type: results.Number, Meaning: "bills with at least this probability of bouncing are charged item by item; it stands for the price of one needless separate charge against one bounce prevented, threshold : (1 - threshold)", Required: true},
			{Name: "net_benefit", Type: results.Number, Unit: "bounces per bill", Meaning: "bounced bills found less bills charged needlessly times threshold/(1 - threshold), per bill", Required: true}, lowColumn, highColumn,
			{Name: "difference", Type: results.Number, Unit: "bounces per bill", Meaning: "less the net benefit under the first regime, paired"},
			{Name: "difference_low", Type: results.Number, Unit: "bounces per bill", Meaning: "lower end of its interval"},
			{Name: "difference_high", Type: results.Number, Unit: "bounces per bill", Meaning: "upper end of it"},
			{Name: "charge_each", Type: results.Number, Unit: "bounces per bill", Meaning: "net benefit of charging every purchase of every bill; bundling all has 0", Required: true},
			{Name: "net_benefit_won", Type: results.Number, Unit: "won per bill", Meaning: "what bundling the bills below the threshold brings over charging every purchase, at the prices of the scenario", Required: true},
			{Name: "net_benefit_won_low", Type: results.Number, Unit: "won per bill", Meaning: "lower end of its interval"},
			{Name: "net_benefit_won_high", Type: results.Number, Unit: "won per bill", Meaning: "upper end of it"},
			results.Warnings()}})
	for n, curves := range r.Curves {
		m := r.Scorers[n]
		for k, curve := range curves {
			for _, b := range curve {
				cells := append([]results.Cell{results.Str(m.Scores[k].Regime), results.Str(m.Scorer), results.Num(b.Threshold)}, span(b.Model)...)
				cells = append(append(cells, span(b.Gain)...), estimate(b.All))
				cells = append(cells, span(b.Won)...)
				table.Append(append(cells, warnings(b.Model, m.Scores[k].Warnings))...)
			}
		}
	}
	return table
}
