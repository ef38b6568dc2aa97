// Package oracle asks how much of what could be foreseen at all each score foresaw.
package oracle

import (
	"context"
	"fmt"
	"math"

	"overshare/scenarios/study"
	"overshare/scoring/metric"
	"overshare/sim/engine"
	"overshare/sim/ledger"
	"overshare/sim/portable"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// A Result is how much of what could be foreseen each score foresaw, on the sampled bills.
type Result struct {
	Futures, Bills int // how often each bill's future was lived through; sampled bills
	Bad            int // of them bounced
	Scores         []Score
}

// A Score is how far one score came, by scorer and regime.
type Score struct {
	Regime, Scorer  string
	Own, Top, Share metric.Estimate // AUC of the score, AUC of the ceiling, share of the way from a coin to it
	Warnings        []string
}

// An inquiry is the study at work.
type inquiry struct{ *study.Inquiry }

// Study asks how much of what a score could foresee at most each regime's score does foresee. For a
// sample of the test bills the future is lived through again from the hidden state of the morning on which
// the bill was opened (ledger.Seer): the share of futures in which it bounces is the best ranking there is.
//
// The share of the way from a coin to that ceiling,
//
//	share = (AUC(regime) − ½) / (AUC(oracle) − ½),
//
// is estimated on the sampled bills; its interval is by the delta method from the clustered covariance of
// the two AUCs. A finite number of futures ranks a little worse than the true probability, so the ceiling
// is understated and the share overstated; the result says how many futures there were.
func Study(ctx context.Context, inner *study.Inquiry) (*Result, error) {
	q := inquiry{inner}
	seen, err := q.foresee(ctx)
	if err != nil {
		return nil, err
	}
	rows, foreseen := q.match(seen)
	var o metric.Outcomes
	out := &Result{Futures: q.Evaluation.OracleFutures, Bills: len(rows)}
	for _, i := range rows {
		o.Bad, o.Cluster = append(o.Bad, q.Truth.Bad[i]), append(o.Cluster, q.Truth.Cluster[i])
		if q.Truth.Bad[i] {
			out.Bad++
		}
	}
	for _, m := range q.Scorers {
		for _, s := range m.Scores {
			own := make([]float32, len(rows))
			for k, i := range rows {
				own[k] = s.P[i]
			}
			alpha := q.Evaluation.Alpha
			x := Score{s.Regime, s.Scorer, metric.AUCInterval(own, o, alpha), metric.AUCInterval(foreseen, o, alpha),
				shareOfCeiling([][]float32{own, foreseen}, o, alpha), s.Warnings}
			if out.Bad < 200 {
				x.Share.Warning = fmt.Sprintf("only %d sampled bills bounced", out.Bad)
			}
			out.Scores = append(out.Scores, x)
		}
	}
	return out, nil
}

// foresee lives through the futures of all bills opened in sampled blocks on sampled days.
func (q inquiry) foresee(ctx context.Context) (all []ledger.Future, err error) {
	blocks := ledger.Blocks(int(q.Run.Users))
	days := min(q.Evaluation.TestDays, q.World.Days-q.World.Bills.WindowDays)
	bills := max(len(q.Truth.Bad), 1)
	// As many pairs of block and day as bring the wanted number of bills on average.
	pairs := int(math.Ceil(float64(q.Evaluation.OracleBills) * float64(blocks) * float64(days) / float64(bills)))
	pairs = min(pairs, blocks*days)
	start := rng.Open(q.Run.Seed, rng.PurposeForward, 1<<63)
	seers := make([]ledger.Seer, max(q.Workers, 1))
	q.Progress("live through futures", 0, int64(pairs))
	err = engine.Map(ctx, pairs, q.Workers, func(w, k int) ([]ledger.Future, error) {
		// Pairs are spread evenly over all, at a random start: no pair twice.
		at := (uint64(k)*uint64(blocks*days)/uint64(pairs) + start.At(0)%uint64(blocks*days)) % uint64(blocks*days)
		block, day := int(at)/days, record.Day(int(at)%days)
		return seers[w].Futures(q.World, block, q.Evaluation.Epoch+day, q.Evaluation.OracleFutures), nil
	}, func(k int, part []ledger.Future) error {
		all = append(all, part...)
		q.Progress("live through futures", int64(k+1), int64(pairs))
		return nil
	})
	return all, err
}

// match finds the test bills that were lived through again: their places in the truth, and the share of
// futures in which they bounced.
func (q inquiry) match(seen []ledger.Future) (rows []int, foreseen []float32) {
	type key struct {
		person uint32
		ask    int32
	}
	share := make(map[key]float32, len(seen))
	for _, f := range seen {
		share[key{uint32(f.Person), int32(f.Ask)}] = float32(f.Bounced) / float32(f.Of)
	}
	at := 0
	for _, r := range q.Sample.Test {
		for i, state := range r.State {
			if state == study.StatePending {
				continue
			}
			if x, ok := share[key{r.Person[i], r.Day[i] + 1}]; ok {
				rows, foreseen = append(rows, at), append(foreseen, x)
			}
			at++
		}
	}
	return rows, foreseen
}

// shareOfCeiling returns (A − ½)/(B − ½) of two columns. With a = A − ½, b = B − ½ and covariance matrix C,
//
//	Var(a/b) = (C_AA − 2·(a/b)·C_AB + (a/b)²·C_BB) / b².
//
// Undefined: when either AUC is, or the ceiling is within two standard errors of a coin.
func shareOfCeiling(scores [][]float32, o metric.Outcomes, alpha float64) (e metric.Estimate) {
	auc, cov, ok := metric.DeLong(scores, o)
	if !ok || auc[1]-0.5 <= 2*math.Sqrt(cov[1][1]) {
		return e
	}
	b := auc[1] - 0.5
	ratio := (auc[0] - 0.5) / b
	variance := (cov[0][0] - float64(2*ratio*cov[0][1]) + float64(ratio*ratio*cov[1][1])) / (b * b)
	e.Value, e.OK = ratio, true
	e.SE = math.Sqrt(max(variance, 0))
	z := portable.NormalQuantile(alpha / 2)
	e.Low, e.High, e.HasInterval = ratio-float64(z*e.SE), ratio+float64(z*e.SE), true
	e.Method = "delta method, clustered delong"
	return e
}
