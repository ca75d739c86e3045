// What a caller hears of an article, as the server's Article.Say makes it.

const most = 200; // letters of the text, if there is no short answer

export function say(a: { spoken: string; body: string }): string {
  if (a.spoken.trim()) return a.spoken.trim();
  const letters = [...a.body];
  let end = 0, n = 0;
  for (let i = 0; i < letters.length; i++) {
    if (++n > most && end > 0) break;
    const r = letters[i]!, next = letters[i + 1];
    if ('。！？\n'.includes(r) || ('.!?'.includes(r) && (next === undefined || /\s/.test(next)))) end = i + 1;
    if (n > 2 * most) break;
  }
  return letters.slice(0, end || Math.min(letters.length, most * 4)).join('').split(/\s+/).filter(Boolean).join(' ');
}

// seconds is about how long it takes to say: 15 letters of English a second, or
// four and a half characters of Chinese.
export function seconds(text: string): number {
  const han = (text.match(/\p{Script=Han}/gu) ?? []).length;
  return Math.max(1, Math.round(han / 4.5 + (text.length - han) / 15));
}
