package models

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Catalogue() {
		if seen[m.Name] {
			t.Errorf("%s is there twice", m.Name)
		}
		seen[m.Name] = true
		if m.Licence == "" || m.About == "" || m.Engine == "" || m.Kind == "asr" && len(m.Languages) == 0 || m.Disk == 0 {
			t.Errorf("%s: incomplete: %+v", m.Name, m)
		}
		if (files(m.Name) == nil) == (m.URL == "") {
			t.Errorf("%s: wants either pins or an address", m.Name)
		}
		if m.URL != "" && !strings.HasPrefix(m.URL, "https://") {
			t.Errorf("%s: %s", m.Name, m.URL)
		}
	}
	for _, name := range Default {
		if !seen[name] {
			t.Errorf("%s is not in the catalogue", name)
		}
	}
	if _, err := Lookup("no-such-model"); err == nil {
		t.Error("no error for an unknown name")
	}
}

func TestLock(t *testing.T) {
	sum := regexp.MustCompile(`^[0-9a-f]{64}$`)
	for name, p := range lock.Packages {
		if !sum.MatchString(p.SHA256) || p.Bytes == 0 || p.Version == "" {
			t.Errorf("package %s: %+v", name, p)
		}
	}
	for name, fs := range lock.Models {
		for path, f := range fs {
			if _, ok := lock.Packages[f.From]; !ok || !sum.MatchString(f.SHA256) || f.Bytes == 0 || !filepath.IsLocal(path) {
				t.Errorf("model %s: %s: %+v", name, path, f)
			}
		}
	}
	for _, arch := range []string{"amd64", "arm64"} {
		if len(lock.Models[Runtime+"/"+arch]) != 2 {
			t.Errorf("no runtime for %s", arch)
		}
	}
}

// fakeNPM pins a model of the test's own to a package, and puts an npm in PATH
// that brings it.
func fakeNPM(t *testing.T, members map[string]string) (dir, model string) {
	t.Helper()
	tgz := tarball(t, members)
	bin := t.TempDir()
	write(t, filepath.Join(bin, "package.tgz"), tgz)
	script := "#!/bin/sh\necho \"$*\" >>" + bin + "/calls\nwhile [ \"$1\" != --pack-destination ]; do shift; done\ncp " + bin + "/package.tgz \"$2/some-pkg-1.0.0.tgz\"\n"
	write(t, filepath.Join(bin, "npm"), []byte(script))
	if err := os.Chmod(filepath.Join(bin, "npm"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	model = "test-model"
	fs := map[string]file{}
	for name, content := range members {
		if base, ok := strings.CutPrefix(name, "package/"); ok {
			fs[filepath.Base(base)] = file{From: "@some/pkg", Path: base, SHA256: digest([]byte(content)), Bytes: int64(len(content))}
		}
	}
	saved, packages, models := catalogue, lock.Packages, lock.Models
	t.Cleanup(func() { catalogue, lock.Packages, lock.Models = saved, packages, models })
	catalogue = []Model{{Name: model, Kind: "asr", Engine: "x", Languages: []string{"en"}, Licence: "MIT", About: "x"}}
	lock.Packages = map[string]pin{"@some/pkg": {Version: "1.0.0", SHA256: digest(tgz), Bytes: int64(len(tgz))}}
	lock.Models = map[string]map[string]file{model: fs}
	return filepath.Join(t.TempDir(), "models"), model
}

func TestInstallFromNPM(t *testing.T) {
	dir, model := fakeNPM(t, map[string]string{"package/dist/a.onnx": "weights", "../../evil": "no", "package/LICENSE": "MIT"})
	var doing []string
	if err := Install(t.Context(), model, dir, func(p Progress) { doing = append(doing, p.Doing) }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(doing, ","); got != "@some/pkg@1.0.0,@some/pkg@1.0.0,unpacking,ready" {
		t.Errorf("progress: %s", got)
	}
	if b, err := os.ReadFile(filepath.Join(Path(dir, model), "a.onnx")); err != nil || string(b) != "weights" {
		t.Errorf("a.onnx: %q, %v", b, err)
	}
	if err := verify(dir, model); err != nil {
		t.Error(err)
	}
	left, err := os.ReadDir(filepath.Join(dir, downloads))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}

	doing = nil
	t.Setenv("PATH", t.TempDir()) // no npm: a second time needs none
	if err := Install(t.Context(), model, dir, func(p Progress) { doing = append(doing, p.Doing) }); err != nil || len(doing) != 1 || doing[0] != "already installed" {
		t.Errorf("again: %v, %v", doing, err)
	}

	write(t, filepath.Join(Path(dir, model), "a.onnx"), []byte("WEIGHTS"))
	if err := Check(dir, model); err != nil {
		t.Error(err) // Check reads no bytes
	}
	if err := verify(dir, model); err == nil {
		t.Error("verify did not notice a changed file")
	}
	write(t, filepath.Join(Path(dir, model), "a.onnx"), []byte("w"))
	if err := Check(dir, model); err == nil {
		t.Error("Check did not notice a short file")
	}
}

func TestInstallRefusesOtherBytes(t *testing.T) {
	dir, model := fakeNPM(t, map[string]string{"package/a.onnx": "weights"})
	p := lock.Packages["@some/pkg"]
	p.SHA256 = digest([]byte("another tarball"))
	lock.Packages["@some/pkg"] = p
	if err := Install(t.Context(), model, dir, nil); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("a tarball that is not the pinned one: %v", err)
	}
	if _, err := os.Stat(Path(dir, model)); err == nil {
		t.Error("something was installed")
	}
}

func TestInstallByHand(t *testing.T) {
	dir, model := fakeNPM(t, map[string]string{"package/a.onnx": "weights"})
	tgz, err := os.ReadFile(filepath.Join(filepath.SplitList(os.Getenv("PATH"))[0], "package.tgz"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir())
	err = Install(t.Context(), model, dir, nil)
	if err == nil || !strings.Contains(err.Error(), "npm pack @some/pkg@1.0.0") || !strings.Contains(err.Error(), "some-pkg-1.0.0.tgz") {
		t.Fatalf("without npm: %v", err)
	}
	write(t, filepath.Join(dir, downloads, "some-pkg-1.0.0.tgz"), tgz)
	if err := Install(t.Context(), model, dir, nil); err != nil {
		t.Error(err)
	}
}

func TestRefusesWhatNPMCannotFind(t *testing.T) {
	dir, model := fakeNPM(t, map[string]string{"package/a.onnx": "weights"})
	npm := filepath.Join(filepath.SplitList(os.Getenv("PATH"))[0], "npm")
	write(t, npm, []byte("#!/bin/sh\necho 'npm error code E404' >&2\necho 'npm error 404 Not Found' >&2\nexit 1\n"))
	if err := Install(t.Context(), model, dir, nil); err == nil || !strings.Contains(err.Error(), "404 Not Found") {
		t.Errorf("got %v", err)
	}
}

func TestDownload(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 100_000)
	ranges := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ranges += r.Header.Get("Range") + ";"
		http.ServeContent(w, r, "m", time.Time{}, bytes.NewReader(content))
	}))
	defer s.Close()
	path := filepath.Join(t.TempDir(), "m.tar.bz2")
	write(t, path+".part", content[:1234]) // one that was cut off
	var last, total int64
	err := download(t.Context(), s.Client(), s.URL, path, func(d, of int64) { last, total = d, of })
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, content) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if ranges != "bytes=1234-;" || last != int64(len(content)) || total != last {
		t.Errorf("asked for %q, progress %d of %d", ranges, last, total)
	}

	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	if err := download(t.Context(), gone.Client(), gone.URL, path+"2", func(_, _ int64) {}); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestUntar(t *testing.T) {
	var good bytes.Buffer
	pack(t, &good, map[string]string{"model/tokens.txt": "a 0", "model/test/0.wav": "RIFF"})
	dir := t.TempDir()
	if err := untar(t.Context(), &good, dir); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "test", "0.wav")); err != nil || string(b) != "RIFF" {
		t.Errorf("%q, %v", b, err)
	}
	for _, name := range []string{"model/../../evil", "/etc/evil", "model/..", "evil", "model/" + marker} {
		var bad bytes.Buffer
		pack(t, &bad, map[string]string{name: "x"})
		if err := untar(t.Context(), &bad, t.TempDir()); err == nil {
			t.Errorf("%s was unpacked", name)
		}
	}
}

