package turns

import "strings"

// asksToWait reports whether the utterance asks for a moment or for silence: a
// phrase in a short utterance, or at the end of a longer one.
func (s *scratch) asksToWait() bool {
	limit, phrases := 10, waitsEnglish
	if s.han {
		limit, phrases = 18, waitsChinese
	}
	if s.n == 1 && alone[s.words[0].whole] {
		return true
	}
	for _, p := range phrases {
		for i := 0; i+len(p) <= s.n; i++ {
			if s.matches(p, i) && (s.total <= limit || i+len(p) == s.n) {
				return true
			}
		}
	}
	return false
}

// alone are words that ask for silence if nothing else is said.
var alone = set(`stop halt enough quiet pause wait silence hush`)

func (s *scratch) matches(p []uint32, i int) bool {
	for k, h := range p {
		if s.words[i+k].whole != h {
			return false
		}
	}
	return true
}

// dangles reports whether the last words cannot end an utterance.
func (s *scratch) dangles() bool {
	if !s.han {
		return dangles[s.back(0).whole]
	}
	for _, p := range danglesChinese {
		if len(p) <= s.n && s.matches(p, s.n-len(p)) {
			return true
		}
	}
	// A verb that needs an object, perhaps in the past.
	end := s.n
	if end > 0 && s.words[end-1].runes[0] == '了' {
		end--
	}
	for _, p := range transitive {
		if len(p) < end && s.matches(p, end-len(p)) {
			return true
		}
	}
	return false
}

var dangles = set(`a an the my your our their to of from with and or but because if than im ive id ill whose into um uh er`)

func set(list string) map[uint32]bool {
	m := map[uint32]bool{}
	for w := range strings.FieldsSeq(list) {
		m[hash('w', []rune(w)...)] = true
	}
	return m
}

func phrases(list string) (out [][]uint32) {
	for line := range strings.SplitSeq(list, ",") {
		var p []uint32
		for w := range strings.FieldsSeq(line) {
			p = append(p, hash('w', []rune(w)...))
		}
		if len(p) > 0 {
			out = append(out, p)
		}
	}
	return out
}

var waitsEnglish = phrases(`wait, hold on, hang on, just a moment, just a minute, just a second, just a sec, one moment, one second, one sec, one minute please,
	a moment please, a minute please, give me a second, give me a sec, give me a moment, give me a minute, give me some time, bear with me, let me think, let me check, let me see,
	stop talking, stop speaking, stop it, stop now, stop there, stop right there, stop please, please stop, just stop, stop the conversation, stop this, stop responding, stop replying, stop answering,
	be quiet, keep quiet, stay quiet, quiet please, quiet down, silence, be silent, shut up, hush, shush, zip it, enough talking, thats enough, no more talking,
	dont talk, dont speak, dont say anything, dont respond, dont reply, dont answer, dont interrupt, not now, pause, take a break, end this conversation, end the conversation, end this chat,
	leave me alone, some quiet, some peace, some silence, hold that thought, hold off, stop your, pipe down, hold your tongue, keep it down, give it a rest, knock it off, close your mouth, not another word, cut it out, save it for later, lets stop, can you stop, could you stop, would you stop, talk later, speak later, later please`)

var (
	danglesChinese = characters(`和 与 及 以及 或 或者 把 将 被 对 从 向 为 以 在 于 让 使 关于 对于 如何 一些 这个 那个 这些 那些 某个 因为 如果 但是 所以 虽然 而且 然后 比如 例如 我想 我要 我的 你们的 请问 能不能 可不可以 能否 是否 下一 每个 不太 非常 特别 更`)
	transitive     = characters(`提供 实现 提出 引发 导致 促进 推动 加速 造成 产生 带来 具有 包括 属于 成为 改变 提高 增加 减少 降低 需要 希望 觉得 认为 打算 想要 遇到 收到 展示 揭示 证明 影响 采用 使用 利用 通过 根据`)
)

func characters(list string) (out [][]uint32) {
	for p := range strings.FieldsSeq(list) {
		var h []uint32
		for _, r := range p {
			h = append(h, hash('w', r))
		}
		out = append(out, h)
	}
	return out
}

var waitsChinese = characters(`等一下 等下 等一等 等等 稍等 等一会 等会儿 等会 等我 稍候 别急 别挂 慢着 且慢 先等 停一下 停下 停止 先停 暂停 打住 别说 不要说 别再说 不要再说 别讲 不要讲 别吵 不要吵 吵死 好吵 太吵 闭嘴 住口 住嘴
		安静 静一静 静一下 清静 嘘 沉默 别回 不要回复 别再回 不要再回 别继续 不要继续 别打断 不要打断 别插嘴 不用说 不用回 不要讲话 别出声 不说话 不想聊 别聊 不聊 结束对话 结束聊天 结束这次 够了 到此为止 先这样
		让我想想 让我想一下 让我考虑 让我看看 让我查 让我找 给我一点时间 给我点时间 给我几分钟 给我一分钟 休息一下 先别 别烦`)
