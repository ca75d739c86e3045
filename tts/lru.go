package tts

import "container/list"

// An lru is a set of bounded size that forgets what was used least recently.
type lru[K comparable, V any] struct {
	max, size int64
	order     *list.List // the latest first
	at        map[K]*list.Element
}

type lruEntry[K comparable, V any] struct {
	key  K
	val  V
	size int64
}

func newLRU[K comparable, V any](max int64) *lru[K, V] {
	return &lru[K, V]{max: max, order: list.New(), at: map[K]*list.Element{}}
}

func (l *lru[K, V]) get(k K) (v V, ok bool) {
	e, ok := l.at[k]
	if !ok {
		return v, false
	}
	l.order.MoveToFront(e)
	return e.Value.(*lruEntry[K, V]).val, true
}

// put adds or replaces k and returns what had to go for it, which is k itself
// if it is larger than everything.
func (l *lru[K, V]) put(k K, v V, size int64) (gone []K) {
	l.remove(k)
	l.at[k] = l.order.PushFront(&lruEntry[K, V]{k, v, size})
	l.size += size
	for l.size > l.max {
		last := l.order.Back().Value.(*lruEntry[K, V]).key
		l.remove(last)
		gone = append(gone, last)
	}
	return gone
}

func (l *lru[K, V]) remove(k K) {
	if e, ok := l.at[k]; ok {
		l.size -= e.Value.(*lruEntry[K, V]).size
		l.order.Remove(e)
		delete(l.at, k)
	}
}
