package tables

import (
	"fmt"
	"strings"

	"overshare/results"
	"overshare/sim/privacy/uniqueness"
	"overshare/sim/record"
)

// Uniqueness puts who can be told apart into tables and words. Parts that were not asked for have no table.
func Uniqueness(r *uniqueness.Report, o *uniqueness.Options) *Outcome {
	out := &Outcome{Summary: uniquenessSummary(r), Sentence: uniquenessSentence(r)}
	if country := o.World.Pop.Population.EverSeen; float64(o.Users) < country && out.Sentence != "" {
		out.Notes = []string{"of " + results.Count(int64(o.Users)) + " simulated"}
		out.Sentence = fmt.Sprintf("%s: people counted %s, of a country of %s.", strings.TrimSuffix(out.Sentence, "."), out.Notes[0], results.Count(int64(country)))
	}
	if len(r.Groups) > 0 {
		out.Tables = append(out.Tables, uniquenessTable(r, o))
	}
	if len(r.Links) > 0 {
		out.Tables = append(out.Tables, linkabilityTable(r))
	}
	if len(r.Unicity) > 0 {
		out.Tables = append(out.Tables, unicityTable(r, o))
	}
	if o.Users < 10_000_000 {
		out.Warnings = append(out.Warnings, "people hide better among many: shares of few simulated people are above those of the country")
	}
	return out
}

func share(part, whole int64) results.Cell {
	return results.NumIf(float64(part)/float64(max(whole, 1)), whole > 0)
}

// uniquenessTable has one row per regime, precision and set of items.
func uniquenessTable(r *uniqueness.Report, o *uniqueness.Options) *results.Table {
	t := results.NewTable(uniquenessSchema)
	for _, g := range r.Groups {
		cells := []results.Cell{results.Str(string(g.Whose)), results.Str(g.Set.Name), results.Str(string(g.Precision)),
			results.Str(itemNames(g.Set.Items)), results.Bool(g.Set.Invented()), results.Day(o.Night), results.Int(g.People), results.Int(g.Groups.Groups), results.Int(g.Largest)}
		for _, n := range g.AtMost {
			cells = append(cells, results.Int(n))
		}
		failed, away, given := results.None, results.None, results.None
		if g.Sensitive {
			failed, away, given = results.Int(g.Failed), results.Int(g.GivenAway), share(g.GivenAway, g.Failed)
		}
		cells = append(cells, share(g.AtMost[0], g.People), share(g.AtMost[len(g.AtMost)-1], g.People), share(g.Groups.Groups, g.People),
			failed, away, given, results.Strs(groupDoubts(r, &g)...))
		t.Append(cells...)
	}
	return t
}

func itemNames(items []record.Item) string {
	var s []string
	for _, i := range items {
		s = append(s, i.String())
	}
	return strings.Join(s, " ")
}

// groupDoubts says what has to be known before a row of uniqueness is quoted.
func groupDoubts(r *uniqueness.Report, g *uniqueness.GroupRow) (all []string) {
	for _, i := range g.Set.Items {
		if i == record.ItemBalance && r.Live > 0 && g.Precision == uniqueness.Exact {
			all = append(all, fmt.Sprintf("%.1f %% of the people did nothing in the window: their balance is one of the few values that wallets start with, and real ones are told apart better",
				100*float64(r.Still)/float64(r.Live)))
		}
	}
	if g.People > 0 && g.People < 1000 {
		all = append(all, "fewer than 1,000 people")
	}
	return all
}

