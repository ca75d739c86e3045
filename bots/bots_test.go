package bots_test

import (
	"testing"

	"hotline/bots"
	"hotline/dialog/bot"
	"hotline/dialog/dialogtest"
)

// TestBots holds every bot here to the conversations in its tests folder.
func TestBots(t *testing.T) {
	names, err := bot.List(bots.FS)
	if err != nil || len(names) == 0 {
		t.Fatalf("no bots: %v", err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			b, err := bot.Load(bots.FS, name)
			if err != nil {
				t.Fatalf("the bot is wrong:\n%v", err)
			}
			dialogtest.Run(t, b, bots.FS, name+"/tests")
		})
	}
}
