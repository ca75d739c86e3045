package asr

// Expected is what speakers are likely to say, as a bot's examples show it. A
// recogniser that hears poorly may ask it what texts could have been meant, and
// judge these by the sound. It is used by several goroutines at once.
type Expected interface {
	// Candidates are sentences that may have been said by someone in whose speech
	// these texts were recognised, the likeliest first, n at most. A cost is in
	// nats, to be weighed together with how likely the sound makes the sentence.
	// Strange tells how far the first is from all of the texts, in nats a sound.
	Candidates(heard []string, n int) (sentences []string, costs []float64, strange float64)
}
