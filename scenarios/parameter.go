package scenarios

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"overshare/sim/record"
)

// A Mark says how a default was come by.
type Mark string

// The marks.
const (
	Sourced Mark = "sourced" // published; Source names the publication
	Derived Mark = "derived" // computed from published figures
	Assumed Mark = "assumed" // nothing is published; Try gives the range to try
)

// A Parameter is one number, date, truth, choice or list that a scenario can set.
type Parameter struct {
	Path    string // area.name, in lower snake case
	Area    string // the first part of Path
	Kind    Kind
	Default any
	Unit    string // of the number or of each item
	Title   string // a few words
	Meaning string // a sentence
	Source  string // where the default comes from
	Mark    Mark
	Choices []string // of a choice or a list of choices
	Try     []any    // lowest and highest value worth trying in a sensitivity study; may be nil

	low, high bound
	items     itemRules
}

// A bound limits a value; a nil value limits nothing.
type bound struct {
	value any
	open  bool // the bound itself is out of range
}

// itemRules limit a list.
type itemRules struct {
	least, most int // number of items; most 0: any
	unique      bool
	sum, sumMax *float64 // what the items add up to
	pairsWith   string   // path of a list with as many items
}

// sumTolerance is how far the sum of typed shares may be from what it should be: ten shares of six
// digits are at most 5e-6 off.
const sumTolerance = 1e-5

// Min returns the lowest value allowed, or of a list's items; open means that the bound itself is not
// allowed; ok is false when there is none.
func (p *Parameter) Min() (v any, open, ok bool) { return p.low.value, p.low.open, p.low.value != nil }

// Max returns the highest value allowed, like [Parameter.Min].
func (p *Parameter) Max() (v any, open, ok bool) {
	return p.high.value, p.high.open, p.high.value != nil
}

// Variable returns the name of the environment variable that sets p.
func (p *Parameter) Variable() string { return variableOf(p.Path) }

func variableOf(path string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}

// wants says in words what a value of p must be, such as "a whole number of days from 0 to 365".
func (p *Parameter) wants() string {
	if !p.Kind.List {
		return p.wantsOne()
	}
	s := "a list such as [" + example(p) + "]"
	switch n := p.items; {
	case n.least > 0 && n.least == n.most:
		s += fmt.Sprintf(" of exactly %d items", n.least)
	case n.most > 0:
		s += fmt.Sprintf(" of %d to %d items", n.least, n.most)
	case n.least > 0:
		s += fmt.Sprintf(" of at least %d", n.least)
	}
	if p.items.unique {
		s += ", none twice"
	}
	return s + ", each " + p.wantsOne()
}

// example shows the first two items of the default.
func example(p *Parameter) string {
	items := p.Default.([]any)
	return strings.Trim(formatValue(items[:min(2, len(items))]), "[]")
}

// wantsOne words what a scalar, or each item of a list, must be.
func (p *Parameter) wantsOne() string {
	switch p.Kind.Name {
	case "choice":
		return "one of " + strings.Join(p.Choices, ", ")
	case "bool":
		return "true or false"
	case "text":
		return "text"
	case "regime":
		return "the name of a sharing regime"
	}
	nouns := map[string]string{"int": "a whole number", "days": "a whole number of days", "float": "a number",
		"share": "a share", "won": "a whole number of won", "date": "a date such as 2024-04-01"}
	s := nouns[p.Kind.Name]
	if p.Unit != "" && !strings.HasSuffix(s, p.Unit) && (p.Kind.Name == "int" || p.Kind.Name == "float") {
		s += " (" + p.Unit + ")"
	}
	return s + p.rangeText()
}

// rangeText words the bounds, beginning with a space when there are any.
func (p *Parameter) rangeText() string {
	low, lowOpen, hasLow := p.Min()
	high, highOpen, hasHigh := p.Max()
	switch {
	case hasLow && hasHigh && !lowOpen && !highOpen:
		return " from " + formatValue(low) + " to " + formatValue(high)
	case hasLow && hasHigh:
		return " " + edge(low, lowOpen, "above", "at least") + " and " + edge(high, highOpen, "below", "at most")
	case hasLow:
		return " " + edge(low, lowOpen, "above", "at least")
	case hasHigh:
		return " " + edge(high, highOpen, "below", "at most")
	}
	return ""
}

func edge(v any, open bool, ifOpen, ifClosed string) string {
	if open {
		return ifOpen + " " + formatValue(v)
	}
	return ifClosed + " " + formatValue(v)
}

// checkOne says what is wrong with one scalar of the right type; "" = nothing.
func (p *Parameter) checkOne(v any) (hint string, ok bool) {
	if p.Kind.Name == "choice" && !slices.Contains(p.Choices, v.(string)) {
		return didYouMean(v.(string), p.Choices), false
	}
	if p.Kind.Name == "text" || p.Kind.Name == "regime" {
		return "control characters are not allowed", isText(v.(string))
	}
	if below(v, p.low) || below(negate(v), bound{negate(p.high.value), p.high.open}) {
		if f, isFloat := v.(float64); isFloat && p.Kind.Name == "share" && f > 1 && f <= 100 {
			return fmt.Sprintf("%s %% is written %s", formatNumber(f), formatNumber(f/100)), false
		}
		return "", false
	}
	return "", true
}

// isText reports whether s can be printed and stored: no control characters but line ends.
func isText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 })
}

// below reports whether v is under the bound b. Only numbers and dates have bounds.
func below(v any, b bound) bool {
	if b.value == nil {
		return false
	}
	c := compare(v, b.value)
	return c < 0 || c == 0 && b.open
}

// negate mirrors a number or date at zero, so that one comparison serves both bounds.
func negate(v any) any {
	switch v := v.(type) {
	case int64:
		return -max(v, -math.MaxInt64)
	case record.Won:
		return -max(v, -math.MaxInt64)
	case record.Day:
		return -v
	case float64:
		return -v
	}
	return v
}

// compare orders two values of the same type.
func compare(a, b any) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case record.Won:
		return cmp.Compare(a, b.(record.Won))
	case record.Day:
		return cmp.Compare(a, b.(record.Day))
	case float64:
		return cmp.Compare(a, b.(float64))
	}
	panic(fmt.Sprintf("scenarios: internal error: %T has no order", a))
}

// checkList says what is wrong with a list whose items are each right; "" = nothing.
func (p *Parameter) checkList(items []any) string {
	rules := p.items
	if len(items) < rules.least || rules.most > 0 && len(items) > rules.most {
		return fmt.Sprintf("it has %d items", len(items))
	}
	if rules.unique {
		seen := make(map[any]bool, len(items))
		for _, v := range items {
			if seen[v] {
				return formatValue(v) + " stands there twice"
			}
			seen[v] = true
		}
	}
	sum := total(items)
	if rules.sum != nil && math.Abs(sum-*rules.sum) > sumTolerance {
		return fmt.Sprintf("its items must add up to %s, not %s", formatNumber(*rules.sum), formatNumber(sum))
	}
	if rules.sumMax != nil && sum > *rules.sumMax+sumTolerance {
		return fmt.Sprintf("its items may add up to %s at most, not %s", formatNumber(*rules.sumMax), formatNumber(sum))
	}
	return ""
}

// total adds up the items that are fractional numbers, to twelve digits: the sum is only for reading.
func total(items []any) float64 {
	sum := 0.0
	for _, v := range items {
		if f, ok := v.(float64); ok {
			sum += f
		}
	}
	return math.Round(sum*1e12) / 1e12
}
