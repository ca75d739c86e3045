import { expect, it } from 'vitest';
import { actionOf, keys } from './shortcuts';

const press = (of: Partial<KeyboardEvent>) => ({ altKey: false, ctrlKey: false, metaKey: false, code: '', key: '', repeat: false, ...of });

it('knows its keys, and leaves typing alone', () => {
  expect(actionOf(press({ altKey: true, code: 'KeyA', key: 'å' }), true)).toBe('answer');
  expect(actionOf(press({ altKey: true, code: 'Digit1' }), false)).toBe('send');
  expect(actionOf(press({ code: 'KeyA', key: 'a' }), false)).toBeUndefined();
  expect(actionOf(press({ altKey: true, ctrlKey: true, code: 'KeyA' }), false)).toBeUndefined();
  expect(actionOf(press({ altKey: true, code: 'KeyA', repeat: true }), false)).toBeUndefined();
  expect(actionOf(press({ key: '?' }), false)).toBe('help');
  expect(actionOf(press({ key: '?' }), true)).toBeUndefined();
});

it('has a key for one thing only', () => {
  expect(new Set(Object.values(keys)).size).toBe(Object.keys(keys).length);
});
