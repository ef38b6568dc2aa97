package tables

import (
	"fmt"
	"strings"

	"overshare/results"
	"overshare/scenarios/study"
	"overshare/sim/people"
	"overshare/sim/sharing"
)

// exposureTables are all tables on what crossed the border. Every number in them is counted, none drawn or
// estimated.
func exposureTables(p *study.Plan, c *sharing.Count) []*results.Table {
	return []*results.Table{exposurePartsTable(p, c), exposureTotalsTable(p, c), exposureWindowTable(p, c), flowsTable(p), timelineTable(p, c), timesTable(p, c), burdenTable(p, c)}
}

var (
	flowColumn = results.Column{Name: "flow", Type: results.String, Required: true,
		Meaning: "score = all sends for the score, score-model and score-daily its bulk and its daily sends, overseas = payments abroad"}
	scopeColumn = results.Column{Name: "scope", Type: results.String, Required: true,
		Meaning: "in = registered at the platform on the day of the record, out = not, all = both; somebody who registers later is a person in both"}
	crossedColumn = results.Column{Name: "records", Type: results.Integer, Unit: "records", Required: true,
		Meaning: "records sent; in the score flow one person on one day, overseas one payment"}
	unneededColumn = results.Column{Name: "unnecessary_records", Type: results.Integer, Unit: "records", Required: true,
		Meaning: "score flow: records of people for whom no score could be asked, those out of scope; overseas: none, every payment had to be settled"}
)

// exposureColumns are the columns of the tables on what crossed the border after those that tell rows apart.
func exposureColumns() []results.Column {
	return []results.Column{peopleColumn,
		{Name: "person_days", Type: results.Integer, Unit: "person-days", Meaning: "distinct pairs of a person and a day", Required: true},
		crossedColumn, countryPeopleColumn, countryRecordsColumn, peopleShareColumn,
		{Name: "item_values", Type: results.Integer, Unit: "values", Meaning: "values of items sent: in the score flow the items of a record, and the counts of further weeks in it; kinds of data of an overseas payment", Required: true},
		{Name: "bytes", Type: results.Integer, Unit: "bytes", Meaning: "size when packed: hashes 32 bytes, numbers and dates 1 to 8, no names, no compression; the least that crossed", Required: true},
		unneededColumn,
		{Name: "unnecessary_item_values", Type: results.Integer, Unit: "values", Meaning: "values in unnecessary records, and values that the purpose did not need in the others", Required: true},
		{Name: "consent", Type: results.String, Meaning: "what people were asked: none, mandatory or optional", Required: true},
		{Name: "willing_records", Type: results.Integer, Unit: "records", Meaning: "records of people who would give an optional consent (people.optional_yes), asked or not", Required: true}, results.Warnings()}
}

// partColumn of the parts: no row holds another.
var partColumn = results.Column{Name: "flow", Type: results.String, Required: true,
	Meaning: "score-model = bulk sends for the score, score-daily = its daily sends, overseas = payments abroad; they add up"}

var partScopeColumn = results.Column{Name: "scope", Type: results.String, Required: true,
	Meaning: "in = registered at the platform on the day of the record, out = not; records add up, people do not: somebody who registers later is a person in both"}

// exposurePartsTable writes exposure.csv: parts that add up.
func exposurePartsTable(p *study.Plan, c *sharing.Count) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "exposure", Title: "What crossed the border, in parts that add up", Key: []string{"regime", "flow", "scope"},
		Columns: append([]results.Column{regimeColumn, partColumn, partScopeColumn}, exposureColumns()...),
	})
	terms := p.Border.Terms(p.World.Pop)
	for r := range p.Border.Regimes {
		for _, f := range []sharing.Purpose{sharing.PurposeModel, sharing.PurposeDaily, sharing.PurposeOverseas} {
			for _, x := range exposureOf(p, c, r, &terms[f], false, p.Border.Exposure(c, r, f))[:2] {
				table.Append(append([]results.Cell{results.Str(p.Border.Regimes[r].Name), results.Str(f.String()), results.Str(x.scope)}, x.cells...)...)
			}
		}
	}
	return table
}

