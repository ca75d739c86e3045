import { expect, it } from 'vitest';
import { say, seconds } from './hear';

it('says the short answer, or else whole sentences of the beginning', () => {
  expect(say({ spoken: ' Ten to six. ', body: 'x' })).toBe('Ten to six.');
  expect(say({ spoken: '', body: 'One.  Two.' })).toBe('One. Two.');
  const long = `${'a'.repeat(150)}. ${'b'.repeat(100)}. ${'c'.repeat(400)}.`;
  expect(say({ spoken: '', body: long })).toBe(`${'a'.repeat(150)}.`);
  expect(say({ spoken: '', body: '3.5 litres. More.' })).toBe('3.5 litres. More.');
  expect(say({ spoken: '', body: '我们九点开门。六点关门。' })).toBe('我们九点开门。六点关门。');
  expect(say({ spoken: '', body: '' })).toBe('');
});

it('reckons how long that takes', () => {
  expect(seconds('a'.repeat(150))).toBe(10);
  expect(seconds('开'.repeat(45))).toBe(10);
});
