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
});

type Words = T<typeof errorWords.en>;

// explain says what an error means to the person who sees it.
export function explain(e: unknown, t: Words): string {
  if (!(e instanceof ApiError)) return t('unknown', { message: e instanceof Error ? e.message : String(e) });
  const message = e.message || `HTTP ${e.status}`;
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
