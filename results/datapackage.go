package results

import "strings"

// Data Package is the format that data portals and R's and Python's frictionless packages read.
// Source: https://datapackage.org/standard/data-package/ (version 2.0); unit and rows are our own
// properties, which the standard allows.
type dataPackage struct {
	Profile   string         `json:"$schema"`
	Name      string         `json:"name"`
	Title     string         `json:"title,omitempty"`
	Resources []dataResource `json:"resources"`
}

type dataResource struct {
	Name      string      `json:"name"`
	Title     string      `json:"title,omitempty"`
	Path      string      `json:"path"`
	Type      string      `json:"type,omitempty"`
	Format    string      `json:"format"`
	MediaType string      `json:"mediatype"`
	Encoding  string      `json:"encoding,omitempty"`
	Bytes     int64       `json:"bytes,omitempty"`
	Hash      string      `json:"hash"`
	Rows      int64       `json:"rows"`
	Schema    tableSchema `json:"schema"`
}

type tableSchema struct {
	Profile       string       `json:"$schema"`
	Fields        []tableField `json:"fields"`
	MissingValues []string     `json:"missingValues"`
	PrimaryKey    []string     `json:"primaryKey,omitempty"`
}

type tableField struct {
	Name        string           `json:"name"`
	Type        Type             `json:"type"`
	Unit        string           `json:"unit,omitempty"`
	Description string           `json:"description"`
	Constraints *fieldConstraint `json:"constraints,omitempty"`
}

type fieldConstraint struct {
	Required bool `json:"required"`
}

// describe renders datapackage.json for the tables among files.
func describe(name, title string, files []fileEntry) ([]byte, error) {
	p := dataPackage{
		Profile:   "https://datapackage.org/profiles/2.0/datapackage.json",
		Name:      packageName(name),
		Title:     title,
		Resources: []dataResource{},
	}
	for i := range files {
		if files[i].schema != nil {
			p.Resources = append(p.Resources, resource(&files[i]))
		}
	}
	return indented(p)
}

// parquetSuffix ends the resource names of Parquet files, for names must differ from each other.
const parquetSuffix = ".parquet"

func resource(f *fileEntry) dataResource {
	r := dataResource{
		Name: f.schema.Name, Title: f.schema.Title, Path: f.Path, Type: "table",
		Format: string(f.format), MediaType: "text/csv", Encoding: "utf-8",
		Bytes: f.Bytes, Hash: "sha256:" + f.SHA256, Rows: *f.Rows, Schema: f.schema.frictionless(),
	}
	if f.format == Parquet {
		r.Name += parquetSuffix
		r.MediaType, r.Encoding = "application/vnd.apache.parquet", ""
		r.Bytes = 0 // frictionless-py 5 counts none for Parquet and would call the file invalid
	}
	return r
}

func (s *Schema) frictionless() tableSchema {
	t := tableSchema{
		Profile:       "https://datapackage.org/profiles/2.0/tableschema.json",
		MissingValues: []string{""},
		PrimaryKey:    s.Key,
	}
	for _, c := range s.Columns {
		f := tableField{Name: c.Name, Type: c.Type, Unit: c.Unit, Description: c.Meaning}
		if c.Required {
			f.Constraints = &fieldConstraint{Required: true}
		}
		t.Fields = append(t.Fields, f)
	}
	return t
}

// packageName makes a name that the standard allows: lower case letters, digits and . _ - only.
func packageName(s string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, strings.ToLower(s))
	if name == "" {
		return "run"
	}
	return name
}
