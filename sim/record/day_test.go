package record

import "testing"

// What is taken for a day is written as it was read.
func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2024-04-01", "2024-02-30", "0000-01-01", "9999-12-31", "24-4-1", "2024-04-01 ", "-2024-04-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDay(s); err == nil && d.String() != s {
			t.Fatalf("%q is the day %v", s, d)
		}
	})
}
