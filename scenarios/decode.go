package scenarios

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/go-viper/mapstructure/v2"

	"overshare/sim/record"
)

// Decode fills the struct that into points to with the parameters below prefix; the empty prefix stands
// for all. Field and parameter names are matched without underscores and capitals: DailyFrom takes
// daily_from, MarginAUC takes margin_auc; a struct in the struct takes a group. Every parameter needs a
// field and every field a parameter, each of the type documented at [Kind]: whole numbers go into integers
// that can hold them, fractional ones into floats, dates into record.Day, money into record.Won, lists
// into slices. Nothing is converted in silence, because mapstructure alone would cut 1.9 down to 1.
func (s *Scenario) Decode(prefix string, into any) error {
	tree := s.tree(prefix)
	if len(tree) == 0 {
		return fmt.Errorf("scenarios: no parameter below %q", prefix)
	}
	d, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result:      into,
		ErrorUnused: true,
		ErrorUnset:  true,
		ZeroFields:  true,
		MatchName:   func(key, field string) bool { return fieldKey(key) == fieldKey(field) },
		DecodeHook:  mapstructure.DecodeHookFuncValue(refuseConversion),
	})
	if err == nil {
		err = d.Decode(tree)
	}
	if err != nil {
		return fmt.Errorf("scenarios: parameters below %q do not fit %T: %w", prefix, into, err)
	}
	return nil
}

// fieldKey is what a parameter and its Go field have in common.
func fieldKey(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// tree nests the values below prefix by the parts of their paths.
func (s *Scenario) tree(prefix string) map[string]any {
	root := map[string]any{}
	for path, v := range s.values {
		rest, ok := path, true
		if prefix != "" {
			rest, ok = strings.CutPrefix(path, prefix+".")
		}
		if !ok {
			continue
		}
		parts := strings.Split(rest, ".")
		node := root
		for _, part := range parts[:len(parts)-1] {
			if node[part] == nil {
				node[part] = map[string]any{}
			}
			node = node[part].(map[string]any)
		}
		node[parts[len(parts)-1]] = v
	}
	return root
}

var (
	dayType = reflect.TypeFor[record.Day]()
	wonType = reflect.TypeFor[record.Won]()
)

// refuseConversion lets a value pass only into a field of its own type.
func refuseConversion(from, to reflect.Value) (any, error) {
	if from.Kind() == reflect.Interface {
		from = from.Elem()
	}
	want := to.Type()
	fits := true
	switch v := from.Interface().(type) {
	case record.Day:
		fits = want == dayType
	case record.Won:
		fits = want == wonType
	case int64:
		fits = want != dayType && want != wonType && holds(to, v)
	case float64:
		fits = want.Kind() == reflect.Float64
	case bool:
		fits = want.Kind() == reflect.Bool
	case string:
		fits = want.Kind() == reflect.String
	case []any:
		fits = want.Kind() == reflect.Slice || want.Kind() == reflect.Array && want.Len() == len(v)
	}
	if !fits {
		return nil, fmt.Errorf("value %s of type %T does not fit a field of type %v", formatAny(from), from.Interface(), want)
	}
	return from.Interface(), nil
}

// holds reports whether an integer field can hold n.
func holds(field reflect.Value, n int64) bool {
	switch {
	case field.CanInt():
		return !field.OverflowInt(n)
	case field.CanUint():
		return n >= 0 && !field.OverflowUint(uint64(n))
	}
	return false
}

func formatAny(v reflect.Value) string { return fmt.Sprint(v.Interface()) }
