package scenarios

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Show writes the scenario as a table for people: every parameter with value, unit, mark and origin.
// A star marks what is not the default.
func (s *Scenario) Show(w io.Writer) error {
	if err := s.heading(w); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nPARAMETER\tVALUE\tUNIT\tMARK\tSET BY\tMEANING")
	for _, p := range s.Params() {
		star := ""
		if p.Text != p.Default {
			star = " *"
		}
		fmt.Fprintf(t, "%s\t%s%s\t%s\t%s\t%s\t%s\n", p.Path, p.Text, star, p.Unit, p.Mark, p.From, p.Title)
	}
	return t.Flush()
}

// heading writes what the scenario is about.
func (s *Scenario) heading(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s: %s\n", printable(s.Name), indented(s.Title))
	for _, line := range [][2]string{{"question", s.Question}, {"base", s.Base}, {"note", s.Note},
		{"sha256", s.Hash()}} {
		if err == nil && line[1] != "" {
			_, err = fmt.Fprintf(w, "%s: %s\n", line[0], indented(line[1]))
		}
	}
	return err
}

// indented sets the further lines of a text apart from the lines of the program.
func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }

// WriteDifferences writes a table of what sets the scenario apart from its base.
func (s *Scenario) WriteDifferences(w io.Writer) error {
	base := "the defaults"
	if s.Base != "" {
		base = s.Base
	}
	all := s.Differences()
	if len(all) == 0 {
		_, err := fmt.Fprintf(w, "%s is valid and the same as %s\n", printable(s.Name), base)
		return err
	}
	noun := "parameters"
	if len(all) == 1 {
		noun = "parameter"
	}
	fmt.Fprintf(w, "%s is valid and differs from %s in %d %s\n\n", printable(s.Name), base, len(all), noun)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PARAMETER\tBASE\tHERE\tUNIT\tSET BY")
	for _, d := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", d.Path, d.Base, d.Value, d.Unit, d.From)
	}
	return t.Flush()
}
