import { expect, it } from 'vitest';
import { translate } from '../i18n';
import { ApiError } from './client';
import { errorWords, explain } from './explain';

it('says what an agent can do in their language, and for the rest what the server says', () => {
  const en = translate(errorWords, 'en'), zh = translate(errorWords, 'zh');
  const forbidden = (reason = '') => new ApiError(403, 'forbidden', 'this number may not be dialled: see dial of sip.trunks', 0, reason);
  expect(explain(forbidden('not_dialled'), zh)).toBe('不能从这里拨打该号码。请改拨其他号码，或请管理员开通。');
  expect(explain(forbidden('not_dialled'), en)).toContain('ask your administrator');
  expect(explain(forbidden('of_tomorrow'), en)).toBe('You may not do that: this number may not be dialled: see dial of sip.trunks');
  expect(explain(forbidden(), zh)).toContain('您没有权限');
});
