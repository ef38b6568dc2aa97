package facts

import (
	"fmt"
	"math"
	"strings"

	"overshare/results"
	"overshare/sim/ledger"
)

// reason returns why the figure deviates, where it does or may, or where there is nothing to compare with.
func (r *compared) reason() string {
	if r.agreement != agrees && r.agreement != notLookedAt {
		return r.explanation
	}
	return ""
}

func factsTable(rows []compared) *results.Table {
	t := results.NewTable(results.Schema{
		Name: "facts", Title: "Published figures beside simulated ones", Key: []string{"group", "figure"},
		Columns: []results.Column{
			{Name: "group", Type: results.String, Required: true, Meaning: "what part the figure had in making the model (no group of people): calibrated = parameters were set from this figure; informed = meant for validation, but the model was changed or an assumed parameter set after looking at it, so that agreement is no independent check; held out = nothing was set by it, computed only with --held-out; acceptance = the public record of what was sent; rhythm = spread over time, people and amounts, for METHOD.md"},
			{Name: "figure", Type: results.String, Required: true, Meaning: "what is compared; counts and sums of money are scaled from the sample to the country"},
			{Name: "unit", Type: results.String, Required: true, Meaning: "unit of all numbers of the row"},
			{Name: "published", Type: results.Number, Meaning: "the published figure; empty where there is none"},
			{Name: "tolerance", Type: results.Number, Meaning: "how far from it a figure still agrees; empty where there is nothing to agree with or a range"},
			{Name: "range_low", Type: results.Number, Meaning: "lower end where a range is published or held to be plausible"},
			{Name: "range_high", Type: results.Number, Meaning: "upper end"},
			{Name: "tolerance_reason", Type: results.String, Meaning: "why so far and no farther"},
			{Name: "simulated", Type: results.Number, Meaning: "the same figure in the simulated world"},
			{Name: "standard_error", Type: results.Number, Meaning: "of the simulated figure, by jackknife over groups of shards; empty when too few people are simulated"},
			{Name: "deviation", Type: results.Number, Meaning: "simulated minus published"},
			{Name: "deviation_percent", Type: results.Number, Unit: "percent", Meaning: "the same, of the published figure"},
			{Name: "deviation_tolerances", Type: results.Number, Unit: "tolerances", Meaning: "the same, in tolerances: how many times wider they would have to be"},
			{Name: "agreement", Type: results.String, Meaning: "agrees or deviates: two standard errors to either side of the simulated figure lie inside, or outside, what the tolerance or the range allows; too few people to tell: neither; not settled: the figure depends on how long the world has been running; not looked at: held out and not asked for"},
			{Name: "people", Type: results.Integer, Unit: "people", Required: true, Meaning: "people simulated for this figure"},
			{Name: "mark", Type: results.String, Required: true, Meaning: "of the published figure: sourced, derived from what is, assumed, or none"},
			{Name: "source", Type: results.String, Required: true, Meaning: "where it comes from"},
			{Name: "explanation", Type: results.String, Meaning: "why the simulated figure deviates; what to know where there is nothing to compare with"},
			results.Warnings(),
		},
	})
	for i := range rows {
		r := &rows[i]
		isRange, published := r.low < r.high, !math.IsNaN(r.published)
		t.Append(results.Str(r.group), results.Str(r.name), results.Str(r.unit), known(r.published), results.NumIf(r.tolerance, published && !isRange),
			results.NumIf(r.low, isRange), results.NumIf(r.high, isRange), results.Str(r.because), known(r.value), known(r.se), known(r.value-r.published),
			known(r.percent()), results.NumIf((r.value-r.published)/r.tolerance, published && r.tolerance > 0 && !math.IsNaN(r.value)),
			results.Str(r.agreement), results.Int(r.sample), results.Str(r.mark), results.Str(r.source), results.Str(r.reason()), results.Str(r.warning()))
	}
	return t
}

// known returns x, or an empty cell where there is no such number, which is no reason for doubt.
func known(x float64) results.Cell { return results.NumIf(x, !math.IsNaN(x) && !math.IsInf(x, 0)) }

