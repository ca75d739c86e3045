package flow_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"hotline/dialog"
	"hotline/dialog/bot"
	"hotline/dialog/dialogtest"
)

// desk is a bot with a slot of every kind.
const desk = `
languages: [en, zh]
policy: {opening: [hi], skill: all, caller: who, remember: keep, segments: [vip]}
prompts:
  hi: {en: "Hello.", zh: 您好。, vip: {en: "Welcome back.", zh: 欢迎回来。}}
  ask_card: {en: "Card number?", zh: 卡号？}
  card_ends: {en: "Ends in {card|last}.", zh: "尾号{card|last}。"}
  ask_day: {en: "Which day?", zh: 哪天？}
  day_is: {en: "On {day|date}?", zh: "{day|date}，对吗？"}
  ask_mail: {en: "Your e-mail?", zh: 邮箱？}
  mail_is: {en: "{value|spell}, right?", zh: "{value|spell}，对吗？"}
  ask_order: {en: "Order?", zh: 订单号？}
  order_is: {en: "{value|digits}?", zh: "{value|digits}？"}
  booked: {en: "Booked for {day|date}.", zh: "已预约{day|date}。"}
  ask_sum: {en: "How much?", zh: 多少钱？}
  sum_is: {en: "{sum|money}, noted.", zh: "{sum|money}，记下了。"}
  ask_model: {en: "Which model?", zh: 哪一款？}
  model_is: {en: "{value}?", zh: "{value}吗？"}
  done: {en: "Done.", zh: 好了。}
  working: {en: "I'm still reaching the warehouse.", zh: 正在联系仓库。}
slots:
  card: {kind: card, length: 16, groups: [4, 4, 4, 4], ask: ask_card}
  day: {kind: date, ask: ask_day}
  mail: {kind: email, ask: ask_mail, confirm: mail_is, always: true}
  order: {kind: digits, length: 4, ask: ask_order, confirm: order_is, known: caller.orders}
  sum: {kind: money, ask: ask_sum}
  model: {kind: choice, ask: ask_model, confirm: model_is, options: {aurora: {words: {en: [aurora], zh: [晨曦]}}, meridian: {words: {en: [meridian], zh: [子午]}}}}
actions:
  who: {provided: true}
  keep: {provided: true}
  slow: {provided: true}
intents:
  pay: {examples: {en: [pay with my card, I want to pay, card payment], zh: [我要付款, 刷卡支付, 付钱]}}
  book: {examples: {en: [book a visit, make an appointment, book a day], zh: [预约, 我要预约, 约个时间]}}
  post: {examples: {en: [send me the papers, mail me the papers, papers by email], zh: [发资料, 资料发邮箱, 把资料发给我]}}
  track: {examples: {en: [track it, where is my parcel, parcel status], zh: [查快递, 包裹在哪, 快递状态]}}
  value: {examples: {en: [insure it, insurance please, I want insurance], zh: [我要保价, 保价, 办保价]}}
  choose: {examples: {en: [choose a model, pick a model, another model], zh: [选款式, 换款式, 挑一款]}}
  wait: {examples: {en: [check the warehouse, warehouse stock, ask the warehouse], zh: [查仓库, 问仓库, 仓库库存]}}
flows:
  pay: {intent: pay, steps: [collect: card, say: card_ends]}
  book: {intent: book, steps: [collect: day, {confirm: day_is, yes: [say: booked], no: [{set: {day: ""}}, {flow: book2}]}]}
  book2: {steps: [collect: day, say: booked]}
  post: {intent: post, steps: [collect: mail, say: done]}
  track: {intent: track, steps: [collect: order, say: done]}
  value: {intent: value, steps: [collect: sum, say: sum_is]}
  choose: {intent: choose, steps: [collect: model, say: done]}
  wait: {intent: stock, steps: [{act: slow, waiting: [working], timeout: 20s}, say: done]}
`

