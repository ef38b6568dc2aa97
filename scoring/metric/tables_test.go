package metric

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"

	"overshare/sim/portable"
)

// A shared is one table of testdata/input.csv.
type shared struct {
	a, b []float32
	o    Outcomes
}

func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// sharedTables reads the tables that other programs measured.
func sharedTables(t *testing.T) map[string]*shared {
	t.Helper()
	all := map[string]*shared{}
	for _, row := range readCSV(t, "input.csv") {
		s := all[row[0]]
		if s == nil {
			s = &shared{}
			all[row[0]] = s
		}
		s.o.Bad = append(s.o.Bad, row[1] == "1")
		s.a, s.b = append(s.a, float32(number(t, row[2]))), append(s.b, float32(number(t, row[3])))
		s.o.Weight = append(s.o.Weight, number(t, row[4]))
		s.o.Cluster = append(s.o.Cluster, uint32(number(t, row[5])))
	}
	return all
}

// quantity computes one number of the shared tables with this package; clusters are left out because the
// other programs have none.
func (s *shared) quantity(score, what string, weighted bool) (float64, bool) {
	x, o := s.a, Outcomes{Bad: s.o.Bad}
	if score == "b" {
		x = s.b
	}
	if weighted {
		o.Weight = s.o.Weight
	}
	switch what {
	case "auc":
		return AUC(x, o)
	case "pr_auc":
		return AveragePrecision(x, o)
	case "ks":
		return KS(x, o)
	case "recall_1":
		return RecallAtFPR(x, o, 0.01)
	case "recall_5":
		return RecallAtFPR(x, o, 0.05)
	case "partial_10":
		return PartialAUC(x, o, 0.1)
	case "brier":
		return Brier(x, o)
	case "log_loss":
		return LogLoss(x, o)
	case "intercept", "slope":
		a, b := Recalibration(x, o, 1, 0.05)
		if what == "slope" {
			a = b
		}
		return a.Value, a.OK
	}
	return s.delong(x, what)
}

func (s *shared) delong(x []float32, what string) (float64, bool) {
	o := Outcomes{Bad: s.o.Bad}
	switch d := PairedAUC(s.a, s.b, o, 0.05).Test(0); what {
	case "z":
		return d.Z, d.OK
	case "p":
		return d.P, d.OK
	}
	_, cov, ok := DeLong([][]float32{x, s.b}, o)
	if !ok {
		return 0, false
	}
	half := portable.NormalQuantile(0.025) * math.Sqrt(cov[0][0])
	auc, _ := AUC(x, o)
	switch what {
	case "auc_var":
		return cov[0][0], true
	case "auc_cov":
		return cov[0][1], true
	case "auc_low":
		return max(0, auc-half), true
	case "auc_high":
		return min(1, auc+half), true
	}
	return 0, false
}

// A quantity computes one number of one shared table.
type quantity func(s *shared, score, what string, weighted bool) (float64, bool)

// disagreements compares a way to compute the numbers with scikit-learn, SciPy, pROC and R's glm, to 1e-9
// (of the number's size where that exceeds 1).
func disagreements(t *testing.T, compute quantity) (compared int, wrong []string) {
	t.Helper()
	tables := sharedTables(t)
	for _, file := range []string{"sklearn.csv", "proc.csv"} {
		for _, row := range readCSV(t, file) {
			s := tables[row[0]]
			if s == nil {
				continue
			}
			compared++
			got, ok := compute(s, row[1], row[3], row[2] == "1")
			if !ok || !close9(got, number(t, row[4])) {
				wrong = append(wrong, fmt.Sprintf("%s: %v: got %.17g, %v", file, row, got, ok))
			}
		}
	}
	return compared, wrong
}

func TestAgainstOtherPrograms(t *testing.T) {
	compared, wrong := disagreements(t, (*shared).quantity)
	for _, w := range wrong {
		t.Error(w)
	}
	if compared < 300 {
		t.Errorf("only %d numbers were compared", compared)
	}
}

// One class only: every two-class metric is undefined, the losses are not.
func TestOneClassIsUndefined(t *testing.T) {
	tables := sharedTables(t)
	for _, name := range []string{"all_good", "all_bad"} {
		s := tables[name]
		rep, err := Evaluate([][]float32{s.a, s.b}, s.o, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range Metrics() {
			e := rep.Columns[0].Metric[m]
			losses := m == BrierScore || m == LogLossScore || m == CalibrationError
			if e.OK != losses || rep.Columns[1].Difference[m].OK != losses {
				t.Errorf("%s: %s: %+v", name, m, e)
			}
			if !e.OK && e != (Estimate{}) {
				t.Errorf("%s: %s: undefined but %+v", name, m, e)
			}
		}
		if _, _, ok := DeLong([][]float32{s.a}, s.o); ok {
			t.Errorf("%s: DeLong is defined", name)
		}
		if e := AUCInterval(s.a, s.o, 0.05); e.OK {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// Holm's correction and the tails of t and normal against R.
func TestAgainstR(t *testing.T) {
	var p, q []float64
	for _, row := range readCSV(t, "proc.csv") {
		x, want := 0.0, number(t, row[4])
		if row[0] == "holm" || row[0] == "t" {
			x = number(t, row[1])
		}
		switch row[0] {
		case "holm":
			p, q = append(p, x), append(q, want)
		case "t":
			if got := tail0(x, int(number(t, row[2]))); !(math.Abs(got-want) <= 1e-11*want) {
				t.Errorf("tail(%g, df %s) = %.17g, want %.17g", x, row[2], got, want)
			}
		}
	}
	for i, got := range Holm(p) {
		if math.Abs(got-q[i]) > 1e-15 {
			t.Errorf("Holm(%g) = %.17g, want %.17g", p[i], got, q[i])
		}
	}
}
