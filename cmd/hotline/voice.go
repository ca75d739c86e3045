package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"

	"hotline/tts"
	"hotline/tts/espeak"
	"hotline/tts/flite"
	"hotline/tts/openai"
)

// voice is what the bot speaks with, joined as package tts describes.
type voice struct {
	engine  tts.Engine
	engines []tts.Engine // undecorated, for the check
	log     *slog.Logger
}

// openVoice joins the configured engines around a cache in the data folder. That
// they can speak is for checkVoice to find out.
func openVoice(c Config, log *slog.Logger) (*voice, error) {
	size, err := c.TTS.cacheBytes()
	if err != nil {
		return nil, err
	}
	cache, err := tts.OpenCache(filepath.Join(c.Data, "voices"), tts.CacheConfig{Disk: size, Log: log})
	if err != nil {
		return nil, err
	}
	v := &voice{log: log}
	failed := func(engine string, err error, now string) {
		log.Error("tts engine failed", "engine", engine, "err", err, "now", now)
	}
	// espeak speaks everything; flite is easier on an English ear; a server
	// speaks best, and may be away.
	robot, err := espeak.New(only(c.TTS.Voices, isEspeak))
	if err != nil {
		return nil, err
	}
	v.engines = append(v.engines, robot)
	var local tts.Engine = cache.Engine(robot)
	if name := c.TTS.Voices["en"]; !isEspeak(name) {
		woman, err := flite.New(name)
		if err != nil {
			return nil, err
		}
		if woman.Check(context.Background()) == nil {
			v.engines = append(v.engines, woman)
			local = tts.ByLanguage(map[string]tts.Engine{"en": cache.Engine(woman)}, local)
			local = tts.Fallback(failed, local, cache.Engine(robot))
		}
	}
	switch e := c.TTS.Engine; {
	case e == "espeak":
		v.engine = tts.Sentences(local)
	case strings.HasPrefix(e, "http://"), strings.HasPrefix(e, "https://"):
		remote, err := openai.New(openai.Config{URL: e, Model: c.TTS.Model, KeyEnv: c.TTS.APIKeyEnv, Voices: c.TTS.Voices})
		if err != nil {
			return nil, err
		}
		v.engines = append([]tts.Engine{remote}, v.engines...)
		v.engine = tts.Sentences(tts.Fallback(failed, cache.Engine(remote), local))
	default:
		return nil, errors.New("tts.engine: expected espeak, or the http address of a speech server")
	}
	return v, nil
}

// isEspeak tells espeak-ng's voices, which are named by language, from flite's.
func isEspeak(voice string) bool {
	return voice == "" || strings.HasPrefix(voice, "en") || voice == "cmn"
}

func only(m map[string]string, ok func(string) bool) map[string]string {
	out := map[string]string{}
	for k, v := range m {
		if v != "" && ok(v) {
			out[k] = v
		}
	}
	return out
}

// warm speaks every fixed prompt into the cache.
func (v *voice) warm(ctx context.Context, items []tts.Item) {
	if err := tts.Warm(ctx, v.engine, items, nil); err != nil && ctx.Err() == nil {
		v.log.Error("warming the voice", "err", err)
	}
}
