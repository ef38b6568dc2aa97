package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// listFlag is a list of names, written a,b,c; a name that holds a comma stands in double quotes. A flag that
// is given again adds to the list.
type listFlag struct {
	names *[]string
	given bool
}

func (f *listFlag) Set(text string) error {
	if strings.ContainsFunc(text, steers) {
		return fmt.Errorf("%q holds a line end or another character that cannot be seen; write the names as a,b", cut(text))
	}
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace = true
	names, err := r.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("%q is not a list such as a,b; double quotes stand around a whole name", cut(text))
	}
	if !f.given {
		*f.names = nil // the default gives way
	}
	f.given = true
	*f.names = append(*f.names, names...)
	return nil
}

func (f *listFlag) String() string {
	if f.names == nil {
		return ""
	}
	return strings.Join(*f.names, ",")
}

func (*listFlag) Type() string { return "names" }
