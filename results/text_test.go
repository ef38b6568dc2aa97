package results

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCount(t *testing.T) {
	for _, c := range []struct {
		n    int64
		want string
	}{
		{0, "0"}, {999, "999"}, {12345, "12,345"}, {99999, "99,999"}, {-99999, "-99,999"},
		{100000, "100 k"}, {123456, "123.5 k"}, {999949, "999.9 k"}, {999999, "1 M"}, {-999999, "-1 M"}, {40450000, "40.45 M"},
		{54200000000, "54.2 bn"}, {999999999999, "1 tn"}, {1234567890123456, "1235 tn"}, {math.MaxInt64, "9223000 tn"},
		{math.MinInt64, "-9223000 tn"},
	} {
		if got := Count(c.n); got != c.want {
			t.Errorf("Count(%d) = %q, want %q", c.n, got, c.want)
		}
	}
	if got := Thousands(-40450000); got != "-40,450,000" {
		t.Errorf("Thousands = %q", got)
	}
}

func TestInterval(t *testing.T) {
	for _, c := range []struct {
		x, low, high float64
		want         string
	}{
		{0.74312, 0.74181, 0.74441, "0.7431 (0.7418-0.7444)"},
		{-0.0012, -0.002, 0.0004, "-0.0012 (-0.0020 to 0.0004)"},
		{0.00001, -0.00001, 0.00001, "0.0000 (0.0000-0.0000)"},
		{math.NaN(), 0, 1, "- (0.0000-1.0000)"},
	} {
		if got := Interval(c.x, c.low, c.high, 4); got != c.want {
			t.Errorf("Interval(%v) = %q, want %q", c.x, got, c.want)
		}
	}
}

func TestRender(t *testing.T) {
	table := NewTable(Schema{Name: "summary", Columns: []Column{
		{Name: "regime", Type: String, Meaning: "Regime."},
		{Name: "auc", Type: Number, Meaning: "AUC."},
		{Name: "low", Type: Number, Meaning: "Lower end."},
		{Name: "high", Type: Number, Meaning: "Upper end."},
		{Name: "records", Type: Integer, Meaning: "Records."}}})
	table.Append(Str("everyone"), Num(0.74312), Num(0.74181), Num(0.74441), Int(54_200_000_000))
	table.Append(Str("evil\x1b[2J\u202e"), None, None, None, Int(0))
	table.Append(Str("in-scope"), Num(0.7), None, None, None)
	var b strings.Builder
	must(t, table.Render(&b, View{Column: "regime"},
		View{Column: "auc", Low: "low", High: "high", Header: "AUC", Decimals: 4}, View{Column: "records"}))
	want := "" +
		"regime    AUC                     records\n" +
		"everyone  0.7431 (0.7418-0.7444)  54.2 bn\n" +
		"evil[2J   -                             0\n" +
		"in-scope  0.7000                        -\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestTableAsJSON(t *testing.T) {
	got, err := sample().MarshalJSON()
	must(t, err)
	want := `[{"regime":"everyone","metric":"auc","value":0.1,"bills":3,"on_front":true,"day":"2024-05-23","warnings":null},` +
		`{"regime":"in-scope","metric":"auc","value":null,"bills":-3,"on_front":null,"day":null,"warnings":"no bad bills; small"}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}
