package bots_test

import (
	"io/fs"
	"slices"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"

	"hotline"
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

// Who looks it up, such as an agent, finds the same.
func TestKnowledge(t *testing.T) {
	search := know(t, "shop")("")
	for _, tt := range []struct{ text, language, want string }{
		{"When are you open?", "en", "opening-hours/en"},
		{"are you open on Christmas", "en", "holidays/en"},
		{"when does the hotline answer", "en", "bot-hours/en"},
		{"你们什么时候开门", "zh", "opening-hours/zh"},
		{"国庆开门吗", "zh", "holidays/zh"},
	} {
		ps, err := search.Search(t.Context(), hotline.Question{Text: tt.text, Language: tt.language}, 1)
		if err != nil || len(ps) == 0 || ps[0].Doc != tt.want {
			t.Errorf("%q finds %v, %v; want %s", tt.text, ps, err, tt.want)
		}
	}
}

// What the shop can do has a name in both languages, for the people who send
// callers to it.
func TestAbout(t *testing.T) {
	b, err := shop()
	if err != nil {
		t.Fatal(err)
	}
	a := b.About()
	i := slices.IndexFunc(a.Flows, func(f hotline.BotFlow) bool { return f.Name == "order_status" })
	if i < 0 || a.Flows[i].Title["zh"] != "订单查询" || !slices.Equal(a.Flows[i].Steps, []string{"number"}) {
		t.Errorf("order_status: %+v", a.Flows)
	}
	for _, f := range a.Flows {
		if f.Title["en"] == "" || f.Title["zh"] == "" {
			t.Errorf("flow %s has no title: %v", f.Name, f.Title)
		}
		for _, step := range f.Steps {
			if f.StepTitles[step]["zh"] != "订单号" {
				t.Errorf("step %s of %s: %v", step, f.Name, f.StepTitles)
			}
		}
	}
	if slices.ContainsFunc(a.Flows, func(f hotline.BotFlow) bool { return f.Name == "change_order" }) {
		t.Error("a flow that only asks for a person is one to send callers to")
	}
	if !slices.ContainsFunc(a.Intents, func(in hotline.BotIntent) bool {
		return in.Name == "refund" && in.Title["en"] != "" && in.Title["zh"] != ""
	}) {
		t.Errorf("refund has no title: %+v", a.Intents)
	}
}

// Agents read what the demonstration bots found out in their own language: each
// slot, each option and each value that is named has a title in every language of
// the bot.
func TestValuesHaveTitles(t *testing.T) {
	for _, name := range []string{"shop", "coffee"} {
		b, err := bot.Load(bots.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		titles := map[string]hotline.BotValue{}
		for _, v := range b.About().Values {
			titles[v.Name] = v
		}
		files, err := fs.Glob(bots.FS, name+"/*.yaml")
		if err != nil {
			t.Fatal(err)
		}
		slots := 0
		for _, file := range files {
			text, err := fs.ReadFile(bots.FS, file)
			if err != nil {
				t.Fatal(err)
			}
			var said struct {
				Slots map[string]struct{ Options map[string]any }
			}
			if err := yaml.Unmarshal(text, &said); err != nil {
				t.Fatal(file, err)
			}
			for slot, s := range said.Slots {
				slots++
				for _, l := range b.Languages() {
					if titles[slot].Title[l] == "" {
						t.Errorf("%s: slot %s has no title in %s", name, slot, l)
					}
					for o := range s.Options {
						if titles[slot].Codes[o][l] == "" {
							t.Errorf("%s: option %s of %s has no title in %s", name, o, slot, l)
						}
					}
				}
			}
		}
		if slots == 0 {
			t.Errorf("%s: no slots", name)
		}
	}
}
