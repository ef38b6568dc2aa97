package regime

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v3"

	"overshare/sim/record"
)

//go:embed regimes.yaml
var builtin []byte

// A Book knows regimes by name.
type Book struct {
	useful   []record.Item
	regimes  []Regime
	patterns []pattern
}

// A pattern is a family of regimes whose names carry a parameter.
type pattern struct {
	before string // the name up to the parameter
	letter string // which stands for it
	node   *yaml.Node
}

// Builtin returns the book of built-in regimes. A fault in it is ours.
var Builtin = sync.OnceValue(func() *Book {
	b := &Book{}
	if faults := b.read(builtin); len(faults) > 0 {
		panic(fmt.Sprintf("regime: internal error: regimes.yaml: %v", faults))
	}
	return b
})

// read reads a whole file of regimes.
func (b *Book) read(text []byte) []Fault {
	var file struct {
		Useful   []string
		Regimes  yaml.Node
		Patterns yaml.Node
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return []Fault{{Message: err.Error()}}
	}
	for _, name := range file.Useful {
		i, ok := record.ItemNamed(name)
		if !ok || slices.Contains(b.useful, i) || i == record.ItemAccountID {
			return []Fault{{Path: "useful", Value: name, Message: "no item, there twice, or the identifier"}}
		}
		b.useful = append(b.useful, i)
	}
	if len(b.useful) != int(record.NumItems)-1 {
		return []Fault{{Path: "useful", Message: "want every item but the identifier"}}
	}
	faults := b.define(&file.Regimes, "regimes")
	for i := 0; i+1 < len(file.Patterns.Content); i += 2 {
		name := file.Patterns.Content[i].Value
		at := strings.IndexAny(name, "PKENI")
		b.patterns = append(b.patterns, pattern{name[:at], name[at:], file.Patterns.Content[i+1]})
	}
	return faults
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$`)

// define adds the regimes of a mapping, in its order.
func (b *Book) define(n *yaml.Node, path string) (faults []Fault) {
	if n.Kind == 0 {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return []Fault{{n.Line, n.Column, path, n.Value, "want regimes by name"}}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := path + "." + key.Value
		if !nameForm.MatchString(key.Value) {
			faults = append(faults, Fault{key.Line, key.Column, at, "", "want a name of small letters, digits and hyphens"})
			continue
		}
		if _, err := b.Lookup(key.Value); err == nil {
			faults = append(faults, Fault{key.Line, key.Column, at, "", "there is a regime of this name already; choose another"})
			continue
		}
		rd := reader{book: b}
		r := rd.regime(key.Value, value, at)
		faults = append(faults, rd.faults...)
		if len(rd.faults) == 0 {
			b.regimes = append(b.regimes, r)
		}
	}
	return faults
}

// With returns a book that knows the regimes of a mapping in YAML beside those of b. The faults are the
// user's.
func (b *Book) With(n *yaml.Node, path string) (*Book, []Fault) {
	c := &Book{b.useful, slices.Clone(b.regimes), b.patterns}
	return c, c.define(n, path)
}

// Add returns a book that knows r, too.
func (b *Book) Add(r Regime) (*Book, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if _, err := b.Lookup(r.Name); err == nil {
		return nil, fmt.Errorf("there is a regime %s already", r.Name)
	}
	return &Book{b.useful, append(slices.Clone(b.regimes), r), b.patterns}, nil
}

// Names returns the names of the regimes without a parameter, then those of the families, such as sample-P.
func (b *Book) Names() (names []string) {
	for _, r := range b.regimes {
		names = append(names, r.Name)
	}
	for _, p := range b.patterns {
		names = append(names, p.before+p.letter)
	}
	return names
}

// Regimes returns the regimes without a parameter.
func (b *Book) Regimes() []Regime { return slices.Clone(b.regimes) }

// examples are parameters to show and to test the families with.
var examples = map[string][]string{"P": {"25", "7"}, "K": {"4"}, "E": {"8"}, "N": {"14"}, "ITEMS": {"balance_won,failed_topups_7d"}}

// Examples returns names of every family with parameters filled in.
func (b *Book) Examples() (names []string) {
	for _, p := range b.patterns {
		for _, x := range examples[p.letter] {
			names = append(names, p.before+x)
		}
	}
	return names
}

// Lookup returns the regime of a name, which may carry a parameter. The fault says what is wrong with the name.
func (b *Book) Lookup(name string) (Regime, *Fault) {
	for _, r := range b.regimes {
		if r.Name == name {
			return r, nil
		}
	}
	for _, p := range b.patterns {
		text, ok := strings.CutPrefix(name, p.before)
		if !ok {
			continue
		}
		values, problem := b.parameter(p.letter, text)
		if problem != "" {
			return Regime{}, &Fault{Value: name, Message: problem + ", such as " + p.before + examples[p.letter][0]}
		}
		rd := reader{book: b}
		r := rd.regime(name, p.fill(p.node, values), name)
		if len(rd.faults) > 0 {
			return Regime{}, &Fault{Value: name, Message: rd.faults[0].Message}
		}
		r.Text = strings.NewReplacer("P percent", text+" percent", "the K most", "the "+text+" most", "N days", text+" days", ", E a", ", ε "+text+" a").Replace(r.Text)
		return r, nil
	}
	return Regime{}, &Fault{Value: name, Message: "want one of " + strings.Join(b.Names(), ", ")}
}

var numberForm = regexp.MustCompile(`^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$`)

// number reads a number that is written in the one way in which names write it.
func number(text string) (float64, error) {
	if !numberForm.MatchString(text) {
		return 0, errors.New("not a number")
	}
	return strconv.ParseFloat(text, 64)
}

// parameter checks the parameter of a name and returns what stands for its letter.
func (b *Book) parameter(letter, text string) (values []string, problem string) {
	x, err := number(text)
	whole := err == nil && !strings.Contains(text, ".")
	switch letter {
	case "P":
		if err != nil || x > 100 {
			return nil, "want a percentage from 0 to 100"
		}
	case "K":
		if !whole || x < 1 || x > float64(len(b.useful)) {
			return nil, fmt.Sprintf("want a number of items from 1 to %d", len(b.useful))
		}
	case "E":
		if err != nil || x <= 0 || x > 1000 {
			return nil, "want a privacy budget above 0 and at most 1000"
		}
	case "N":
		if !whole || x < 1 || x > 36_500 {
			return nil, "want a number of days from 1 to 36500"
		}
	case "ITEMS":
		return b.itemList(text)
	}
	return []string{text}, ""
}

func (b *Book) itemList(text string) (values []string, problem string) {
	for _, name := range strings.Split(text, ",") {
		if i, ok := record.ItemNamed(name); !ok || i == record.ItemAccountID {
			return nil, fmt.Sprintf("%q is not an item that can be chosen, want some of %s", name, strings.Join(itemNames(), ", "))
		}
		if slices.Contains(values, name) {
			return nil, name + " stands there twice"
		}
		values = append(values, name)
	}
	return values, ""
}

// fill returns a copy of n in which the parameter stands for its letter, where that is a word of its own or
// follows a hyphen.
func (p *pattern) fill(n *yaml.Node, values []string) *yaml.Node {
	c := *n
	c.Content = nil
	for i, x := range n.Content {
		isText := n.Kind == yaml.MappingNode && i%2 == 1 && n.Content[i-1].Value == "text"
		switch {
		case isText:
			c.Content = append(c.Content, x)
		case n.Kind == yaml.SequenceNode && x.Value == p.letter:
			for _, v := range values {
				c.Content = append(c.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: v})
			}
		default:
			c.Content = append(c.Content, p.fill(x, values))
		}
	}
	if n.Kind == yaml.ScalarNode {
		if n.Value == p.letter {
			c.Value = values[0]
		} else if before, ok := strings.CutSuffix(n.Value, "-"+p.letter); ok {
			c.Value = before + "-" + values[0]
		}
	}
	return &c
}
