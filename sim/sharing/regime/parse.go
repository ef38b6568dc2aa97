package regime

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"overshare/sim/people"
	"overshare/sim/record"
)

// A Fault is a mistake in what a user wrote: where it stands, what is wrong, what would be right.
type Fault struct {
	Line, Column         int // 0 for a name that stands in no file
	Path, Value, Message string
}

func (f Fault) Error() string {
	text := ""
	if f.Path != "" {
		text = f.Path
	}
	if f.Value != "" {
		text += " = " + f.Value
	}
	if text != "" {
		text += ": "
	}
	return text + f.Message
}

// A reader collects the faults of one regime.
type reader struct {
	book   *Book
	faults []Fault
}

func (rd *reader) fault(n *yaml.Node, path, value, format string, args ...any) {
	f := Fault{Path: path, Value: value, Message: fmt.Sprintf(format, args...)}
	if n != nil {
		f.Line, f.Column = n.Line, n.Column
	}
	rd.faults = append(rd.faults, f)
}

// keys calls the function of every key of a mapping; unknown keys, keys that stand twice and anything that is
// no mapping are faults.
func (rd *reader) keys(n *yaml.Node, path string, take map[string]func(*yaml.Node, string)) {
	if n.Kind != yaml.MappingNode {
		rd.fault(n, path, n.Value, "want a mapping with the keys %s", known(take))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		f := take[key.Value]
		switch {
		case f == nil:
			rd.fault(key, path+"."+key.Value, "", "unknown key, want one of %s", known(take))
		case seen[key.Value]:
			rd.fault(key, path+"."+key.Value, "", "stands there twice")
		default:
			f(value, path+"."+key.Value)
		}
		seen[key.Value] = true
	}
}

