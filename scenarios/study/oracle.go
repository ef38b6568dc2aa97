package study

import (
	"context"
	"fmt"
	"math"

	"overshare/results"
	"overshare/scoring/metric"
	"overshare/sim/engine"
	"overshare/sim/ledger"
	"overshare/sim/portable"
	"overshare/sim/record"
	"overshare/sim/rng"
)

// oracle asks how much of what a score could foresee at most each regime's score does foresee. For a
// sample of the test bills the future is lived through again from the hidden state of the morning on which
// the bill was opened (ledger.Seer): the share of futures in which it bounces is the best ranking there is.
//
// The share of the way from a coin to that ceiling,
//
//	share = (AUC(regime) − ½) / (AUC(oracle) − ½),
//
// is estimated on the sampled bills; its interval is by the delta method from the clustered covariance of
// the two AUCs. A finite number of futures ranks a little worse than the true probability, so the ceiling
// is understated and the share overstated; the table says how many futures there were.
func (q *inquiry) oracle(ctx context.Context) (*finding, error) {
	seen, err := q.foresee(ctx)
	if err != nil {
		return nil, err
	}
	f := &finding{}
	rows, foreseen := q.match(seen)
	t := oracleTable()
	f.tables = append(f.tables, t)
	var first metric.Estimate
	for _, m := range q.all {
		for r, s := range m.scores {
			share := q.appendCeiling(t, m, s, rows, foreseen)
			if m == q.all[0] && r == 0 {
				first = share
			}
		}
	}
	if first.OK {
		f.sentence = fmt.Sprintf("Of what could be foreseen at all, the score under %s foresaw %.0f %% (on %s bills lived through again).",
			q.all[0].scores[0].Regime, 100*first.Value, results.Thousands(int64(len(rows))))
	} else {
		f.warn("oracle: no ceiling: the sampled bills are too few; raise evaluation.oracle_bills or the number of people")
	}
	return f, nil
}

// foresee lives through the futures of all bills opened in sampled blocks on sampled days.
func (q *inquiry) foresee(ctx context.Context) (all []ledger.Future, err error) {
	blocks := ledger.Blocks(int(q.Run.Users))
	days := min(q.Evaluation.TestDays, q.World.Days-q.World.Bills.WindowDays)
	bills := max(len(q.truth.Bad), 1)
	// As many pairs of block and day as bring the wanted number of bills on average.
	pairs := int(math.Ceil(float64(q.Evaluation.OracleBills) * float64(blocks) * float64(days) / float64(bills)))
	pairs = min(pairs, blocks*days)
	luck := rng.Open(q.Run.Seed, rng.PurposeForward, 1<<63)
	seers := make([]ledger.Seer, max(q.Workers, 1))
	q.Progress("live through futures", 0, int64(pairs))
	err = engine.Map(ctx, pairs, q.Workers, func(w, k int) ([]ledger.Future, error) {
		// Pairs are spread evenly over all, at a random start: no pair twice.
		at := (uint64(k)*uint64(blocks*days)/uint64(pairs) + luck.At(0)%uint64(blocks*days)) % uint64(blocks*days)
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
func (q *inquiry) match(seen []ledger.Future) (rows []int, foreseen []float32) {
	type key struct {
		person uint32
		ask    int32
	}
	share := make(map[key]float32, len(seen))
	for _, f := range seen {
		share[key{uint32(f.Person), int32(f.Ask)}] = float32(f.Bounced) / float32(f.Of)
	}
	at := 0
	for _, r := range q.sample.Test {
		for i, state := range r.State {
			if state == statePending {
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

func oracleTable() *results.Table {
	return results.NewTable(results.Schema{
		Name: "oracle", Title: "How much of what could be foreseen each score foresaw", Key: []string{"regime", "scorer"},
		Columns: []results.Column{regimeColumn, scorerColumn,
			{Name: "auc", Type: results.Number, Meaning: "AUC of the score on the sampled bills"}, lowColumn, highColumn,
			{Name: "oracle_auc", Type: results.Number, Meaning: "AUC of the share of futures in which a bill bounces, on the same bills: the ceiling, a little understated"},
			{Name: "oracle_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "oracle_high", Type: results.Number, Meaning: "upper end of its interval"},
			{Name: "share_of_ceiling", Type: results.Number, Meaning: "(auc - 0.5) / (oracle_auc - 0.5): how far from a coin to the ceiling"},
			{Name: "share_low", Type: results.Number, Meaning: "lower end of its interval"},
			{Name: "share_high", Type: results.Number, Meaning: "upper end of its interval"},
			{Name: "futures", Type: results.Integer, Unit: "futures per bill", Meaning: "how often each bill's future was lived through", Required: true},
			{Name: "bills", Type: results.Integer, Unit: "bills", Meaning: "sampled test bills", Required: true},
			{Name: "bad", Type: results.Integer, Unit: "bills", Meaning: "of them bounced", Required: true}, results.Warnings()},
	})
}

// appendCeiling adds the row of one score and returns its share of the ceiling.
func (q *inquiry) appendCeiling(t *results.Table, m *measured, s Score, rows []int, foreseen []float32) metric.Estimate {
	scores := [][]float32{make([]float32, len(rows)), foreseen}
	var o metric.Outcomes
	bad := 0
	for k, i := range rows {
		scores[0][k] = s.P[i]
		o.Bad, o.Cluster = append(o.Bad, q.truth.Bad[i]), append(o.Cluster, q.truth.Cluster[i])
		if q.truth.Bad[i] {
			bad++
		}
	}
	alpha := q.Evaluation.Alpha
	own, top := metric.AUCInterval(scores[0], o, alpha), metric.AUCInterval(foreseen, o, alpha)
	share := shareOfCeiling(scores, o, alpha)
	if bad < 200 {
		share.Warning = fmt.Sprintf("only %d sampled bills bounced", bad)
	}
	ownLow, ownHigh := ends(own)
	topLow, topHigh := ends(top)
	low, high := ends(share)
	t.Append(results.Str(s.Regime), results.Str(m.scorer), results.NumIf(own.Value, own.OK), ownLow, ownHigh,
		results.NumIf(top.Value, top.OK), topLow, topHigh, results.NumIf(share.Value, share.OK), low, high,
		results.Int(q.Evaluation.OracleFutures), results.Int(len(rows)), results.Int(bad), warnings(share, s.Warnings))
	return share
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
