package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"hotline"
	"hotline/asr"
	builtin "hotline/bots"
	"hotline/call"
	"hotline/dialog"
	"hotline/dialog/bot"
	"hotline/media"
	"hotline/media/prompt"
	"hotline/tts"
)

// bots are the bots that answer the configured numbers.
type bots struct {
	*bot.Store
	names []string
	know  *knowledge
	log   *slog.Logger
}

// openBots loads them. All must be good: the error says everything that is
// wrong, with file and line.
func openBots(c Config, know *knowledge, log *slog.Logger) (*bots, error) {
	b := &bots{names: c.botNames(), know: know, log: log}
	var err error
	b.Store, err = bot.Open(c.botFiles(), b.names, bot.Options{Knowledge: know.of})
	return b, err
}

// botNames are the bots that answer a number.
func (c Config) botNames() (names []string) {
	for _, n := range c.Numbers {
		if !slices.Contains(names, n.Bot) {
			names = append(names, n.Bot)
		}
	}
	return names
}

// begin begins a conversation in text.
func (b *bots) begin(name string, o bot.ConversationOptions) (dialog.Manager, []string) {
	if one := b.Get(name); one != nil {
		return one.NewConversation(o), one.Languages()
	}
	return nil, nil
}

// About is what a bot understands and can do.
func (b *bots) About(name string) (hotline.BotAbout, error) {
	if !slices.Contains(b.names, name) {
		return hotline.BotAbout{}, &hotline.Error{Op: "bots", Code: hotline.ENotFound, Message: "no such bot"}
	}
	return b.Get(name).About(), nil
}

// All is what each of them understands and can do.
func (b *bots) All() []hotline.BotAbout {
	all := []hotline.BotAbout{}
	for _, name := range b.names {
		all = append(all, b.Get(name).About())
	}
	return all
}

// botFiles is the folder of the bots: the configured one, or what is built in.
func (c Config) botFiles() fs.FS {
	if c.Bots != "" {
		return os.DirFS(c.Bots)
	}
	return builtin.FS
}

// watch takes changed bots over until ctx ends. A bot that is wrong is told
// about, and the version before it stays.
func (b *bots) watch(ctx context.Context) {
	b.Watch(ctx, time.Second,
		func(changed *bot.Bot) {
			b.log.Info("bot loaded", "bot", changed.Name, "version", changed.Version)
			if err := b.know.takeIn(ctx, changed.Name); err != nil {
				b.log.Error("knowledge refused, what there was stays", "bot", changed.Name, "err", err)
			}
		},
		func(name string, err error) {
			b.log.Error("bot refused, the version before it stays", "bot", name, "err", err)
		})
}

// prompts are all that the bots and calls say the same every time.
func (b *bots) prompts() []tts.Item {
	var list []tts.Item
	// The house's words first: they are for when something has gone wrong.
	for language, p := range call.DefaultPhrases {
		for _, say := range p.Says() {
			list = append(list, tts.Item{Text: say.Text, Voice: tts.Voice{Language: language}})
		}
	}
	for _, n := range b.names {
		for _, p := range b.Get(n).Prompts() {
			if p.Audio == "" {
				list = append(list, tts.Item{Text: p.Text, Voice: tts.Voice{Language: p.Language}})
			}
		}
	}
	return list
}

// recorded plays the recordings of a bot, by their names in its folder.
func recorded(b *bot.Bot) func(context.Context, string) iter.Seq2[media.Frame, error] {
	return func(ctx context.Context, name string) iter.Seq2[media.Frame, error] {
		return func(yield func(media.Frame, error) bool) {
			f, err := b.Files().Open(name)
			if err != nil {
				yield(media.Frame{}, err)
				return
			}
			defer f.Close()
			for frame, err := range prompt.Read(ctx, f) {
				if err != nil {
					err = fmt.Errorf("%s: %w", name, err)
				}
				if !yield(frame, err) {
					return
				}
			}
		}
	}
}

// checkBots notes what is wrong with each bot.
func checkBots(c Config, note func(string, error)) {
	var names []string
	for _, n := range c.Numbers {
		if slices.Contains(names, n.Bot) {
			continue
		}
		names = append(names, n.Bot)
		_, err := bot.Load(c.botFiles(), n.Bot)
		if errors.Is(err, fs.ErrNotExist) {
			have, _ := bot.List(c.botFiles())
			err = &hotline.Error{Op: "numbers", Code: hotline.ENotFound, Message: "there is no such bot; there are: " + strings.Join(have, ", "), Err: err}
		}
		note("bot: "+n.Bot, err)
	}
}

// hear is what a call tells the recogniser about its bot.
func hear(b *bot.Bot) asr.Options {
	if set := b.Expected("en"); len(set) > 0 { // the one language of the engine that can use it
		return asr.Options{Expected: set}
	}
	return asr.Options{}
}
