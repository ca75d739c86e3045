package models

import (
	"archive/tar"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Bounds of an archive from upstream, whatever it claims about itself.
const (
	maxArchive  = 4 << 30 // bytes downloaded
	maxUnpacked = 8 << 30 // bytes written
	maxFiles    = 2000
)

// client gives up on a server that does not answer; a slow download may take
// as long as the context lets it.
var client = &http.Client{Transport: &http.Transport{
	Proxy:                 http.ProxyFromEnvironment,
	DialContext:           (&net.Dialer{Timeout: 15 * time.Second}).DialContext,
	TLSHandshakeTimeout:   15 * time.Second,
	ResponseHeaderTimeout: 30 * time.Second,
}}

// fromUpstream downloads the model's archive and unpacks it into tmp.
func fromUpstream(ctx context.Context, m Model, dir, tmp string, progress func(Progress)) error {
	archive := filepath.Join(dir, downloads, filepath.Base(m.URL))
	byHand := fmt.Sprintf("download %s on a machine that can, put it into %s, and run this again", m.URL, filepath.Dir(archive))
	if _, err := os.Stat(archive); err != nil {
		if err := download(ctx, client, m.URL, archive, func(done, total int64) {
			progress(Progress{Model: m.Name, Doing: filepath.Base(m.URL), Done: done, Total: total})
		}); err != nil {
			return fmt.Errorf("the download is not possible from here: %w; %s", err, byHand)
		}
	}
	if m.SHA256 != "" {
		if err := verifyFile(archive, m.SHA256); err != nil {
			return fmt.Errorf("%w; remove it, or %s", err, byHand)
		}
	}
	progress(Progress{Model: m.Name, Doing: "unpacking"})
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := untar(ctx, bzip2.NewReader(f), tmp); err != nil {
		return fmt.Errorf("unpack %s: %w; remove it, or %s", filepath.Base(archive), err, byHand)
	}
	return os.Remove(archive)
}

// download gets url into path, and takes up a broken download where it stopped
// (RFC 9110 section 14).
func download(ctx context.Context, c *http.Client, url, path string, progress func(done, total int64)) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	done, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if done > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", done))
	}
	resp, err := c.Do(req)
	if err != nil {
		if done == 0 {
			os.Remove(part)
		}
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusPartialContent:
	case http.StatusOK:
		if done, err = 0, f.Truncate(0); err != nil {
			return err
		}
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
	default:
		if resp.StatusCode == http.StatusRequestedRangeNotSatisfiable {
			os.Remove(part) // longer than what is there: it belongs to something else
		}
		return fmt.Errorf("%s answers %s", req.URL.Host, resp.Status)
	}
	total := int64(0)
	if resp.ContentLength >= 0 {
		total = done + resp.ContentLength
	}
	last := time.Time{}
	buf := make([]byte, 256<<10)
	for {
		n, err := resp.Body.Read(buf)
		if _, werr := f.Write(buf[:n]); werr != nil {
			return werr
		}
		if done += int64(n); done > maxArchive {
			return errors.New("it is larger than any model should be")
		}
		if time.Since(last) > 200*time.Millisecond || err == io.EOF {
			last = time.Now()
			progress(done, total)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if total > 0 && done != total {
		return io.ErrUnexpectedEOF
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// untar writes the regular files of r into dir, without the archive's own top
// folder. Names that would leave dir are an error; links and devices are left
// out.
func untar(ctx context.Context, r io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	left, n := int64(maxUnpacked), 0
	for tr := tar.NewReader(r); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		_, name, ok := strings.Cut(strings.TrimPrefix(h.Name, "./"), "/")
		if !ok || !filepath.IsLocal(h.Name) || !filepath.IsLocal(name) || filepath.Base(name) == marker {
			return fmt.Errorf("a file named %q does not belong in a model", h.Name)
		}
		if n++; n > maxFiles || h.Size > left {
			return errors.New("it is larger than any model should be")
		}
		left -= h.Size
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		f, err := root.Create(name)
		if err != nil {
			return err
		}
		if _, err := io.Copy(f, tr); err != nil {
			f.Close()
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
}
