import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backoff, Feed, type Link } from './feed';

class Socket {
  onopen?: () => void;
  onmessage?: (e: { data: string }) => void;
  onclose?: (e: { code: number }) => void;
  closed = false;
  constructor(readonly url: string) {}
  close() { this.closed = true; }
  say(...seqs: number[]) { for (const seq of seqs) this.onmessage?.({ data: JSON.stringify({ seq }) }); }
  since() { return Number(new URL(this.url).searchParams.get('since')); }
}

describe('feed', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  function start(since = 0, ends = false) {
    const sockets: Socket[] = [], got: number[] = [], links: Link[] = [];
    let end = 1e9;
    const feed = new Feed<{ seq: number }>({
      path: 'desk?as=ready', since, ends, message: (m) => got.push(m.seq), seq: (m) => m.seq, link: (l) => links.push(l),
      open: (url) => { const s = new Socket(url); sockets.push(s); return s as unknown as WebSocket; },
      head: async () => end, random: () => 1,
    });
    return { feed, sockets, got, links, at: (n: number) => sockets[n]!, cut: (n: number) => { end = n; } };
  }

  it('resumes after the last event and tells none twice', async () => {
    const f = start(4);
    expect(f.at(0).url).toContain('as=ready');
    expect(f.at(0).since()).toBe(4);
    f.at(0).onopen?.();
    f.at(0).say(5, 7);
    f.at(0).onclose?.({ code: 1006 });
    f.at(0).say(8); // from the grave: it comes again on the next socket
    await vi.advanceTimersByTimeAsync(300);
    expect(f.at(1).since()).toBe(7);
    f.at(1).say(7, 8, 9);
    f.at(1).onclose?.({ code: 1001 });
    await vi.advanceTimersByTimeAsync(300);
    f.at(2).say(10);
    expect(f.got).toEqual([5, 7, 8, 9, 10]);
    expect(f.links).toContain('waiting');
  });

  it('goes on from the end of a journal that was cut back', async () => {
    const f = start(100);
    f.cut(90);
    for (let i = 0; i < 3; i++) {
      f.at(i).onclose?.({ code: 1006 });
      await vi.advanceTimersByTimeAsync(8000);
    }
    expect(f.sockets.map((s) => s.since())).toEqual([100, 100, 100, 90]);
    f.at(3).say(91);
    expect(f.got).toEqual([91]);
  });

  it('ends with the call, and when it is closed', async () => {
    const f = start(0, true);
    f.at(0).onclose?.({ code: 1000 });
    await vi.advanceTimersByTimeAsync(60000);
    expect(f.sockets.length).toBe(1);
    expect(f.links.at(-1)).toBe('closed');
    const g = start();
    g.at(0).onclose?.({ code: 1006 });
    g.feed.close();
    await vi.advanceTimersByTimeAsync(60000);
    expect(g.sockets.length).toBe(1);
  });

  it('waits longer each time, within bounds', () => {
    expect(backoff(1, () => 0)).toBe(150);
    expect(backoff(2, () => 1)).toBe(600);
    for (let n = 1; n < 50; n++) expect(backoff(n)).toBeLessThanOrEqual(8000);
  });
});
