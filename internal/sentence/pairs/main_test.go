package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestDictionary(t *testing.T) {
	file := filepath.Join(t.TempDir(), "all.js")
	text := `export default {"all":[["還","还","Huan2","surname Huan",[],[]],["包裹","包裹","bao1 guo3",["to wrap up","bundle; parcel (in the mail)","CL:個|个[ge4]"],[],[]]]};`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := dictionary(file, func(zh, en string) { got = append(got, zh+" "+en) }); err != nil {
		t.Fatal(err)
	}
	if want := []string{"包裹 to wrap up", "包裹 bundle", "包裹 parcel"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestMessages(t *testing.T) {
	for _, c := range []struct {
		zh, en string
		want   []string
	}{
		{"打开(&O)...", "&Open...", []string{"打开 Open"}},
		{"找不到“%s”。请重试。", "Could not find \"%s\". Please try again.", []string{"找不到 Could not find", "请重试 Please try again"}},
		{"Wi-Fi", "Wi-Fi", nil},
	} {
		var got []string
		messages(c.zh, c.en, func(zh, en string) { got = append(got, zh+" "+en) })
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, not %q", c.zh, got, c.want)
		}
	}
}