// exposureTotalsTable writes exposure_totals.csv: whole flows, in which everybody counts once.
func exposureTotalsTable(p *study.Plan, c *sharing.Count) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "exposure_totals", Title: "What crossed the border, flow by flow", Key: []string{"regime", "level", "flow", "scope"},
		Columns: append([]results.Column{regimeColumn,
			{Name: "level", Type: results.String, Meaning: "flow = a whole flow, scope = its two scopes, part = a part of the score flow; rows of one level add up to the same records", Required: true},
			flowColumn, scopeColumn}, exposureColumns()...),
	})
	terms := p.Border.Terms(p.World.Pop)
	row := func(r int, level string, f sharing.Purpose, x scopedRow) {
		table.Append(append([]results.Cell{results.Str(p.Border.Regimes[r].Name), results.Str(level), results.Str(f.String()), results.Str(x.scope)}, x.cells...)...)
	}
	for r := range p.Border.Regimes {
		for _, f := range wholeFlows {
			rows := exposureOf(p, c, r, &terms[f], false, p.Border.Exposure(c, r, f))
			row(r, "flow", f, rows[2])
			row(r, "scope", f, rows[0])
			row(r, "scope", f, rows[1])
		}
		for _, f := range []sharing.Purpose{sharing.PurposeModel, sharing.PurposeDaily, sharing.PurposeOverseas} {
			row(r, "part", f, exposureOf(p, c, r, &terms[f], false, p.Border.Exposure(c, r, f))[2])
		}
	}
	return table
}

// exposureWindowTable writes exposure_window.csv: the simulated days of the score flow.
func exposureWindowTable(p *study.Plan, c *sharing.Count) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "exposure_window", Title: "What crossed the border for the score on the simulated days", Key: []string{"regime", "scope"},
		Columns: append([]results.Column{regimeColumn, partScopeColumn}, exposureColumns()...),
	})
	terms := p.Border.Terms(p.World.Pop)
	for r := range p.Border.Regimes {
		for _, x := range exposureOf(p, c, r, &terms[sharing.PurposeScore], true, p.Border.InWindow(c, r))[:2] {
			table.Append(append([]results.Cell{results.Str(p.Border.Regimes[r].Name), results.Str(x.scope)}, x.cells...)...)
		}
	}
	return table
}

// A scopedRow is the exposure in one scope, or in all.
type scopedRow struct {
	scope string
	cells []results.Cell // of exposureColumns
}

// exposureOf returns what a regime sent in a flow: in scope, out of it, and in all.
func exposureOf(p *study.Plan, c *sharing.Count, r int, terms *sharing.Terms, window bool, e sharing.Exposure) (rows []scopedRow) {
	g, note := &p.Border.Regimes[r], results.None
	rows = make([]scopedRow, 3)
	if !window && terms.Purpose != sharing.PurposeOverseas && p.Border.Derived(c, r) {
		note = results.Str("derived: requests outside the simulated days are scaled from those counted in them")
	}
	in, out, beyondIn, beyondOut := p.Border.Loads(c, r, terms.Purpose, terms, window)
	all := sharing.Load{Values: in.Values + out.Values, Bytes: in.Bytes + out.Bytes}
	for k, x := range []struct {
		scope  string
		t      sharing.Tally
		out    int64
		load   sharing.Load
		beyond int64
	}{{"in", e.In, 0, in, beyondIn}, {"out", e.Out, e.Out.Records, out, beyondOut}, {"all", e.All, e.Out.Records, all, beyondIn + beyondOut}} {
		unnecessary, beyond := terms.Unnecessary(x.out), x.beyond
		if unnecessary > 0 {
			beyond += out.Values
		}
		rows[k] = scopedRow{x.scope, []results.Cell{
			results.Int(x.t.People), results.Int(x.t.PersonDays), results.Int(x.t.Records),
			country(x.t.People, p), country(x.t.Records, p), results.Num(float64(x.t.People) / float64(p.Run.Users)),
			results.Int(x.load.Values), results.Int(x.load.Bytes), results.Int(unnecessary), results.Int(beyond),
			results.Str(g.Consent(terms).String()), results.Int(x.t.Willing), note}}
	}
	return rows
}

