package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An object is a JSON object; its keys are written in alphabetical order.
type object = map[string]any

// Schema returns the JSON Schema (draft 2020-12) of a scenario file, for editors and other programs. What
// it cannot say is checked by [Load] alone: sums, lists that go together, a parameter that is set both
// nested and dotted, and the rules between parameters.
func Schema() []byte { return Standard().Schema() }

// Schema returns the JSON Schema of a scenario file for this registry.
func (r *Registry) Schema() []byte {
	defs := object{}
	for i := range r.parameters {
		defs[r.parameters[i].Path] = r.parameters[i].schema()
	}
	for _, g := range append(slices.Collect(maps.Keys(r.groups)), "") {
		defs[groupDef(g)] = r.groupSchema(g)
	}
	text := func(about string) object { return object{"type": "string", "description": about} }
	base := text("built-in scenario that this one differs from; without it the defaults")
	base["enum"] = r.builtinNames()
	root := object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Overshare scenario",
		"type":    "object",
		"properties": object{
			"title":    text("what the scenario is, in one line"),
			"question": text("what it is meant to answer"),
			"note":     text("anything a reader should know"),
			"base":     base,
			"regimes":  regimeSchema(),
			"set":      object{"$ref": "#/$defs/" + groupDef("")},
		},
		"additionalProperties": false,
		"$defs":                defs,
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic(fmt.Sprintf("scenarios: internal error: %v", err))
	}
	return b.Bytes()
}

func groupDef(group string) string { return "set:" + group }

// groupSchema describes the keys below a group: each may be nested or written with dots.
func (r *Registry) groupSchema(group string) object {
	properties := object{}
	for _, name := range r.names {
		rest, below := strings.CutPrefix(name, group+".")
		if group == "" {
			rest, below = name, true
		}
		if !below {
			continue
		}
		ref := name
		if r.groups[name] {
			ref = groupDef(name)
		}
		properties[rest] = object{"$ref": "#/$defs/" + ref}
	}
	return object{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false}
}

// schema describes one parameter.
func (p *Parameter) schema() object {
	o := p.scalarSchema()
	if p.Kind.List {
		o = object{"type": "array", "items": o}
		if p.items.least > 0 {
			o["minItems"] = p.items.least
		}
		if p.items.most > 0 {
			o["maxItems"] = p.items.most
		}
		if p.items.unique {
			o["uniqueItems"] = true
		}
	}
	o["title"] = p.Title
	o["description"] = p.Meaning
	o["default"] = portable(p.Default)
	o["x-source"] = p.Source
	o["x-mark"] = p.Mark
	if p.Unit != "" {
		o["x-unit"] = p.Unit
	}
	if p.Try != nil {
		o["x-try"] = portable(p.Try)
	}
	return o
}

// dateSchemaForm lets editors refuse what is no date even when they ignore formats.
const dateSchemaForm = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`

// scalarSchema describes a scalar, or the items of a list. JSON Schema has no order of dates, so their
// bounds are left to Load.
func (p *Parameter) scalarSchema() object {
	o := object{}
	switch p.Kind.Name {
	case "int", "days", "won":
		o["type"] = "integer"
	case "float", "share":
		o["type"] = "number"
	case "bool":
		o["type"] = "boolean"
	case "date":
		return object{"type": "string", "format": "date", "pattern": dateSchemaForm}
	case "choice":
		return object{"type": "string", "enum": p.Choices}
	default:
		o["type"] = "string"
	}
	if v, open, ok := p.Min(); ok {
		o[map[bool]string{false: "minimum", true: "exclusiveMinimum"}[open]] = portable(v)
	}
	if v, open, ok := p.Max(); ok {
		o[map[bool]string{false: "maximum", true: "exclusiveMaximum"}[open]] = portable(v)
	}
	return o
}
