package rank

import (
	"cmp"
	"math"
	"slices"
)

// together is how alike two questions must be to be grouped.
const together = 0.4

// Groups puts texts that ask about the same together, by the words and the runs of
// letters they share. A group is the numbers of its texts, that most like the
// others first; the largest group is first.
func Groups(texts []string) [][]int {
	v := newView(func(t []token) []string { return append(words(t), grams(t)...) })
	bags := make([]bag, len(texts))
	for i, t := range texts {
		bags[i] = v.bag(tokens(t))
		v.seen(1, bags[i])
	}
	v.n += 1000 // as if among many others, so that in a few texts what they share counts too
	type group struct {
		members []int
		sum     map[int32]float64 // of the members' vectors
		norm    float64
	}
	var groups []*group
	post := make([][]int32, len(v.df)) // groups that have a term
	vecs := make([]weighted, len(texts))
	for i := range texts {
		vecs[i] = v.weigh(bags[i])
		like := map[int32]float64{}
		for k, id := range vecs[i].id {
			for _, g := range post[id] {
				like[g] += float64(vecs[i].w[k]) * groups[g].sum[id]
			}
		}
		best, most := int32(-1), together
		for g, s := range like {
			if s /= groups[g].norm; s > most || s == most && g < best {
				best, most = g, s
			}
		}
		if best < 0 {
			best = int32(len(groups))
			groups = append(groups, &group{sum: map[int32]float64{}})
		}
		g := groups[best]
		g.members = append(g.members, i)
		for k, id := range vecs[i].id {
			if _, ok := g.sum[id]; !ok {
				post[id] = append(post[id], best)
			}
			g.sum[id] += float64(vecs[i].w[k])
		}
		g.norm = 0
		for _, x := range g.sum {
			g.norm += x * x
		}
		g.norm = max(1e-9, math.Sqrt(g.norm))
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return len(b.members) - len(a.members) })
	out := make([][]int, len(groups))
	for i, g := range groups {
		central := make(map[int]float64, len(g.members))
		for _, m := range g.members {
			for k, id := range vecs[m].id {
				central[m] += float64(vecs[m].w[k]) * g.sum[id]
			}
		}
		slices.SortStableFunc(g.members, func(a, b int) int { return cmp.Compare(central[b], central[a]) })
		out[i] = g.members
	}
	return out
}
