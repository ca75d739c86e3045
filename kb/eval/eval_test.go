package eval

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

func files(t *testing.T, docs, queries, qrels string) (string, string, string) {
	t.Helper()
	dir := t.TempDir()
	var out []string
	for i, text := range []string{docs, queries, qrels} {
		p := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out[0], out[1], out[2]
}

const docs = "d1\thow do I return it\tsend it back\nd2\twhen are you open\tnine to five\nd3\twhere is my parcel\ton its way\n"

// Two questions are answered right, one is not; one has no answer and is left out.
func TestRun(t *testing.T) {
	d, q, r := files(t, docs, "q1\treturn it\nq2\topen\nq3\twhere parcel\nq4\tnothing\n", "q1\td1\t1\nq2\td2\t1\nq3\td1\t1\nq4\td1\t0\n")
	got, err := Run(t.Context(), d, q, r, Options{})
	if err != nil || got.Docs != 3 || got.Queries != 3 || math.Abs(got.Hit1-2.0/3) > 1e-9 || got.MAP < got.Hit1 || got.MRR != got.MAP || got.MsPerItem <= 0 || got.ECE <= 0 {
		t.Errorf("%+v %v", got, err)
	}
}

func TestColumns(t *testing.T) {
	d, q, r := files(t, docs, "q1\thow do I return it\nq2\topen\n", "q1\td1\t1\nq2\td2\t1\n")
	all, cases, err := Load(d, q, r, []string{"learn", "body"})
	if err != nil || len(cases) != 2 || all[0].Learn != "" || all[1].Learn != "when are you open" || all[0].Body != "send it back" || all[0].Questions != nil {
		t.Errorf("%+v %v", all, err)
	}
	for _, cols := range [][]string{{"body"}, {"colour", "body"}, {"title", "question", "body"}} {
		if _, _, err := Load(d, q, r, cols); err == nil {
			t.Errorf("%v fit", cols)
		}
	}
	d, q, r = files(t, docs, "q1\tx\n", "q1\td9\t1\n")
	if _, _, err := Load(d, q, r, nil); err == nil {
		t.Error("relevant, and not there")
	}
}
