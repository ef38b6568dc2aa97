package scenarios

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"
)

// maxBytes bounds a scenario file. All parameters with a comment each need less than a tenth of it.
const maxBytes = 1 << 20

// topKeys are the keys of a scenario file.
var topKeys = []string{"title", "question", "base", "note", "regimes", "set"}

// A setting is a value with the place that gave it.
type setting struct {
	value any
	place Place
}

// A document is a scenario file as read: differences only.
type document struct {
	name     string
	place    Place
	head     map[string]string // title, question, base, note
	baseAt   Place
	regimes  *yaml.Node // mapping of names to the regimes defined; nil without any
	settings map[string]setting
	bad      map[string]bool // parameters whose value could not be read
}

func (d *document) info() Info {
	i := Info{Name: d.name, Title: d.head["title"], Question: d.head["question"], Base: d.head["base"],
		Note: d.head["note"], Settings: len(d.settings)}
	if i.Title == "" {
		i.Title = d.name
	}
	if d.place.Origin == FromFile {
		i.File = d.place.Name
	}
	return i
}

// readFile returns the text of a scenario file, or the problem with getting it.
func readFile(name string) ([]byte, *Problem) {
	fail := func(message, hint string) ([]byte, *Problem) {
		return nil, &Problem{Place: Place{Origin: FromFile, Name: name}, Message: message, Hint: hint}
	}
	f, err := os.Open(name)
	if err != nil {
		return fail("cannot be read: "+reason(err), "")
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return fail("is a folder, not a scenario file", "name a YAML file in it")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return fail("cannot be read: "+reason(err), "")
	}
	if len(text) > maxBytes {
		problem := tooLong(name)
		return nil, &problem
	}
	return text, nil
}

func tooLong(name string) Problem {
	return Problem{Place: Place{Origin: FromFile, Name: name}, Message: fmt.Sprintf("is larger than %d bytes, so it is no scenario", maxBytes),
		Hint: "a scenario holds only the differences from its base"}
}

// reason strips the operation and the file name, which the place tells already.
func reason(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// read parses a scenario file. The document is usable as far as it goes when there are problems.
func (r *Registry) read(place Place, text []byte) (*document, Problems) {
	d := &document{place: place, head: map[string]string{}, settings: map[string]setting{}, bad: map[string]bool{}}
	d.name = strings.TrimSuffix(strings.TrimSuffix(filepath.Base(place.Name), ".yaml"), ".yml")
	rd := reader{registry: r, document: d}
	if root := rd.parse(text); root != nil {
		rd.top(root)
	}
	return d, rd.problems
}

// A reader turns YAML nodes into a document and collects the problems on the way.
type reader struct {
	registry *Registry
	document *document
	problems Problems
}

// at returns the place of a node.
func (rd *reader) at(n *yaml.Node) Place {
	p := rd.document.place
	p.Line, p.Column = n.Line, n.Column
	return p
}

// complain adds a problem at n.
func (rd *reader) complain(n *yaml.Node, path, message, hint string) {
	rd.problems.add(Problem{Place: rd.at(n), Path: path, Message: message, Hint: hint})
}

// parse returns the root mapping, or nil after adding the problem.
func (rd *reader) parse(text []byte) *yaml.Node {
	if line := firstInvalid(text); line > 0 {
		rd.complain(&yaml.Node{Line: line, Column: 1}, "", "is not UTF-8 text", "save it as UTF-8")
		return nil
	}
	var root, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	err := decoder.Decode(&root)
	if err == nil {
		err = decoder.Decode(&second)
		if err == nil {
			rd.complain(&second, "", "a second document begins here", "a scenario file holds one: remove the line ---")
			return nil
		}
	}
	if err != io.EOF {
		rd.syntax(err, text)
		return nil
	}
	if root.Kind == 0 || root.Content[0].ShortTag() == "!!null" {
		rd.complain(&yaml.Node{}, "", "holds no scenario",
			"begin with title: and list what differs below set:, or run the built-in "+DefaultName)
		return nil
	}
	if root.Content[0].Kind != yaml.MappingNode {
		rd.complain(root.Content[0], "", "want the keys "+strings.Join(topKeys, ", "), "")
		return nil
	}
	return root.Content[0]
}

// firstInvalid returns the line of the first byte that is not UTF-8, 0 when there is none.
func firstInvalid(text []byte) int {
	if utf8.Valid(text) {
		return 0
	}
	for i := 0; ; {
		c, size := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && size == 1 {
			return 1 + bytes.Count(text[:i], []byte("\n"))
		}
		i += size
	}
}

var (
	yamlError = regexp.MustCompile(`^(?:yaml: )?(?:line ([0-9]+): )?(.*)$`)
	tabIndent = regexp.MustCompile(`(?m)^ *\t`)
)

// syntax words what the YAML parser refuses.
func (rd *reader) syntax(err error, text []byte) {
	m := yamlError.FindStringSubmatch(strings.SplitN(err.Error(), "\n", 2)[0])
	at := &yaml.Node{Column: 1}
	at.Line, _ = strconv.Atoi(m[1])
	if tab := tabIndent.FindIndex(text); tab != nil {
		at.Line = 1 + bytes.Count(text[:tab[0]], []byte("\n"))
		rd.complain(at, "", "is not YAML: a line begins with a tab", "indent with spaces")
		return
	}
	rd.complain(at, "", "is not YAML: "+m[2], "")
}

// top reads the keys of the file.
func (rd *reader) top(root *yaml.Node) {
	rd.pairs(root, "", func(key, value *yaml.Node) {
		switch name := key.Value; {
		case name == "set":
			rd.group("", value)
		case name == "regimes":
			rd.document.regimes = value
		case slices.Contains(topKeys, name):
			rd.headLine(key, value)
		case rd.registry.has(name) || rd.registry.groups[name]:
			rd.complain(key, name, "a parameter belongs under set", "put set: before it and indent it")
		default:
			rd.complain(key, name, "unknown key, want one of "+strings.Join(topKeys, ", "), didYouMean(name, topKeys))
		}
	})
}

// headLine reads title, question, base or note.
func (rd *reader) headLine(key, value *yaml.Node) {
	switch {
	case value.Kind != yaml.ScalarNode || value.ShortTag() == "!!null":
		rd.complain(value, key.Value, "want text", "")
		return
	case !isText(value.Value):
		rd.complain(value, key.Value, "want text without control characters", "")
		return
	}
	rd.document.head[key.Value] = strings.TrimSpace(value.Value)
	if key.Value == "base" {
		rd.document.baseAt = rd.at(value)
	}
}

// pairs calls f for each key of a mapping. Keys that stand twice, aliases and merges are problems.
func (rd *reader) pairs(n *yaml.Node, path string, f func(key, value *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content) && !rd.problems.full(); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch line, twice := first[key.Value]; {
		case key.Kind == yaml.AliasNode || value.Kind == yaml.AliasNode || key.Anchor != "" || value.Anchor != "" || key.Tag == "!!merge":
			rd.complain(key, join(path, key.Value), "anchors and aliases are not used in scenarios", "write the value out")
		case key.Kind != yaml.ScalarNode:
			rd.complain(key, path, "a key must be a name", "")
		case twice:
			rd.complain(key, join(path, key.Value), fmt.Sprintf("stands here a second time, first in line %d", line), "keep one")
		default:
			first[key.Value] = key.Line
			f(key, value)
		}
	}
}

