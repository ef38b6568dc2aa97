package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// No text of a list flag makes the program panic; what is taken comes back as it was understood.
func FuzzLists(f *testing.F) {
	for _, s := range []string{"csv,parquet", "csv", "csv, csv", "everyone,in-scope", "\"a,b\",c", ",", "a\nb", "\"", "sample-0.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var formats formatFlag
		if formats.Set(text) == nil {
			var again formatFlag
			if again.Set(formats.String()) != nil || again.String() != formats.String() {
				t.Fatalf("--format %q became %q", text, formats.String())
			}
		}
		for _, name := range []string{"scorer", "regimes", "studies"} {
			var flags simFlags
			c := &cobra.Command{}
			flags.addTo(c)
			if c.Flags().Set(name, text) == nil && len(flags.overrides()) == 0 {
				t.Fatalf("--%s %q says nothing", name, text)
			}
		}
	})
}

// No variable of the machine's flags makes the program panic, and every refusal names the variable.
func FuzzMachineVariables(f *testing.F) {
	for i, s := range []string{"runs/x", "csv,parquet", "4", "true", "yes", "-1", "\x1b[31m", "1e9"} {
		f.Add(uint8(i), s)
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		var flags simFlags
		c := &cobra.Command{}
		flags.addTo(c)
		variable := "OVERSHARE_" + strings.ToUpper(machineFlags[int(which)%len(machineFlags)])
		if err := fromEnvironment(c.Flags(), []string{variable + "=" + text}); err != nil && !strings.HasPrefix(err.Error(), variable) {
			t.Fatalf("%q does not name %s", err, variable)
		}
	})
}
