package scenarios

import (
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// readNode reads a value of p from YAML. The problem has line and column but no file.
func (p *Parameter) readNode(n *yaml.Node) (any, *Problem) {
	if p.Kind.List {
		return p.readSequence(n)
	}
	return p.readScalar(n)
}

// readScalar reads one scalar from YAML.
func (p *Parameter) readScalar(n *yaml.Node) (any, *Problem) {
	if problem := p.plain(n); problem != nil {
		return nil, problem
	}
	v, hint, ok := p.parseScalar(n.Value)
	if !ok {
		return nil, p.wrong(n, n.Value, hint)
	}
	return v, nil
}

// plain finds what is wrong with the form of a scalar: not one at all, none given, tagged, quoted.
func (p *Parameter) plain(n *yaml.Node) *Problem {
	text := p.Kind.Name == "text" || p.Kind.Name == "choice" || p.Kind.Name == "regime"
	quoted := n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	switch {
	case n.Kind == yaml.SequenceNode:
		return p.wrong(n, "", "it is a list here")
	case n.Kind != yaml.ScalarNode:
		return p.wrong(n, "", "it is a group of keys here")
	case n.Style&yaml.TaggedStyle != 0:
		return p.wrong(n, n.Value, "leave out the tag "+printable(n.Tag))
	case n.ShortTag() == "!!null":
		return p.wrong(n, "", "it has no value here")
	case !text && quoted:
		return p.wrong(n, n.Value, "write it without quotes")
	case text && !quoted && n.ShortTag() != "!!str" && n.ShortTag() != "!!timestamp":
		return p.wrong(n, n.Value, "YAML takes it for something other than text: put it in quotes")
	}
	return nil
}

// parseScalar reads and checks one scalar.
func (p *Parameter) parseScalar(text string) (v any, hint string, ok bool) {
	v, hint, ok = parsers[p.Kind.Name](text)
	if !ok {
		return nil, hint, false
	}
	hint, ok = p.checkOne(v)
	return v, hint, ok
}

// readSequence reads a list from YAML.
func (p *Parameter) readSequence(n *yaml.Node) (any, *Problem) {
	if n.Kind != yaml.SequenceNode {
		return nil, p.wrong(n, n.Value, "")
	}
	items := make([]any, 0, len(n.Content))
	for _, item := range n.Content {
		v, problem := p.readScalar(item)
		if problem != nil {
			return nil, problem
		}
		items = append(items, v)
	}
	if hint := p.checkList(items); hint != "" {
		return nil, p.wrong(n, formatValue(items), hint)
	}
	return items, nil
}

// readText reads a value of p as it is written in a flag or an environment variable, where a list is
// separated by commas, with or without brackets.
func (p *Parameter) readText(text string) (any, *Problem) {
	text = strings.TrimSpace(text)
	if !p.Kind.List {
		v, hint, ok := p.parseScalar(text)
		if !ok {
			return nil, p.wrong(nil, text, hint)
		}
		return v, nil
	}
	items := []any{}
	parts := splitList(text)
	if p.Kind.Name == "regime" {
		parts = splitRegimes(parts)
	}
	for _, part := range parts {
		v, hint, ok := p.parseScalar(part)
		if !ok {
			return nil, p.wrong(nil, part, hint)
		}
		items = append(items, v)
	}
	if hint := p.checkList(items); hint != "" {
		return nil, p.wrong(nil, text, hint)
	}
	return items, nil
}

// splitList splits at commas. The empty text and [] are the empty list.
func splitList(text string) []string {
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	if text == "" {
		return nil
	}
	parts := strings.Split(text, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// wrong words a value that p cannot take.
func (p *Parameter) wrong(n *yaml.Node, value, hint string) *Problem {
	problem := &Problem{Path: p.Path, Value: value, Message: "want " + p.wants(), Hint: hint}
	if value == "" && n == nil {
		problem.Message = fmt.Sprintf("is empty, want %s", p.wants())
	}
	if n != nil {
		problem.Line, problem.Column = n.Line, n.Column
	}
	return problem
}
