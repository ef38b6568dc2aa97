package evaluate

import (
	"context"

	"overshare/scenarios/study"
	"overshare/scoring"
	"overshare/scoring/timefold"
)

// The candidates of a score. In-scope has the first alone; everyone combines all of them, so that whatever differs
// between people in and out of scope, pooling costs at most what choosing costs.
const (
	ofScope  = "in-scope"          // learnt from the rows in scope alone
	pooled   = "pooled"            // from everyone's rows as if all were in scope
	withFlag = "pooled-with-scope" // from everyone's rows with the scope as a feature
)

// A learnt candidate, and what it counts for under the regime everyone.
type learnt struct {
	*study.Candidate
	scorer string
	weight float64
}

// score trains every candidate of every scorer and combines them under both regimes.
func (r *run) score(ctx context.Context) error {
	on := r.data.tried()
	ways := r.data.ways()
	r.step("learn and measure", 0, int64(len(ways)*len(r.Scorers)))
	for _, scorer := range r.Scorers {
		var all []*study.Candidate
		for _, s := range ways {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			c, err := study.LearnCandidate(ctx, scorer, s.name, len(on.Held), s.learn(scorer, on), r.Workers)
			if err != nil {
				return err
			}
			all = append(all, c)
			r.step("learn and measure", int64(len(r.contests)*len(ways)+len(all)), int64(len(ways)*len(r.Scorers)))
		}
		if err := r.combine(scorer, all, on); err != nil {
			return err
		}
	}
	return nil
}

// combine makes the scores of both regimes of candidates.
func (r *run) combine(scorer string, all []*study.Candidate, on study.Tried) error {
	contest := study.Contest{Scorer: scorer}
	in := r.data.piece(fitIn, check)
	for _, g := range []struct {
		name string
		of   []*study.Candidate
		rows *scoring.Table
	}{{everyone, all, r.data.piece(fitOut, lateOut)}, {inScope, all[:1], in}} {
		s, weights, err := study.Combine(scorer, g.of, on, study.Prior(g.rows))
		if err != nil {
			return err
		}
		s.Regime = g.name
		contest.Scores = append(contest.Scores, s)
		for k, c := range g.of {
			if g.name == everyone {
				r.learnt = append(r.learnt, learnt{c, scorer, weights[k]})
			}
		}
	}
	r.contests = append(r.contests, contest)
	return nil
}

// A way is the rows that one candidate learns from: those that a fold leaves, or all.
type way struct {
	name string
	rows func(fold int) *scoring.Table
}

// learn pairs the rows to learn from with those to score, texts coded as the scorer reads them best.
func (w way) learn(scorer string, on study.Tried) study.Learning {
	return func(fold int) (from, rows *scoring.Table) {
		from, rows = w.rows(fold), on.Test
		if fold != study.WholeTable {
			rows = on.Held[fold]
		}
		if scorer != "scorecard" { // which knows what it is to read an order that was learnt from the same rows
			return strangers(from, rows)
		}
		return from, rows
	}
}

// ways returns the candidates; with nobody out of scope there is one.
func (d *coded) ways() []way {
	all := []way{{ofScope, func(fold int) *scoring.Table { return d.without(fold, fitIn) }}}
	if d.piece(fitOut, fitOut).Rows()+d.piece(lateOut, lateOut).Rows() == 0 {
		return all
	}
	flagged := func(fold int) *scoring.Table { return d.without(fold, fitOut) }
	return append(all, way{pooled, func(fold int) *scoring.Table { return unflagged(flagged(fold)) }}, way{withFlag, flagged})
}

// tried returns the rows held back and the test rows.
func (d *coded) tried() study.Tried {
	on := study.Tried{Held: []*scoring.Table{d.piece(check, check)}, Test: d.piece(test, test)}
	if d.fold != nil {
		on.Held = nil
		for k := range drawnFolds {
			on.Held = append(on.Held, d.reorder(k, timefold.Pick(&d.table, d.chosen(fitIn, func(f uint8) bool { return int(f) == k }))))
		}
	}
	return on
}

// without returns the training rows from segment a on that a fold leaves; all of them for [study.WholeTable].
func (d *coded) without(fold int, a segment) *scoring.Table {
	switch last := map[segment]segment{fitOut: lateOut, fitIn: check}[a]; {
	case fold == study.WholeTable:
		return d.piece(a, last)
	case d.fold == nil:
		return d.piece(a, fitIn)
	}
	return d.reorder(fold, timefold.Pick(&d.table, d.chosen(a, func(f uint8) bool { return int(f) != fold })))
}

// chosen returns the places of the rows from segment a to fitIn whose fold keep says.
func (d *coded) chosen(a segment, keep func(fold uint8) bool) (rows []int32) {
	for i := d.start[a]; i < d.start[fitIn+1]; i++ {
		if keep(d.fold[i]) {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// reorder gives the texts of a table, a copy, the order that they have in the rows in scope of the other folds: the
// outcomes of the rows held back must not be in it.
func (d *coded) reorder(fold int, t *scoring.Table) *scoring.Table {
	width := len(t.Features)
	for j, f := range t.Features {
		if !f.Nominal {
			continue
		}
		list := make([]outcomes, f.Levels)
		for _, i := range d.chosen(fitIn, func(f uint8) bool { return int(f) != fold }) {
			if code := d.table.Row(int(i))[j]; code != scoring.Missing {
				n := &list[code-1]
				n.rows++
				if d.table.Bad[i] {
					n.bad++
				}
			}
		}
		var to [256]uint8
		for k, at := range byRate(list) {
			to[at+1] = uint8(k + 1)
		}
		for i := j; i < len(t.Code); i += width {
			t.Code[i] = to[t.Code[i]]
		}
	}
	return t
}

// unflagged returns a copy of a table in which every row is in scope.
func unflagged(t *scoring.Table) *scoring.Table {
	out := *t
	out.Code = append([]uint8{}, t.Code...)
	for i := 0; i < len(out.Code); i += len(t.Features) {
		out.Code[i] = 2
	}
	return &out
}
