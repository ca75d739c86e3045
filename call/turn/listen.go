package turn

import "slices"

// Backchannel reports whether text only says "I am listening". A yes is an
// answer if the bot was asking something.
func Backchannel(text string, asked bool) bool {
	p := plain(text)
	if p == "" {
		return false
	}
	return Hesitation(text) || slices.Contains(murmurs, p) || !asked && slices.Contains(assents, p)
}

var (
	murmurs = list(`uh huh, mm hmm, mhm, mhmm, mm mm, oh, ah, huh, 嗯嗯, 嗯哼, 哦哦, 噢, 唉`)
	assents = list(`yeah, yes, yep, yup, okay, ok, right, sure, i see, alright, all right, got it, yeah yeah, okay okay, oh okay, oh i see,
	uh huh okay, good, great, fine, 好, 好的, 好好, 好吧, 对, 对对, 对对对, 是, 是的, 是是, 嗯好, 嗯好的, 行, 知道了, 明白, 明白了, 哦好, 哦好的`)
)

// Asks reports whether a prompt ends in a question.
func Asks(saying string) bool {
	last := ' '
	for _, r := range saying {
		if r != ' ' && r != '"' && r != '”' {
			last = r
		}
	}
	return last == '?' || last == '？' || last == '吗' || last == '呢'
}

// echoWords is how many words must come back for it to be an echo: a caller who
// says two or three words of a prompt chooses from it.
const echoWords = 4

// Echo reports whether text is what the bot is saying, come back over the line:
// four fifths of its words in the same order, within a stretch not much longer
// than itself.
func Echo(text, saying string) bool {
	t, s := words(text), words(saying)
	if len(t) < echoWords {
		return false
	}
	for i := range s {
		if 5*common(t, s[i:min(len(s), i+len(t)*3/2)]) >= 4*len(t) {
			return true
		}
	}
	return false
}

// Quotes reports whether text is a short piece of what the bot is saying: the
// beginning of an echo, or a choice. Only the end of it can tell.
func Quotes(text, saying string) bool {
	t, s := words(text), words(saying)
	if len(t) == 0 || len(t) >= echoWords {
		return false
	}
	for i := range len(s) - len(t) + 1 {
		if slices.Equal(s[i:i+len(t)], t) {
			return true
		}
	}
	return false
}

// common is the length of the longest common subsequence.
func common(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}
