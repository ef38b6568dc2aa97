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
	return fill("uniqueness", "How many people are alone, or among few, with what one record says of them (singling out, inference)", []string{"regime", "item_set", "precision"}, []field[*uniqueness.GroupRow]{
		word("regime", "Whose records are in the file: all live accounts (everyone) or platform customers alone (in-scope).", func(g *uniqueness.GroupRow) string { return string(g.Whose) }),
		word("item_set", "Name of the set of items that somebody knows or compares.", func(g *uniqueness.GroupRow) string { return g.Set.Name }),
		word("precision", "How exactly: exact, as sent; banded, month of sign-up, counts, amounts and idle days in bands; coarse, year of sign-up and two to four bands.", func(g *uniqueness.GroupRow) string { return string(g.Precision) }),
		word("items", "The items of the set, separated by spaces. The tokens of counterparties are in none: they are pseudonyms of other people.", func(g *uniqueness.GroupRow) string { return itemNames(g.Set.Items) }),
		yes("invented", "Whether the set needs an item that is not publicly named.", func(g *uniqueness.GroupRow) bool { return g.Set.Invented() }),
		{results.Column{Name: "night", Type: results.Date, Meaning: "Day whose end the records describe.", Required: true}, func(g *uniqueness.GroupRow) results.Cell { return results.Day(o.Night) }},
		whole("people", "people", "People whose record is in the file.", func(g *uniqueness.GroupRow) int64 { return g.People }),
		whole("groups", "", "Different combinations of the items.", func(g *uniqueness.GroupRow) int64 { return g.Groups.Groups }),
		whole("largest_group", "people", "People with the commonest combination.", func(g *uniqueness.GroupRow) int64 { return g.Largest }),
		whole("people_alone", "people", "People whose combination nobody else has (k = 1).", func(g *uniqueness.GroupRow) int64 { return g.AtMost[0] }),
		whole("people_at_most_2", "people", "People in groups of at most 2.", func(g *uniqueness.GroupRow) int64 { return g.AtMost[1] }),
		whole("people_at_most_5", "people", "People in groups of at most 5.", func(g *uniqueness.GroupRow) int64 { return g.AtMost[2] }),
		whole("people_at_most_10", "people", "People in groups of at most 10.", func(g *uniqueness.GroupRow) int64 { return g.AtMost[3] }),
		part("people_alone_share", "People alone over people.", func(g *uniqueness.GroupRow) results.Cell { return share(g.AtMost[0], g.People) }),
		part("at_most_10_share", "People in groups of at most 10 over people.", func(g *uniqueness.GroupRow) results.Cell { return share(g.AtMost[3], g.People) }),
		part("mean_risk", "Probability of picking the right person from their group by lot, mean over people: groups over people.", func(g *uniqueness.GroupRow) results.Cell { return share(g.Groups.Groups, g.People) }),
		{results.Column{Name: "failed_people", Type: results.Integer, Unit: "people", Meaning: "People with a top-up or debit that failed in the last seven days; empty where the set holds that item."}, func(g *uniqueness.GroupRow) results.Cell { return intIf(g.Failed, g.Sensitive) }},
		{results.Column{Name: "given_away", Type: results.Integer, Unit: "people", Meaning: "Those of them in whose group everybody has one: the other items give the failure away (inference). People alone are among them."}, func(g *uniqueness.GroupRow) results.Cell { return intIf(g.GivenAway, g.Sensitive) }},
		part("given_away_share", "Given away over failed people.", func(g *uniqueness.GroupRow) results.Cell {
			return results.NumIf(float64(g.GivenAway)/float64(max(g.Failed, 1)), g.Sensitive && g.Failed > 0)
		}),
		doubted(func(g *uniqueness.GroupRow) []string { return groupDoubts(r, g) }),
	}, each(r.Groups))
}

