import { expect, it } from 'vitest';
import { dict, translate } from '.';

it('says each word in both languages, with what belongs in it', () => {
  const d = dict({ hello: 'Hello {name}, {name}' }, { hello: '{name}，您好' });
  expect(translate(d, 'en')('hello', { name: 'Anna' })).toBe('Hello Anna, Anna');
  expect(translate(d, 'zh')('hello', { name: 'Anna' })).toBe('Anna，您好');
  expect(translate(d, 'en')('hello')).toBe('Hello {name}, {name}');
});
