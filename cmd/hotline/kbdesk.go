package main

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"hotline"
	"hotline/kb"
	"hotline/kb/article"
	"hotline/web"
)

// kbDesk is the knowledge as agents and writers see it. It implements web.KB.
type kbDesk struct {
	*knowledge
	def     string // the bot of a request that names none
	crawler *crawler
}

func (k *kbDesk) of(bot string) (*kb.Base, error) {
	if bot == "" {
		bot = k.def
	}
	b, err := k.base(bot)
	if err != nil {
		return nil, &hotline.Error{Op: "kb", Code: hotline.ENotFound, Message: err.Error()}
	}
	return b, nil
}

func (k *kbDesk) Search(ctx context.Context, q web.KBQuery) ([]web.KBPassage, error) {
	b, err := k.of(q.Bot)
	if err != nil {
		return nil, err
	}
	hits, err := b.Search(ctx, kb.Query{Text: q.Text, Context: q.Context, Language: q.Language, Segment: q.Segment, N: q.N})
	if err != nil {
		return nil, err
	}
	var out []web.KBPassage
	for _, h := range hits {
		out = append(out, web.KBPassage{Article: h.Key, Version: h.Version, Title: h.Title, Language: h.Language, Segment: h.Segment,
			Questions: append([]string{}, h.Questions...), Text: h.Answer, Body: h.Body, Source: h.Source, Score: h.Prob})
	}
	return out, nil
}

func (k *kbDesk) Articles(ctx context.Context, q web.ArticleQuery) (web.ArticleList, error) {
	b, err := k.of(q.Bot)
	if err != nil {
		return web.ArticleList{}, err
	}
	limit := q.Limit
	if limit > 0 {
		limit++ // one more tells whether there is a next page
	}
	all, err := b.Find(ctx, kb.Filter{Text: q.Text, Language: q.Language, State: q.State, After: q.After, Limit: limit})
	if err != nil {
		return web.ArticleList{}, err
	}
	var out web.ArticleList
	for i, l := range all {
		if i == q.Limit {
			out.Next = all[i-1].Key
			break
		}
		a := shown(l)
		if a.Origin, err = b.Origin(ctx, l.Key, l.Version); err != nil {
			return out, err
		}
		out.Articles = append(out.Articles, a)
	}
	return out, nil
}

func shown(l kb.Listing) web.Article {
	return web.Article{Key: l.Key, Source: l.Source, Version: l.Version, Live: l.Live, State: l.State(), At: l.At, ArticleInput: input(l.Article)}
}

func input(a kb.Article) web.ArticleInput {
	return web.ArticleInput{ID: a.ID, Language: a.Language, Segment: a.Segment, Title: a.Title, Questions: append([]string{}, a.Questions...),
		Body: a.Body, Spoken: a.Spoken, From: a.From, Until: a.Until}
}

func (k *kbDesk) Article(ctx context.Context, bot, key string, version int) (web.Article, error) {
	b, err := k.of(bot)
	if err != nil {
		return web.Article{}, err
	}
	l, err := b.One(ctx, key)
	if err != nil {
		return web.Article{}, err
	}
	a := shown(l)
	if version != 0 && version != l.Version {
		old, v, err := b.Get(ctx, key, version)
		if err != nil {
			return a, err
		}
		a.ArticleInput, a.Version, a.Source = input(old), v, old.Source
	}
	history, err := b.History(ctx, key)
	if err != nil {
		return a, err
	}
	for _, c := range slices.Backward(history) {
		a.History = append(a.History, web.Change{Version: c.Version, What: c.What, At: c.At, Note: c.Note})
	}
	a.Origin, err = b.Origin(ctx, key, a.Version)
	return a, err
}