// each returns the places of rows.
func each[T any](rows []T) (list []*T) {
	for i := range rows {
		list = append(list, &rows[i])
	}
	return list
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

// linkabilityTable has one row per regime, pseudonym and number of nights between.
func linkabilityTable(r *uniqueness.Report) *results.Table {
	live := func(l *uniqueness.LinkRow) int64 {
		if l.Whose == uniqueness.OfInScope {
			return r.InScope
		}
		return r.Live
	}
	return fill("linkability", "How many records of one night can be joined with those of a later night (linkability)", []string{"regime", "pseudonym", "nights_apart"}, []field[*uniqueness.LinkRow]{
		word("regime", "Whose records are in both files: everyone or in-scope.", func(l *uniqueness.LinkRow) string { return string(l.Whose) }),
		word("pseudonym", "What stands in the records in place of a name.", func(l *uniqueness.LinkRow) string { return string(l.Pseudonym) }),
		whole("nights_apart", "days", "Nights between the two files.", func(l *uniqueness.LinkRow) int64 { return int64(l.NightsApart) }),
		yes("reversible", "Whether the identifier can be had back from the pseudonym by search (overshare reidentify).", func(l *uniqueness.LinkRow) bool { return l.Pseudonym == uniqueness.PlainHash }),
		whole("people", "people", "People of the first night who were to be linked: all, or all of the profiles that were drawn.", func(l *uniqueness.LinkRow) int64 { return l.People }),
		whole("still_there", "people", "Those of them with a record of the second night.", func(l *uniqueness.LinkRow) int64 { return l.There }),
		whole("correct", "people", "People linked to their own record.", func(l *uniqueness.LinkRow) int64 { return l.Correct }),
		whole("wrong", "people", "People linked to somebody else's record.", func(l *uniqueness.LinkRow) int64 { return l.Wrong }),
		whole("ambiguous", "people", "People not linked because several records fit equally well.", func(l *uniqueness.LinkRow) int64 { return l.Ambiguous }),
		whole("unlinked", "people", "People not linked because no record fits.", func(l *uniqueness.LinkRow) int64 { return l.Unlinked }),
		part("correct_share", "Correct over people.", func(l *uniqueness.LinkRow) results.Cell { return share(l.Correct, l.People) }),
		part("ci_low", "Lower end of its 95 % interval; empty where everybody was linked.", func(l *uniqueness.LinkRow) results.Cell { return results.NumIf(l.Low, l.Sampled) }),
		part("ci_high", "Upper end.", func(l *uniqueness.LinkRow) results.Cell { return results.NumIf(l.High, l.Sampled) }),
		part("link_precision", "Correct over all links made.", func(l *uniqueness.LinkRow) results.Cell { return share(l.Correct, l.Correct+l.Wrong) }),
		part("expected_share", "Share of those still there who are linked correctly if ties are broken by lot.", func(l *uniqueness.LinkRow) results.Cell {
			return results.NumIf(l.Expected/float64(max(l.There, 1)), l.There > 0)
		}),
		part("profile_guess_share", "The same if a record with the same sign-up date, identity check, linked accounts, cards and automatic top-up were drawn by lot.", func(l *uniqueness.LinkRow) results.Cell {
			return results.NumIf(l.Guess/float64(max(l.There, 1)), l.There > 0)
		}),
		part("blind_guess_share", "The same if any record were drawn by lot.", func(l *uniqueness.LinkRow) results.Cell {
			return results.NumIf(1/float64(max(live(l), 1)), live(l) > 0)
		}),
		doubted(linkDoubts),
	}, each(r.Links))
}

// linkDoubts says what has to be known before a row of linkability is quoted.
func linkDoubts(l *uniqueness.LinkRow) (all []string) {
	if l.Pseudonym == uniqueness.DailyKey {
		all = append(all, "a rule of thumb links; a receiver who takes more trouble links no fewer")
		all = append(all, "linked accounts and cards never change here; where they do, fewer records link")
	} else {
		all = append(all, "by construction: the pseudonym stays")
	}
	if l.Wrong+l.Correct == 0 {
		all = append(all, "nothing was linked")
	}
	return all
}

// unicityTable has one row per resolution and number of known payments.
func unicityTable(r *uniqueness.Report, o *uniqueness.Options) *results.Table {
	published := func(u *uniqueness.UnicityRow) bool { return u.Time == "day" && u.Points == 4 }
	return fill("unicity", "How many people a few known payments single out (singling out)", []string{"time", "amount", "points"}, []field[*uniqueness.UnicityRow]{
		word("time", "How exactly the time of a payment is known: minute, hour, day or week.", func(u *uniqueness.UnicityRow) string { return u.Time }),
		word("amount", "How exactly the amount is known: exact, full 1,000 won, bins three times as wide each, or none.", func(u *uniqueness.UnicityRow) string { return u.Amount }),
		whole("points", "payments", "Known payments of each target, drawn by lot from those made.", func(u *uniqueness.UnicityRow) int64 { return int64(u.Points) }),
		whole("days", "days", "Days from which payments are known.", func(u *uniqueness.UnicityRow) int64 { return int64(o.PaymentDays) }),
		whole("people", "people", "People among whom targets hide: everybody ever seen, with or without payments.", func(u *uniqueness.UnicityRow) int64 { return int64(o.Users) }),
		whole("drawn", "people", "People drawn as targets.", func(u *uniqueness.UnicityRow) int64 { return u.Drawn }),
		whole("targets", "people", "Those of them who made at least so many payments. Rows with more points are of busier people.", func(u *uniqueness.UnicityRow) int64 { return u.Targets }),
		whole("singled_out", "people", "Targets for whom nobody else has payments that look like all of those known.", func(u *uniqueness.UnicityRow) int64 { return u.Unique }),
		part("singled_out_share", "Singled out over targets.", func(u *uniqueness.UnicityRow) results.Cell { return share(u.Unique, u.Targets) }),
		part("ci_low", "Lower end of its 95 % interval (Wilson) for the draw of targets.", func(u *uniqueness.UnicityRow) results.Cell { return results.NumIf(u.Low, u.Targets > 0) }),
		part("ci_high", "Upper end.", func(u *uniqueness.UnicityRow) results.Cell { return results.NumIf(u.High, u.Targets > 0) }),
		part("published_share", "To be read beside it: four purchases known by shop and day, 3 months, 1.1 million people (de Montjoye et al. 2015, doi:10.1126/science.1256297).", func(u *uniqueness.UnicityRow) results.Cell { return results.NumIf(0.9, published(u)) }),
		doubted(func(u *uniqueness.UnicityRow) (all []string) {
			if published(u) {
				all = append(all, "published for shop and day among 1.1 million people; records here name no shop")
			}
			if u.Amount == "exact" {
				all = append(all, "real prices crowd at round sums, which single out fewer people")
			}
			if u.Targets < 100 {
				all = append(all, "fewer than 100 targets")
			}
			return all
		}),
	}, each(r.Unicity))
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