func TestLlamaTokens(t *testing.T) {
	pieces := make([]string, llamaPieces)
	for i := range pieces {
		pieces[i] = fmt.Sprintf("p%d", i)
	}
	pieces[3] = "<0x0A>"
	js := `const llama_vocab_base64 = "` + base64.StdEncoding.EncodeToString([]byte(strings.Join(pieces, "\n"))) + `";`
	var out strings.Builder
	if err := llamaTokens(&out, []byte(js)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	for i, want := range map[int]string{0: "cDA= 0", 3: "Cg== 3", 32000: "PDxTVF8wPj4= 32000", 32767: "PDxTVF83Njc+Pg== 32767", 32768: ""} {
		if lines[i] != want {
			t.Errorf("line %d is %q, not %q", i, lines[i], want)
		}
	}
	for _, bad := range []string{"", `llama_vocab_base64 = "!!"`, `llama_vocab_base64 = "YQ=="`} {
		if err := llamaTokens(io.Discard, []byte(bad)); err == nil {
			t.Errorf("%q made a vocabulary", bad)
		}
	}
}

func TestInstallGivesUp(t *testing.T) {
	dir, model := fakeNPM(t, map[string]string{"package/a.onnx": "weights"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Install(ctx, model, dir, nil); err == nil {
		t.Error("installed after the end of the context")
	}
	if _, err := os.Stat(Path(dir, model)); err == nil {
		t.Error("something was installed")
	}
}

func tarball(t *testing.T, members map[string]string) []byte {
	var buf bytes.Buffer
	gz := gzip.NewWriter(&buf)
	pack(t, gz, members)
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func pack(t *testing.T, w io.Writer, members map[string]string) {
	t.Helper()
	tw := tar.NewWriter(w)
	for name, content := range members {
		if err := tw.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func digest(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}
