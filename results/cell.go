package results

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Cell is one value of a table, or nothing. The zero Cell is empty.
type Cell struct {
	kind Type // "" when empty
	bits uint64
	text string
	odd  bool // empty because a number was not finite
}

// None is the empty cell: the value is undefined, which is not zero.
var None = Cell{}

// Str returns a text cell. Empty text is the empty cell: CSV cannot tell them apart.
func Str[T ~string](s T) Cell {
	if s == "" {
		return None
	}
	return Cell{kind: String, text: string(s)}
}

// Strs returns a text cell of several remarks, such as a row's warnings.
func Strs(s ...string) Cell { return Str(strings.Join(s, "; ")) }

// Int returns a whole number. It panics on a value above the largest int64.
func Int[T ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64](n T) Cell {
	if n > 0 && uint64(n) > math.MaxInt64 {
		panic("results: internal error: whole number above 2^63-1")
	}
	return Cell{kind: Integer, bits: uint64(int64(n))}
}

// Num returns a number. Infinities and NaN become the empty cell; in a table with a warnings column
// Append then says so there.
func Num(x float64) Cell {
	if !finite(x) {
		return Cell{odd: true}
	}
	return Cell{kind: Number, bits: math.Float64bits(float64(x) + 0)}
}

// NumIf returns x, or the empty cell unless ok.
func NumIf(x float64, ok bool) Cell {
	if !ok {
		return None
	}
	return Num(x)
}

// Bool returns a truth value.
func Bool(b bool) Cell {
	if b {
		return Cell{kind: Boolean, bits: 1}
	}
	return Cell{kind: Boolean}
}

// Day returns a date, given as days since 1970-01-01.
func Day[T ~int32 | ~int | ~int64](days T) Cell {
	return Cell{kind: Date, bits: uint64(int64(days))}
}

// Empty reports whether the cell holds nothing.
func (c Cell) Empty() bool { return c.kind == "" }

// Float returns the cell's number, whole or not; ok is false for anything else.
func (c Cell) Float() (x float64, ok bool) {
	switch c.kind {
	case Number:
		return math.Float64frombits(c.bits), true
	case Integer:
		return float64(int64(c.bits)), true
	}
	return 0, false
}

// Int returns the cell's whole number; ok is false for anything else.
func (c Cell) Int() (n int64, ok bool) { return int64(c.bits), c.kind == Integer }

// Bool returns the cell's truth value; ok is false for anything else.
func (c Cell) Bool() (b, ok bool) { return c.bits != 0, c.kind == Boolean }

// String returns the cell as CSV would show it, without quotes and without protection against
// spreadsheet formulas.
func (c Cell) String() string {
	switch c.kind {
	case String:
		return c.text
	case Integer:
		return strconv.FormatInt(int64(c.bits), 10)
	case Number:
		return string(appendNumber(nil, math.Float64frombits(c.bits)))
	case Boolean:
		return strconv.FormatBool(c.bits != 0)
	case Date:
		return string(appendDate(nil, int32(c.bits)))
	}
	return ""
}

func finite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }

// appendNumber writes x with the fewest digits that read back as x, as JSON and JavaScript do: with
// an exponent only below 1e-6 and from 1e21. Minus zero is zero.
func appendNumber(b []byte, x float64) []byte {
	x = float64(x) + 0 // -0 + 0 = 0
	if a := math.Abs(x); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(b, x, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, x, 'f', -1, 64)
}

// appendDate writes the date that lies the given number of days after 1970-01-01. Years outside
// 0-9999 are written with as many digits as they need.
// Source: civil_from_days, H. Hinnant, https://howardhinnant.github.io/date_algorithms.html
func appendDate(b []byte, days int32) []byte {
	z := int64(days) + 719468 // days since 0000-03-01
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day, month, year := doy-(153*mp+2)/5+1, mp+3, yoe+era*400
	if month > 12 {
		month, year = month-12, year+1
	}
	if year >= 0 && year < 1000 {
		b = append(b, "000"[:4-digits(year)]...)
	}
	b = strconv.AppendInt(b, year, 10)
	return append(b, '-', byte('0'+month/10), byte('0'+month%10), '-', byte('0'+day/10), byte('0'+day%10))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func digits(n int64) int {
	d := 1
	for ; n >= 10; n /= 10 {
		d++
	}
	return d
}

// plain makes text safe to put in a file that people open in a spreadsheet: text that a spreadsheet
// would run as a formula gets an apostrophe in front, bytes that are not UTF-8 and NUL become U+FFFD.
// Spaces in front do not hide a formula, and full-width forms of the signs count.
// Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
func plain(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	if startsFormula(s) {
		return "'" + s
	}
	return s
}

// startsFormula costs a few comparisons for ordinary text, which begins with a letter or a digit.
func startsFormula(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' || s[0] >= 'A' && s[0] < utf8.RuneSelf {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " "))
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", r)
}
