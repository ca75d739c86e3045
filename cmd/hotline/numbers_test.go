package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hotline/asr"
	"hotline/asr/asrtest"
	"hotline/asr/eval"
	"hotline/call/turn"
	"hotline/dialog"
	"hotline/dialog/bot"
	"hotline/dialog/slot"
	"hotline/media"
	"hotline/tts"
	"hotline/tts/espeak"
	"hotline/tts/flite"
)

// TestNumbersHeard measures numbers that are read aloud over a telephone line, in
// noise: whole numbers right by the recogniser's first text, and by all readings
// against the caller's orders or a checksum. It runs when HOTLINE_DATA names the
// folder with the corpora:
//
//	HOTLINE_DATA=DATA go test -run NumbersHeard -v -timeout 2h ./cmd/hotline
func TestNumbersHeard(t *testing.T) {
	root := os.Getenv("HOTLINE_DATA")
	if root == "" {
		t.Skip("HOTLINE_DATA is not set")
	}
	h := openHearing(t)
	var err error
	if h.noise, err = load16(filepath.Join(root, "dtmf_noise", "noise_kitchen_8k.wav")); err != nil {
		t.Fatal(err)
	}
	orders := h.spoken(t, 40, 4)
	t.Logf("%-22s %4s %6s %8s %5s %6s %6s", "orders", "n", "first", "readings", "asked", "own", "asked")
	for _, level := range []float64{0, 12, 6} {
		h.orders(t, fmt.Sprintf("voices, %v dB", level), orders, level)
	}
	real := h.digits(t, root, 30)
	for _, level := range []float64{0, 12, 6} {
		h.orders(t, fmt.Sprintf("fsdd, %v dB", level), real, level)
	}
	cards := h.spoken(t, 12, 16)
	for _, level := range []float64{0, 12, 6} {
		h.cards(t, fmt.Sprintf("cards, %v dB", level), cards, level)
	}
	h.others(t, root)
	h.delay(t, orders)
	h.rng = rand.New(rand.NewPCG(2, 71))
	more := h.spoken(t, 60, 4)
	for _, level := range []float64{0, 12, 6} {
		h.orders(t, fmt.Sprintf("more voices, %v dB", level), more, level)
	}
}

// TestAnOrderThatIsMisheardIsFound: of "seven oh oh seven" the recogniser makes
// "Seminole was summoned". Among the caller's orders it is found, and they are asked.
func TestAnOrderThatIsMisheardIsFound(t *testing.T) {
	voice, err := flite.New("slt")
	if err != nil {
		t.Skip(err)
	}
	h := openHearing(t)
	var pcm []int16
	for f, err := range voice.Synthesize(t.Context(), "seven oh oh seven.", tts.Voice{Language: "en"}) {
		if err != nil {
			t.Fatal(err)
		}
		pcm = append(pcm, f.PCM[:]...)
	}
	var text string
	hear := func(n *dialog.Number) (string, []string) {
		var others []string
		text, others = h.hear(t, 0, pcm, 0, (*asr.Number)(n))
		return text, others
	}
	a := h.ask(t, "5519 7007", hear)
	if d := slot.Digits(text, slot.Expect{Min: 4, Max: 4, Asked: true}); d.Digits == "7007" {
		t.Skipf("this machine does not mishear it: %q", text)
	}
	if a.order != "7007" || a.prompt != "own_order" {
		t.Errorf("%q is %+v", text, a)
	}
	if a := h.ask(t, "5519 7007", func(*dialog.Number) (string, []string) { return text, nil }); a.order != "" {
		t.Errorf("%q alone is %+v", text, a)
	}
}

// A spoken is a number as somebody says it.
type spoken struct {
	digits string
	pcm    []int16
}

// A hearing is what numbers are heard with.
type hearing struct {
	ears  *ears
	shop  *bot.Bot
	noise []int16
	rng   *rand.Rand
}

func openHearing(t *testing.T) *hearing {
	c := defaults()
	c.Data = filepath.Dir(asrtest.Models(t))
	h := &hearing{rng: rand.New(rand.NewPCG(3, 14))}
	var err error
	if h.ears, err = openEars(c, eval.Segment); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.ears.Close)
	if h.shop, err = loadBot(c, "shop", nil); err != nil {
		t.Fatal(err)
	}
	return h
}

