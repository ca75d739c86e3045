package hotline_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestImports holds the architecture: each package may import only these of its
// siblings, and its own subpackages. To change the architecture, change this
// table and say why. A package below another may import what its parent may, and
// its parent and siblings; "*" is everything.
func TestImports(t *testing.T) {
	may := map[string]string{
		"hotline":     "",
		"internal":    "",
		"media":       ". internal",
		"sip":         ". media",
		"rtc":         ". media",
		"asr":         "media internal",
		"tts":         "media internal",
		"dialog":      ". media internal", // internal/sentence, which dialog and kb share
		"bots":        "",                 // files only
		"kb":          ". internal",
		"call":        ". media asr tts dialog",
		"acd":         ".",
		"auth":        ". internal", // who may do what; web knows only its interface
		"journal":     ".",
		"qa":          ".",
		"store":       ". internal", // internal/sqlitedb, as auth and kb
		"web":         ".",
		"demo":        ".",
		"phone":       ". media sip tts", // hotline call: a caller for people, scripts and tests
		"cmd/hotline": "*",
		"e2e":         "*",
	}
	top := func(pkg string) string { // the row a package belongs to
		rel, ours := strings.CutPrefix(pkg, "hotline")
		if !ours || rel != "" && rel[0] != '/' {
			return ""
		}
		if rel = strings.TrimPrefix(rel, "/"); rel == "" {
			return "hotline"
		}
		for row := range may {
			if rel == row || strings.HasPrefix(rel, row+"/") {
				return row
			}
		}
		return rel
	}
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		row := top(p.ImportPath)
		allow, ok := may[row]
		if !ok {
			t.Errorf("%s is not in the table", p.ImportPath)
		}
		for _, i := range p.Imports {
			to := top(i)
			if to == "" || to == row || allow == "*" {
				continue
			}
			if to == "hotline" {
				to = "."
			}
			if !slices.Contains(strings.Fields(allow), to) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
		}
	}
}
