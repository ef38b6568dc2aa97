package tables

import (
	"fmt"

	"overshare/results"
	"overshare/scenarios/study"
	"overshare/scenarios/study/frontier"
)

// Frontier puts the frontier into tables and words.
func Frontier(x *frontier.Result, plan *study.Plan, worth *study.Money) Finding {
	f := Finding{Tables: []*results.Table{frontierTable(x, plan, worth), stepTable(x), coverageTable(x)}, Warnings: x.Doubts}
	for k := range x.Scorers {
		if s := &x.Scorers[k]; s.Find != nil {
			if f.Sentence == "" {
				f.Sentence = foundSentence(s)
			}
			if k == 0 {
				f.Tables = append(f.Tables, findTable(x))
			}
		}
	}
	return f
}

// frontierTable sets detection against exposure.
func frontierTable(x *frontier.Result, plan *study.Plan, worth *study.Money) *results.Table {
	count := func(name, unit, meaning string) results.Column {
		return results.Column{Name: name, Type: results.Integer, Unit: unit, Meaning: meaning, Required: true}
	}
	table := results.NewTable(results.Schema{
		Name: "frontier", Title: "Detection against exposure", Key: []string{"regime", "scorer"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "auc", Type: results.Number, Meaning: "area under the ROC curve"}, lowColumn, highColumn,
			count("people", "people", "distinct people sent in the whole period"),
			recordsColumn,
			countryPeopleColumn, countryRecordsColumn, peopleShareColumn,
			count("item_values", "values", "values of items sent"),
			count("out_of_scope_people", "people", "distinct people sent on a day on which they were out of scope"),
			{Name: "net_benefit_won", Type: results.Number, Unit: "won per bill", Meaning: "what deciding by the score brings over charging each purchase; interval and prices in economics.csv"},
			{Name: "on_front", Type: results.Boolean, Meaning: "no regime of the same scorer sends no more and is shown to detect better"},
			{Name: "beaten_by", Type: results.String, Meaning: "the regime that is shown to detect best of those; empty on the front"},
			{Name: "bills_with_record_share", Type: results.Number, Meaning: "share of the test bills of whose people the newest record is held; quality apart: coverage.csv"},
			{Name: "reidentified_share", Type: results.Number, Meaning: "share of telephone numbers that come back from what was sent, searched for in a number space of six digits; overshare reidentify does it in full"},
			{Name: "linked_share", Type: results.Number, Meaning: "share of the records of one night that join rightly with those of the next, by their identifiers; of at most 20,000 people"},
			{Name: "linked_by_values_share", Type: results.Number, Meaning: "the same if pseudonyms changed every night; of at most 20,000 people: more are harder to tell apart (overshare uniqueness); empty unless all items that are read are sent plainly"},
			{Name: "epsilon_record", Type: results.Number, Meaning: "privacy budget of one record, composed over its values; the noise is drawn from the seed: a simulation of privacy"},
			{Name: "epsilon_period", Type: results.Number, Meaning: "the same composed over all records of the person sent most often"},
			results.Warnings()},
	})
	for _, s := range x.Scorers {
		for r, p := range s.Points {
			low, high := ends(p.AUC)
			notes := append([]string{}, p.Warnings...)
			if p.Derived {
				notes = append(notes, "derived: requests outside the simulated days are scaled from those counted in them")
			}
			table.Append(results.Str(p.Regime), results.Str(s.Name), estimate(p.AUC), low, high, results.Int(p.People), results.Int(p.Records),
				country(p.People, plan), country(p.Records, plan), results.Num(float64(p.People)/float64(plan.Run.Users)),
				results.Int(p.Values), results.Int(p.OutPeople), netBenefitCell(worth, s.Name, r),
				boolIf(p.OnFront, p.AUC.OK), results.Str(p.BeatenBy), results.NumIf(float64(p.Held)/float64(max(p.Bills, 1)), p.Bills > 0),
				results.NumIf(p.Reidentified, p.HasReidentified), results.NumIf(p.Linked, p.HasLinked),
				results.NumIf(p.LinkedByValues, p.HasLinked && p.LinkedByValues >= 0),
				results.NumIf(p.Epsilon, p.Epsilon > 0), results.NumIf(p.EpsilonWhole, p.Epsilon > 0), results.Strs(notes...))
		}
	}
	return table
}

func boolIf(b, ok bool) results.Cell {
	if !ok {
		return results.None
	}
	return results.Bool(b)
}

