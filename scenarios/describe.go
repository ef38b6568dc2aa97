package scenarios

import (
	"fmt"
	"strings"
)

// Describe returns the reference of all parameters in Markdown, as committed in PARAMETERS.md.
func Describe() string { return Standard().Describe() }

// Describe returns the reference of this registry's parameters in Markdown.
func (r *Registry) Describe() string {
	var b strings.Builder
	counts := map[Mark]int{}
	for i := range r.parameters {
		counts[r.parameters[i].Mark]++
	}
	fmt.Fprintf(&b, `# Parameters

Made from scenarios/parameters/*.yaml; change those files, then run `+"`go test ./scenarios -update`"+`.

%d parameters. Each default is *sourced* (%d: published), *derived* (%d: computed from published figures)
or *assumed* (%d: nothing is published; where given, the range to try in a sensitivity study follows).
Any of them can be set in a scenario file, as `+"`--set path=value`"+`, or as the environment variable
OVERSHARE_ with the path in capitals and dots as underscores, such as OVERSHARE_RUN_USERS.
`, len(r.parameters), counts[Sourced], counts[Derived], counts[Assumed])
	for _, area := range r.areas {
		r.describeArea(&b, area)
	}
	r.describeRules(&b)
	return b.String()
}

// describeArea writes one table.
func (r *Registry) describeArea(b *strings.Builder, area Area) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", area.Title, strings.TrimSpace(area.About))
	b.WriteString("| Parameter | Default | Allowed | Meaning | Mark and source |\n|---|---|---|---|---|\n")
	for i := range r.parameters {
		p := &r.parameters[i]
		if p.Area != area.Name {
			continue
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | **%s.** %s | %s |\n", p.Path, cell(p.defaultText()), cell(p.wants()),
			cell(p.Title), cell(p.Meaning), cell(p.sourceText()))
	}
}

// defaultText is the default with its unit.
func (p *Parameter) defaultText() string {
	text := "`" + formatValue(p.Default) + "`"
	if p.Unit != "" && p.Unit != "date" && p.Unit != "share" {
		text += " " + p.Unit
	}
	return text
}

// sourceText is mark, source and range to try.
func (p *Parameter) sourceText() string {
	text := fmt.Sprintf("*%s*: %s", p.Mark, p.Source)
	if p.Try != nil {
		joint := "to"
		if _, lists := p.Try[0].([]any); lists {
			joint = "or"
		}
		text += fmt.Sprintf("; try %s %s %s", formatValue(p.Try[0]), joint, formatValue(p.Try[1]))
	}
	return text
}

// describeRules writes what ties parameters together.
func (r *Registry) describeRules(b *strings.Builder) {
	b.WriteString("\n## Rules between parameters\n\n")
	for i := range rules {
		kind := "error"
		if rules[i].warn {
			kind = "warning"
		}
		if known := r.knows(rules[i].needs); known {
			fmt.Fprintf(b, "- %s (%s; `%s`)\n", rules[i].explain, kind, strings.Join(rules[i].needs, "`, `"))
		}
	}
	for i := range r.parameters {
		p := &r.parameters[i]
		if p.items.pairsWith != "" {
			fmt.Fprintf(b, "- one item for each of the other (error; `%s`, `%s`)\n", p.Path, p.items.pairsWith)
		}
	}
}

// cell makes text fit into one cell of a Markdown table.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}
