package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"overshare/sim/people"
	"overshare/sim/record"
)

// itemsTable is the table of items as METHOD.md has it.
func itemsTable() string {
	var b strings.Builder
	b.WriteString("| item | definition | unit | invented |\n|---|---|---|---|\n")
	for _, i := range record.Items {
		invented := ""
		if i.Invented {
			invented = "invented"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", i.Name, i.Meaning, i.Unit, invented)
	}
	return b.String()
}

// holidaysTable is the table of weekdays on which banks are closed.
func holidaysTable() string {
	var b strings.Builder
	b.WriteString("| year | month-day |\n|---|---|\n")
	for year := 1970; year < 2100; year++ {
		if people.HolidaysKnown(year) {
			fmt.Fprintf(&b, "| %d | %s |\n", year, strings.Join(closedWeekdays(year), ", "))
		}
	}
	return b.String()
}

func closedWeekdays(year int) (days []string) {
	for d := record.DayOf(year, time.January, 1); d < record.DayOf(year+1, time.January, 1); d++ {
		if wd := d.Weekday(); wd != 0 && wd != 6 && !people.BankingDay(d) {
			days = append(days, d.Time().Format("1-2"))
		}
	}
	return days
}

// The tables of METHOD.md that repeat what the program knows are the program's, whole and nothing more.
func TestMethodHasTheTablesOfTheProgram(t *testing.T) {
	for what, table := range map[string]string{"items": itemsTable(), "holidays": holidaysTable()} {
		if !strings.Contains(document(t, "METHOD.md"), "\n\n"+table+"\n") {
			t.Errorf("METHOD.md: the table of %s should be\n\n%s", what, table)
		}
	}
}
