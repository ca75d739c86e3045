package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"hotline"
)

// KB is what the bots, and agents, answer from. bot names whose; empty is the
// one that answers any number. Errors carry hotline.ENotFound for a bot without
// knowledge or an article that is not there, and hotline.EInvalid.
type KB interface {
	Search(ctx context.Context, q KBQuery) ([]KBPassage, error)
	Articles(ctx context.Context, q ArticleQuery) (ArticleList, error)
	// Article is one version; 0 is the draft if there is one, or else what is live.
	Article(ctx context.Context, bot, key string, version int) (Article, error)
	// Put takes a new version in: live at once, or as a draft.
	Put(ctx context.Context, bot, key string, in ArticleInput, by string) (Article, error)
	// Decide publishes or discards the draft, or rolls back to a version; 0 is the
	// draft, or the version before.
	Decide(ctx context.Context, bot, key, what string, version int, by string) (Article, error)
	Diff(ctx context.Context, bot, key string, from, to int) (string, error)
	// Questions without an answer since then, grouped, the most frequent first.
	Questions(ctx context.Context, bot string, since time.Time, n int) ([]KBQuestion, error)
	Resolve(ctx context.Context, bot, id string) error
	Feedback(ctx context.Context, bot string, f KBFeedback) error
	// Learn makes a draft of an answer given in a call, and names it.
	Learn(ctx context.Context, c hotline.Call, l hotline.Learned) (key string, err error)
	Crawls() []CrawlStatus
}

// KBQuery is a question.
type KBQuery struct {
	Bot      string
	Text     string
	Context  []string // what was said before, oldest first
	Language string   // only articles in it; empty is all
	Segment  string   // of the customer
	N        int
}

// KBPassage is an answer with where it is from.
type KBPassage struct {
	Article   string   `json:"article"` // key
	Version   int      `json:"version"`
	Title     string   `json:"title"`
	Language  string   `json:"language"`
	Segment   string   `json:"segment"`
	Questions []string `json:"questions"`
	Text      string   `json:"text"` // to be said
	Body      string   `json:"body"` // all there is to say
	Source    string   `json:"source"`
	Score     float64  `json:"score"` // the probability that it answers the question
}

// ArticleQuery selects articles, in order of their keys.
type ArticleQuery struct {
	Bot      string
	Text     string // in title, questions or body
	Language string
	State    string // "live", "draft", "held", "removed"; empty is all
	After    string // the key before the first
	Limit    int
}

// ArticleList is a page of articles.
type ArticleList struct {
	Articles []Article `json:"articles"`
	Next     string    `json:"next"` // after, for the next page; empty: there is none
}

// Article is one version of an article, and which versions there are.
type Article struct {
	Key string `json:"key"`
	ArticleInput
	Source  string    `json:"source"` // where it is from: a file, an address
	Origin  string    `json:"origin"` // of the version: "crawler", "editor", "learned", "import"
	Version int       `json:"version"`
	Live    int       `json:"live"`              // version; 0: none is
	State   string    `json:"state"`             // "draft", "live", "held" (not served: its page changed), "removed"
	At      time.Time `json:"at"`                // when the version came
	History []Change  `json:"history,omitempty"` // of one article, newest first
}

// ArticleInput is what people write of an article.
type ArticleInput struct {
	ID        string    `json:"id"`       // the same in every language and for every segment
	Language  string    `json:"language"` // "en", "zh"
	Segment   string    `json:"segment"`  // of customers; empty: all
	Title     string    `json:"title"`
	Questions []string  `json:"questions"` // that it answers, as callers put them
	Body      string    `json:"body"`
	Spoken    string    `json:"spoken"` // a short answer for the ear
	From      time.Time `json:"from,omitzero"`
	Until     time.Time `json:"until,omitzero"`

	Publish bool   `json:"publish,omitempty"` // at once; only when it is put
	Note    string `json:"note,omitempty"`    // for the history; only when it is put
}

// Change is a line of an article's history.
type Change struct {
	Version int       `json:"version"`
	What    string    `json:"what"` // draft, publish, rollback, remove, hold, confirm, discard, feedback
	At      time.Time `json:"at"`
	Note    string    `json:"note"`
}

// KBQuestion is a group of questions that nothing answered.
type KBQuestion struct {
	ID       string    `json:"id"`
	Question string    `json:"question"` // the one most like the others
	Count    int       `json:"count"`
	Language string    `json:"language"`
	Last     time.Time `json:"last"`
	Nearest  string    `json:"nearest"` // key of the article that came nearest; empty: none
	Ways     []string  `json:"ways"`    // that it was put, the most frequent first
}

// KBFeedback says whether an article answered a question well.
type KBFeedback struct {
	Article  string `json:"article"` // key
	Version  int    `json:"version"`
	Question string `json:"question"` // may be empty
	Good     bool   `json:"good"`
}

// CrawlStatus is how the crawl of a site stands.
type CrawlStatus struct {
	Bot     string            `json:"bot"`
	Site    string            `json:"site"`
	Policy  string            `json:"policy"` // "draft", "live", "hold"
	EveryS  int               `json:"every_s"`
	Running bool              `json:"running"`
	Last    time.Time         `json:"last,omitzero"` // when the last one ended
	Next    time.Time         `json:"next,omitzero"`
	Error   string            `json:"error"` // of the last one
	Pages   int               `json:"pages"`
	Same    int               `json:"not_modified"`
	New     []string          `json:"new"`     // keys
	Changed []string          `json:"changed"` // keys
	Removed []string          `json:"removed"` // keys
	Failed  map[string]string `json:"failed"`  // addresses, with the reason
}

