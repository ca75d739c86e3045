// Package ui holds the pages for people who are signed in: the sign-in, the
// agent's desk and the supervisor's console, built from the sources beside it by
// `make ui` into dist and carried in the program.
//
// A program that was built without them serves a page that says how to build
// them. Files under /assets/ have their content in their name and are kept by
// browsers for a year; pages are asked for each time.
package ui

import (
	"bytes"
	"embed"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"hotline"
)

//go:embed all:dist
var dist embed.FS

// A Page is a file, and the least role of who may have it.
type Page struct {
	File string
	Role hotline.Role
}

// Pages are the pages by their patterns, for http.ServeMux.
var Pages = map[string]Page{
	"/signin":            {"signin.html", hotline.RoleCustomer},
	"/setup":             {"signin.html", hotline.RoleCustomer},
	"/desk":              {"desk.html", hotline.RoleAgent},
	"/console":           {"console.html", hotline.RoleSupervisor},
	"/console/{rest...}": {"console.html", hotline.RoleSupervisor},
}

// Policy is the Content-Security-Policy of the pages: scripts from here only.
// Styles may be inline, as Ant Design makes them as they are needed.
const Policy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"media-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// Built tells whether the pages are in the program.
func Built() bool {
	_, err := fs.Stat(dist, "dist/desk.html")
	return err == nil
}

// Handler serves the page.
func (p Page) Handler() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", Policy)
		if !Built() {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(unbuilt)) // a client that left
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		serve(w, r, p.File)
	}
}

// Assets serves what the pages load, below /assets/.
func Assets(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	serve(w, r, "assets/"+path.Base(r.URL.Path))
}

// serve sends a file of dist, compressed if the browser takes that.
func serve(w http.ResponseWriter, r *http.Request, file string) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	var data []byte
	err := error(fs.ErrNotExist)
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if data, err = dist.ReadFile("dist/" + file + ".gz"); err == nil {
			h.Set("Content-Encoding", "gzip")
		}
	}
	if err != nil {
		data, err = dist.ReadFile("dist/" + file)
	}
	if errors.Is(err, fs.ErrNotExist) || err != nil {
		h.Del("Cache-Control")
		http.NotFound(w, r)
		return
	}
	h.Set("Content-Type", kind(file))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

// kind is the type of a file; the machine's table of types has no say in it.
func kind(file string) string {
	switch ext := path.Ext(file); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return mime.TypeByExtension(ext)
	}
}

const unbuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>hotline</title><h1>This page has not been built</h1>
<p>The program was built without its pages. Run <code>make ui build</code>, which needs Node 18 or newer, and start it again.</p>
<p lang="zh">程序编译时没有包含页面。请运行 <code>make ui build</code>（需要 Node 18 或更新版本），然后重新启动。</p></html>
`
