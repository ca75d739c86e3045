package bot

import (
	"testing"
	"testing/fstest"
)

func FuzzRead(f *testing.F) {
	f.Add("languages: [en]\npolicy: {opening: [hi], skill: all}\nprompts: {hi: {en: \"Hi {x|digits}.\"}}")
	f.Add("flows: {a: {steps: [{decide: [{when: {x: 1}, do: [{goto: a}]}, {else: []}]}]}}")
	f.Add("prompts: {a: [*x]}\nslots: 3\nintents: {a: &b {examples: [1]}}\npolicy: {keys: {x: *b}}")
	f.Fuzz(func(t *testing.T, data string) {
		d, _, err := read(fstest.MapFS{"b/bot.yaml": {Data: []byte(data)}}, "b")
		if (d == nil) != (err != nil) {
			t.Errorf("read %v, error %v", d, err)
		}
	})
}
