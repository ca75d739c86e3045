package call

import (
	"fmt"
	"time"

	"hotline"
	"hotline/dialog"
)

// Phrases are the house's own words, for when no bot can speak: each is played
// whole. A phrase may have a recording.
type Phrases struct {
	Moment  dialog.Say // the answer is late
	Sorry   dialog.Say // the bot failed; a person follows
	Deaf    dialog.Say // the recogniser failed; a person follows
	Connect dialog.Say // an operator sends the caller to a person
	CutOff  dialog.Say // the line to the agent is gone; another follows
	Still   dialog.Say // still looking for a person
	NoOne   dialog.Say // nobody can be had, and the bot cannot help; goodbye
	Silence dialog.Say // we cannot hear the caller; goodbye
	Whisper dialog.Say // to the agent, before a caller of whom no more is known
	Kept    dialog.Say // we will call back; goodbye
	NotKept dialog.Say // we cannot; the caller keeps waiting
	Back    dialog.Say // the first words to somebody who is called back
	Closing dialog.Say // the server is going down, or the call has been too long; goodbye
}

// DefaultPhrases are the house's words by language.
var DefaultPhrases = map[string]Phrases{
	"en": phrases("en",
		"One moment, please.",
		"I am sorry, something went wrong on our side. I will connect you to a person.",
		"I am sorry, I can't hear you well at the moment. I will connect you to a person.",
		"I will connect you to a person.",
		"I am sorry, we lost my colleague. I will connect you again.",
		"We are still looking for someone to help you. Thank you for waiting.",
		"I am sorry, nobody is free to help you at the moment. Please call again later. Goodbye.",
		"I am sorry, I can't hear you any more. Please call again. Goodbye.",
		"A caller is waiting for you.",
		"You keep your place, and we will call you when it is your turn. Goodbye.",
		"I am sorry, we cannot call you back. Please stay on the line.",
		"Hello, this is the call that you asked us for. I will connect you to a person now.",
		"I am sorry, we have to end this call now. Please call again later. Goodbye."),
	"zh": phrases("zh",
		"请稍等。",
		"很抱歉，我们的系统出了点问题，马上为您转接人工客服。",
		"很抱歉，我现在听不清您说的话，马上为您转接人工客服。",
		"马上为您转接人工客服。",
		"抱歉，我同事那边掉线了，马上为您重新接通。",
		"我们还在为您寻找客服，感谢您的耐心等待。",
		"很抱歉，现在没有客服可以接听，请您稍后再拨。再见。",
		"很抱歉，我听不到您的声音了，请您重新拨打。再见。",
		"有一位来电者在等您。",
		"您的位置已经保留，轮到您时我们会给您回电。再见。",
		"很抱歉，我们无法给您回电，请您继续等待。",
		"您好，这是您要求的回电，马上为您接通人工客服。",
		"很抱歉，我们现在必须结束通话，请您稍后再拨。再见。"),
}

func phrases(lang, moment, sorry, deaf, connect, cutOff, still, noOne, silence, whisper, kept, notKept, back, closing string) Phrases {
	say := func(name, text string) dialog.Say {
		return dialog.Say{Text: text, Language: lang, Prompt: "house." + name, Must: true}
	}
	m := say("moment", moment)
	m.Must = false // the caller may go on speaking
	return Phrases{m, say("sorry", sorry), say("deaf", deaf), say("connect", connect), say("cut-off", cutOff),
		say("still", still), say("no-one", noOne), say("silence", silence), say("whisper", whisper),
		say("kept", kept), say("not-kept", notKept), say("back", back), say("closing", closing)}
}

// placeWords tells a place in the queue. What is not known is not said; minutes
// are rounded up, as nobody minds a shorter wait.
func placeWords(language string, p hotline.Place) string {
	minutes := (p.Estimate.WaitMs.Duration() + time.Minute - 1) / time.Minute
	if language == "zh" {
		words := "感谢您的耐心等待，您是下一位。"
		if p.Position > 1 {
			words = fmt.Sprintf("感谢您的耐心等待，您前面还有%d位。", p.Position-1)
		}
		switch {
		case !p.Estimate.Known:
		case minutes <= 1:
			words += "预计等待不超过一分钟。"
		default:
			words += fmt.Sprintf("预计还需等待大约%d分钟。", int(minutes))
		}
		return words
	}
	words := "Thank you for waiting. You are next in line."
	if p.Position > 1 {
		words = fmt.Sprintf("Thank you for waiting. You are number %d in line.", p.Position)
	}
	switch {
	case !p.Estimate.Known:
	case minutes <= 1:
		words += " It should take less than a minute."
	default:
		words += fmt.Sprintf(" It should take about %d minutes.", int(minutes))
	}
	return words
}

// Says lists every phrase, to be rendered before it is needed.
func (p Phrases) Says() []dialog.Say {
	return []dialog.Say{p.Moment, p.Sorry, p.Deaf, p.Connect, p.CutOff, p.Still, p.NoOne, p.Silence, p.Whisper, p.Kept, p.NotKept, p.Back, p.Closing}
}
