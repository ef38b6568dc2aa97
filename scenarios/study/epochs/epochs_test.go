package epochs

import (
	"context"
	"reflect"
	"testing"

	"overshare/scenarios/study"
	"overshare/scenarios/study/studytest"
	"overshare/scoring/metric"
	"overshare/sim/people"
	"overshare/sim/record"
)

// find carries out the study.
func find(t *testing.T, q *study.Inquiry) *Result {
	t.Helper()
	x, err := Study(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// epochsOf runs the study of time on a small country.
func epochsOf(t *testing.T, workers int, users, epochs string, more ...string) (*study.Inquiry, []Epoch) {
	t.Helper()
	q := studytest.Inquire(t, "kakaopay-2024", workers, append([]string{"run.users=" + users, "evaluation.epochs=" + epochs}, more...)...)
	return q, find(t, q).Epochs
}

// Each epoch is what a run with that epoch finds, in order of time; the run's own epoch is the run itself.
func TestEpochsAreRuns(t *testing.T) {
	_, list := epochsOf(t, 2, "40000", "[2024-04-01, 2021-03-01]")
	if len(list) != 2 {
		t.Fatalf("%d epochs", len(list))
	}
	for n, epoch := range []string{"2021-03-01", "2024-04-01"} {
		e := list[n]
		if e.Epoch.String() != epoch {
			t.Fatalf("epoch %d is %v, want %s", n, e.Epoch, epoch)
		}
		own := studytest.Inquire(t, "kakaopay-2024", 1, "run.users=40000", "evaluation.epoch="+epoch)
		for k, c := range own.Scorers[0].Report.Columns {
			if got := e.Scorers[0].Report.Columns[k].Metric[metric.AUCROC].Value; got != c.Metric[metric.AUCROC].Value {
				t.Errorf("%s, regime %d: AUC %g, a run has %g", epoch, k, got, c.Metric[metric.AUCROC].Value)
			}
			if n := e.Scorers[0].Scores[k].TrainRows; n != own.Scorers[0].Scores[k].TrainRows {
				t.Errorf("%s: %d training bills, a run has %d", epoch, n, own.Scorers[0].Scores[k].TrainRows)
			}
		}
	}
}

// On the day of the launch nobody has been in scope: a processor that is sent only those has learnt nothing,
// its AUC is exactly ½ and it was sent nothing; one that is sent everyone has two weeks of proxy outcomes.
// Before it there are no bills to judge.
func TestLaunchDay(t *testing.T) {
	q, list := epochsOf(t, 2, "120000", "[2019-03-01, 2019-07-11]")
	before, launch := list[0].Scorers[0], list[1].Scorers[0]
	if before.Report.Rows != 0 {
		t.Errorf("%d bills before the launch", before.Report.Rows)
	}
	for k, s := range launch.Scores {
		auc, wide := launch.Report.Columns[k].Metric[metric.AUCROC].Value, s.Regime == "everyone"
		if before.Report.Columns[k].Metric[metric.AUCROC].OK {
			t.Errorf("%s: an AUC before the launch", s.Regime)
		}
		if (s.ProxyRows > 0) != wide || (list[1].Records[k] > 0) != wide || !wide && auc != 0.5 {
			t.Errorf("%s on the day of the launch: %d proxy rows, %d records, AUC %g", s.Regime, s.ProxyRows, list[1].Records[k], auc)
		}
	}
	if list[1].Epoch != q.World.Pop.Platform.Launch {
		t.Errorf("the launch is on %v", q.World.Pop.Platform.Launch)
	}
}

// Without a backfill every record is sent in its own night.
const plainly = "sharing.regimes=[everyone, in-scope-no-backfill]"

// Records so far are what the rule of the regime sends day by day, and grow; workers change nothing.
func TestRecordsSoFar(t *testing.T) {
	q, one := epochsOf(t, 1, "20000", "[2019-09-01, 2024-04-01]", plainly)
	_, three := epochsOf(t, 3, "20000", "[2019-09-01, 2024-04-01]", plainly)
	if !reflect.DeepEqual(one, three) {
		t.Error("three workers find other things than one")
	}
	epoch := record.DayOf(2019, 9, 1)
	want := make([]int64, len(q.Border.Regimes))
	var p people.Person
	for u := range record.Person(q.Run.Users) {
		q.World.Pop.Person(u, &p)
		for r := range q.Border.Regimes {
			for d := record.DayOf(2018, 1, 1); d < epoch; d++ {
				if q.Border.Sends(r, &p, d) {
					want[r]++
				}
			}
		}
	}
	for r := range want {
		if got := one[0].Records[r]; got != want[r] || got == 0 {
			t.Errorf("regime %d: %d records before %v, counted day by day %d", r, got, epoch, want[r])
		}
	}
	if q.Sample.Train != nil {
		t.Error("the run's rows are still held")
	}
}