// spoken are numbers of so many digits by five voices, in five ways; those of 16
// check.
func (h *hearing) spoken(t *testing.T, n, digits int) []spoken {
	names := strings.Fields("zero one two three four five six seven eight nine")
	woman, err := flite.New("")
	british, err2 := espeak.New(map[string]string{"en": "en-gb"})
	american, err3 := espeak.New(nil)
	for _, err := range []error{err, err2, err3} {
		if err != nil {
			t.Skip(err)
		}
	}
	voices := []struct {
		tts.Engine
		name string
	}{{woman, "slt"}, {woman, "rms"}, {american, ""}, {british, ""}, {woman, "kal16"}}
	ways := []string{"%s.", "it's %s.", "my order number is %s.", "um, %s.", "that's %s please."}
	var out []spoken
	for i := range n {
		d := ""
		for len(d) < digits || digits == 16 && !slot.Luhn(d) {
			if len(d) == digits {
				d = ""
			}
			d += fmt.Sprint(h.rng.IntN(10))
		}
		var words []string
		for j, r := range d {
			w := names[r-'0']
			if w == "zero" && i%2 == 0 {
				w = "oh"
			}
			if j%4 == 3 && j+1 < digits || digits == 4 && j == 1 && i%3 == 0 {
				w += ","
			}
			words = append(words, w)
		}
		text := strings.Join(words, " ")
		if digits == 4 {
			text = fmt.Sprintf(ways[i/len(voices)%len(ways)], text)
		}
		v, s := voices[i%len(voices)], spoken{digits: d}
		for f, err := range v.Synthesize(t.Context(), text, tts.Voice{Language: "en", Name: v.name}) {
			if err != nil {
				t.Fatal(err)
			}
			s.pcm = append(s.pcm, f.PCM[:]...)
		}
		out = append(out, s)
	}
	return out
}

// digits are numbers made of single digits that one person said.
func (h *hearing) digits(t *testing.T, root string, n int) (out []spoken) {
	gap := make([]int16, media.SampleRate/8)
	for range n {
		s := spoken{}
		for range 4 {
			d := h.rng.IntN(10)
			files, err := filepath.Glob(filepath.Join(root, fmt.Sprintf("fsdd/wav/test/%d_*.wav", d)))
			if err != nil || len(files) == 0 {
				t.Fatalf("no recordings of %d", d)
			}
			pcm, err := load16(files[h.rng.IntN(len(files))])
			if err != nil {
				t.Fatal(err)
			}
			s.digits += fmt.Sprint(d)
			s.pcm = slices.Concat(s.pcm, pcm, gap)
		}
		out = append(out, s)
	}
	return out
}

// hear is the first text of a turn and its other readings; 0 dB is without noise.
func (h *hearing) hear(t *testing.T, i int, s []int16, level float64, n *asr.Number) (text string, others []string) {
	if level == 0 {
		silence := make([]int16, media.SampleRate/2)
		s = slices.Concat(silence, s, silence)
	} else {
		s = eval.Noisy(s, h.noise, level, i*7*media.SampleRate)
	}
	finals, err := eval.Finals(t.Context(), h.ears.engine, eval.G711(s), asr.Options{Number: func() *asr.Number { return n }})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range finals {
		others = turn.Readings(others, text, r.Text, r.Alternatives, text == "" || r.Since == finals[0].Start)
		text = turn.Join(text, r.Text)
	}
	return text, others
}

// An answer is what the shop makes of a number that it asked for.
type answer struct {
	order  string
	prompt string // that asks about it; empty: none does
}

// ask has the shop ask for an order number, and answers it. own are the caller's
// orders.
func (h *hearing) ask(t *testing.T, own string, hear func(*dialog.Number) (string, []string)) (a answer) {
	vars := map[string]string{}
	if own != "" {
		vars["caller.orders"] = own
	}
	c := h.shop.NewConversation(bot.ConversationOptions{Call: "eval", Vars: vars})
	var n *dialog.Number
	say := func(tn dialog.Turn) {
		a = answer{}
		for act, err := range c.Respond(context.Background(), tn) {
			if err != nil {
				t.Fatal(err)
			}
			switch act := act.(type) {
			case dialog.Understood:
				a.order = act.Slots["order"]
			case dialog.Listen:
				n = act.Number
			case dialog.Say:
				a.prompt = cmp.Or(a.prompt, act.Prompt)
			}
		}
	}
	say(dialog.Turn{Kind: dialog.Opening})
	say(dialog.Turn{Number: 1, Kind: dialog.Words, Text: "where is my order", Heard: 1})
	text, others := hear(n)
	say(dialog.Turn{Number: 2, Kind: dialog.Words, Text: text, Alternatives: others, Heard: 1})
	return a
}

