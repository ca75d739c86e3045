package bots_test

import (
	"sync"
	"testing"

	"hotline/bots"
	"hotline/dialog/bot"
	"hotline/dialog/dialogtest"
)

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
			b, err := bot.Load(bots.FS, name, bot.Options{Like: like})
			if err != nil {
				t.Fatalf("the bot is wrong:\n%v", err)
			}
			dialogtest.Run(t, b, bots.FS, name+"/tests")
		})
	}
}
