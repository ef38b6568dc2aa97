package evaluate

import (
	"slices"
	"strings"
)

// A role is what a column is for.
type role int

const (
	label role = iota
	scope
	when
	weight
	group
	person
	numRoles
)

var roleNames = [numRoles]string{"label", "scope", "time", "weight", "group", "person"}

// usual are the names that a column of a role is found by when none is given.
var usual = [numRoles][]string{
	{"label", "bad", "bounced", "target"}, {"scope", "in_scope", "inscope"}, {"time", "date", "day", "timestamp"},
	{"weight"}, {"group"}, {"person", "person_id", "user", "user_id"},
}

// A layout says which column of a file is what.
type layout struct {
	at       [numRoles]int // -1: none
	features []int         // without the scope, which is always one
	named    bool          // the user listed the features
	lists    []string      // columns that hold several values a row and are left out
}

// assign finds the columns of all roles and the features.
func assign(names []string, o *Options) (*layout, error) {
	l := &layout{}
	for r, given := range []string{o.Label, o.Scope, o.Time, o.Weight, o.Group, o.Person} {
		at, err := find(names, role(r), given)
		if err != nil {
			return nil, err
		}
		for before, other := range l.at[:r] {
			if at >= 0 && other == at {
				return nil, mistake("give each its own column", "column %q is named as both %s and %s", names[at], roleNames[before], roleNames[r])
			}
		}
		l.at[r] = at
	}
	if err := l.chooseFeatures(names, o); err != nil {
		return nil, err
	}
	return l, nil
}

// find returns the column of a role, -1 for none.
func find(names []string, r role, given string) (int, error) {
	if given == None {
		if r <= scope {
			return -1, mistake("name the column with --"+roleNames[r], "a %s column is needed", roleNames[r])
		}
		return -1, nil
	}
	if given != Auto {
		return lookup(names, given, "--"+roleNames[r])
	}
	var found []int
	for i, n := range names {
		if slices.Contains(usual[r], strings.ToLower(n)) {
			found = append(found, i)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return -1, mistake("choose one with --"+roleNames[r], "columns %q and %q could both be the %s", names[found[0]], names[found[1]], roleNames[r])
	case r <= scope:
		return -1, mistake("name it with --"+roleNames[r]+"; the columns are "+list(names), "no column is named like a %s (%s)",
			roleNames[r], strings.Join(usual[r], ", "))
	}
	return -1, nil
}

// lookup finds a column by its name.
func lookup(names []string, name, flag string) (int, error) {
	i := slices.Index(names, name)
	if i < 0 {
		return -1, &Mistake{Text: flag + ": the file has no column " + cell{kind: text, text: []byte(name)}.quoted(),
			Hint: "the columns are " + list(names), Name: name, Known: names}
	}
	if strings.HasSuffix(name, "[]") {
		return -1, mistake("choose a column with one value a row", "%s: column %q holds several values a row", flag, name)
	}
	return i, nil
}

// list shows names, at most twenty.
func list(names []string) string {
	if len(names) > 20 {
		return strings.Join(names[:20], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}

func (l *layout) chooseFeatures(names []string, o *Options) error {
	if o.Features != nil {
		l.named = true
		for _, name := range o.Features {
			i, err := lookup(names, name, "--features")
			switch {
			case err != nil:
				return err
			case i == l.at[label]:
				return mistake("leave it away", "--features: %q is the label itself", name)
			case slices.Contains(l.features, i):
				return mistake("name it once", "--features: column %q is named twice", name)
			case i != l.at[scope]:
				l.features = append(l.features, i)
			}
		}
		return nil
	}
	leave := append(slices.Clone(l.at[:]), declined(names, o)...)
	for _, name := range o.Ignore {
		i, err := lookup(names, name, "--ignore")
		if err != nil {
			return err
		}
		leave = append(leave, i)
	}
	for i, name := range names {
		switch {
		case slices.Contains(leave, i):
		case strings.HasSuffix(name, "[]"):
			l.lists = append(l.lists, name)
		default:
			l.features = append(l.features, i)
		}
	}
	return nil
}

// declined are the columns named like a role that the user does not want: a person's number or a date is no
// feature just because it is no role.
func declined(names []string, o *Options) (at []int) {
	for r, given := range []string{o.Label, o.Scope, o.Time, o.Weight, o.Group, o.Person} {
		for i, n := range names {
			if given == None && slices.Contains(usual[r], strings.ToLower(n)) && role(r) != group {
				at = append(at, i)
			}
		}
	}
	return at
}
