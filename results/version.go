package results

import "runtime/debug"

// Version is the program's version.
const Version = "0.1.0"

// A Build says which program made a result.
type Build struct {
	Program  string `json:"program"`
	Version  string `json:"version"`
	Commit   string `json:"commit"`   // of the source, or "unknown" when built outside a checkout
	Modified bool   `json:"modified"` // the source differed from the commit
}

// ThisBuild describes the running program.
func ThisBuild() Build {
	b := Build{Program: program, Version: Version, Commit: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