// join appends a key to a path.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// group reads the parameters below path: nested, dotted, or both.
func (rd *reader) group(path string, n *yaml.Node) {
	if n.ShortTag() == "!!null" && n.Kind == yaml.ScalarNode {
		return
	}
	if n.Kind != yaml.MappingNode {
		rd.complain(n, cmp.Or(path, "set"), "want a group of parameters", "its keys are "+rd.registry.children(path))
		return
	}
	rd.pairs(n, path, func(key, value *yaml.Node) {
		full := join(path, key.Value)
		switch r := rd.registry; {
		case r.has(full):
			rd.parameter(full, key, value)
		case r.groups[full]:
			rd.group(full, value)
		default:
			rd.complain(key, full, r.unknown(full), didYouMean(full, r.names))
			if near := nearest(full, r.names); r.groups[near] {
				rd.group(near, value) // so that the mistakes below a misspelt group are told at once
			}
		}
	})
}

// children lists the keys below a group.
func (r *Registry) children(group string) string {
	below := map[string]bool{}
	for _, name := range r.names {
		rest, ok := strings.CutPrefix(name, group+".")
		if group == "" {
			rest, ok = name, true
		}
		if ok && !strings.Contains(rest, ".") {
			below[rest] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(below)), ", ")
}

// parameter reads one value.
func (rd *reader) parameter(path string, key, value *yaml.Node) {
	d := rd.document
	if before, twice := d.settings[path]; twice {
		rd.complain(key, path, fmt.Sprintf("is set a second time, first in line %d", before.place.Line), "keep one")
		return
	}
	for _, item := range value.Content {
		if item.Kind == yaml.AliasNode || item.Anchor != "" {
			rd.complain(item, path, "anchors and aliases are not used in scenarios", "write the value out")
			d.bad[path] = true
			return
		}
	}
	p := &rd.registry.parameters[rd.registry.index[path]]
	v, problem := p.readNode(value)
	if problem != nil {
		place := rd.at(value)
		if problem.Line > 0 {
			place.Line, place.Column = problem.Line, problem.Column
		}
		problem.Place = place
		rd.problems.add(*problem)
		d.bad[path] = true
		return
	}
	d.settings[path] = setting{v, rd.at(value)}
}

// notParameters are what people look for among the parameters but belongs to the command: it cannot
// change a result.
var notParameters = map[string]string{
	"run.workers": "--workers", "run.out": "--out", "run.force": "--force", "run.resume": "--resume",
	"workers": "--workers", "out": "--out", "force": "--force", "resume": "--resume",
}

// unknown words an unknown parameter.
func (r *Registry) unknown(path string) string {
	if flag := notParameters[path]; flag != "" {
		return "is not part of a scenario, because it cannot change a result: give it as " + flag
	}
	return "unknown parameter"
}
