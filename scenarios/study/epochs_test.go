package study

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"overshare/sim/people"
	"overshare/sim/record"
)

// epochsOf runs the study of time on a small country.
func epochsOf(t *testing.T, workers int, users, epochs string) (*inquiry, [][]string, *finding) {
	t.Helper()
	q := inquire(t, "kakaopay-2024", workers, "run.users="+users, "evaluation.epochs="+epochs)
	f, table := find(t, (*inquiry).epochs, q)
	return q, cells(table), f
}

// Each epoch is what a run with that epoch finds, in order of time; the run's own epoch is the run itself.
func TestEpochsAreRuns(t *testing.T) {
	_, rows, f := epochsOf(t, 2, "40000", "[2024-04-01, 2021-03-01]")
	table := f.tables[0]
	if table.Len() != 4 || table.Get(0, "epoch").String() != "2021-03-01" || table.Get(2, "epoch").String() != "2024-04-01" {
		t.Fatalf("%v", rows)
	}
	for r, epoch := range []string{"2021-03-01", "2024-04-01"} {
		own := inquire(t, "kakaopay-2024", 1, "run.users=40000", "evaluation.epoch="+epoch)
		for k := range 2 {
			c := own.all[0].report.Columns[k]
			if got := number(t, table, 2*r+k, "auc"); got != c.Metric[0].Value {
				t.Errorf("%s, regime %d: AUC %g, a run has %g", epoch, k, got, c.Metric[0].Value)
			}
			if n, _ := table.Get(2*r+k, "train_bills").Int(); n != own.all[0].scores[k].TrainRows {
				t.Errorf("%s: %d training bills, a run has %d", epoch, n, own.all[0].scores[k].TrainRows)
			}
		}
	}
}

// On the day of the launch nobody has been in scope: a processor that is sent only those has learnt nothing,
// its AUC is exactly ½ and it was sent nothing; one that is sent everyone has two weeks of proxy outcomes.
// Before it there are no bills to judge.
func TestLaunchDay(t *testing.T) {
	_, _, f := epochsOf(t, 2, "120000", "[2019-03-01, 2019-07-11]")
	table := f.tables[0]
	for r := range 2 {
		if !table.Get(r, "auc").Empty() || !strings.Contains(table.Get(r, "warnings").String(), "no bill was opened") {
			t.Errorf("before the launch: AUC %s, warnings %q", table.Get(r, "auc"), table.Get(r, "warnings"))
		}
	}
	if auc := number(t, table, 3, "auc"); auc != 0.5 {
		t.Errorf("in-scope on the day of the launch: AUC %g, want ½", auc)
	}
	for r, want := range []bool{true, false} {
		rows, _ := table.Get(2+r, "proxy_rows").Int()
		sent, _ := table.Get(2+r, "records_so_far").Int()
		if (rows > 0) != want || (sent > 0) != want {
			t.Errorf("%s: %d proxy rows, %d records", table.Get(2+r, "regime"), rows, sent)
		}
	}
	if d := number(t, table, 2, "days_since_launch"); d != 0 {
		t.Errorf("launch is on day %g", d)
	}
}

// Records so far are what the rule of the regime sends day by day, and grow; workers change nothing.
func TestRecordsSoFar(t *testing.T) {
	q, one, f := epochsOf(t, 1, "20000", "[2019-09-01, 2024-04-01]")
	_, three, _ := epochsOf(t, 3, "20000", "[2019-09-01, 2024-04-01]")
	if diff := cmp.Diff(one, three); diff != "" {
		t.Error(diff)
	}
	epoch := record.DayOf(2019, 9, 1)
	var want [2]int64
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
		if got, _ := f.tables[0].Get(r, "records_so_far").Int(); got != want[r] || got == 0 {
			t.Errorf("regime %d: %d records before %v, counted day by day %d", r, got, epoch, want[r])
		}
	}
	if q.sample.Train != nil || q.Border.Regimes[1].Name != "in-scope" {
		t.Error("the run's rows are still held")
	}
}

// With few bounced bills the proxy model is the score, if it rests on more.
func TestFewBouncedBills(t *testing.T) {
	q := inquire(t, "kakaopay-2024", 2, "run.users=300000", "evaluation.epoch=2019-08-05")
	for r, s := range q.all[0].scores {
		if few := s.TrainBad > 0 && s.TrainBad < fewBads; !few {
			t.Fatalf("%d bounced bills: the case is not met", s.TrainBad)
		}
		if s.ModelUsed != (s.ProxyBad < fewBads) {
			t.Errorf("regime %d: %d proxy failures, model of bills used: %v", r, s.ProxyBad, s.ModelUsed)
		}
	}
	if a, b := q.all[0].scores[0].ProxyBad, q.all[0].scores[1].ProxyBad; a < fewBads || b >= fewBads {
		t.Errorf("%d and %d proxy failures: only the first should be enough", a, b)
	}
}
