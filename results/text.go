package results

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A View chooses what a terminal shows of a table: one column, or a value with its interval.
type View struct {
	Column    string // whose cells to show
	Low, High string // columns of the interval's ends; empty for none
	Header    string // what to write above; empty: the column's name
	Decimals  int    // digits after the point of numbers; 0 shows whole numbers
}

// Render writes the chosen columns aligned for reading: text to the left, numbers to the right, two
// spaces between. Undefined values show as a dash. Control characters in text are dropped, so that no
// cell can steer a terminal.
func (t *Table) Render(out io.Writer, views ...View) error {
	grid := make([][]string, 1, len(t.rows)+1)
	for _, v := range views {
		header := v.Header
		if header == "" {
			header = v.Column
		}
		grid[0] = append(grid[0], header)
	}
	for r := range t.rows {
		row := make([]string, len(views))
		for i, v := range views {
			row[i] = t.show(r, v)
		}
		grid = append(grid, row)
	}
	right := make([]bool, len(views))
	for i, v := range views {
		kind := t.column(v.Column).Type
		right[i] = v.Low == "" && (kind == Number || kind == Integer)
	}
	return align(out, grid, right)
}

func (t *Table) column(name string) *Column {
	i := t.Index(name)
	if i < 0 {
		t.fault("no column %q", name)
	}
	return &t.Columns[i]
}

func (t *Table) show(row int, v View) string {
	c := t.Get(row, v.Column)
	if c.Empty() {
		return "-"
	}
	if n, ok := c.Int(); ok {
		return Count(n)
	}
	x, ok := c.Float()
	if !ok {
		return printable(c.String())
	}
	if v.Low == "" {
		return Decimal(x, v.Decimals)
	}
	low, okLow := t.Get(row, v.Low).Float()
	high, okHigh := t.Get(row, v.High).Float()
	if !okLow || !okHigh {
		return Decimal(x, v.Decimals)
	}
	return Interval(x, low, high, v.Decimals)
}

// Shown returns a name or value for a message: at most 200 letters, and in quotes with escapes if it holds
// anything but letters, digits and the signs that names are made of.
func Shown(s string) string {
	if r := []rune(s); len(r) > 200 {
		s = string(r[:197]) + "..."
	}
	if s == "" || strings.TrimSpace(s) != s || strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_./\\:%(),[]@~+=# ", r)
	}) {
		return strconv.Quote(s)
	}
	return s
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
}

// align writes the grid with every column as wide as its widest cell, without spaces at line ends.
func align(out io.Writer, grid [][]string, right []bool) error {
	width := make([]int, len(right))
	for _, row := range grid {
		for i, s := range row {
			width[i] = max(width[i], utf8.RuneCountInString(s))
		}
	}
	b := bufio.NewWriter(out)
	for _, row := range grid {
		var line strings.Builder
		for i, s := range row {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(s))
			if right[i] {
				line.WriteString(pad + s + "  ")
			} else {
				line.WriteString(s + pad + "  ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.Flush()
}

// Decimal writes x with a fixed number of digits after the point; a number that rounds to zero has no
// sign, and NaN and infinities are a dash.
func Decimal(x float64, decimals int) string {
	if !finite(x) {
		return "-"
	}
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-")
	}
	return s
}

// Interval writes a value with the ends of its interval: 0.7431 (0.7418-0.7444). Where an end is
// negative, the word "to" stands between them.
func Interval(x, low, high float64, decimals int) string {
	l, h := Decimal(low, decimals), Decimal(high, decimals)
	between := "-"
	if strings.HasPrefix(l, "-") || strings.HasPrefix(h, "-") {
		between = " to "
	}
	return Decimal(x, decimals) + " (" + l + between + h + ")"
}

// Count writes a whole number for reading: exact below 100,000 (12,345), with four significant digits
// and a scale above (40.45 M, 54.2 bn, 1.2 tn).
func Count(n int64) string {
	if n > -100_000 && n < 100_000 {
		return Thousands(n)
	}
	scales := []struct {
		size float64
		name string
	}{{1e12, "tn"}, {1e9, "bn"}, {1e6, "M"}, {1e3, "k"}}
	for i, s := range scales {
		if math.Abs(float64(n)) < s.size {
			continue
		}
		x := significant(float64(n)/s.size, 4)
		if math.Abs(x) >= 1000 && i > 0 {
			return Count(int64(math.Copysign(scales[i-1].size, x)))
		}
		return strconv.FormatFloat(x, 'f', -1, 64) + " " + s.name
	}
	return Thousands(n)
}

func significant(x float64, digits int) float64 {
	y, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', digits-1, 64), 64)
	if err != nil {
		panic("results: internal error: " + err.Error())
	}
	return y
}

// Thousands writes all digits of n in groups of three: 40,450,000.
func Thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