func (r *compared) warning() string {
	if r.agreement == tooFew {
		return "too few people for a verdict"
	}
	return ""
}

// percent returns the deviation in percent of the published figure.
func (r *compared) percent() float64 { return 100 * (r.value - r.published) / r.published }

// summary is the table that the terminal shows.
func summary(rows []compared) *results.Table {
	var columns []results.Column
	for _, name := range [...]string{"group", "figure", "published", "simulated", "deviation", "agreement", "source"} {
		columns = append(columns, results.Column{Name: name, Type: results.String, Meaning: "as in facts.csv, written for reading; simulated with its standard error"})
	}
	t := results.NewTable(results.Schema{Name: "summary", Title: "Published figures beside simulated ones", Columns: columns})
	for i := range rows {
		r := &rows[i]
		simulated := r.show(r.value)
		if e := r.show(r.se); strings.Trim(e, "x0. %") != "" {
			simulated += " ± " + strings.TrimPrefix(e, "x")
		}
		t.Append(results.Str(r.group), results.Str(r.name), results.Str(r.show(r.published)), results.Str(simulated),
			results.Str(r.showDeviation()), results.Str(r.agreement), results.Str(r.source))
	}
	return t
}

func (r *compared) showDeviation() string {
	x := r.percent()
	if math.IsNaN(x) || math.IsInf(x, 0) || r.unit == unitRank {
		return ""
	}
	return fmt.Sprintf("%+.1f %%", x)
}

// show writes a number of the figure's unit for reading.
func (f *figure) show(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return ""
	}
	switch f.unit {
	case unitShare:
		return results.Decimal(100*x, 1) + " %"
	case unitFactor:
		return "x" + results.Decimal(x, 1)
	case unitDays:
		return results.Decimal(x, 1)
	case unitMonth:
		return results.Decimal(x, 3)
	case unitNumber:
		return results.Decimal(x, 3)
	case unitRank:
		return results.Decimal(x, 0)
	}
	return results.Count(int64(math.Round(x)))
}

// sentence counts the agreements of every group that has something to agree with.
func sentence(rows []compared) string {
	var parts, asides []string
	unsure, unsettled, unseen := 0, 0, 0
	for _, g := range [...]string{acceptance, calibrated, informed, heldOut} {
		n, agree := 0, 0
		for i := range rows {
			if rows[i].group != g || math.IsNaN(rows[i].published) {
				continue
			}
			n++
			switch rows[i].agreement {
			case agrees:
				agree++
			case tooFew:
				unsure++
			case notSettled:
				unsettled++
			case notLookedAt:
				unseen++
				n--
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d %s", agree, n, groupWords[g]))
		}
	}
	for _, a := range [...]struct {
		n    int
		says string
	}{{unsure, "%d need more people to tell"}, {unsettled, "%d mean nothing in a world that has not settled"}, {unseen, "%d held out were not looked at (--held-out)"}} {
		if a.n > 0 {
			asides = append(asides, fmt.Sprintf(a.says, a.n))
		}
	}
	s := "Simulated and published figures agree within stated tolerances on " + strings.Join(parts, ", ")
	if len(asides) > 0 {
		s += "; of the others " + strings.Join(asides, ", ")
	}
	return s + "; facts.csv says why."
}

var groupWords = map[string]string{
	acceptance: "of the public record of what was sent",
	calibrated: "that the model was calibrated on",
	informed:   "that mechanisms were changed by",
	heldOut:    "held out",
}

// enough is the number of people from which on every survey has all groups.
const enough = maxGroups * pathPart * ledger.BlockSize

// doubts says what a reader should know before quoting any number.
func doubts(s *sample) (list []string) {
	if n := s.total.Base.People; n < enough {
		list = append(list, fmt.Sprintf("only %s people are simulated: standard errors are rough or missing; simulate at least %s",
			results.Thousands(n), results.Thousands(enough)))
	}
	return list
}
