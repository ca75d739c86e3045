package journal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"hotline"
)

// writeTimeout bounds one attempt to write a batch.
const writeTimeout = 30 * time.Second

// write is the one goroutine that writes to the store.
func (j *Journal) write() {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-j.done:
			return
		case <-j.hurry:
		case <-j.wake:
			pause.Reset(j.cfg.Every)
			select {
			case <-j.done:
				return
			case <-j.hurry:
			case <-pause.C:
			}
		}
		for j.commit() != nil {
			pause.Reset(j.cfg.Retry)
			select {
			case <-j.done:
				return
			case <-pause.C:
			}
		}
	}
}

// commit writes everything that waits as one batch. If that fails, it waits on.
func (j *Journal) commit() error {
	j.mu.Lock()
	batch, changed := j.tail, j.changed
	j.changed, j.writing = map[hotline.CallID]hotline.Call{}, changed
	j.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	err := j.store.Write(ctx, batch, slices.Collect(maps.Values(changed)))

	j.mu.Lock()
	defer j.mu.Unlock()
	j.writing = nil
	if err != nil {
		for id, c := range changed {
			if _, newer := j.changed[id]; !newer {
				j.changed[id] = c
			}
		}
		j.cfg.Log.Error("journal: events are not being kept", "waiting", len(j.tail), "err", err)
		j.failing = err
		return err
	}
	if j.failing != nil {
		j.cfg.Log.Warn("journal: events are being kept again", "written", len(batch))
		j.failing = nil
	}
	j.tail = slices.Clone(j.tail[len(batch):])
	j.kept = batch[len(batch)-1].Seq
	close(j.keptNow)
	j.keptNow = make(chan struct{})
	return nil
}

// Flush returns when every event appended before it is kept, or ctx ends.
func (j *Journal) Flush(ctx context.Context) error {
	goal := j.Head()
	for {
		j.mu.Lock()
		kept, now, failing := j.kept, j.keptNow, j.failing
		j.mu.Unlock()
		if kept >= goal {
			return nil
		}
		signal(j.hurry)
		select {
		case <-now:
		case <-ctx.Done():
			if failing == nil {
				failing = context.Cause(ctx)
			}
			return fmt.Errorf("journal: flush: %w", failing)
		case <-j.done:
			return fmt.Errorf("journal: flush: %w", j.Ready())
		}
	}
}

// Close refuses further events, writes those that wait, and ends every reader.
// It tries until ctx ends; an error means that events were lost. The store
// stays open.
func (j *Journal) Close(ctx context.Context) error {
	j.mu.Lock()
	if j.closed {
		j.mu.Unlock()
		return nil
	}
	j.closed = true
	for _, set := range j.readers {
		for r := range set {
			close(r.c)
		}
	}
	clear(j.readers)
	j.mu.Unlock()

	close(j.done)
	j.writer.Wait()
	for {
		err := j.commit()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("journal: %d events lost at close: %w", j.Stats().Waiting, err)
		case <-time.After(j.cfg.Retry):
		}
	}
}
