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

// servePage serves one file of the live page.
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
