//go:build !linux

package asr

func yieldToAudio() {}
