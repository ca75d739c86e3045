// Package rank finds the documents that answer a question, in English or
// Chinese, asked in a caller's own words and heard by a recogniser that makes
// mistakes.
//
// It works in two steps. Bleve's BM25 over words finds a few hundred
// candidates; so do the names of things ("the Andrews Hotel") that the question
// or the conversation before it mentions, as they sound rather than as they are
// spelled. Each candidate is then judged by features that are shares between 0
// and 1: how much of the question's weight in words, in runs of letters and in
// sounds is found in the questions that the document answers, and in its body;
// how near the two are in the space of latent topics learned from the documents
// themselves; how near their meaning is, where both are English (package
// internal/sentence); how well the thing it is about was named. Weights learned once
// (weights.go says on what and how) make one score of the features, and a
// second, calibrated step says how likely it is that the best one is right.
//
// Documents that answer the very same question are judged as one, by all that
// their bodies say, and then put in order among themselves.
//
// An Index is made from all of its documents, and changed by Update in time that
// grows with the change alone. Searches are safe for many goroutines at once, but
// not beside an Update.
package rank
