package evaluate

import (
	"bytes"
	"fmt"
	"time"
)

// Ways of writing numbers and dates that other countries have. What a file does not decide the user does.
const (
	monthFirst   = "mdy" // 12/31/2024
	dayFirst     = "dmy" // 31/12/2024
	decimalPoint = "point"
	decimalComma = "comma"
)

// A slashDate is a date like 3/4/2024 whose first number may be the month or the day, with a time of the day.
type slashDate struct {
	year, first, second int
	seconds             float64
}

// parseSlash reads 3/4/2024, 03/04/2024 13:30 and 03/04/2024 13:30:05.
func parseSlash(b []byte) (d slashDate, ok bool) {
	if len(b) < 8 || len(b) > 24 {
		return d, false
	}
	day, clock, timed := bytes.Cut(b, []byte(" "))
	parts := bytes.Split(day, []byte("/"))
	if len(parts) != 3 || len(parts[2]) != 4 {
		return d, false
	}
	for i, into := range []*int{&d.first, &d.second, &d.year} {
		if len(parts[i]) == 0 || len(parts[i]) > 4 || i < 2 && len(parts[i]) > 2 {
			return d, false
		}
		for _, c := range parts[i] {
			if c < '0' || c > '9' {
				return d, false
			}
			*into = *into*10 + int(c-'0')
		}
	}
	if timed {
		for _, layout := range []string{"15:04:05", "15:04"} {
			if t, err := time.Parse(layout, string(clock)); err == nil {
				d.seconds = float64(t.Hour()*3600 + t.Minute()*60 + t.Second())
				return d, d.possible()
			}
		}
		return d, false
	}
	return d, d.possible()
}

func (d slashDate) possible() bool {
	_, a := d.at(monthFirst)
	_, b := d.at(dayFirst)
	return a || b
}

// at returns the seconds since 1970 in an order.
func (d slashDate) at(order string) (float64, bool) {
	month, day := d.first, d.second
	if order == dayFirst {
		month, day = day, month
	}
	t := time.Date(d.year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return float64(t.Unix()) + d.seconds, t.Month() == time.Month(month) && t.Day() == day
}

// packed and unpackDate keep a date of undecided order in a float64 until the file is read; both are exact.
func (d slashDate) packed() float64 {
	return float64(((d.year*100+d.first)*100+d.second)*86400) + d.seconds
}

func unpackDate(x float64) slashDate {
	days := int(x) / 86400
	return slashDate{days / 10000, days / 100 % 100, days % 100, x - float64(days*86400)}
}

// slashes decides the order of all slash dates of the time column and turns them into times.
func (sc *scan) slashes() error {
	if !sc.slashed {
		return nil
	}
	order := sc.dates
	for _, o := range []string{monthFirst, dayFirst} {
		if order == "" && sc.possible[o] == len(sc.when) && sc.possible[otherOrder(o)] < len(sc.when) {
			order = o
		}
	}
	name := sc.names[sc.layout.at[when]]
	if order == "" {
		if sc.possible[monthFirst] < len(sc.when) {
			return fmt.Errorf("%s: column %q: some dates can only be month/day/year and some only day/month/year; write them as 2024-12-31", sc.file, name)
		}
		return mistake("say --dates mdy or --dates dmy", "%s: column %q: every date could be month/day/year as well as day/month/year", sc.file, name)
	}
	sc.dates = order
	for i, x := range sc.when {
		t, ok := unpackDate(x).at(order)
		if !ok {
			return fmt.Errorf("%s: column %q: row %d after the header is no date with --dates %s", sc.file, name, i+1, order)
		}
		sc.when[i] = t
	}
	return nil
}

func otherOrder(o string) string {
	if o == dayFirst {
		return monthFirst
	}
	return dayFirst
}

// takeSlash takes down a slash date; it reports whether the cell is one.
func (sc *scan) takeSlash(c cell) (x float64, ok bool) {
	if c.kind != raw && c.kind != text {
		return 0, false
	}
	d, ok := parseSlash(c.text)
	if !ok {
		return 0, false
	}
	for _, o := range []string{monthFirst, dayFirst} {
		if _, fits := d.at(o); fits {
			sc.possible[o]++
		}
	}
	return d.packed(), true
}

// pointed turns a number with a decimal comma into one with a point: 1.234,5 into 1234.5. Points that do not part
// groups of three digits make it no number.
func pointed(b []byte) ([]byte, bool) {
	whole, rest, _ := bytes.Cut(b, []byte(","))
	groups := bytes.Split(whole, []byte("."))
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && len(groups) > 1 && len(bytes.TrimLeft(g, "+-")) > 3 {
			return nil, false
		}
	}
	if bytes.ContainsAny(rest, ".,") {
		return nil, false
	}
	out := bytes.Join(groups, nil)
	if len(rest) > 0 {
		out = append(append(out, '.'), rest...)
	}
	return out, true
}

// commaDecimals reports whether the first rows of a table whose separator is no comma hold numbers that can only have
// a decimal comma, and none with a point.
func commaDecimals(rows [][][]byte) bool {
	commas := 0
	for _, row := range rows {
		for _, f := range row {
			f = bytes.TrimLeft(bytes.TrimSpace(f), "+-")
			at := bytes.IndexAny(f, ".,")
			if at < 1 || len(f) > 30 || len(bytes.Trim(f, "0123456789.,")) > 0 {
				continue
			}
			switch _, whole := parseNumber(f); {
			case f[at] == '.' && whole && bytes.Count(f, []byte(".")) == 1 && len(f)-at != 4:
				return false // 1.5
			case f[at] == ',' && bytes.Count(f, []byte(",")) == 1 && len(f)-at != 4 && len(f)-at > 1:
				commas++ // 1,5, and not 1,500 which may be one and a half thousand
			}
		}
	}
	return commas > 0
}

// grouped reports whether a text is a number whose thousands are parted by commas, spaces or apostrophes, such as
// "-1,234,567" or "1 234,5".
func grouped(b []byte) bool {
	b = bytes.TrimLeft(b, "+-")
	groups := 0
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9':
		case (c == ',' || c == ' ' || c == '\'') && i > 0 && i <= 3+4*groups && threeDigits(b[i+1:]):
			groups++
		case (c == '.' || c == ',') && groups > 0:
			return true // and what follows are decimals
		default:
			return false
		}
	}
	return groups > 0
}

// threeDigits reports whether a text begins with three digits and no fourth.
func threeDigits(b []byte) bool {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n == 3
}