var uniquenessSchema = results.Schema{
	Name:  "uniqueness",
	Title: "How many people are alone, or among few, with what one record says of them (singling out, inference)",
	Key:   []string{"regime", "item_set", "precision"},
	Columns: []results.Column{
		{Name: "regime", Type: results.String, Meaning: "Whose records are in the file: all live accounts (everyone) or platform customers alone (in-scope).", Required: true},
		{Name: "item_set", Type: results.String, Meaning: "Name of the set of items that somebody knows or compares.", Required: true},
		{Name: "precision", Type: results.String, Meaning: "How exactly: exact, as sent; banded, month of sign-up, counts, amounts and idle days in bands; coarse, year of sign-up and two to four bands.", Required: true},
		{Name: "items", Type: results.String, Meaning: "The items of the set, separated by spaces. The tokens of counterparties are in none: they are pseudonyms of other people.", Required: true},
		{Name: "invented", Type: results.Boolean, Meaning: "Whether the set needs an item that is not publicly named.", Required: true},
		{Name: "night", Type: results.Date, Meaning: "Day whose end the records describe.", Required: true},
		{Name: "people", Type: results.Integer, Unit: "people", Meaning: "People whose record is in the file.", Required: true},
		{Name: "groups", Type: results.Integer, Meaning: "Different combinations of the items.", Required: true},
		{Name: "largest_group", Type: results.Integer, Unit: "people", Meaning: "People with the commonest combination.", Required: true},
		{Name: "people_alone", Type: results.Integer, Unit: "people", Meaning: "People whose combination nobody else has (k = 1).", Required: true},
		{Name: "people_at_most_2", Type: results.Integer, Unit: "people", Meaning: "People in groups of at most 2.", Required: true},
		{Name: "people_at_most_5", Type: results.Integer, Unit: "people", Meaning: "People in groups of at most 5.", Required: true},
		{Name: "people_at_most_10", Type: results.Integer, Unit: "people", Meaning: "People in groups of at most 10.", Required: true},
		{Name: "people_alone_share", Type: results.Number, Meaning: "People alone over people."},
		{Name: "at_most_10_share", Type: results.Number, Meaning: "People in groups of at most 10 over people."},
		{Name: "mean_risk", Type: results.Number, Meaning: "Probability of picking the right person from their group by lot, mean over people: groups over people."},
		{Name: "failed_people", Type: results.Integer, Unit: "people", Meaning: "People with a top-up or debit that failed in the last seven days; empty where the set holds that item."},
		{Name: "given_away", Type: results.Integer, Unit: "people", Meaning: "Those of them in whose group everybody has one: the other items give the failure away (inference). People alone are among them."},
		{Name: "given_away_share", Type: results.Number, Meaning: "Given away over failed people."},
		results.Warnings(),
	},
}

// linkabilityTable has one row per regime, pseudonym and number of nights between.
func linkabilityTable(r *uniqueness.Report) *results.Table {
	t := results.NewTable(linkabilitySchema)
	for _, l := range r.Links {
		live := r.Live
		if l.Whose == uniqueness.OfInScope {
			live = r.InScope
		}
		low, high := results.NumIf(l.Low, l.Sampled), results.NumIf(l.High, l.Sampled)
		var doubts []string
		if l.Pseudonym == uniqueness.DailyKey {
			doubts = append(doubts, "a rule of thumb links; a receiver who takes more trouble links no fewer")
			doubts = append(doubts, "linked accounts and cards never change here; where they do, fewer records link")
		} else {
			doubts = append(doubts, "by construction: the pseudonym stays")
		}
		if l.Wrong+l.Correct == 0 {
			doubts = append(doubts, "nothing was linked")
		}
		t.Append(results.Str(string(l.Whose)), results.Str(string(l.Pseudonym)), results.Int(int64(l.NightsApart)), results.Bool(l.Pseudonym == uniqueness.PlainHash),
			results.Int(l.People), results.Int(l.There), results.Int(l.Correct), results.Int(l.Wrong), results.Int(l.Ambiguous), results.Int(l.Unlinked),
			share(l.Correct, l.People), low, high, share(l.Correct, l.Correct+l.Wrong),
			results.NumIf(l.Expected/float64(max(l.There, 1)), l.There > 0), results.NumIf(l.Guess/float64(max(l.There, 1)), l.There > 0),
			results.NumIf(1/float64(max(live, 1)), live > 0), results.Strs(doubts...))
	}
	return t
}