func known(take map[string]func(*yaml.Node, string)) string {
	var list []string
	for k := range take {
		list = append(list, k)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// regime reads one regime.
func (rd *reader) regime(name string, n *yaml.Node, path string) (r Regime) {
	r.Name = name
	var flows, change *yaml.Node
	like := ""
	rd.keys(n, path, map[string]func(*yaml.Node, string){
		"text":     func(v *yaml.Node, _ string) { r.Text = strings.TrimSpace(v.Value) },
		"like":     func(v *yaml.Node, _ string) { like = v.Value },
		"change":   func(v *yaml.Node, _ string) { change = v },
		"flows":    func(v *yaml.Node, _ string) { flows = v },
		"overseas": func(v *yaml.Node, p string) { r.Overseas = choice[Overseas](rd, v, p, overseas) },
	})
	switch {
	case like != "" && flows != nil:
		rd.fault(flows, path+".flows", "", "give either flows or like, not both")
	case like != "":
		rd.alike(&r, like, change, n, path)
	case change != nil:
		rd.fault(change, path+".change", "", "changes what? name a regime with like")
	case flows == nil:
		rd.fault(n, path, "", "has no flows; write flows: [] for a regime that sends nothing")
	case flows.Kind != yaml.SequenceNode:
		rd.fault(flows, path+".flows", flows.Value, "want a list of flows, [] for none")
	default:
		for i, f := range flows.Content {
			at := fmt.Sprintf("%s.flows[%d]", path, i)
			flow := fresh()
			rd.flow(f, at, &flow)
			r.Flows = append(r.Flows, flow)
		}
	}
	if len(rd.faults) == 0 {
		rd.check(&r, n, path)
	}
	return r
}

// alike takes the flows of another regime and changes them.
func (rd *reader) alike(r *Regime, like string, change, n *yaml.Node, path string) {
	base, err := rd.book.Lookup(like)
	if err != nil {
		rd.fault(n, path+".like", like, "%s", err.Message)
		return
	}
	r.Flows = slices.Clone(base.Flows)
	if r.Overseas == Necessary {
		r.Overseas = base.Overseas
	}
	if change == nil {
		return
	}
	for i := range r.Flows {
		rd.flow(change, path+".change", &r.Flows[i])
	}
}

// fresh is a flow of which nothing is said.
func fresh() Flow { return Flow{Who: Who{In: 1, Others: 1}, Weeks: 1} }

// flow reads the keys of a flow into f; what is not said stays as it is.
func (rd *reader) flow(n *yaml.Node, path string, f *Flow) {
	var how *yaml.Node
	howPath := ""
	rd.keys(n, path, map[string]func(*yaml.Node, string){
		"who":             func(v *yaml.Node, p string) { rd.who(v, p, &f.Who) },
		"when":            func(v *yaml.Node, p string) { f.When = rd.when(v, p) },
		"items":           func(v *yaml.Node, p string) { f.Items, f.Score = rd.items(v, p) },
		"how":             func(v *yaml.Node, p string) { how, howPath = v, p },
		"backfill_nights": func(v *yaml.Node, p string) { f.Backfill = rd.whole(v, p, 0, 28) },
		"weeks":           func(v *yaml.Node, p string) { f.Weeks = rd.whole(v, p, 1, len(record.Lags)+1) },
		"retention_days":  func(v *yaml.Node, p string) { f.Retention = rd.whole(v, p, 1, 36_500) },
		"keep": func(v *yaml.Node, p string) {
			f.Keep = choice[uint8](rd, v, p, []string{"no", "yes", "false", "true"})&1 == 1
		},
		"consent_asked": func(v *yaml.Node, p string) { f.Consent = choice[Consent](rd, v, p, consents) },
	})
	if how != nil {
		rd.how(how, howPath, f)
	}
}

var (
	overseas = []string{"necessary", "everything", "consenting", "nothing"}
	willings = []string{"any", "yes", "no"}
)

// choice reads one of some words, as its place among them. YAML may take yes and no for truths: the text
// counts.
func choice[T ~uint8](rd *reader, n *yaml.Node, path string, words []string) T {
	k := slices.Index(words, n.Value)
	if k < 0 || n.Kind != yaml.ScalarNode {
		rd.fault(n, path, n.Value, "want one of %s", strings.Join(words, ", "))
		return 0
	}
	return T(k)
}

// who reads a set of people.
func (rd *reader) who(n *yaml.Node, path string, w *Who) {
	*w = Who{In: 1, Others: 1}
	scope := "any"
	shares := map[string]*yaml.Node{}
	rd.keys(n, path, map[string]func(*yaml.Node, string){
		"scope": func(v *yaml.Node, p string) {
			words := []string{"any", "in", "out"}
			scope = words[choice[uint8](rd, v, p, words)]
		},
		"in_share":     func(v *yaml.Node, p string) { w.In, shares["out"] = rd.percent(v, p), v },
		"others_share": func(v *yaml.Node, p string) { w.Others, shares["in"] = rd.percent(v, p), v },
		"consent":      func(v *yaml.Node, p string) { w.Willing = choice[Willing](rd, v, p, willings) },
		"ages":         func(v *yaml.Node, p string) { w.Age = rd.group(v, p, people.Ages[:]) },
		"sexes":        func(v *yaml.Node, p string) { w.Sex = rd.group(v, p, people.Sexes[:]) },
		"regions":      func(v *yaml.Node, p string) { w.Region = rd.group(v, p, regions()) },
	})
	if v := shares[scope]; v != nil {
		rd.fault(v, path, "", "scope: %s leaves nobody of whom this is a share", scope)
	}
	switch scope {
	case "in":
		w.Others = 0
	case "out":
		w.In = 0
	}
}

func regions() (names []string) {
	for _, r := range people.Regions {
		names = append(names, r)
	}
	return names
}

// group reads a list of names as a set of their places.
func (rd *reader) group(n *yaml.Node, path string, names []string) (set uint32) {
	for _, v := range rd.list(n, path) {
		k := slices.Index(names, v.Value)
		if k < 0 {
			rd.fault(v, path, v.Value, "want some of %s", strings.Join(names, ", "))
			continue
		}
		set |= 1 << k
	}
	return set
}

// list returns the scalars of a list that is not empty.
func (rd *reader) list(n *yaml.Node, path string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		rd.fault(n, path, n.Value, "want a list of at least one")
		return nil
	}
	for _, v := range n.Content {
		if v.Kind != yaml.ScalarNode {
			rd.fault(v, path, "", "want names, not lists or mappings")
			return nil
		}
	}
	return n.Content
}

// when reads a calendar.
func (rd *reader) when(n *yaml.Node, path string) (w When) {
	every := func(v *yaml.Node, k int) {
		if w.Every != 0 {
			rd.fault(v, path, v.Value, "a flow has one cadence; it has another already")
		}
		w.Every = k
	}
	for _, v := range rd.list(n, path) {
		days, isEvery := strings.CutPrefix(v.Value, "every-")
		k, err := strconv.Atoi(days)
		switch {
		case v.Value == "daily":
			every(v, 1)
		case v.Value == "weekly":
			every(v, 7)
		case isEvery && err == nil && k >= 1 && k <= 36_500:
			every(v, k)
		case v.Value == "bulk":
			w.Bulk = true
		case v.Value == "request":
			w.Request = true
		default:
			rd.fault(v, path, v.Value, "want some of daily, weekly, every-N (N from 1), bulk, request")
		}
	}
	return w
}

// items reads a list of items.
func (rd *reader) items(n *yaml.Node, path string) (set record.ItemSet, score bool) {
	for _, v := range rd.list(n, path) {
		more := record.ItemSet(0)
		count, useful := strings.CutPrefix(v.Value, "useful-")
		item, ok := record.ItemNamed(v.Value)
		switch {
		case v.Value == "score":
			score = true
		case v.Value == "all":
			more = record.AllItems
		case useful:
			more = rd.useful(v, path, count)
		case ok:
			more = record.SetOf(item)
		default:
			rd.fault(v, path, v.Value, "no item has this name, want some of %s; or all, useful-K, score", strings.Join(itemNames(), ", "))
		}
		if set&more != 0 && !useful {
			rd.fault(v, path, v.Value, "is among the items already")
		}
		set |= more
	}
	if score && set != 0 {
		rd.fault(n, path, "", "a score is sent instead of a record, not with one: give it a flow of its own")
	}
	return set, score
}

// useful returns the identifier and the k most useful items.
func (rd *reader) useful(n *yaml.Node, path, count string) record.ItemSet {
	k, err := strconv.Atoi(count)
	if err != nil || k < 1 || k > len(rd.book.useful) {
		rd.fault(n, path, n.Value, "want a number of items from 1 to %d", len(rd.book.useful))
		return 0
	}
	return record.SetOf(record.ItemAccountID) | record.SetOf(rd.book.useful[:k]...)
}

func itemNames() (names []string) {
	for _, x := range record.Items {
		names = append(names, x.Name)
	}
	return names
}

// how reads the forms in which items are sent.
func (rd *reader) how(n *yaml.Node, path string, f *Flow) {
	if n.Kind == yaml.ScalarNode {
		p, ok := rd.protection(n, path)
		set := suited(f.Items, p.Form)
		if ok && set == 0 {
			rd.fault(n, path, n.Value, "none of the flow's items can be sent so")
		}
		if p.Form == Noisy {
			p.Epsilon /= float64(max(len(spent(set, f.Weeks)), 1))
		}
		for _, i := range set.List() {
			f.How[i] = p
		}
		return
	}
	take := map[string]func(*yaml.Node, string){}
	for _, i := range f.Items.List() {
		take[i.String()] = func(v *yaml.Node, at string) {
			p, ok := rd.protection(v, at)
			if ok && !suited(f.Items, p.Form).Has(i) {
				rd.fault(v, at, v.Value, "this item cannot be sent so")
			}
			f.How[i] = p
		}
	}
	rd.keys(n, path, take)
}

// spent lists the noisy values of one record, an item once for every week.
func spent(set record.ItemSet, weeks int) (list []record.Item) {
	for _, i := range set.List() {
		list = append(list, i)
		if slices.Contains(record.WeekItems[:], i) {
			for range weeks - 1 {
				list = append(list, i)
			}
		}
	}
	return list
}

// suited returns those of some items that can be sent in a form: identifiers and tokens can be keyed, values
// in bands can be banded or answered at random.
func suited(set record.ItemSet, form Form) (out record.ItemSet) {
	for _, i := range set.List() {
		info := i.Info()
		keyable := info.Identifier || i == record.ItemCounterparties7
		if form == Plain || form == Keyed && keyable || form >= Banded && len(info.Bands) > 1 {
			out |= record.SetOf(i)
		}
	}
	return out
}

func (rd *reader) protection(n *yaml.Node, path string) (p Protection, ok bool) {
	text, noisy := strings.CutPrefix(n.Value, "noise-")
	epsilon, err := number(text)
	switch {
	case n.Value == "plain":
	case n.Value == "keyed":
		p.Form = Keyed
	case n.Value == "banded":
		p.Form = Banded
	case noisy && err == nil && epsilon > 0 && epsilon <= 1000:
		p = Protection{Noisy, epsilon}
	case noisy:
		rd.fault(n, path, n.Value, "want noise-E with a privacy budget E above 0 and at most 1000")
		return p, false
	default:
		rd.fault(n, path, n.Value, "want one of plain, keyed, banded, noise-E")
		return p, false
	}
	return p, true
}

// whole reads a whole number within bounds.
func (rd *reader) whole(n *yaml.Node, path string, least, most int) int {
	k, err := strconv.Atoi(n.Value)
	if err != nil || k < least || k > most {
		rd.fault(n, path, n.Value, "want a whole number from %d to %d", least, most)
		return least
	}
	return k
}

// percent reads a share in percent.
func (rd *reader) percent(n *yaml.Node, path string) float64 {
	p, err := number(n.Value)
	if err != nil || p < 0 || p > 100 {
		rd.fault(n, path, n.Value, "want a percentage from 0 to 100")
		return 1
	}
	return p / 100
}
