package rank

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
)

// Update takes documents out, by their numbers, and puts others in, which get
// the next numbers. Its work grows with what is changed, not with what there is.
// What is counted over all documents, how rare a term is and how long texts are,
// is exact afterwards; the topics are those learned by New, so after a great part
// has changed the index is better made anew. Update must not be called while
// somebody searches.
func (x *Index) Update(ctx context.Context, out []int, in []Doc) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	leave := map[int32]bool{} // groups, as they are now, that change
	for _, i := range out {
		if i < 0 || i >= len(x.in) || x.in[i] < 0 {
			return fmt.Errorf("index: there is no document %d", i)
		}
		leave[x.in[i]] = true
	}
	for _, d := range in {
		if len(d.Questions) == 0 && d.Title != "" {
			d.Questions = []string{d.Title}
		}
		if g, ok := x.of[asks(d)]; ok && len(d.Questions) > 0 {
			leave[g] = true
		}
	}
	for gi := range leave {
		x.leave(gi)
	}
	for _, i := range out {
		g := &x.groups[x.in[i]]
		g.docs = slices.DeleteFunc(g.docs, func(d int32) bool { return d == int32(i) })
		if len(g.docs) == 0 {
			delete(x.of, asks(x.docs[i]))
		}
		x.in[i], x.docs[i], x.body[i] = -1, Doc{}, bag{}
	}
	change := leave
	for _, d := range in {
		change[x.place(d)] = true
	}
	for gi := range change {
		x.late.groups[gi] = true
		if g := &x.groups[gi]; len(g.docs) > 0 {
			x.enter(gi)
		} else {
			*g = group{}
		}
	}
	x.averages()
	if err := x.understand(context.WithoutCancel(ctx), slices.Collect(maps.Keys(change))); err != nil {
		return err
	}
	if x.topics != nil {
		for gi := range change {
			if g := &x.groups[gi]; len(g.docs) > 0 {
				g.vector = x.topics.vector(x.words.weigh(g.all()...))
			}
		}
	}
	return nil
}

// late is the groups that changed after New. The full-text index still has them
// as they were: what it says of them is passed over, and these lists of who has a
// term are asked instead. (Each change of the full-text index itself would be one
// more segment to look into, and one kept in memory never merges them.)
type late struct {
	groups               map[int32]bool
	words, grams, sounds map[int32][]int32 // by term
}

func newLate() late {
	return late{map[int32]bool{}, map[int32][]int32{}, map[int32][]int32{}, map[int32][]int32{}}
}

// each calls f once for each list that a text is in, with its term.
func (l *late) each(t text, f func(post map[int32][]int32, term int32)) {
	for _, v := range []struct {
		post map[int32][]int32
		bags []bag
	}{{l.words, t.words}, {l.grams, t.grams}, {l.sounds, t.sounds}} {
		had := map[int32]bool{}
		for _, b := range v.bags {
			for _, c := range b.terms {
				if !had[c.id] {
					had[c.id] = true
					f(v.post, c.id)
				}
			}
		}
	}
}

func (l *late) enter(gi int32, t text) {
	l.each(t, func(post map[int32][]int32, term int32) { post[term] = append(post[term], gi) })
}

func (l *late) leave(gi int32, t text) {
	l.each(t, func(post map[int32][]int32, term int32) {
		if post[term] = slices.DeleteFunc(post[term], func(g int32) bool { return g == gi }); len(post[term]) == 0 {
			delete(post, term)
		}
	})
}

// recall gives the n groups with the most of what is asked, by weight.
func (l *late) recall(w, g, s asked, n int) []int32 {
	if len(l.groups) == 0 {
		return nil
	}
	sum := map[int32]float64{}
	for _, v := range []struct {
		asked asked
		post  map[int32][]int32
		share float64
	}{{w, l.words, 1}, {g, l.grams, 0.25}, {s, l.sounds, 0.25}} {
		for term, serves := range v.asked.alts {
			for _, gi := range v.post[term] {
				for _, a := range serves {
					sum[gi] += v.share * a.share * v.asked.terms[a.term].weight
				}
			}
		}
	}
	out := slices.Collect(maps.Keys(sum))
	slices.SortFunc(out, func(a, b int32) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b)) })
	return out[:min(n, len(out))]
}

// leave counts a group out.
func (x *Index) leave(gi int32) {
	g := &x.groups[gi]
	if len(g.docs) == 0 {
		return
	}
	x.sums.add(g, -1)
	x.names.remove(x.docs[g.docs[0]].Title, gi)
	t := x.take(g)
	if x.late.groups[gi] {
		x.late.leave(gi, t)
	}
	x.words.seen(-1, t.words...)
	x.grams.seen(-1, t.grams...)
	x.sounds.seen(-1, t.sounds...)
}
