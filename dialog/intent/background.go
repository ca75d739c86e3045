package intent

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed background.txt
var background string

// builtinBackground are things that people say to anybody, in English and
// Chinese, one a line.
var builtinBackground = sync.OnceValue(func() []string { return strings.Split(strings.TrimSpace(background), "\n") })
