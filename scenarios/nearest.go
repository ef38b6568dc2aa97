package scenarios

import "strings"

// nearest returns the candidate that was probably meant by name, or "" when none is near: the one whose
// last part is name, or that name begins (three letters or more), or else the one with the smallest edit distance, at most a third of the name's length
// and no less than two. The first candidate wins a tie.
//
// Cost: len(name) x total length of the candidates; names above 100 letters have no near one.
func nearest(name string, candidates []string) string {
	if len(name) > 100 {
		return ""
	}
	name = strings.ToLower(name)
	best, least := "", max(2, len(name)/3)+1
	for _, c := range candidates {
		if c == name || strings.HasSuffix(c, "."+name) || len(name) >= 3 && strings.HasPrefix(c, name) {
			return c
		}
		if d := editDistance(name, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// editDistance counts the letters to insert, delete, replace or swap with a neighbour to get from a to b
// (optimal string alignment).
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			differ := 1
			if a[i-1] == b[j-1] {
				differ = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differ)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// didYouMean words the nearest candidate as a hint, or returns "" when none is near.
func didYouMean(name string, candidates []string) string {
	if n := nearest(name, candidates); n != "" {
		return "did you mean " + n + "?"
	}
	return ""
}