func TestValues(t *testing.T) {
	text := strings.Replace(desk, "  wait: {examples", "  stock: {examples", 1)
	kept := map[string]string{}
	who := map[string]map[string]string{"100": {"known": "no"}, "200": {"known": "yes", "segment": "vip", "orders": "4571 1234"}, "300": {"rate": "0.8", "language": "zh"}, "400": {"orders": "4571 4579 8080"}}
	actions := dialog.Actions{
		"who": dialog.ActionFunc(func(_ context.Context, r dialog.Request) (map[string]string, error) { return who[r.Args["from"]], nil }),
		"keep": dialog.ActionFunc(func(_ context.Context, r dialog.Request) (map[string]string, error) {
			kept[r.Args["from"]] = r.Args["rate"]
			return nil, nil
		}),
		"slow": dialog.ActionFunc(func(ctx context.Context, r dialog.Request) (map[string]string, error) {
			select {
			case <-time.After(12 * time.Second):
			case <-ctx.Done():
			}
			return map[string]string{"stock": "3"}, ctx.Err()
		}),
	}
	files := fstest.MapFS{"b/bot.yaml": {Data: []byte(text)}, "b/tests/a.yaml": {Data: []byte(valueTests)}}
	b, err := bot.Load(files, "b", bot.Options{Actions: actions})
	if err != nil {
		t.Fatal(err)
	}
	dialogtest.Run(t, b, files, "b/tests")
	if kept["100"] != "0.6" {
		t.Errorf("the rate is not kept for the customer: %v", kept)
	}
	t.Run("a slow action is spoken about, more than once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := b.NewConversation(bot.ConversationOptions{Call: "slow", From: "100"})
			start := time.Now()
			var got []string
			for act, err := range m.Respond(t.Context(), dialog.Turn{Number: 1, Kind: dialog.Words, Text: "check the warehouse", Heard: 1}) {
				if err != nil {
					t.Fatal(err)
				}
				if s, ok := act.(dialog.Say); ok {
					got = append(got, time.Since(start).String()+" "+s.Prompt)
				}
			}
			if want := "900ms working, 12s done, 12s anything_else"; strings.Join(got, ", ") != want {
				t.Errorf("said %s; want %s", strings.Join(got, ", "), want)
			}
		})
	})
	if g := b.Graph(); !strings.HasPrefix(g, "flowchart TD\n") || !strings.Contains(g, `[/"collect card"/]`) || strings.Count(g, "subgraph") != strings.Count(g, "\n  end\n") {
		t.Errorf("the graph is wrong:\n%s", g)
	}
}

