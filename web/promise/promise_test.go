package promise

import (
	"slices"
	"strings"
	"testing"
)

// Each line is a sentence that is a promise, or with a dash one that is none.
const sentences = `
We will call you back by Friday.
We'll refund the full amount within three days.
I'll send you the label by e-mail.
I will personally look into it and get back to you tomorrow.
Our warehouse team will ship a replacement today.
A technician will come on Monday between nine and twelve.
You will receive an e-mail with the link.
You'll hear from us by tomorrow evening.
Your refund will be in your account in five days.
The replacement will arrive on Thursday.
Someone will contact you within 24 hours.
I am going to escalate this to my manager.
We’ll waive the delivery fee.
We guarantee to deliver it by noon.
- How can I help you?
- Will you call me back?
- I want you to call me back.
- You can return anything within thirty days.
- We are open from nine to five.
- I'll connect you to a colleague.
- I will put you through now.
- We cannot refund that, and we will not change it.
- If you send it back, we will refund you.
- Could we call you back later?
- We might send a voucher.
- I will check that in a moment.
- Your order is on its way.
- Thank you for calling.
- The item was sent back on Friday.
- He said he would call.
我们会在周五之前给您回电。
三天之内退款会到您的账户。
我马上给您发一封邮件。
我们的技术员明天会上门维修。
我会跟进这个问题，明天回复您。
同事会在24小时内联系您。
您会收到一条短信。
退款将在三到五个工作日内退到原支付账户。
我这边一定给您处理好。
我们保证今天把货补发给您。
- 请问有什么可以帮您？
- 你们会给我回电吗？
- 三十天之内可以退货。
- 我帮您转接人工客服，请稍等。
- 如果您寄回来，我们会退款。
- 我们可能会给您打电话。
- 您的订单已经发货了。
- 我们早上九点开门。
- 我们无法给您退款。
- 感谢您的来电。
- 需要我给您发短信吗？
`

func TestFind(t *testing.T) {
	var n, wrong int
	for line := range strings.Lines(sentences) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		s, none := strings.CutPrefix(line, "- ")
		n++
		if got := Find(s); (len(got) == 0) != none || !none && got[0] != s {
			wrong++
			t.Errorf("%q: found %q", s, got)
		}
	}
	t.Logf("%d of %d wrong", wrong, n)
}

func TestSentences(t *testing.T) {
	got := Sentences("Your order 4.5 kg is late. Sorry! We will call you;  bye\n您好。我们会给您回电！好的")
	want := []string{"Your order 4.5 kg is late.", "Sorry!", "We will call you;", "bye", "您好。", "我们会给您回电！", "好的"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := Find("Thank you. We will call you back by Friday. Bye."); !slices.Equal(got, []string{"We will call you back by Friday."}) {
		t.Errorf("%q", got)
	}
}

func FuzzFind(f *testing.F) {
	f.Add("We will call you back by Friday. 我们会给您回电。")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range Find(text) {
			if !strings.Contains(strings.ToValidUTF8(text, "\uFFFD"), s) && !strings.Contains(text, s) {
				t.Errorf("%q is not in %q", s, text)
			}
		}
	})
}
