package scenarios

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	yaml "go.yaml.in/yaml/v3"
)

func TestSchemaIsCurrent(t *testing.T) { golden(t, "schema.json", string(Schema())) }

func TestReferenceIsCurrent(t *testing.T) { golden(t, "PARAMETERS.md", Describe()) }

// compileSchema compiles r's schema with a validator of other authors, which also checks it against the
// meta-schema of draft 2020-12.
func compileSchema(t testing.TB, r *Registry) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("scenario.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON reads YAML as an editor does that knows the core schema of YAML 1.2, where a date is text.
func asJSON(t testing.TB, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.DocumentNode:
		return asJSON(t, n.Content[0])
	case yaml.MappingNode:
		o := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			o[n.Content[i].Value] = asJSON(t, n.Content[i+1])
		}
		return o
	case yaml.SequenceNode:
		a := []any{}
		for _, item := range n.Content {
			a = append(a, asJSON(t, item))
		}
		return a
	}
	switch n.ShortTag() {
	case "!!int", "!!float":
		if numberForm.MatchString(n.Value) {
			return json.Number(strings.TrimPrefix(n.Value, "+"))
		}
		return n.Value
	case "!!bool":
		return n.Value == "true"
	case "!!null":
		return nil
	}
	return n.Value
}

// validate holds text against the schema.
func validate(t testing.TB, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return schema.Validate(asJSON(t, &n))
}

func TestBuiltinsMatchSchema(t *testing.T) {
	schema := compileSchema(t, Standard())
	for _, info := range List() {
		text, err := builtinFiles.ReadFile("builtin/" + info.Name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, schema, string(text)); err != nil {
			t.Errorf("%s: %v", info.Name, err)
		}
		if err := validate(t, schema, mustLoad(t, info.Name).File()); err != nil {
			t.Errorf("%s in full: %v", info.Name, err)
		}
		if !strings.HasPrefix(string(text), "# yaml-language-server: $schema=../schema.json\n") {
			t.Errorf("%s does not tell editors its schema", info.Name)
		}
	}
}

// Loader and schema are two tellings of the same rules: on every parameter of every kind they must agree
// about what is right and wrong.
func TestSchemaAgreesWithLoader(t *testing.T) {
	values := []string{"0", "1", "-1", "2", "9", "10", "0.5", "1.5", "1e3", "-6", "true", "false", `"1"`, `"x"`, "red",
		"green", "purple", "[]", "[1]", "[1, 1]", "[1, 2, 3, 4]", "[1, 2, 3, 4, 5]", "[0.5, 0.5]", "[-1]", "[a, b]",
		"[2020-01-01]", "2020-02-29", "2021-02-29", "[red]", "{}", "{a: 1}", `["1"]`, "[[1]]", "2024-4-1"}
	for name, r := range map[string]*Registry{"toys": toys(t), "standard": Standard()} {
		schema, agreed := compileSchema(t, r), map[bool]int{}
		for _, p := range r.parameters {
			for _, v := range values {
				text := fmt.Sprintf("set:\n  %s: %s\n", p.Path, v)
				_, problems := r.read(Place{Name: "x"}, []byte(text))
				byLoader, bySchema := len(problems) == 0, validate(t, schema, text) == nil
				if byLoader != bySchema && !beyondSchema(&p, problems) {
					t.Errorf("%s: %s: loader says %v (%v), schema %v", name, text, byLoader, problems, bySchema)
				}
				agreed[byLoader]++
			}
		}
		if agreed[true] < 20 || agreed[false] < 100 {
			t.Errorf("%s: only %v tried", name, agreed)
		}
	}
}

// beyondSchema reports whether a refusal is of the kinds that JSON Schema cannot express.
func beyondSchema(p *Parameter, problems Problems) bool {
	return len(problems) > 0 && (p.items.sum != nil || p.items.sumMax != nil || p.Kind.Name == "date" && p.low.value != nil)
}

func TestSchemaKnowsBothForms(t *testing.T) {
	schema := compileSchema(t, toys(t))
	for text, right := range map[string]bool{
		"set: {toy: {deep: {er: {value: 2}}}}": true,
		"set: {toy.deep.er.value: 2}":          true,
		"set: {toy: {deep.er.value: 2}}":       true,
		"set: {toy.deep: {er: {value: 2}}}":    true,
		"set: {toy.deep: {value: 2}}":          false,
		"set: {toy: }":                         true,
		"set: {toy: 1}":                        false,
		"base: on-top":                         true,
		"base: on-bottom":                      false,
		"author: me":                           false,
	} {
		if err := validate(t, schema, text); (err == nil) != right {
			t.Errorf("%s: %v", text, err)
		}
		if _, err := toys(t).Load(write(t, text)); (err == nil) != right {
			t.Errorf("%s: loader: %v", text, err)
		}
	}
}