// orders reads numbers as the shop does: by the first text alone, by all readings
// of an unknown caller, and of one who has five orders.
func (h *hearing) orders(t *testing.T, name string, list []spoken, level float64) {
	var first, readings, own int
	asked := [2]int{}
	for i, s := range list {
		mine := []string{s.digits}
		for range 4 {
			mine = append(mine, fmt.Sprintf("%04d", h.rng.IntN(10000)))
		}
		for k, of := range []string{"", strings.Join(mine, " ")} {
			var text string
			a := h.ask(t, of, func(n *dialog.Number) (string, []string) {
				var others []string
				text, others = h.hear(t, i, s.pcm, level, (*asr.Number)(n))
				return text, others
			})
			right := a.order == s.digits
			doubt := a.prompt == "confirm_order" || a.prompt == "own_order" || a.prompt == "digit_again" || a.prompt == "group_again"
			if doubt {
				asked[k]++
			}
			switch {
			case k == 1 && right:
				own++
			case k == 0 && right:
				readings++
			}
			if k == 0 && h.ask(t, "", func(*dialog.Number) (string, []string) { return text, nil }).order == s.digits {
				first++
			}
		}
	}
	n := float64(len(list))
	t.Logf("%-22s %4d %6.3f %8.3f %5.3f %6.3f %6.3f", name, len(list), float64(first)/n, float64(readings)/n, float64(asked[0])/n, float64(own)/n, float64(asked[1])/n)
}

// cards reads card numbers against their checksum.
func (h *hearing) cards(t *testing.T, name string, list []spoken, level float64) {
	e := slot.Expect{Min: 16, Max: 16, Asked: true}
	var first, right, wrong, group, tie int
	for i, s := range list {
		n := &asr.Number{Least: 16, Most: 16, Settled: func(text string) bool {
			d := slot.Digits(text, e)
			return d.Fits && d.Guessed == 0 && slot.Luhn(d.Digits)
		}}
		text, others := h.hear(t, i, s.pcm, level, n)
		if slot.Digits(text, e).Digits == s.digits {
			first++
		}
		best := slot.Best(append([]string{text}, others...), e, slot.Luhn, []int{4, 4, 4, 4})
		switch {
		case best.Tie || !best.Checked && best.To-best.From < 16 && best.To > 0:
			if group++; best.Digits == s.digits {
				tie++
			}
		case best.Checked && best.Digits == s.digits:
			right++
		case best.Checked:
			wrong++
		}
	}
	n := float64(len(list))
	t.Logf("%-22s %4d first %.3f, checked %.3f, a group asked again %.3f (the best is right in %d), wrong %.3f", name, len(list), float64(first)/n, float64(right)/n, float64(group)/n, tie, float64(wrong)/n)
}

// others counts how often a number that is none of the caller's five orders is
// taken for one, and how often something else is taken for a number.
func (h *hearing) others(t *testing.T, root string) {
	list := h.spoken(t, 20, 4)
	for _, level := range []float64{0, 6} {
		taken := 0
		for i, s := range list {
			var mine []string
			for range 5 {
				mine = append(mine, fmt.Sprintf("%04d", h.rng.IntN(10000)))
			}
			a := h.ask(t, strings.Join(mine, " "), func(n *dialog.Number) (string, []string) { return h.hear(t, i, s.pcm, level, (*asr.Number)(n)) })
			if slices.Contains(mine, a.order) {
				taken++
			}
		}
		t.Logf("none of their orders, %v dB: %d of %d taken for one", level, taken, len(list))
	}
	rows, err := readCommands(filepath.Join(root, "picovoice_s2i", "manifest.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, level := range []float64{0, 6} {
		asked, sure := 0, 0
		for i, c := range rows[:20] {
			pcm, err := load16(c.path)
			if err != nil {
				t.Fatal(err)
			}
			switch a := h.ask(t, "", func(n *dialog.Number) (string, []string) { return h.hear(t, i, pcm, level, (*asr.Number)(n)) }); {
			case a.prompt == "confirm_order":
				asked++
			case a.order != "":
				sure++
			}
		}
		t.Logf("not a number at all, %v dB: %d of 20 read back, %d taken", level, asked, sure)
	}
}

// delay measures what a second hearing adds.
func (h *hearing) delay(t *testing.T, list []spoken) {
	var took []time.Duration
	before := cpu()
	for _, s := range list[:40] {
		pcm := slices.Concat(s.pcm, make([]int16, 3*media.SampleRate))[:3*media.SampleRate]
		start := time.Now()
		if _, err := h.ears.again.Number(t.Context(), pcm, "", asr.Number{Least: 4, Most: 4}); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	t.Logf("a second hearing of 3 s: p50 %v, p95 %v; %v of a core", took[20].Round(time.Millisecond), took[38].Round(time.Millisecond), ((cpu() - before) / 40).Round(time.Millisecond))
}

// cpu is the time that this process has computed.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