// stepTable prices the steps along the front.
func stepTable(x *frontier.Result) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "steps", Title: "What each step along the front costs", Key: []string{"scorer", "from", "to"},
		Columns: []results.Column{scorerColumn,
			{Name: "from", Type: results.String, Meaning: "regime on the front", Required: true},
			{Name: "to", Type: results.String, Meaning: "the next on the front with more exposure (people out of scope, then values) and a higher AUC", Required: true},
			{Name: "more_out_of_scope_people", Type: results.Integer, Unit: "people", Meaning: "people more sent out of scope", Required: true},
			{Name: "more_records", Type: results.Integer, Unit: "records", Meaning: "records more", Required: true},
			{Name: "more_item_values", Type: results.Integer, Unit: "values", Meaning: "values more", Required: true},
			{Name: "auc_difference", Type: results.Number, Meaning: "AUC more, paired"}, lowColumn, highColumn,
			{Name: "more_bad_caught", Type: results.Number, Unit: "bills", Meaning: "bounced test bills more found at 5 % false positives", Required: true},
			{Name: "people_per_bad_caught", Type: results.Number, Unit: "people per bill", Meaning: "people more out of scope for one more bounced test bill found"},
			{Name: "people_per_001_auc", Type: results.Number, Unit: "people", Meaning: "people more out of scope for 0.001 AUC"},
			{Name: "values_per_bad_caught", Type: results.Number, Unit: "values per bill", Meaning: "values more for one more bounced test bill found"},
			results.Warnings()},
	})
	for _, s := range x.Scorers {
		for _, t := range s.Steps {
			low, high := ends(t.AUC)
			note := results.None
			shown := t.AUC.OK && t.AUC.HasInterval && t.AUC.Low > 0
			if !shown {
				note = results.Str("the gain in AUC is not shown: no price")
			}
			table.Append(results.Str(s.Name), results.Str(t.From), results.Str(t.To), results.Int(t.OutPeople), results.Int(t.Records), results.Int(t.Values),
				estimate(t.AUC), low, high, results.Num(t.Caught), results.NumIf(float64(t.OutPeople)/t.Caught, shown && t.Caught > 0),
				results.NumIf(float64(t.OutPeople)/(t.AUC.Value*1000), shown), results.NumIf(float64(t.Values)/t.Caught, shown && t.Caught > 0), note)
		}
	}
	return table
}

// coverageTable tells how many bills can be scored from a record apart from how well they are.
func coverageTable(x *frontier.Result) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "coverage", Title: "How many bills are scored from a record, and how well", Key: []string{"regime", "scorer"},
		Columns: []results.Column{regimeColumn, scorerColumn, billsColumn,
			{Name: "bills_with_record", Type: results.Integer, Unit: "bills", Meaning: "of them, those of people whose newest record is held", Required: true},
			{Name: "share", Type: results.Number, Meaning: "the second over the first"},
			{Name: "auc", Type: results.Number, Meaning: "AUC on all bills"},
			{Name: "auc_with_record", Type: results.Number, Meaning: "AUC on the bills with a record"}, lowColumn, highColumn,
			{Name: "auc_without", Type: results.Number, Meaning: "AUC on the others: from what the platform knows, and from older or others' records"},
			{Name: "auc_without_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "auc_without_high", Type: results.Number, Meaning: "upper end"},
			results.Warnings()},
	})
	for _, s := range x.Scorers {
		for _, p := range s.Points {
			low, high := ends(p.WhereHeld)
			otherLow, otherHigh := ends(p.WhereNot)
			table.Append(results.Str(p.Regime), results.Str(s.Name), results.Int(p.Bills), results.Int(p.Held),
				results.NumIf(float64(p.Held)/float64(max(p.Bills, 1)), p.Bills > 0), estimate(p.AUC),
				estimate(p.WhereHeld), low, high, estimate(p.WhereNot), otherLow, otherHigh, warnings(p.WhereHeld, nil))
		}
	}
	return table
}

// findTable holds the search for the least exposure.
func findTable(x *frontier.Result) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "found", Title: "The least exposure within a target", Key: []string{"scorer"},
		Columns: []results.Column{scorerColumn,
			{Name: "target", Type: results.Number, Meaning: "largest loss of AUC against the first regime", Required: true},
			{Name: "regimes_tried", Type: results.Integer, Meaning: "regimes looked at on the calibration bills, from the least exposure on", Required: true},
			{Name: "found", Type: results.String, Meaning: "the first whose loss there is shown to be within the target; empty if none"},
			{Name: "calibration_difference", Type: results.Number, Meaning: "AUC less that of the first regime on the calibration bills, where it was chosen: flattering"},
			{Name: "auc_difference", Type: results.Number, Meaning: "the same on the test bills, which the choice never saw"}, lowColumn, highColumn,
			{Name: "confirmed", Type: results.Boolean, Meaning: "on the test bills, too, the loss is shown to be within the target"}},
	})
	for _, s := range x.Scorers {
		f := s.Find
		low, high := ends(f.Test)
		table.Append(results.Str(s.Name), results.Num(f.Target), results.Int(f.Tried), results.Str(f.Chosen),
			estimate(f.Choice), estimate(f.Test), low, high, boolIf(f.Confirmed, f.Chosen != ""))
	}
	return table
}

// foundSentence says what the search found.
func foundSentence(s *frontier.Scorer) string {
	f := s.Find
	first := s.Points[0].Regime
	if f.Chosen == "" {
		return fmt.Sprintf("No regime was shown to lose less than %g AUC against %s on the calibration bills.", f.Target, first)
	}
	word := "confirmed on the test bills"
	if !f.Confirmed {
		word = "not confirmed on the test bills"
	}
	return fmt.Sprintf("The least exposure that loses less than %g AUC against %s is %s: %+.4f (%+.4f to %+.4f), %s.", f.Target, first, f.Chosen,
		f.Test.Value, f.Test.Low, f.Test.High, word)
}
