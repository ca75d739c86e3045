package bots_test

import (
	"io/fs"
	"sync"
	"testing"

	"hotline/bots"
	"hotline/dialog"
	"hotline/dialog/bot"
	"hotline/dialog/dialogtest"
	"hotline/kb"
)

// know is a base with the bot's articles, which are all good and in both
// languages.
func know(t *testing.T, name string) func(string) dialog.Searcher {
	if _, err := fs.Stat(bots.FS, name+"/knowledge"); err != nil {
		return nil // it answers nothing
	}
	files, err := fs.Sub(bots.FS, name+"/knowledge")
	if err != nil {
		t.Fatal(err)
	}
	base, err := kb.Open(t.Context(), t.TempDir(), kb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { base.Close() })
	if _, err := base.ImportFS(t.Context(), files, kb.Policy{Live: true}); err != nil {
		t.Fatal(err)
	}
	all, err := base.List(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]int{}
	for _, a := range all {
		in[a.ID]++
	}
	for id, n := range in {
		if n != 2 {
			t.Errorf("article %s is in %d languages", id, n)
		}
	}
	t.Logf("%d articles in each language", len(in))
	return func(string) dialog.Searcher { return base.Index(kb.Query{}) }
}

// shop learns its intents once for all tests.
var shop = sync.OnceValues(func() (*bot.Bot, error) { return bot.Load(bots.FS, "shop") })

// TestBots holds every bot here to the conversations in its tests folder.
func TestBots(t *testing.T) {
	names, err := bot.List(bots.FS)
	if err != nil || len(names) == 0 {
		t.Fatalf("no bots: %v", err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			like, _ := shop()
			b, err := bot.Load(bots.FS, name, bot.Options{Like: like, Knowledge: know(t, name)})
			if err != nil {
				t.Fatalf("the bot is wrong:\n%v", err)
			}
			dialogtest.Run(t, b, bots.FS, name+"/tests")
		})
	}
}
