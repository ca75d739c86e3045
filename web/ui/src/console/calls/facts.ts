import { dict, type T } from '../../i18n';
import type { Event } from '../../api';
import { flowName, type BotAbout } from '../../parts/bot';

// Events in words.
export const factWords = dict({
  started: 'Called {to}', queued: 'Waits for {skill}: {reason}', offered: 'Rings {agent}', joined: '{agent} joined', left: '{agent} left: {reason}', lost: 'The line to {agent} is lost; the caller is kept for them', back: '{agent} is back', held: 'On hold', resumed: 'Off hold',
  transferred: 'Sent to {to}: {reason}', failed: '{engine} failed; {now} took over: {error}', silent: 'No packets', audible: 'Packets again', ended: 'Ended: {result}, {reason}', key: 'Pressed {key}',
  action: '{action}: {result}', joinedMode: '{user} joined: {mode}', leftMode: '{user} left', consult: 'Asks {to}', consultEnd: 'Consultation ended: {how}', toBot: 'Handed to the bot at {flow}',
  disposed: 'Outcome {code}', learned: 'Learned: {question}', backAsked: 'Asked to be called back by {skill}', backPromised: '{by} promised a call back by {skill}', backForgotten: '{by} took the promised call back away', backTooLate: 'The promised call back is forgotten: it is too late', backReached: 'Called back, and reached', backAgain: 'Called back, not reached; there will be another try', backGivenUp: 'Could not be reached; no other try',
}, {
  started: '呼叫 {to}', queued: '等待 {skill}：{reason}', offered: '振铃 {agent}', joined: '{agent} 加入', left: '{agent} 离开：{reason}', lost: '{agent} 的连接中断，来电者正在等待其恢复', back: '{agent} 已恢复连接', held: '保持', resumed: '恢复',
  transferred: '转至 {to}：{reason}', failed: '{engine} 失败，由 {now} 接替：{error}', silent: '没有数据包', audible: '恢复数据包', ended: '结束：{result}，{reason}', key: '按键 {key}',
  action: '{action}：{result}', joinedMode: '{user} 加入：{mode}', leftMode: '{user} 退出', consult: '咨询 {to}', consultEnd: '咨询结束：{how}', toBot: '交给机器人：{flow}',
  disposed: '结果 {code}', learned: '学习：{question}', backAsked: '要求 {skill} 回拨', backPromised: '{by} 承诺由 {skill} 回拨', backForgotten: '{by} 取消了回拨', backTooLate: '承诺的回拨已过期，不再回拨', backReached: '已回拨并接通', backAgain: '回拨未接通，稍后再试', backGivenUp: '无法接通，不再回拨',
});

// say is an event in words; a kind that is not known is named.
export function say(e: Event, t: T<typeof factWords.en>, language: string, bot?: BotAbout): string {
  switch (e.kind) {
    case 'queued': return t('queued', e.body);
    case 'offered': return t('offered', { agent: who(e.body) });
    case 'agent.joined': return t('joined', { agent: who(e.body) });
    case 'agent.left': return t('left', { agent: who(e.body), reason: e.body.reason });
    case 'agent.lost': return t(e.body.back ? 'back' : 'lost', { agent: e.body.agent });
    case 'hold': return t(e.body.on ? 'held' : 'resumed');
    case 'transferred': return t('transferred', e.body);
    case 'engine.failed': return t('failed', e.body);
    case 'media': return t(e.body.silent ? 'silent' : 'audible');
    case 'key': return t('key', e.body);
    case 'action.done': return t('action', { action: e.body.action, result: e.body.error || told(e.body.result ?? {}, language) });
    case 'supervised': return e.body.on ? t('joinedMode', { user: e.body.user, mode: e.body.mode }) : t('leftMode', { user: e.body.user });
    case 'consult.started': return t('consult', { to: whom(e.body) });
    case 'consult.ended': return t('consultEnd', e.body);
    case 'returned.to.bot': return t('toBot', { flow: flowName(bot, language, e.body.flow) });
    case 'disposed': return t('disposed', e.body);
    case 'learned': return t('learned', e.body);
    case 'callback.asked': return e.body.by ? t('backPromised', { by: e.body.by, skill: e.body.skill }) : t('backAsked', { skill: e.body.skill });
    case 'callback.forgotten': return e.body.by ? t('backForgotten', { by: e.body.by }) : t('backTooLate');
    case 'callback.made': return t(e.body.reached ? 'backReached' : e.body.last ? 'backGivenUp' : 'backAgain');
    case 'call.ended': return t('ended', { result: e.body.result, reason: e.body.reason });
  }
  return e.kind;
}

// told is what an action gave back; of what it has in several languages, one.
function told(result: Record<string, string>, language: string): string {
  return Object.entries(result).flatMap(([k, v]) => {
    const [name, l] = k.split('.');
    return !v || (l && l !== language) ? [] : [`${name} ${v}`];
  }).join(', ');
}

const who = (b: { agent: string; number?: string }) => b.agent || b.number || '';
const whom = (b: { to?: string; skill?: string; agent?: string; number?: string }) => b.to || b.agent || b.skill || b.number || '';
