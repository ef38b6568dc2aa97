package uniqueness_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"

	"overshare/sim/privacy/uniqueness"
	"overshare/sim/record"
)

var update = flag.Bool("update", false, "write testdata/records.csv anew; then run the scripts of testdata/README.md")

const recordsFile = "testdata/records.csv"

// Counts of groups are those of two other programs, sdcMicro and pyCANON, on the records in testdata; how they
// were made is told in testdata/README.md. The records are a copy, so a change of the world changes nothing here.
func TestGroupsAgainstOtherPrograms(t *testing.T) {
	if *update {
		writeRecords(t)
	}
	night, list := readRecords(t)
	found := map[string]string{}
	for _, g := range uniqueness.CountRecords(t, list, night) {
		found[fmt.Sprint(g.Whose, " ", g.Set.Name, " ", g.Precision)] = fmt.Sprint(g.People, g.Groups.Groups, g.AtMost)
	}
	for _, file := range []string{"testdata/sdcmicro.csv", "testdata/pycanon.csv"} {
		rows := readCSV(t, file)
		if len(rows) != 61 { // every set but that with an identifier, three precisions, two groups of people; and the header
			t.Errorf("%s has %d lines", file, len(rows))
		}
		for _, r := range rows[1:] {
			want := fmt.Sprintf("%s %s [%s %s %s %s]", r[3], r[4], r[5], r[6], r[7], r[8])
			if got := found[r[0]+" "+r[1]+" "+r[2]]; got != want {
				t.Errorf("%s: %v: %s, want %s", file, r[:3], got, want)
			}
		}
	}
}

func readCSV(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func readRecords(t *testing.T) (night record.Day, list []uniqueness.Taken) {
	t.Helper()
	rows := readCSV(t, recordsFile)
	for _, r := range rows[1:] {
		x := uniqueness.Taken{Scope: r[0] == "1"}
		for k, text := range r[1:] {
			n, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			x.Record[item(t, rows[0][k+1])] = int32(n)
		}
		night = record.Day(x.Record[record.ItemSignUpDate] + x.Record[record.ItemTenure])
		list = append(list, x)
	}
	return night, list
}

func item(t *testing.T, name string) record.Item {
	t.Helper()
	for i := range record.NumItems {
		if i.String() == name {
			return i
		}
	}
	t.Fatalf("no item %s", name)
	return 0
}

// writeRecords writes the records of 4,000 people, without identifiers.
func writeRecords(t *testing.T) {
	t.Helper()
	o := options(t, 4000)
	f, err := os.Create(recordsFile)
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	var items []record.Item
	head := []string{"in_scope"}
	for i := range record.NumItems {
		if !record.Items[i].Identifier && i != record.ItemCounterparties7 {
			items, head = append(items, i), append(head, i.String())
		}
	}
	w.Write(head)
	for _, x := range uniqueness.TakeTwin(o.World, o.Users, o.Night) {
		line := []string{"0"}
		if x.Scope {
			line[0] = "1"
		}
		for _, i := range items {
			line = append(line, strconv.Itoa(int(x.Record[i])))
		}
		w.Write(line)
	}
	w.Flush()
	if err := f.Close(); err != nil || w.Error() != nil {
		t.Fatal(err, w.Error())
	}
}
