package web

import (
	"embed"
	"mime"
	"net/http"
	"path"
)

//go:embed openapi.json
var openAPI []byte

//go:embed static
var static embed.FS

func serveOpenAPI(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(openAPI) // a client that left
}

// pages are the paths of the pages for people, and their files.
var pages = map[string]string{
	"/{$}": "index.html", "/live.js": "live.js", "/live.css": "live.css", // every call, live
	"/call": "call.html", "/call.js": "call.js", "/call.css": "call.css", // a customer's
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