func flowsTable(p *study.Plan) *results.Table {
	text := func(name, meaning string) results.Column {
		return results.Column{Name: name, Type: results.String, Meaning: meaning, Required: true}
	}
	table := results.NewTable(results.Schema{
		Name: "flows", Title: "The flows as they were", Key: []string{"flow"},
		Columns: []results.Column{flowColumn, text("cadence", "when records were sent"),
			{Name: "first_day", Type: results.Date, Meaning: "first day of a send; empty for a flow without a day"},
			{Name: "last_day", Type: results.Date, Meaning: "last day of a send"},
			text("purpose_stated", "as people were told"), text("purpose_used", "as it was"),
			text("transfer_claimed", "how the wallet qualified the transfer; this is no legal advice"),
			text("transfer_found", "how the authorities did"), text("consent", "what people were asked: none, mandatory or optional"),
			text("items", "kinds of data of a record"), text("necessary_items", "of them, those that the purpose needed of people rightly in the flow"),
			{Name: "bytes_per_record", Type: results.Integer, Unit: "bytes", Meaning: "size of a full record when packed; see exposure", Required: true}},
	})
	for _, f := range p.Border.Terms(p.World.Pop) {
		first, last := results.None, results.None
		if f.From <= f.To {
			first, last = results.Day(f.From), results.Day(f.To)
		}
		var all, needed []string
		bytes := int64(0)
		for _, x := range f.Fields {
			all = append(all, x.Name)
			bytes += x.Bytes
			if x.Necessary {
				needed = append(needed, x.Name)
			}
		}
		table.Append(results.Str(f.Purpose.String()), results.Str(f.Cadence), first, last, results.Str(f.Stated), results.Str(f.Used),
			results.Str(f.Claimed), results.Str(f.Found), results.Str(f.Consent.String()),
			results.Str(strings.Join(all, " ")), results.Str(strings.Join(needed, " ")), results.Int(bytes))
	}
	return table
}

// wholeFlows are the flows that are not part of another.
var wholeFlows = []sharing.Purpose{sharing.PurposeScore, sharing.PurposeOverseas}

func timelineTable(p *study.Plan, c *sharing.Count) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "timeline", Title: "What crossed the border, month by month", Key: []string{"regime", "flow", "month"},
		Columns: []results.Column{regimeColumn, flowColumn,
			{Name: "month", Type: results.Date, Meaning: "first day of the month", Required: true},
			{Name: "live_people", Type: results.Integer, Unit: "people", Meaning: "live accounts on the month's last day, or on the flow's", Required: true},
			crossedColumn,
			{Name: "cumulative_records", Type: results.Integer, Unit: "records", Meaning: "records since the first send", Required: true},
			{Name: "country_live_people", Type: results.Number, Unit: "people", Meaning: "live_people scaled to the country", Required: true},
			countryRecordsColumn,
			{Name: "country_cumulative_records", Type: results.Number, Unit: "records", Meaning: "cumulative_records scaled to the country", Required: true}},
	})
	terms := p.Border.Terms(p.World.Pop)
	liveFrom, live := c.LiveAccounts()
	for r := range p.Border.Regimes {
		for _, f := range wholeFlows {
			first, days := p.Border.Sent(c, r, f)
			sum := int64(0)
			for _, m := range people.Months(terms[f].From, terms[f].To+1) {
				n := int64(0)
				from, to := max(m.First, terms[f].From), min(m.Next, terms[f].To+1)
				for d := from; d < to; d++ {
					n += days[d-first]
				}
				sum += n
				table.Append(results.Str(p.Border.Regimes[r].Name), results.Str(f.String()), results.Day(m.First),
					results.Int(live[to-1-liveFrom]), results.Int(n), results.Int(sum),
					country(live[to-1-liveFrom], p), country(n, p), country(sum, p))
			}
		}
	}
	return table
}

// percentiles of the times-sent distribution.
var percentiles = []int64{1, 10, 25, 50, 75, 90, 99}

