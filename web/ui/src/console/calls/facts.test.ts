import { expect, it } from 'vitest';
import type { Event } from '../../api';
import { translate } from '../../i18n';
import { factWords, say } from './facts';

const said = (kind: string, body: object, l: 'en' | 'zh' = 'en') => say({ seq: 1, n: 1, call: 'c', at: '', media_ms: 0, kind, body } as unknown as Event, translate(factWords, l), l);

it('says call-backs in words, and names what it does not know', () => {
  expect(said('callback.asked', { skill: 'care' })).toBe('Asked to be called back by care');
  expect(said('callback.asked', { skill: 'care', by: 'anna' })).toBe('anna promised a call back by care');
  expect(said('callback.forgotten', { by: 'anna' }, 'zh')).toBe('anna 取消了回拨');
  expect(said('callback.made', { reached: true, last: true })).toBe('Called back, and reached');
  expect(said('callback.made', { reached: false, last: false })).toContain('another try');
  expect(said('callback.made', { reached: false, last: true }, 'zh')).toBe('无法接通，不再回拨');
  expect(said('returned.to.bot', { flow: 'find_order', then: 'agent', by: 'anna' })).toBe('Handed to the bot at find order');
  expect(said('of.tomorrow', {})).toBe('of.tomorrow');
});
