package study

import "runtime/debug"

// Version is the program's version, as in package results, which studies do not know.
const Version = "0.1.0"

// Program says which program takes samples: its version, and the commit that it was built from where that is known.
// The same plan may give other samples with another one.
func Program() string {
	name, modified := Version, ""
	info, _ := debug.ReadBuildInfo()
	if info == nil {
		return name
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			name += " (commit " + s.Value + ")"
		case "vcs.modified":
			if s.Value == "true" {
				modified = ", modified"
			}
		}
	}
	return name + modified
}