func timesTable(p *study.Plan, c *sharing.Count) *results.Table {
	columns := []results.Column{regimeColumn, flowColumn, peopleColumn,
		{Name: "mean_times", Type: results.Number, Unit: "records per person", Meaning: "records by person sent at least once"},
		{Name: "min_times", Type: results.Integer, Unit: "records", Meaning: "how often the person sent least was sent, of those sent at all"}}
	for _, q := range percentiles {
		name, meaning := fmt.Sprintf("p%d_times", q), fmt.Sprintf("the smallest number that is enough for %d %% of them", q)
		if q == 50 {
			name, meaning = "median_times", "the smallest number that is enough for half of them"
		}
		columns = append(columns, results.Column{Name: name, Type: results.Integer, Unit: "records", Meaning: meaning})
	}
	columns = append(columns, results.Column{Name: "max_times", Type: results.Integer, Unit: "records", Meaning: "how often the person sent most was sent"})
	table := results.NewTable(results.Schema{Name: "times_sent", Title: "How often one person was sent", Key: []string{"regime", "flow"}, Columns: columns})
	for r, g := range p.Border.Regimes {
		for _, f := range wholeFlows {
			a, _ := p.Border.Account(c, r, f)
			t := a.All
			cells := []results.Cell{results.Str(g.Name), results.Str(f.String()), results.Int(t.People),
				results.NumIf(float64(t.Records)/max(float64(t.People), 1), t.People > 0)}
			for _, n := range a.Quantiles(percentiles) {
				cells = append(cells, intIf(n, t.People > 0))
			}
			table.Append(cells...)
		}
	}
	return table
}

func intIf(n int64, ok bool) results.Cell {
	if !ok {
		return results.None
	}
	return results.Int(n)
}

// fewPeople is the size below which a group's figures are marked as a matter of luck: the relative
// standard error of a count of 100 is 10 %.
const fewPeople = 100

func burdenTable(p *study.Plan, c *sharing.Count) *results.Table {
	table := results.NewTable(results.Schema{
		Name: "burden", Title: "Upon whom it fell", Key: []string{"regime", "flow", "dimension", "group"},
		Columns: []results.Column{regimeColumn, flowColumn,
			{Name: "dimension", Type: results.String, Meaning: "age, sex or region", Required: true},
			{Name: "group", Type: results.String, Meaning: "age band, sex or region", Required: true},
			peopleColumn, crossedColumn,
			{Name: "out_of_scope_people", Type: results.Integer, Unit: "people", Meaning: "people with a record on a day on which they were out of scope", Required: true},
			unneededColumn, countryPeopleColumn, countryRecordsColumn,
			{Name: "country_out_of_scope_people", Type: results.Number, Unit: "people", Meaning: "out_of_scope_people scaled to the country", Required: true},
			{Name: "country_unnecessary_records", Type: results.Number, Unit: "records", Meaning: "unnecessary_records scaled to the country", Required: true},
			results.Warnings()},
	})
	terms := p.Border.Terms(p.World.Pop)
	for r, g := range p.Border.Regimes {
		for _, f := range wholeFlows {
			a, _ := p.Border.Account(c, r, f)
			for _, group := range margins {
				x := group.sum(a)
				note := results.None
				if x.People > 0 && x.People < fewPeople {
					note = results.Str(fmt.Sprintf("fewer than %d people: another seed would give other numbers", fewPeople))
				}
				table.Append(results.Str(g.Name), results.Str(f.String()), results.Str(group.by), results.Str(group.name),
					results.Int(x.People), results.Int(x.Records), results.Int(x.OutPeople), results.Int(terms[f].Unnecessary(x.OutRecords)),
					country(x.People, p), country(x.Records, p), country(x.OutPeople, p), country(terms[f].Unnecessary(x.OutRecords), p), note)
			}
		}
	}
	return table
}

// A margin is one group of people by one trait.
type margin struct {
	by, name string
	has      func(age, sex, region int) bool
}

var margins = allMargins()

func allMargins() (all []margin) {
	for k, name := range people.Ages {
		all = append(all, margin{"age", name, func(age, _, _ int) bool { return age == k }})
	}
	for k, name := range people.Sexes {
		all = append(all, margin{"sex", name, func(_, sex, _ int) bool { return sex == k }})
	}
	for k, region := range people.Regions {
		all = append(all, margin{"region", region, func(_, _, r int) bool { return r == k }})
	}
	return all
}

func (m *margin) sum(a *sharing.Account) (x sharing.GroupTally) {
	for age := range people.Ages {
		for sex := range people.Sexes {
			for region := range people.Regions {
				if m.has(age, sex, region) {
					x.Plus(a.Groups[sharing.GroupOf(uint8(age), uint8(sex), uint8(region))])
				}
			}
		}
	}
	return x
}
