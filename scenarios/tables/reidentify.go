package tables

import (
	"fmt"
	"strings"

	"overshare/results"
	"overshare/sim/privacy/identity"
	"overshare/sim/privacy/reidentify"
)

// Reidentification puts what searches for hashed identifiers brought back into tables and words.
func Reidentification(rows []reidentify.Row) *Outcome {
	return &Outcome{
		Tables:   []*results.Table{reidentification(rows)},
		Summary:  reidentificationSummary(rows),
		Sentence: reidentificationSentence(rows),
	}
}

// reidentification is the table reidentification: one row per search.
func reidentification(rows []reidentify.Row) *results.Table {
	t := results.NewTable(reidentificationSchema)
	for _, r := range rows {
		timed := r.Seconds > 0
		num := func(x float64) results.Cell { return results.NumIf(x, timed) }
		t.Append(
			results.Str(r.Item.String()), results.Str(r.Protection.String()), results.Str(r.Knows),
			results.Int(r.Targets), results.Int(r.SpaceSize), results.Int(r.SpaceSearched), results.Int(r.Hashes),
			results.Int(r.Recovered), results.NumIf(r.RecoveredShare, r.Targets > 0), results.Int(r.Ambiguous),
			results.Int(r.Candidates), results.Int(r.FalseMatches), results.Num(r.ExpectedFalse),
			results.Int(r.IndexBytes), results.Bool(r.Extrapolated),
			results.Int(r.Workers), num(r.IndexSeconds), num(r.Seconds), num(r.HashesPerSecond),
			num(r.SecondsWholeSpace), num(r.CoreHours), num(r.CostUSD), num(r.CostKRW),
			results.Strs(r.Warnings...))
	}
	return t
}

var reidentificationSchema = results.Schema{
	Name:  "reidentification",
	Title: "How many hashed identifiers come back when a receiver searches for them",
	Key:   []string{"item", "protection", "receiver_knows"},
	Columns: []results.Column{
		{Name: "item", Type: results.String, Meaning: "Identifier: phone or email.", Required: true},
		{Name: "protection", Type: results.String, Meaning: "What was done to it before it was sent.", Required: true},
		{Name: "receiver_knows", Type: results.String, Meaning: "What the receiver has besides the values sent.", Required: true},
		{Name: "targets", Type: results.Integer, Unit: "people", Meaning: "People whose identifier was searched for.", Required: true},
		{Name: "space_size", Type: results.Integer, Meaning: "Identifiers that could be tried.", Required: true},
		{Name: "space_searched", Type: results.Integer, Meaning: "Identifiers that were tried, with every key.", Required: true},
		{Name: "hashes", Type: results.Integer, Meaning: "Values computed in the search.", Required: true},
		{Name: "recovered", Type: results.Integer, Unit: "people", Meaning: "People with exactly one candidate, which is right.", Required: true},
		{Name: "recovered_share", Type: results.Number, Meaning: "Recovered over targets."},
		{Name: "ambiguous", Type: results.Integer, Unit: "people", Meaning: "People with several candidates or with a value shared with others.", Required: true},
		{Name: "candidates", Type: results.Integer, Meaning: "Pairs of a person and a tried identifier that gives the value sent.", Required: true},
		{Name: "false_matches", Type: results.Integer, Meaning: "Candidates that are not the person's identifier.", Required: true},
		{Name: "expected_false_matches", Type: results.Number, Meaning: "False matches if protected values were fair bits.", Required: true},
		{Name: "index_bytes", Type: results.Integer, Unit: "bytes", Meaning: "Memory of the receiver's index of the values sent.", Required: true},
		{Name: "extrapolated", Type: results.Boolean, Meaning: "Whether figures for the whole space are scaled up from a sample.", Required: true},
		{Name: "measured_workers", Type: results.Integer, Unit: "processor cores", Meaning: "Cores used. This and the following columns are facts about one machine and one run.", Required: true},
		{Name: "measured_index_s", Type: results.Number, Unit: "seconds", Meaning: "Time to protect all identifiers and index them."},
		{Name: "measured_search_s", Type: results.Number, Unit: "seconds", Meaning: "Time of the search."},
		{Name: "measured_hashes_per_s", Type: results.Number, Unit: "per second", Meaning: "Values computed per second by all cores together."},
		{Name: "measured_whole_space_s", Type: results.Number, Unit: "seconds", Meaning: "Time to try the whole space once at that speed."},
		{Name: "measured_core_hours", Type: results.Number, Unit: "hours", Meaning: "The same on one core."},
		{Name: "measured_cost_usd", Type: results.Number, Unit: "USD", Meaning: fmt.Sprintf("The same at %g USD per core-hour (assumed).", reidentify.USDPerCoreHour)},
		{Name: "measured_cost_krw", Type: results.Number, Unit: "won", Meaning: fmt.Sprintf("The same at %d won per USD (assumed).", reidentify.KRWPerUSD)},
		results.Warnings(),
	},
}

// reidentificationSummary is what a terminal has room for.
func reidentificationSummary(rows []reidentify.Row) *results.Table {
	schema := results.Schema{Name: "reidentification-summary", Columns: []results.Column{
		{Name: "item", Type: results.String, Meaning: "Identifier."},
		{Name: "protection", Type: results.String, Meaning: "Protection."},
		{Name: "receiver_knows", Type: results.String, Meaning: "What the receiver has besides the values sent."},
		{Name: "targets", Type: results.Integer, Unit: "people", Meaning: "People searched for."},
		{Name: "recovered_share", Type: results.Number, Meaning: "Recovered over targets."},
		{Name: "hashes_per_s", Type: results.Integer, Unit: "per second", Meaning: "Values computed per second, measured."},
		{Name: "whole_space_s", Type: results.Number, Unit: "seconds", Meaning: "Time for the whole space, measured."},
		{Name: "cost_usd", Type: results.Number, Unit: "USD", Meaning: "Cost of the whole space at an assumed price."},
		{Name: "extrapolated", Type: results.Boolean, Meaning: "Scaled up from a sample."},
	}}
	t := results.NewTable(schema)
	for _, r := range rows {
		t.Append(results.Str(r.Item.String()), results.Str(r.Protection.String()), results.Str(r.Knows), results.Int(r.Targets),
			results.NumIf(r.RecoveredShare, r.Targets > 0), results.Int(int64(r.HashesPerSecond)),
			results.Num(r.SecondsWholeSpace), results.Num(r.CostUSD), results.Bool(r.Extrapolated))
	}
	return t
}

// reidentificationSentence answers the dispute from the rows on telephone numbers.
func reidentificationSentence(rows []reidentify.Row) string {
	var parts []string
	for _, r := range rows {
		if r.Item != identity.Phone || r.Targets == 0 {
			continue
		}
		share := fmt.Sprintf("%s of %s telephone numbers", results.Thousands(int64(r.Recovered)), results.Thousands(int64(r.Targets)))
		switch {
		case r.Protection == identity.Plain:
			parts = append(parts, fmt.Sprintf("%s came back from their plain hashes in %.1f s on %d cores (index: %.1f s)",
				share, r.Seconds, r.Workers, r.IndexSeconds))
		case r.Protection == identity.Keyed && r.Knows == reidentify.WithoutKey:
			parts = append(parts, share+" came back from under a key that the sender keeps")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}
