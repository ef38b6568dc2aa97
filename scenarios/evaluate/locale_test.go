package evaluate

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"
	"time"
)

func packed(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rewritten applies f to every field of a column of the good table.
func rewritten(col int, f func(string) string) string {
	lines := strings.Split(strings.TrimSpace(good()), "\n")
	for i, l := range lines[1:] {
		fields := strings.Split(l, ",")
		fields[col] = f(fields[col])
		lines[i+1] = strings.Join(fields, ";")
	}
	lines[0] = strings.ReplaceAll(lines[0], ",", ";")
	return strings.Join(lines, "\n")
}

func redate(layout string) string {
	return rewritten(2, func(s string) string {
		d, _ := time.Parse(time.DateOnly, s)
		return d.Format(layout)
	})
}

// The same table gives the same result compressed, with other dates, with decimal commas, and with "-" for nothing.
func TestSameTableWrittenOtherwise(t *testing.T) {
	run := func(b []byte, dates, decimal string) string {
		t.Helper()
		o := Defaults()
		o.File, o.Dates, o.Decimal = save(t, b), dates, decimal
		return dump(t, must(t, o))
	}
	want := run([]byte(good()), "", "")
	commas := rewritten(4, func(s string) string { return strings.Replace(s, ".", ",", 1) })
	for name, got := range map[string]string{
		"gzip":                 run(packed(t, good()), "", ""),
		"dates of the US":      run([]byte(redate("1/2/2006")), "", ""),
		"dates of France":      run([]byte(redate("02/01/2006")), "", ""),
		"dates of Germany":     run([]byte(redate("02.01.2006")), "", ""),
		"dates with a time":    run([]byte(redate("02/01/2006 00:00:00")), "dmy", ""),
		"decimal commas":       run([]byte(commas), "", ""),
		"commas by flag":       run([]byte(commas), "", "comma"),
		"dashes for nothing":   run([]byte(rewritten(4, func(s string) string { return map[bool]string{true: "-", false: s}[s == ""] })), "", ""),
		"points by flag":       run([]byte(good()), "", "point"),
		"month first, by flag": run([]byte(redate("1/2/2006")), "mdy", ""),
	} {
		if got != want {
			t.Errorf("%s: other tables", name)
		}
	}
}

func TestDatesThatCouldBeEither(t *testing.T) {
	base := strings.Split(strings.TrimSpace(redate("1/2/2006")), "\n")
	for i, l := range base[1:] {
		f := strings.Split(l, ";")
		f[2] = "3/" + string(rune('1'+i%9)) + "/2024"
		base[i+1] = strings.Join(f, ";")
	}
	either := strings.Join(base, "\n")
	for _, c := range []struct{ file, dates, want string }{
		{either, "", "could be month/day/year as well as day/month/year"},
		{either, "mdy", ""}, {either, "dmy", ""},
		{strings.Replace(strings.Replace(either, "3/1/", "13/1/", 1), "3/2/", "3/31/", 1), "", "some dates can only be month/day/year and some only"},
		{strings.Replace(either, "3/1/", "13/1/", 1), "mdy", "is no date with --dates mdy"},
		{strings.Replace(either, "3/1/", "31/31/", 1), "", "is no time"},
		{either, "ymd", "is no order of dates"},
	} {
		o := Defaults()
		o.File, o.Dates = save(t, []byte(c.file)), c.dates
		_, err := Execute(t.Context(), o)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("--dates %q: error %v, want %q", c.dates, err, c.want)
		}
	}
}

func TestDecimalCommas(t *testing.T) {
	for s, want := range map[string]string{"1,5": "1.5", "-1,25": "-1.25", "1.234,5": "1234.5", "1.234.567": "1234567", "12": "12", "+3,": "+3"} {
		if got, ok := pointed([]byte(s)); !ok || string(got) != want {
			t.Errorf("%q is %q, %v; want %q", s, got, ok, want)
		}
	}
	for _, s := range []string{"1.5", "1,2,3", "12.34,5", "1234.567,8", "1,5.5"} {
		if got, ok := pointed([]byte(s)); ok {
			t.Errorf("%q is taken for %q", s, got)
		}
	}
	for s, want := range map[string]bool{"1,5 2": true, "1,500 2": false, "1,5 2.5": false, "1.500 2,5": true, "a,b": false, "2024 7": false} {
		if got := commaDecimals([][][]byte{bytes.Fields([]byte(s))}); got != want {
			t.Errorf("%q: commas %v, want %v", s, got, want)
		}
	}
}

// What gzip holds is a table of a believable size, or a clear error.
func TestHostileGzip(t *testing.T) {
	whole := packed(t, good())
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"bomb":       {packed(t, good()+strings.Repeat("0,1,2024-02-01,1,1,"+strings.Repeat("a", 2000)+"\n", 70_000)), "unpacks to more than 200 times its size"},
		"cut off":    {whole[:len(whole)/2], "cannot be unpacked"},
		"parquet":    {packed(t, "PAR1xxxxPAR1"), "a Parquet file compressed with gzip"},
		"binary":     {packed(t, "a\x00b"), "holds no text"},
		"of nothing": {packed(t, ""), "is empty"},
		"changed":    {append(bytes.Clone(whole[:len(whole)-8]), 1, 2, 3, 4, 5, 6, 7, 8), "cannot be unpacked"},
	} {
		o := Defaults()
		o.File = save(t, c.file)
		if _, err := Execute(t.Context(), o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// A column of numbers with separators between thousands is refused, not made one of categories.
func TestThousandsAreNoCategories(t *testing.T) {
	for text, want := range map[string]bool{"1,234": true, "-12,345,678": true, "1 234": true, "1'234.5": true, "1 234,5": true,
		"1234": false, "1,23": false, "1,2345": false, ",123": false, "1234,567": false, "a,123": false, "": false, "1,234x": false} {
		if got := grouped([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	lines := []string{"label,scope,x"}
	for i := range 400 {
		lines = append(lines, fmt.Sprintf(`%d,%d,"%d,%03d"`, i%3/2, i%2, 1+i%7, i%5))
	}
	o := Defaults()
	o.File = save(t, []byte(strings.Join(lines, "\n")))
	if _, err := Execute(t.Context(), o); err == nil || !strings.Contains(err.Error(), `column "x": "1,000" on line 2 has separators between its digits`) {
		t.Errorf("error %v", err)
	}
}
