package frontier

import (
	"context"
	"fmt"
	"math"

	"overshare/sim/privacy/identity"
	"overshare/sim/privacy/reidentify"
	"overshare/sim/privacy/uniqueness"
	"overshare/sim/record"
	"overshare/sim/sharing/regime"
)

// sampled is how many people the experiments on identifiers look at: fewer than overshare reidentify and
// overshare uniqueness do, which report the same at full size.
const sampled = 20_000

// A Privacy is what becomes of the identifiers of the people sent.
type Privacy struct {
	HasReidentified bool
	Reidentified    float64 // share of the telephone numbers that come back from what was sent
	HasLinked       bool
	Linked          float64 // share of the records of one night joined rightly with those of the next
	LinkedByValues  float64 // the same with a fresh pseudonym every night: by the values alone, all items plain
	Epsilon         float64 // privacy budget of one record, composed over its values; 0: none is stated
	EpsilonWhole    float64 // of all records of the person sent most often, composed over nights
}

// privacy measures every regime. Shares are those of a sample and of a smaller number space, in which a search
// takes no time; whether it succeeds depends on the protection and not on the size.
func (q inquiry) privacy(ctx context.Context, out *Result) ([]Privacy, error) {
	back, err := q.reversal(ctx)
	if err != nil {
		return nil, err
	}
	links, note := q.links(ctx)
	if note != "" {
		out.Doubts = append(out.Doubts, note)
	}
	list := make([]Privacy, len(q.Border.Regimes))
	for r := range list {
		g, x := &q.Border.Regimes[r], &list[r]
		whose := uniqueness.OfInScope
		for i := range g.Flows {
			f := &g.Flows[i]
			if f.Who.Others > 0 {
				whose = uniqueness.OfEveryone
			}
			if form := f.How[record.ItemPhoneHash].Form; f.Items.Has(record.ItemPhoneHash) {
				x.HasReidentified, x.Reidentified = true, max(x.Reidentified, back[form])
			} else if f.Items != 0 {
				x.HasReidentified = true
			}
			if e, whole := f.Budget(); e > 0 && whole {
				x.Epsilon = math.Round(e*1e9) / 1e9
				x.EpsilonWhole = float64(x.Epsilon * float64(q.Border.MostSent(&q.Exposure, r)))
			}
			x.join(f, links, whose)
		}
	}
	return list, nil
}

// join notes how far records of f can be joined.
func (x *Privacy) join(f *regime.Flow, links map[link]float64, whose uniqueness.Whose) {
	pseudonym := uniqueness.PlainHash
	if f.How[record.ItemAccountID].Form == regime.Keyed {
		pseudonym = uniqueness.OneKey
	}
	share, ok := links[link{whose, pseudonym}]
	if f.Items == 0 || !ok {
		return
	}
	x.HasLinked, x.Linked, x.LinkedByValues = true, share, links[link{whose, uniqueness.DailyKey}]
	for i := range record.NumItems {
		if coded := i.Info().Coding != record.NotRead; coded && (!f.Items.Has(i) || f.How[i].Form != regime.Plain) {
			x.LinkedByValues = -1 // the experiment joins whole records
		}
	}
}

// reversal returns the share of telephone numbers that come back, by the form in which they are sent.
func (q inquiry) reversal(ctx context.Context) (map[regime.Form]float64, error) {
	rows, err := reidentify.Run(ctx, reidentify.Options{Seed: q.Run.Seed, People: uint64(min(q.Run.Users, sampled)), Workers: q.Workers,
		Digits: 6, Items: []identity.Identifier{identity.Phone}, Protections: []identity.Protection{identity.Plain, identity.Keyed}})
	if err != nil {
		return nil, fmt.Errorf("frontier: %w", err)
	}
	back := map[regime.Form]float64{}
	for _, row := range rows {
		switch {
		case row.Protection == identity.Plain:
			back[regime.Plain] = row.RecoveredShare
		case row.Knows == reidentify.WithoutKey:
			back[regime.Keyed] = row.RecoveredShare
		}
	}
	return back, nil
}

// A link is one way of joining two nights.
type link struct {
	whose     uniqueness.Whose
	pseudonym uniqueness.Pseudonym
}

// links returns the share of records joined with the next night's, or why it is not known.
func (q inquiry) links(ctx context.Context) (map[link]float64, string) {
	last := q.World.Start + record.Day(q.World.Days) - 9
	rep, err := uniqueness.Run(ctx, uniqueness.Options{World: q.World, Users: int(min(q.Run.Users, sampled)),
		Night: min(q.Evaluation.Epoch-1, last), Workers: q.Workers, Links: true})
	if err != nil {
		return nil, "linkability of records is not known: " + err.Error()
	}
	all := map[link]float64{}
	for _, row := range rep.Links {
		if row.NightsApart == 1 && row.People > 0 {
			all[link{row.Whose, row.Pseudonym}] = float64(row.Correct) / float64(row.People)
		}
	}
	return all, ""
}