var linkabilitySchema = results.Schema{
	Name:  "linkability",
	Title: "How many records of one night can be joined with those of a later night (linkability)",
	Key:   []string{"regime", "pseudonym", "nights_apart"},
	Columns: []results.Column{
		{Name: "regime", Type: results.String, Meaning: "Whose records are in both files: everyone or in-scope.", Required: true},
		{Name: "pseudonym", Type: results.String, Meaning: "What stands in the records in place of a name.", Required: true},
		{Name: "nights_apart", Type: results.Integer, Unit: "days", Meaning: "Nights between the two files.", Required: true},
		{Name: "reversible", Type: results.Boolean, Meaning: "Whether the identifier can be had back from the pseudonym by search (overshare reidentify).", Required: true},
		{Name: "people", Type: results.Integer, Unit: "people", Meaning: "People of the first night who were to be linked: all, or all of the profiles that were drawn.", Required: true},
		{Name: "still_there", Type: results.Integer, Unit: "people", Meaning: "Those of them with a record of the second night.", Required: true},
		{Name: "correct", Type: results.Integer, Unit: "people", Meaning: "People linked to their own record.", Required: true},
		{Name: "wrong", Type: results.Integer, Unit: "people", Meaning: "People linked to somebody else's record.", Required: true},
		{Name: "ambiguous", Type: results.Integer, Unit: "people", Meaning: "People not linked because several records fit equally well.", Required: true},
		{Name: "unlinked", Type: results.Integer, Unit: "people", Meaning: "People not linked because no record fits.", Required: true},
		{Name: "correct_share", Type: results.Number, Meaning: "Correct over people."},
		{Name: "ci_low", Type: results.Number, Meaning: "Lower end of its 95 % interval; empty where everybody was linked."},
		{Name: "ci_high", Type: results.Number, Meaning: "Upper end."},
		{Name: "link_precision", Type: results.Number, Meaning: "Correct over all links made."},
		{Name: "expected_share", Type: results.Number, Meaning: "Share of those still there who are linked correctly if ties are broken by lot."},
		{Name: "profile_guess_share", Type: results.Number, Meaning: "The same if a record with the same sign-up date, identity check, linked accounts, cards and automatic top-up were drawn by lot."},
		{Name: "blind_guess_share", Type: results.Number, Meaning: "The same if any record were drawn by lot."},
		results.Warnings(),
	},
}

// unicityTable has one row per resolution and number of known payments.
func unicityTable(r *uniqueness.Report, o *uniqueness.Options) *results.Table {
	t := results.NewTable(unicitySchema)
	for _, u := range r.Unicity {
		ok := u.Targets > 0
		published := results.None
		var doubts []string
		if u.Time == "day" && u.Points == 4 {
			published = results.Num(0.9)
			doubts = append(doubts, "published for shop and day among 1.1 million people; records here name no shop")
		}
		if u.Amount == "exact" {
			doubts = append(doubts, "real prices crowd at round sums, which single out fewer people")
		}
		if u.Targets < 100 {
			doubts = append(doubts, "fewer than 100 targets")
		}
		t.Append(results.Str(u.Time), results.Str(u.Amount), results.Int(int64(u.Points)), results.Int(int64(o.PaymentDays)), results.Int(int64(o.Users)),
			results.Int(u.Drawn), results.Int(u.Targets), results.Int(u.Unique), share(u.Unique, u.Targets),
			results.NumIf(u.Low, ok), results.NumIf(u.High, ok), published, results.Strs(doubts...))
	}
	return t
}

var unicitySchema = results.Schema{
	Name:  "unicity",
	Title: "How many people a few known payments single out (singling out)",
	Key:   []string{"time", "amount", "points"},
	Columns: []results.Column{
		{Name: "time", Type: results.String, Meaning: "How exactly the time of a payment is known: minute, hour, day or week.", Required: true},
		{Name: "amount", Type: results.String, Meaning: "How exactly the amount is known: exact, full 1,000 won, bins three times as wide each, or none.", Required: true},
		{Name: "points", Type: results.Integer, Unit: "payments", Meaning: "Known payments of each target, drawn by lot from those made.", Required: true},
		{Name: "days", Type: results.Integer, Unit: "days", Meaning: "Days from which payments are known.", Required: true},
		{Name: "people", Type: results.Integer, Unit: "people", Meaning: "People among whom targets hide: everybody ever seen, with or without payments.", Required: true},
		{Name: "drawn", Type: results.Integer, Unit: "people", Meaning: "People drawn as targets.", Required: true},
		{Name: "targets", Type: results.Integer, Unit: "people", Meaning: "Those of them who made at least so many payments. Rows with more points are of busier people.", Required: true},
		{Name: "singled_out", Type: results.Integer, Unit: "people", Meaning: "Targets for whom nobody else has payments that look like all of those known.", Required: true},
		{Name: "singled_out_share", Type: results.Number, Meaning: "Singled out over targets."},
		{Name: "ci_low", Type: results.Number, Meaning: "Lower end of its 95 % interval (Wilson) for the draw of targets."},
		{Name: "ci_high", Type: results.Number, Meaning: "Upper end."},
		{Name: "published_share", Type: results.Number, Meaning: "To be read beside it: four purchases known by shop and day, 3 months, 1.1 million people (de Montjoye et al. 2015, doi:10.1126/science.1256297)."},
		results.Warnings(),
	},
}

