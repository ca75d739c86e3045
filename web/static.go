package web

import (
	"embed"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"hotline"
)

//go:embed openapi.json
var openAPI []byte

//go:embed static
var static embed.FS

func serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPI) // a client that left
}

// pages are the paths of the pages for people: their files, and who may have
// them.
var pages = map[string]struct {
	file string
	role hotline.Role
}{
	"/call": {"call.html", customer}, "/call.js": {"call.js", customer}, // a customer's
	"/call-words.js": {"call-words.js", customer}, "/call.css": {"call.css", customer},
	"/embed.js": {"embed.js", customer}, // puts the customer's page on other sites
}

// home leads each to where they work.
func (s *Server) home(w http.ResponseWriter, r *http.Request) {
	to := "/signin"
	if i, err := s.identify(r); err == nil && i.Role.Allows(supervisor) {
		to = "/console"
	} else if err == nil && i.Role.Allows(agent) {
		to = "/desk"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// policy is the Content-Security-Policy of a page: nothing from elsewhere, in
// frames of the given sites only.
func policy(sites ...string) string {
	if len(sites) == 0 {
		sites = []string{"'none'"}
	}
	return "default-src 'self'; frame-ancestors " + strings.Join(sites, " ") + "; base-uri 'none'; form-action 'none'"
}

// EmbedSite checks an entry of Config.Embed. It must be an origin over TLS, as a
// page that shows us could otherwise be anybody's on the way; or loopback.
func EmbedSite(site string) error {
	u, err := url.Parse(site)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != site || strings.ContainsAny(u.Host, "*;, '\"") ||
		u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fmt.Errorf("%q: expected a site such as https://shop.example", site)
	}
	return nil
}

// framed lets the sites of Config.Embed show the page in a frame.
func (s *Server) framed(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy(s.cfg.Embed...))
		next(w, r)
	}
}

// servePage serves one file of a page.
func servePage(file string) http.HandlerFunc {
	data, err := static.ReadFile("static/" + file)
	if err != nil {
		panic(err) // the file is not in the program
	}
	kind := mime.TypeByExtension(path.Ext(file))
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(data) // a client that left
	}
}
