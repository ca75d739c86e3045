package main

import (
	"context"
	"time"

	"hotline"
	"hotline/store/sqlite"
)

// observe tells the metrics and the desk what happens in calls, until ctx ends.
func (s *server) observe(ctx context.Context) {
	since := s.journal.Head()
	s.persist(ctx, "observing the journal", func() error {
		for ev, err := range s.journal.Follow(ctx, "", since) {
			if err != nil {
				return err
			}
			since = ev.Seq
			s.metrics.Observe(ev)
			s.desk.Observe(ev)
			s.api.Observe(ev)
		}
		return nil
	})
}

// index makes what calls are counted and found by from their events, until ctx
// ends.
func (s *server) index(ctx context.Context) {
	s.persist(ctx, "indexing calls", func() error {
		return s.journal.ConsumePages(ctx, sqlite.IndexName, func(page []hotline.Event) (uint64, error) { return s.db.Index(ctx, page) })
	})
}

// persist does what until ctx ends: a second after the store failed, again from
// where it was.
func (s *server) persist(ctx context.Context, doing string, what func() error) {
	for ctx.Err() == nil {
		if err := what(); err != nil && ctx.Err() == nil {
			s.log.Error(doing, "err", err)
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
		}
	}
}
