package main

import (
	"errors"
	"fmt"
	"strings"

	"overshare/results"
	"overshare/results/figure"
)

// drawFigures adds a picture of the frontier to a run folder, one per scorer. Notes are what the picture must
// say of the whole run, such as that a smaller country was simulated.
func drawFigures(folder *results.Folder, tables []*results.Table, notes ...string) error {
	for _, t := range tables {
		if t.Name != "frontier" {
			continue
		}
		drawn := map[string]bool{}
		for r := range t.Len() {
			scorer := t.Get(r, "scorer").String()
			if drawn[scorer] {
				continue
			}
			drawn[scorer] = true
			svg, err := figure.Frontier(t, scorer, "What sharing more bought, and what it exposed ("+strings.Join(append([]string{scorer}, notes...), ", ")+")", ceiling(tables)...)
			if errors.Is(err, figure.ErrNothing) {
				continue
			}
			if err == nil {
				err = writeFile(folder, fmt.Sprintf("frontier-%s.svg", scorer), svg)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// ceiling returns the line of what can be foreseen at all, if the study of it has found one.
func ceiling(tables []*results.Table) []figure.Line {
	for _, t := range tables {
		if t.Name != "oracle" {
			continue
		}
		for r := range t.Len() {
			if auc, ok := t.Get(r, "oracle_auc").Float(); ok {
				return []figure.Line{{AUC: auc, Text: fmt.Sprintf("what could be foreseen: %.4f", auc)}}
			}
		}
	}
	return nil
}

func writeFile(folder *results.Folder, name string, content []byte) error {
	f, err := folder.File(name)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