// Put is a new version from an editor.
func (k *kbDesk) Put(ctx context.Context, bot, key string, in web.ArticleInput, by string) (web.Article, error) {
	b, err := k.of(bot)
	if err != nil {
		return web.Article{}, err
	}
	a := kb.Article{ID: in.ID, Language: in.Language, Segment: in.Segment, Title: in.Title, Questions: in.Questions, Body: in.Body, Spoken: in.Spoken,
		From: in.From, Until: in.Until, Source: "editor"}
	if a.Key() != key {
		return web.Article{}, &hotline.Error{Op: "kb put", Code: hotline.EInvalid, Message: "the key in the path is not that of id, language and segment: " + a.Key()}
	}
	if old, _, err := b.Get(ctx, key, 0); err == nil {
		a.Source = old.Source
	}
	if _, err := b.Put(ctx, []kb.Article{a}, kb.Policy{Live: in.Publish, Note: noteOf("editor", by, in.Note)}); err != nil {
		return web.Article{}, err
	}
	return k.Article(ctx, bot, key, 0)
}

// noteOf is a line for the history that says where a version is from, and by whom.
func noteOf(origin, by, note string) string {
	return strings.TrimSuffix(origin+" "+by+": "+note, ": ")
}

func (k *kbDesk) Decide(ctx context.Context, bot, key, what string, version int, by string) (web.Article, error) {
	b, err := k.of(bot)
	if err != nil {
		return web.Article{}, err
	}
	note := "by " + by
	switch what {
	case "publish":
		var l kb.Listing
		if l, err = b.One(ctx, key); err == nil && version != 0 && version != l.Version {
			err = &hotline.Error{Op: "kb publish", Code: hotline.EConflict, Message: "another version waits now: look at it first"}
		}
		if err == nil {
			_, err = b.Publish(ctx, note, key)
		}
	case "rollback":
		_, err = b.Rollback(ctx, note, key, version)
	case "discard":
		_, err = b.Discard(ctx, note, key)
	}
	if err != nil {
		return web.Article{}, err
	}
	return k.Article(ctx, bot, key, 0)
}

func (k *kbDesk) Diff(ctx context.Context, bot, key string, from, to int) (string, error) {
	b, err := k.of(bot)
	if err != nil {
		return "", err
	}
	return b.Diff(ctx, key, from, to)
}

func (k *kbDesk) Questions(ctx context.Context, bot string, since time.Time, n int) ([]web.KBQuestion, error) {
	b, err := k.of(bot)
	if err != nil {
		return nil, err
	}
	groups, err := b.Unanswered(ctx, since, n)
	var out []web.KBQuestion
	for _, g := range groups {
		out = append(out, web.KBQuestion{ID: g.ID, Question: g.Question, Count: g.Count, Language: g.Language, Last: g.Last, Nearest: g.Nearest, Ways: g.Questions})
	}
	return out, err
}

func (k *kbDesk) Resolve(ctx context.Context, bot, id string) error {
	b, err := k.of(bot)
	if err != nil {
		return err
	}
	return b.Resolve(ctx, id)
}

func (k *kbDesk) Feedback(ctx context.Context, bot string, f web.KBFeedback) error {
	b, err := k.of(bot)
	if err != nil {
		return err
	}
	return b.Feedback(ctx, f.Article, f.Question, f.Good)
}

// Learn makes a draft of a question and the answer that somebody gave to it.
func (k *kbDesk) Learn(ctx context.Context, c hotline.Call, l hotline.Learned) (string, error) {
	b, err := k.of(c.Bot)
	if err != nil {
		return "", err
	}
	a := kb.Article{ID: "learned-" + strings.ToLower(rand.Text()[:10]), Language: l.Language, Title: l.Question, Questions: []string{l.Question}, Body: l.Answer,
		Source: "call " + string(c.ID)}
	if a.Language == "" {
		a.Language = article.Language(l.Question + l.Answer)
	}
	if _, err := b.Put(ctx, []kb.Article{a}, kb.Policy{Note: noteOf("learned", l.By, "call "+string(c.ID))}); err != nil {
		return "", err
	}
	return a.Key(), nil
}

func (k *kbDesk) Crawls() []web.CrawlStatus { return k.crawler.status() }
