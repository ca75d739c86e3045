// A feed over a WebSocket that loses no event and tells none twice.
//
// The server numbers events; a feed remembers the last it handed on, asks for
// those after it when it connects again, and passes over what it had. Where the
// journal was cut back by a crash (the server then says 409 to a ?since beyond
// its end, which a browser sees as a socket that does not open), the feed asks
// where the journal ends and goes on from there.
import { get } from './client';

export type Link = 'connecting' | 'live' | 'waiting' | 'closed';

export interface FeedOptions<M> {
  path: string | (() => string); // below /api/v1, without since: "desk?as=ready"
  since?: number;
  message: (m: M) => void; // in order, each event once
  seq: (m: M) => number | undefined; // of the event in a message; undefined for what has no number
  link?: (l: Link) => void;
  rewound?: () => void; // the journal was cut back: what was seen last may be told again, differently
  ends?: boolean; // a normal close (1000) is the end: the feed of one call
  // For tests.
  open?: (url: string) => WebSocket;
  head?: () => Promise<number>;
  random?: () => number;
}

const first = 300, most = 8000, patient = 3; // ms, ms, failures before the end of the journal is asked for

// backoff is how long to wait before try n, from 1: twice as long each time, and
// not all clients at once.
export function backoff(n: number, random = Math.random): number {
  return Math.min(most, first * 2 ** (n - 1)) * (0.5 + random() / 2);
}

export class Feed<M> {
  private last: number;
  private socket?: WebSocket;
  private timer?: ReturnType<typeof setTimeout>;
  private failures = 0;
  private stopped = false;

  constructor(private readonly o: FeedOptions<M>) {
    this.last = o.since ?? 0;
    this.connect();
    globalThis.addEventListener?.('online', this.now);
  }

  // since is the number of the last event that was handed on.
  get since() { return this.last; }

  // now tries at once, in place of waiting out the pause.
  readonly now = () => {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.again();
  };

  close() {
    this.stopped = true;
    clearTimeout(this.timer);
    globalThis.removeEventListener?.('online', this.now);
    this.socket?.close();
    this.o.link?.('closed');
  }

  private connect() {
    if (this.failures === 0) this.o.link?.('connecting'); // later it is waiting until it is live
    const open = this.o.open ?? ((url: string) => new WebSocket(url));
    const path = typeof this.o.path === 'string' ? this.o.path : this.o.path();
    const socket = open(address(path, this.last));
    this.socket = socket;
    socket.onopen = () => { this.o.link?.('live'); };
    socket.onmessage = (e) => {
      if (socket !== this.socket || this.stopped) return;
      this.failures = 0; // a socket that opens and closes at once is a failure still
      const m = JSON.parse(String(e.data)) as M;
      const seq = this.o.seq(m);
      if (seq !== undefined) {
        if (seq <= this.last) return;
        this.last = seq;
      }
      this.o.message(m);
    };
    socket.onclose = (e) => {
      if (socket !== this.socket || this.stopped) return;
      if (this.o.ends && e.code === 1000) { this.close(); return; }
      this.socket = undefined;
      this.failures++;
      this.o.link?.('waiting');
      this.timer = setTimeout(() => { this.timer = undefined; void this.again(); }, backoff(this.failures, this.o.random));
    };
  }

  private async again() {
    if (this.failures >= patient) {
      try {
        const end = await (this.o.head ?? head)();
        if (end < this.last) { this.last = end; this.o.rewound?.(); }
      } catch { /* the server is not there yet; the socket will tell */ }
    }
    if (!this.stopped) this.connect();
  }
}

export const head = async () => (await get<{ seq: number }>('calls?limit=0')).seq;

function address(path: string, since: number): string {
  const url = new URL(`/api/v1/${path}`, globalThis.location?.href ?? 'http://localhost/');
  url.protocol = url.protocol.replace('http', 'ws');
  url.searchParams.set('since', String(since));
  return url.href;
}