// uniquenessSummary is what a terminal has room for.
func uniquenessSummary(r *uniqueness.Report) *results.Table {
	t := results.NewTable(results.Schema{Name: "uniqueness-summary", Columns: []results.Column{
		{Name: "question", Type: results.String, Meaning: "The risk."},
		{Name: "known", Type: results.String, Meaning: "What is known or compared."},
		{Name: "people", Type: results.String, Meaning: "People asked about."},
		{Name: "share", Type: results.Number, Meaning: "Share of them who are told apart."},
		{Name: "share_low", Type: results.Number, Meaning: "Lower end."}, {Name: "share_high", Type: results.Number, Meaning: "Upper end."},
	}})
	for _, g := range r.Groups {
		if g.Whose == uniqueness.OfEveryone && g.Set.Name != "all" && g.Precision != uniqueness.Coarse {
			t.Append(results.Str("alone"), results.Str(g.Set.Name+", "+string(g.Precision)), results.Str(results.Count(g.People)), share(g.AtMost[0], g.People), results.None, results.None)
		}
	}
	for _, l := range r.Links {
		if l.Whose == uniqueness.OfEveryone && l.Pseudonym == uniqueness.DailyKey {
			t.Append(results.Str("linked"), results.Str(fmt.Sprintf("new pseudonyms, nights apart: %d", l.NightsApart)), results.Str(results.Count(l.People)),
				share(l.Correct, l.People), results.NumIf(l.Low, l.Sampled), results.NumIf(l.High, l.Sampled))
		}
	}
	for _, u := range r.Unicity {
		if u.Points == 4 && (u.Time == "hour" || u.Time == "day") {
			t.Append(results.Str("singled out"), results.Str("4 payments: "+u.Time+", amount "+u.Amount), results.Str(results.Count(u.Targets)),
				share(u.Unique, u.Targets), results.NumIf(u.Low, u.Targets > 0), results.NumIf(u.High, u.Targets > 0))
		}
	}
	return t
}

// uniquenessSentence is the answer to quote.
func uniquenessSentence(r *uniqueness.Report) string {
	var parts []string
	for _, g := range r.Groups {
		if g.Whose == uniqueness.OfEveryone && g.Precision == uniqueness.Exact && g.Set.Name == "named" && g.People > 0 {
			parts = append(parts, fmt.Sprintf("%s of %s people (%s) are alone with the publicly named items of their record, without any identifier",
				results.Count(g.AtMost[0]), results.Count(g.People), percentOf(g.AtMost[0], g.People)))
		}
	}
	var linked []string
	for _, l := range r.Links {
		if l.Whose == uniqueness.OfEveryone && l.Pseudonym == uniqueness.DailyKey && l.People > 0 {
			when := "the next night"
			if l.NightsApart > 1 {
				when = fmt.Sprintf("%d nights later", l.NightsApart)
			}
			linked = append(linked, percentOf(l.Correct, l.People)+" "+when)
		}
	}
	if len(linked) > 0 {
		parts = append(parts, "with pseudonyms that change every day, records still join with the right ones for "+strings.Join(linked, " and "))
	}
	for _, u := range r.Unicity {
		if u.Points == 4 && u.Time == "day" && u.Amount == "1,000 won" && u.Targets > 0 {
			parts = append(parts, fmt.Sprintf("four payments known by day and thousand won single out %s of people (published for shop and day: 90 %%)", percentOf(u.Unique, u.Targets)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

func percentOf(part, whole int64) string {
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(max(whole, 1)))
}