const valueTests = `
- name: only the doubtful group of a card is asked again, and it is never read back whole
  turns:
    - {opening: , says: Hello}
    - {caller: I want to pay, bot: [ask_card], listens: 16}
    - {caller: 4242 4242 4919 4242, perhaps: [4242 4242 4559 4242], bot: [group_again], says: digits 9 to 12, listens: 4}
    - {caller: four two four two, slots: {card: "••••••••••••••••"}, bot: [card_ends, anything_else], says: "Ends in 4 2 4 2"}
- name: the checksum picks the right reading
  turns:
    - opening:
    - {caller: I want to pay}
    - {caller: 4242 4242 4249 4242, perhaps: [4242 4242 4242 4242], bot: [card_ends, anything_else]}
- name: a card that does not check, then keys
  turns:
    - opening:
    - {caller: I want to pay}
    - {caller: 4242 4242 4249 4242, bot: [does_not_check, ask_card]}
    - {keys: "4242424242424242#", bot: [card_ends, anything_else]}
- name: 银行卡只问没听清的一段
  language: zh
  turns:
    - opening:
    - {caller: 我要付款, bot: [ask_card]}
    - {caller: 四二四二 四二四二 四九幺九 四二四二, perhaps: [四二四二 四二四二 四五五九 四二四二], bot: [group_again], says: 第9位到第12位}
    - {keys: "4242#", bot: [card_ends, anything_else], says: 尾号4 2 4 2}
- name: a day, changed before it is confirmed
  now: 2026-05-04T14:30:00Z
  turns:
    - opening:
    - {caller: make an appointment, bot: [ask_day]}
    - {caller: a week on Friday, slots: {day: "2026-05-15"}, bot: [day_is], says: "Friday, May 15"}
    - {caller: "no, I mean Thursday afternoon", slots: {day: "2026-05-07 afternoon"}, bot: [day_is], says: in the afternoon}
    - {caller: yes, bot: [booked, anything_else]}
- name: a day is not the right one
  now: 2026-05-04T14:30:00Z
  turns:
    - opening:
    - {caller: make an appointment}
    - {caller: tomorrow at half past three pm, says: "Tuesday, May 5 at 3:30 PM"}
    - {caller: "no", bot: [ask_day]}
    - {keys: "0705#", bot: [booked, anything_else], says: "May 7"}
- name: 下周三下午
  language: zh
  now: 2026-05-04T14:30:00Z
  turns:
    - opening:
    - {caller: 我要预约}
    - {caller: 下周三下午吧, slots: {day: "2026-05-13 afternoon"}, says: 5月13号，星期三下午}
    - {caller: 不是，是周五, slots: {day: "2026-05-08"}, bot: [day_is]}
    - {caller: 不是周五，是周四, slots: {day: "2026-05-07"}, bot: [day_is]}
    - {caller: 对的, bot: [booked, anything_else]}
- name: an e-mail address is spelled back
  turns:
    - opening:
    - {caller: send me the papers}
    - {caller: it's j dot lee at example dot com, bot: [mail_is], says: J dot L E E at example dot com}
    - {caller: "no, k dot lee at example dot com", bot: [mail_is], says: K dot}
    - {caller: correct, bot: [done, anything_else]}
- name: the caller's own orders decide what was heard
  from: "200"
  turns:
    - {opening: , says: Welcome back}
    - {caller: track it}
    - {caller: four five seven nine, perhaps: [four five seven one], slots: {order: "4571"}, bot: [order_is], says: 4 5 7 1}
    - {caller: "yes", bot: [done, anything_else]}
    - {caller: track it}
    - {caller: nine nine nine nine, bot: [order_is]}
- name: an order that they deny is not found again
  from: "200"
  turns:
    - opening:
    - {caller: track it}
    - {caller: I'm near a big one, perhaps: ["4571", "4579"], bot: [order_is], says: 4 5 7 1}
    - {caller: "no", bot: [not_right, ask_order]}
    - {caller: I'm near a big one, perhaps: ["4571", "4579"], bot: [order_is], says: 4 5 7 9}
- name: only the digit that tells two of their orders apart is asked again
  from: "400"
  turns:
    - opening:
    - {caller: track it}
    - {caller: four five seven or so, perhaps: ["4575", "4579", "4571"], bot: [digit_again], says: digit 4, listens: 1}
    - {caller: nine, slots: {order: "4579"}, bot: [done, anything_else]}
- name: 两个订单只差一位，只问那一位
  from: "400"
  language: zh
  turns:
    - opening:
    - {caller: 查快递}
    - {caller: 四五七，呃, perhaps: [四五七五, 四五七九, 四五七幺], bot: [digit_again], says: 第4位}
    - {keys: "1", slots: {order: "4571"}, bot: [done, anything_else]}
- name: who wants something else has said no number
  from: "200"
  turns:
    - opening:
    - {caller: track it}
    - {caller: I want to talk to a person, perhaps: ["4571"], transfer: all}
- name: money
  turns:
    - opening:
    - {caller: insurance please}
    - {caller: twelve euros fifty, bot: [sum_is, anything_else], says: 12 euros 50}
- name: 保价多少钱
  language: zh
  turns:
    - opening:
    - {caller: 我要保价}
    - {caller: 三百二十块, bot: [sum_is, anything_else], says: 320元}
- name: a name that is nearly one of the list is read back
  turns:
    - opening:
    - {caller: pick a model}
    - {caller: the meridien, bot: [model_is], says: meridian}
    - {caller: yes, bot: [done, anything_else]}
- name: slower please, kept
  turns:
    - opening:
    - {caller: pick a model, bot: [ask_model]}
    - {caller: slower please, bot: [pace, ask_model], rate: 0.8}
    - {caller: too fast, rate: 0.6}
- name: 慢一点
  from: "300"
  turns:
    - {opening: , says: 您好, rate: 0.8}
    - {caller: 请说慢一点, rate: 0.6, language: zh}
- name: another wish instead
  now: 2026-05-04T14:30:00Z
  turns:
    - opening:
    - {caller: make an appointment, bot: [ask_day]}
    - {caller: actually I want to pay instead, bot: [ask_card]}
    - {keys: "4242424242424242#", bot: [card_ends, anything_else]}
`