var errNoKB = unavailable("kb", "this server has no knowledge")

// ofKB is answering with knowledge.
func (s *Server) ofKB(f func(kb KB, w http.ResponseWriter, r *http.Request) (any, error)) http.HandlerFunc {
	return s.answering(func(w http.ResponseWriter, r *http.Request) (any, error) {
		if s.cfg.KB == nil {
			return nil, errNoKB
		}
		return f(s.cfg.KB, w, r)
	})
}

func (s *Server) kbSearch(kb KB, _ http.ResponseWriter, r *http.Request) (any, error) {
	q := r.URL.Query()
	n, err := number(r, "limit", 5, 50)
	if err != nil {
		return nil, err
	}
	found, err := kb.Search(r.Context(), KBQuery{Bot: q.Get("bot"), Text: q.Get("q"), Language: q.Get("language"), Segment: q.Get("segment"), N: int(n)})
	return map[string]any{"passages": orEmpty(found)}, err
}

func (s *Server) kbArticles(kb KB, _ http.ResponseWriter, r *http.Request) (any, error) {
	q := r.URL.Query()
	n, err := number(r, "limit", defaultPage, maxCalls)
	if err != nil {
		return nil, err
	}
	switch q.Get("state") {
	case "", "live", "draft", "held", "removed":
	default:
		return nil, invalid("articles", "state must be live, draft, held or removed")
	}
	list, err := kb.Articles(r.Context(), ArticleQuery{Bot: q.Get("bot"), Text: q.Get("q"), Language: q.Get("language"), State: q.Get("state"), After: q.Get("after"), Limit: int(n)})
	list.Articles = orEmpty(list.Articles)
	return list, err
}

func (s *Server) kbDrafts(kb KB, _ http.ResponseWriter, r *http.Request) (any, error) {
	list, err := kb.Articles(r.Context(), ArticleQuery{Bot: r.URL.Query().Get("bot"), State: "draft", Limit: maxCalls})
	return map[string]any{"drafts": orEmpty(list.Articles)}, err
}

func version(r *http.Request, key string) (int, error) {
	n, err := number(r, key, 0, 1<<31)
	return int(n), err
}

func (s *Server) kbArticle(kb KB, _ http.ResponseWriter, r *http.Request) (any, error) {
	v, err := version(r, "version")
	if err != nil {
		return nil, err
	}
	return kb.Article(r.Context(), r.URL.Query().Get("bot"), r.PathValue("id"), v)
}

func (s *Server) kbPut(kb KB, w http.ResponseWriter, r *http.Request) (any, error) {
	var in ArticleInput
	if err := read(w, r, &in); err != nil {
		return nil, err
	}
	return kb.Put(r.Context(), r.URL.Query().Get("bot"), r.PathValue("id"), in, by(r))
}

// kbDecide publishes, rolls back or discards.
func (s *Server) kbDecide(what string) http.HandlerFunc {
	return s.ofKB(func(kb KB, w http.ResponseWriter, r *http.Request) (any, error) {
		var in struct {
			Version int `json:"version"`
		}
		if r.ContentLength != 0 {
			if err := read(w, r, &in); err != nil {
				return nil, err
			}
		}
		return kb.Decide(r.Context(), r.URL.Query().Get("bot"), r.PathValue("id"), what, in.Version, by(r))
	})
}

func (s *Server) kbDiff(kb KB, _ http.ResponseWriter, r *http.Request) (any, error) {
	from, err := version(r, "from")
	if err != nil {
		return nil, err
	}
	to, err := version(r, "to")
	if err != nil {
		return nil, err
	}
	d, err := kb.Diff(r.Context(), r.URL.Query().Get("bot"), r.PathValue("id"), from, to)
	return map[string]string{"key": r.PathValue("id"), "diff": d}, err
}

func (s *Server) kbQuestions(kb KB, _ http.ResponseWriter, r *http.Request) (any, error) {
	days, err := number(r, "days", 30, 3650)
	if err != nil {
		return nil, err
	}
	n, err := number(r, "limit", 50, maxCalls)
	if err != nil {
		return nil, err
	}
	all, err := kb.Questions(r.Context(), r.URL.Query().Get("bot"), time.Now().AddDate(0, 0, -int(days)), int(n))
	return map[string]any{"questions": orEmpty(all)}, err
}

func (s *Server) kbResolve(kb KB, _ http.ResponseWriter, r *http.Request) (any, error) {
	id := r.PathValue("id")
	return map[string]string{"id": id}, kb.Resolve(r.Context(), r.URL.Query().Get("bot"), id)
}

func (s *Server) kbFeedback(kb KB, w http.ResponseWriter, r *http.Request) (any, error) {
	var f KBFeedback
	if err := read(w, r, &f); err != nil {
		return nil, err
	}
	return map[string]string{"article": f.Article, "version": strconv.Itoa(f.Version)}, kb.Feedback(r.Context(), r.URL.Query().Get("bot"), f)
}

func (s *Server) kbCrawls(kb KB, _ http.ResponseWriter, _ *http.Request) (any, error) {
	return map[string]any{"crawls": orEmpty(kb.Crawls())}, nil
}
