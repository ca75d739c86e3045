package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hotline"
	"hotline/dialog"
	"hotline/dialog/emotion"
	"hotline/dialog/slot"
)

// cause is why a caller is handed over: one of the bot's own causes, by name,
// or lines of the flow.
type cause struct {
	name   string // asked, upset, no_match, no_input, no_words, wrong, missing, failed
	detail string
	lines  Lines
}

// agentLanguage is the language that briefs are written in.
func (c *Conversation) agentLanguage() string {
	if l := c.script.Policy.Agents; l != "" {
		return l
	}
	return c.now.lang
}

// forAgents finds a variable for a brief; secrets stay hidden.
func (c *Conversation) forAgents(name string) (string, bool) {
	v, ok := c.valueIn(name, c.agentLanguage())
	return c.mask(name, v), ok
}

// transfer says that a person takes over and hands the caller on.
func (a *answer) transfer(skill string, why cause) {
	if a.stopped {
		return
	}
	b := a.brief(why)
	if skill == "" {
		skill = a.skill(b.Emotion.Name)
	}
	b.Skill = skill
	a.say("transfer")
	if a.stopped {
		return
	}
	a.now.stack, a.now.failures = nil, 0
	a.emit(dialog.Transfer{Skill: skill, Reason: b.Reason, Brief: b})
}

func (c *Conversation) skill(emotion string) string {
	p := &c.script.Policy
	if s := p.SkillFor[emotion]; s != "" {
		return s
	}
	if s := p.SkillFor[c.now.intent]; s != "" {
		return s
	}
	return p.Skill
}

// brief tells an agent what the bot knows.
func (c *Conversation) brief(why cause) hotline.Brief {
	lang := c.agentLanguage()
	feel := c.feeling()
	b := hotline.Brief{Call: c.opt.Call, From: c.opt.From, Language: c.now.lang, Intent: c.now.intent, Emotion: feel, Slots: map[string]string{}}
	for name := range c.script.Slots {
		if v := c.now.vars[name]; v != "" {
			b.Slots[name] = c.mask(name, v)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(c.now.vars)) { // what actions found out
		if base, l, ok := cutLanguage(k); !ok || l == lang {
			if strings.Contains(base, ".") && c.now.vars[k] != "" {
				b.Slots[base] = c.now.vars[k]
			}
		}
	}
	about := ""
	if in := c.script.Intents[c.now.intent]; in != nil {
		if about = in.About.first(lang, c.forAgents); about == "" {
			about = in.Title.first(lang, c.forAgents)
		}
		for _, t := range in.Suggest.Text[lang] {
			if s, ok := t.render(c.forAgents); ok {
				b.Suggest = append(b.Suggest, s)
			}
		}
	}
	if _, ok := phrases["en"]["suggest "+feel.Name]; ok {
		b.Suggest = append([]string{phrase(lang, "suggest "+feel.Name)}, b.Suggest...)
	}
	b.Tried = slices.Clone(c.now.tried)
	reason := why.lines.first(lang, c.forAgents)
	if reason == "" {
		reason = phrase(lang, why.name)
	}
	b.Reason = reason
	if about != "" {
		b.Reason = fmt.Sprintf(phrase(lang, "reason about"), reason, about)
	}
	b.Whisper = whisper(lang, feel.Name, about)
	return b
}

// cutLanguage cuts the language off "order.state.zh".
func cutLanguage(name string) (base, lang string, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 || name[i+1:] != "en" && name[i+1:] != "zh" {
		return name, "", false
	}
	return name[:i], name[i+1:], true
}

// feeling is how the caller felt at their last words.
func (c *Conversation) feeling() hotline.Emotion {
	if c.now.feels.Name == "" {
		return hotline.Emotion{Name: emotion.Neutral}
	}
	return c.now.feels
}

// whisper is the line in the agent's ear: "Angry caller about order 4571, which
// is late."
func whisper(lang, feeling, about string) string {
	who := phrase(lang, "caller "+feeling)
	if about == "" {
		return who + phrase(lang, "stop")
	}
	return fmt.Sprintf(phrase(lang, "whisper about"), who, about)
}

// phrase is what briefs are made of. A language that is missing reads English.
func phrase(lang, name string) string {
	if s, ok := phrases[lang][name]; ok {
		return s
	}
	return phrases["en"][name]
}

var phrases = map[string]map[string]string{
	"en": {
		"asked": "Asked for a person", "upset": "Upset", "no_match": "Not understood several times", "no_input": "Said nothing several times",
		"no_words": "Could not be heard clearly", "wrong": "The number was read wrongly several times", "missing": "Does not have the number", "failed": "A system did not answer",
		"reason about": "%s; about %s", "whisper about": "%s about %s.", "stop": ".",
		"caller neutral": "Caller", "caller satisfied": "Friendly caller", "caller urgent": "Caller in a hurry", "caller frustrated": "Frustrated caller",
		"caller threatening": "Caller who threatens to complain or leave", "caller angry": "Angry caller", "caller abusive": "Abusive caller",
		"suggest threatening": "Say that you take it seriously, then what you can do now.", "suggest angry": "Apologise first, then say what you will do now.", "suggest abusive": "Stay calm; apologise once, then go to the facts.",
		"suggest frustrated": "Say that you have their details: they need not repeat anything.",
	},
	"zh": {
		"asked": "客户要求转人工", "upset": "客户很不满", "no_match": "多次没有听懂客户的话", "no_input": "客户多次没有出声",
		"no_words": "听不清客户的声音", "wrong": "号码多次听错", "missing": "客户没有号码", "failed": "后台系统没有响应",
		"reason about": "%s；关于%s", "whisper about": "%s，关于%s。", "stop": "。",
		"caller neutral": "客户来电", "caller satisfied": "客户态度友好", "caller urgent": "客户很着急", "caller frustrated": "客户有些不耐烦",
		"caller threatening": "客户扬言投诉或离开", "caller angry": "客户很生气", "caller abusive": "客户情绪激动、言语过激",
		"suggest threatening": "表示重视，再说明现在能怎么解决。", "suggest angry": "先道歉，再说明马上怎么处理。", "suggest abusive": "保持冷静，道歉一次，然后谈事实。",
		"suggest frustrated": "告诉客户信息都在，不需要重复。",
	},
}

// Analyse names what an utterance means outside of the dialog. It changes
// nothing of the conversation but how the caller feels.
func (c *Conversation) Analyse(t dialog.Turn, caller bool) dialog.Understood {
	text := t.Text
	g := c.guess(text, false)
	u := dialog.Understood{Intent: g.intent, Confidence: g.p, Language: base(t.Language)}
	if caller {
		u.Emotion = c.now.course.Add(text, t.Voice)
		c.now.feels = u.Emotion
	} else {
		u.Emotion = emotion.Read(text, t.Voice)
	}
	if han, latin := evidence(text); han > latin {
		u.Language = "zh"
	} else if latin > 0 || u.Language == "" {
		u.Language = "en"
	}
	for _, s := range c.numbers() {
		if n := slot.Digits(text, slot.Expect{Min: s.Min, Max: s.Max}); n.Fits {
			if u.Slots == nil {
				u.Slots = map[string]string{}
			}
			u.Slots[s.Name] = c.mask(s.Name, n.Digits)
		}
	}
	u.Why = c.why(g)
	return u
}
