package results

import "slices"

// renamed are the columns of layout 1 that have other names since, by table; under "" those of every table.
var renamed = map[string]map[string]string{
	"": {"p": "p_value", "p_holm": "p_adjusted", "people_exposed": "people", "p_different": "p_adjusted",
		"country_low_won": "country_won_low", "country_high_won": "country_won_high", "difference_low_won": "difference_won_low",
		"difference_high_won": "difference_won_high", "over_blind_low_won": "over_blind_won_low", "over_blind_high_won": "over_blind_won_high",
		"break_even_low_won": "break_even_won_low", "break_even_high_won": "break_even_won_high",
		"net_benefit_low_won": "net_benefit_won_low", "net_benefit_high_won": "net_benefit_won_high"},
	"burden":      {"by": "dimension"},
	"scorecard":   {"bads": "bad", "bin": "values"},
	"items":       {"alone_low": "auc_alone_low", "alone_high": "auc_alone_high"},
	"oracle":      {"oracle_low": "oracle_auc_low", "oracle_high": "oracle_auc_high", "share_low": "share_of_ceiling_low", "share_high": "share_of_ceiling_high"},
	"uniqueness":  {"items": "item_set", "item_list": "items", "alone_share": "people_alone_share"},
	"linkability": {"precision": "link_precision"},
	"coalitions":  {"rows": "has_rows", "history": "has_history", "counterparties": "has_counterparties", "cold_start": "has_cold_start"},
	"records":     {"records": "country_records", "records_from_2020_10_08": "country_records_from_2020_10_08"},
}

// upgrade brings a table of layout 1 to the names of this one. exposure loses what were wholes beside their
// parts.
func upgrade(t *Table) *Table {
	s := t.Schema
	s.Columns, s.Key = slices.Clone(s.Columns), slices.Clone(s.Key)
	name := func(old string) string {
		for _, of := range []string{t.Name, ""} {
			if now, ok := renamed[of][old]; ok {
				return now
			}
		}
		return old
	}
	for i := range s.Columns {
		s.Columns[i].Name = name(s.Columns[i].Name)
	}
	for i := range s.Key {
		s.Key[i] = name(s.Key[i])
	}
	out := &Table{Schema: s, rows: t.rows}
	if t.Name != "exposure" || t.Index("period") < 0 {
		return out
	}
	return out.keep(func(r int) bool {
		return out.Get(r, "period").String() == "whole" && out.Get(r, "scope").String() != "all" && out.Get(r, "flow").String() != "score"
	}, "period")
}
