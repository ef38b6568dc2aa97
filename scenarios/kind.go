package scenarios

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"overshare/sim/record"
)

// A Kind is the type of a parameter, as written in the parameter files. The values it takes in Go:
//
//	int, days                  int64
//	float, share               float64
//	won                        record.Won
//	date                       record.Day
//	bool                       bool
//	text, choice, regime       string
//	list of <one of the above> []any of these
type Kind struct {
	Name string // of the kind, or of a list's items
	List bool
}

const listOf = "list of "

// String returns the kind as it is written in the parameter files.
func (k Kind) String() string {
	if k.List {
		return listOf + k.Name
	}
	return k.Name
}

// parsers reads the text of one scalar of a kind. On failure the hint may say how to write it.
var parsers = map[string]func(text string) (v any, hint string, ok bool){
	"int":    func(s string) (any, string, bool) { return parseWhole(s, "int") },
	"days":   func(s string) (any, string, bool) { return parseWhole(s, "days") },
	"float":  func(s string) (any, string, bool) { return parseNumber(s, "float") },
	"share":  func(s string) (any, string, bool) { return parseNumber(s, "share") },
	"won":    parseWon,
	"date":   parseDate,
	"bool":   parseBool,
	"text":   func(s string) (any, string, bool) { return s, "", true },
	"choice": func(s string) (any, string, bool) { return s, "", true },
	"regime": func(s string) (any, string, bool) { return s, "", s != "" },
}

// parseKind reads a kind as written in the parameter files.
func parseKind(s string) (Kind, bool) {
	name, list := strings.CutPrefix(s, listOf)
	_, ok := parsers[name]
	return Kind{name, list}, ok
}

var (
	wholeForm  = regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*)$`)
	numberForm = regexp.MustCompile(`^[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
)

const tooLarge = "it is larger than any number here"

// parseWhole reads a whole number. 1e6 and 28.0 are whole numbers, 1.9 is not and is never cut off.
func parseWhole(text, kind string) (any, string, bool) {
	if wholeForm.MatchString(text) {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, "", true
		}
		return nil, tooLarge, false
	}
	if !numberForm.MatchString(text) {
		return nil, numberHint(text, kind), false
	}
	switch f, err := strconv.ParseFloat(text, 64); {
	case err != nil || math.Abs(f) > 1<<53:
		return nil, tooLarge, false
	case f != math.Trunc(f):
		return nil, "it has a fraction", false
	default:
		return int64(f), "", true
	}
}

// parseWon reads an amount of money.
func parseWon(text string) (any, string, bool) {
	n, hint, ok := parseWhole(text, "won")
	if !ok {
		return nil, hint, false
	}
	return record.Won(n.(int64)), "", true
}

// parseNumber reads a finite number; -0 becomes 0.
func parseNumber(text, kind string) (any, string, bool) {
	if !numberForm.MatchString(text) {
		return nil, numberHint(text, kind), false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, tooLarge, false
	}
	return f + 0, "", true
}

var (
	separatedForm = regexp.MustCompile(`^[-+]?[0-9]{1,3}([,_ '][0-9]{2,3})+$`)
	percentForm   = regexp.MustCompile(`^([-+]?[0-9.]+) *%$`)
	unitForm      = regexp.MustCompile(`^([-+]?[0-9][0-9.]*) *([^0-9. ][^ ]*)$`)
	zerosForm     = regexp.MustCompile(`^[-+]?0+[0-9]+$`)
)

// daysIn gives the length of the units in which people write durations.
var daysIn = map[string]float64{"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}

// numberHint says how to write what was probably meant as a number.
func numberHint(text, kind string) string {
	switch {
	case zerosForm.MatchString(text):
		return "write it without leading zeros"
	case separatedForm.MatchString(text):
		return "write it without separators: " + regexp.MustCompile(`[,_ ']`).ReplaceAllString(text, "")
	}
	if m := percentForm.FindStringSubmatch(text); m != nil {
		if f, err := strconv.ParseFloat(m[1], 64); err == nil {
			return fmt.Sprintf("write %s as %s", text, formatNumber(f/100))
		}
	}
	if m := unitForm.FindStringSubmatch(text); m != nil {
		f, err := strconv.ParseFloat(m[1], 64)
		if per, known := daysIn[strings.ToLower(m[2])]; known && kind == "days" && err == nil {
			return fmt.Sprintf("write the number of days alone: %s", formatNumber(f*per))
		}
		return "write the number alone, without " + strconv.Quote(m[2])
	}
	return ""
}

var dateForm = regexp.MustCompile(`^([0-9]{4})[-./]?([0-9]{1,2})[-./]?([0-9]{1,2})\.?$`)

// parseDate reads a civil date.
func parseDate(text string) (any, string, bool) {
	if d, err := record.ParseDay(text); err == nil {
		return d, "", true
	}
	m := dateForm.FindStringSubmatch(text)
	if m == nil {
		return nil, "", false
	}
	day := fmt.Sprintf("%s-%02s-%02s", m[1], m[2], m[3])
	if _, err := record.ParseDay(day); err != nil {
		return nil, "the calendar has no such day", false
	}
	return nil, "write it as " + day, false
}

// parseBool reads true or false and nothing else: YAML readers disagree about yes and on.
func parseBool(text string) (any, string, bool) {
	switch text {
	case "true":
		return true, "", true
	case "false":
		return false, "", true
	}
	switch strings.ToLower(text) {
	case "true", "yes", "on", "y", "1":
		return nil, "write true", false
	case "false", "no", "off", "n", "0":
		return nil, "write false", false
	}
	return nil, "", false
}

// formatNumber gives the shortest text that reads back as the same number.
func formatNumber(f float64) string {
	if a := math.Abs(f); f == 0 || a >= 1e-6 && a < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// plainText is text that every YAML reader takes for itself and not for a number, a truth or a date.
var plainText = regexp.MustCompile(`^[a-z][a-z0-9]*([-_.()][a-z0-9.]*)*$`)

// ambiguous holds the words that some YAML readers take for something else than text.
var ambiguous = map[string]bool{"true": true, "false": true, "null": true, "yes": true, "no": true,
	"on": true, "off": true, "y": true, "n": true}

// formatValue gives the canonical text of a value: the shortest that reads back as the same value, in
// a scenario file as well as in the text that is hashed.
func formatValue(v any) string {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case record.Won:
		return strconv.FormatInt(int64(v), 10)
	case float64:
		return formatNumber(v)
	case record.Day:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	case string:
		if plainText.MatchString(v) && !ambiguous[v] {
			return v
		}
		return quoteYAML(v)
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = formatValue(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	panic(fmt.Sprintf("scenarios: internal error: value of type %T", v))
}

// quoteYAML writes a double-quoted YAML scalar: the JSON escapes are a part of YAML's.
func quoteYAML(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case !strconv.IsPrint(r) && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		case !strconv.IsPrint(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
