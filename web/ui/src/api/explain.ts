// Errors in the words of people.
import { dict, type T } from '../i18n';
import { ApiError } from './client';

export const errorWords = dict({
  offline: 'The server does not answer. We keep trying; please check the network.',
  unauthorized: 'You are signed out. Please sign in again.',
  forbidden: 'You may not do that: {message}',
  not_found: 'That is not there any more: {message}',
  conflict: 'That does not fit what is happening now: {message}',
  invalid: 'The server did not understand that: {message}',
  limited: 'Too many tries. Please wait {seconds} s.',
  unavailable: 'The server cannot do that now: {message}',
  internal: 'Something went wrong at the server. It has been written down there; please try again.',
  unknown: 'That did not work: {message}',
  why_not_dialled: 'This number may not be called from here. Call another number, or ask your administrator to allow it.',
  why_unanswered: 'The call is not answered yet. Please try again in a moment.',
  why_not_offered: 'This call is not offered to you any more.',
  why_ending: 'The call is about to end.',
  why_ended: 'The call has ended.',
  why_not_yours: 'You do not have this call (any more).',
  why_moved_on: 'The call has gone on meanwhile. Please look at it and try again.',
  why_nobody_has: 'No agent has the caller now.',
  why_nobody_to_join: 'No agent has the caller now. Transfer them instead.',
  why_looking: 'A colleague is being called already. Please wait a moment.',
  why_asking: 'A colleague is asked already. Go back to the caller first.',
  why_nobody_asked: 'You are not asking anybody now.',
  why_not_yet: 'The one you ask has not answered yet. Wait, or go back to the caller.',
  why_waits_already: 'The caller waits for this queue already. Choose another one.',
  why_called_already: 'A colleague of this queue is being called already.',
  why_has_it: 'They have this call already. Choose somebody else.',
  why_not_ready: 'They are not ready now. Choose somebody else, or a queue.',
  why_bot_failed: 'The bot cannot serve this caller any more. Please keep them, or transfer them.',
  why_caller_holds: 'The caller has put us on hold. Please wait until they are back.',
  why_still_reading: 'The bot is still reading what came before. Please wait until it has.',
  why_in_writing: 'This is a chat: it can only be ended.',
  why_no_wrap_up: 'The time to write the call up is over.',
  why_no_skill: 'No agent takes calls of this queue. Choose another one, or ask your administrator.',
  why_too_many_backs: 'Too many customers are to be called back. Please call this one yourself later.',
  why_no_back: 'Nobody is to be called back for this call any more.',
  why_too_many: 'Too many supervisors are on the call already.',
  why_there_already: 'You are on the call already.',
  why_not_there: 'You are not on the call. Join it first.',
}, {
  offline: '服务器没有响应，正在重试；请检查网络。',
  unauthorized: '您已退出登录，请重新登录。',
  forbidden: '您没有权限：{message}',
  not_found: '内容已不存在：{message}',
  conflict: '与当前状态不符：{message}',
  invalid: '服务器无法理解该请求：{message}',
  limited: '尝试次数过多，请等待 {seconds} 秒。',
  unavailable: '服务器暂时无法完成：{message}',
  internal: '服务器出错，已记录；请再试一次。',
  unknown: '操作失败：{message}',
  why_not_dialled: '不能从这里拨打该号码。请改拨其他号码，或请管理员开通。',
  why_unanswered: '通话尚未接通，请稍后再试。',
  why_not_offered: '该来电已不再分配给您。',
  why_ending: '通话即将结束。',
  why_ended: '通话已结束。',
  why_not_yours: '该通话已不在您这里。',
  why_moved_on: '通话状态已变化，请查看后再试。',
  why_nobody_has: '目前没有客服接待该来电者。',
  why_nobody_to_join: '目前没有客服接待该来电者，请改为转接。',
  why_looking: '正在呼叫同事，请稍候。',
  why_asking: '已在咨询同事，请先回到来电者。',
  why_nobody_asked: '您目前没有在咨询任何人。',
  why_not_yet: '对方尚未接听，请稍候，或回到来电者。',
  why_waits_already: '来电者已在该队列中等候，请选择其他队列。',
  why_called_already: '正在呼叫该队列的同事。',
  why_has_it: '对方已在此通话中，请选择其他人。',
  why_not_ready: '对方目前未就绪，请选择其他人或队列。',
  why_bot_failed: '机器人无法继续接待该来电者，请继续接待或转接。',
  why_caller_holds: '来电者让我们等待，请等其恢复通话。',
  why_still_reading: '机器人还在播报之前的内容，请稍候。',
  why_in_writing: '这是文字会话，只能结束。',
  why_no_wrap_up: '话后处理时间已结束。',
  why_no_skill: '没有客服负责该队列，请选择其他队列，或联系管理员。',
  why_too_many_backs: '待回拨的客户过多，请稍后自行回拨。',
  why_no_back: '该通话已没有待回拨的客户。',
  why_too_many: '旁听该通话的主管过多。',
  why_there_already: '您已在该通话中。',
  why_not_there: '您不在该通话中，请先加入。',
});

type Words = T<typeof errorWords.en>;

// explain says what an error means to the person who sees it.
export function explain(e: unknown, t: Words): string {
  if (!(e instanceof ApiError)) return t('unknown', { message: e instanceof Error ? e.message : String(e) });
  const message = e.message || `HTTP ${e.status}`, why = `why_${e.reason}`;
  if (why in errorWords.en) return t(why as keyof typeof errorWords.en);
  switch (true) {
    case e.status === 0: return t('offline');
    case e.status === 401: return t('unauthorized');
    case e.status === 403: return t('forbidden', { message });
    case e.status === 404: return t('not_found', { message });
    case e.status === 409: return t('conflict', { message });
    case e.status === 429: return t('limited', { seconds: e.retryAfter || 60 });
    case e.status === 400 || e.status === 413 || e.status === 415 || e.status === 422: return t('invalid', { message });
    case e.status === 502 || e.status === 503 || e.status === 504: return t('unavailable', { message });
    case e.status >= 500: return t('internal');
    default: return t('unknown', { message });
  }
}
