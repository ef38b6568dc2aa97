package scorecard

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"overshare/scoring"
)

// readCSV returns the records below the header of a file of testdata.
func readCSV(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%s: %d lines, %v", name, len(all), err)
	}
	return all[1:]
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// peerTable reads testdata/rows.csv.
func peerTable(t *testing.T) *scoring.Table {
	out := &scoring.Table{Features: []scoring.Feature{{Name: "level31", Levels: 31},
		{Name: "level12", Levels: 12}, {Name: "suppressor", Levels: 20}, {Name: "noise", Levels: 9}}}
	for _, r := range readCSV(t, "rows.csv") {
		for _, s := range r[:4] {
			out.Code = append(out.Code, uint8(number(t, s)))
		}
		out.Bad = append(out.Bad, r[4] == "1")
		out.Weight = append(out.Weight, float32(number(t, r[5])))
	}
	return out
}

// peerOptions are the constraints of testdata/make.py.
func peerOptions() Options {
	o := Defaults()
	o.MaxBins, o.MinShare, o.MinBads, o.Evidence, o.Smoothing = 5, 0.05, 10, 0, 0
	return o
}

// Cuts, WoE and IV as optbinning finds them, coefficients as scikit-learn does: see testdata/README.md.
// Tolerance: WoE is rounded to 2⁻²¹ = 5e-7 here and not there; a coefficient moves by about as much
// as the WoE it multiplies, times the condition of the fit (below 5).
func TestAgainstPeers(t *testing.T) {
	bins, coefs := readCSV(t, "bins.csv"), readCSV(t, "coefficients.csv")
	for name, direction := range map[string]int8{"free": 0, "rising": 1, "falling": -1} {
		table := peerTable(t)
		table.Weight = nil
		for j := range table.Features {
			table.Features[j].Monotone = direction
		}
		card, err := Train(table, peerOptions())
		if err != nil {
			t.Fatal(err)
		}
		compareBins(t, name, card, bins)
		compareCoefficients(t, name, card, coefs)
	}
}

// The weighted case keeps the unweighted cuts, so it tests WoE and fit on given bins.
func TestAgainstPeersWeighted(t *testing.T) {
	table := peerTable(t)
	n, err := count(table, 1)
	if err != nil {
		t.Fatal(err)
	}
	card, o := &Card{}, peerOptions()
	bins := readCSV(t, "bins.csv")
	for j, f := range table.Features {
		var first []int
		for _, r := range bins {
			if r[0] == "weighted" && r[1] == f.Name {
				first = append(first, int(number(t, r[2])))
			}
		}
		x := Feature{Name: f.Name}
		for k, low := range first {
			high := append(first, 256)[k+1] - 1
			if low == 0 {
				high = 0
			}
			x.Bins = append(x.Bins, n.bin(f, &n.level[j], uint8(low), uint8(high), o))
		}
		card.Features = append(card.Features, x)
	}
	card.finish(fit(table, n, card, o))
	compareBins(t, "weighted", card, bins)
	compareCoefficients(t, "weighted", card, readCSV(t, "coefficients.csv"))
}

func compareBins(t *testing.T, name string, card *Card, want [][]string) {
	t.Helper()
	for _, f := range card.Features {
		k := 0
		for _, r := range want {
			if r[0] != name || r[1] != f.Name {
				continue
			}
			if k >= len(f.Bins) || float64(f.Bins[k].Low) != number(t, r[2]) {
				t.Fatalf("%s %s: bins %+v, want one from %s", name, f.Name, f.Bins, r[2])
			}
			b := f.Bins[k]
			if math.Abs(b.WoE-number(t, r[3])) > 1e-6 || math.Abs(b.IV-number(t, r[4])) > 1e-6 {
				t.Errorf("%s %s from %d: WoE %v IV %v, want %s %s", name, f.Name, b.Low, b.WoE, b.IV, r[3], r[4])
			}
			k++
		}
		if k != len(f.Bins) {
			t.Errorf("%s %s: %d bins, want %d", name, f.Name, len(f.Bins), k)
		}
	}
}

func compareCoefficients(t *testing.T, name string, card *Card, want [][]string) {
	t.Helper()
	got := map[string]float64{"intercept": card.Intercept}
	for _, f := range card.Features {
		got[f.Name] = f.Coefficient
	}
	for _, r := range want {
		if r[0] == name && math.Abs(got[r[1]]-number(t, r[2])) > 3e-6 {
			t.Errorf("%s %s: coefficient %v, want %s", name, r[1], got[r[1]], r[2])
		}
	}
	if !card.Fit.Converged {
		t.Errorf("%s: not converged: %+v", name, card.Fit)
	}
}
