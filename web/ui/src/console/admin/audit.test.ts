import { expect, it } from 'vitest';
import { translate } from '../../i18n';
import { auditWords, done } from './audit';

it('says what was done in words, and leaves what it does not know', () => {
  expect(done('sign-in.failed', translate(auditWords, 'en'))).toBe('sign-in failed');
  expect(done('token.added', translate(auditWords, 'zh'))).toBe('创建了令牌');
  for (const code of ['of.tomorrow', 'toString']) expect(done(code, translate(auditWords, 'zh'))).toBe(code);
});
