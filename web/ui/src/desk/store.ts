// The desk's connection to the server, and its state as pages see it.
import { useSyncExternalStore } from 'react';
import { Feed, head, lines, type AgentState, type Event, type Link, type User } from '../api';
import { apply, emptyCall, hear, type CallView } from '../parts/call';
import { close, emptyDesk, open, receive, type DeskState, type Message } from './state';

export interface View { desk: DeskState; call?: CallView; loading: boolean; problem?: unknown; link: Link }

const asKey = 'desk.as';

// Store follows the desk. A call that comes onto the screen is read from its
// first event; what comes live meanwhile waits, so that nothing is missing and
// nothing is twice.
export class Store {
  private view: View = { desk: emptyDesk, loading: false, link: 'connecting' };
  private readonly listeners = new Set<() => void>();
  private feed?: Feed<Message>;
  private waiting?: Event[]; // while the call's history is read
  private reading?: AbortController;
  private stopped = false;

  constructor(readonly user: User) { void this.start(); }

  readonly subscribe = (f: () => void) => { this.listeners.add(f); return () => { this.listeners.delete(f); }; };
  readonly get = () => this.view;

  // as is what the agent is when the server sees this window come (back).
  private as(): string { return sessionStorage.getItem(asKey) ?? 'away'; }

  private async start() {
    let since: number;
    for (;;) {
      try {
        since = await head();
        break;
      } catch (problem) {
        this.set({ link: 'waiting', problem });
        await new Promise((r) => setTimeout(r, 2000));
        if (this.stopped) return;
      }
    }
    if (this.stopped) return;
    this.set({ problem: undefined });
    this.feed = new Feed<Message>({
      path: () => `desk?as=${this.as()}`, since, seq: (m) => m.event?.seq,
      message: (m) => this.message(m),
      link: (link) => this.set({ link }),
      rewound: () => this.load(this.view.desk.call),
    });
  }

  stop() {
    this.stopped = true;
    this.feed?.close();
    this.reading?.abort();
  }

  // remember is called when the agent chose a state: a window that comes back
  // comes back as that.
  remember(state: AgentState) { sessionStorage.setItem(asKey, state === 'ready' ? 'ready' : 'away'); }

  open(call: string) { this.become(open(this.view.desk, call)); }
  close() { this.become(close(this.view.desk)); }
  retry() { this.load(this.view.desk.call); }

  private message(m: Message) {
    if (m.partial) {
      if (this.view.call && !this.waiting) this.set({ call: hear(this.view.call, m.partial) });
      return;
    }
    const was = this.view.desk.call;
    const desk = receive(this.view.desk, m);
    if (m.me && (m.me.state === 'ready' || m.me.state === 'away')) this.remember(m.me.next ?? m.me.state);
    this.become(desk);
    if (m.event && m.event.call === desk.call && desk.call === was) {
      if (this.waiting) this.waiting.push(m.event);
      else if (this.view.call) this.set({ call: apply(this.view.call, m.event) });
    }
  }

  private become(desk: DeskState) {
    const was = this.view.desk;
    if (desk === was) return;
    this.set({ desk });
    if (desk.call !== was.call) this.load(desk.call);
  }

  private load(id: string) {
    this.reading?.abort();
    this.waiting = undefined;
    if (!id) { this.set({ call: undefined, loading: false, problem: undefined }); return; }
    const reading = (this.reading = new AbortController());
    this.waiting = [];
    this.set({ call: emptyCall(id), loading: true, problem: undefined });
    lines<Event>(`calls/${id}/events`, reading.signal).then((past) => {
      if (reading.signal.aborted) return;
      const call = [...past, ...(this.waiting ?? [])].reduce(apply, emptyCall(id));
      this.waiting = undefined;
      this.set({ call, loading: false });
    }, (problem) => {
      if (!reading.signal.aborted) this.set({ loading: false, problem });
    });
  }

  private set(change: Partial<View>) {
    this.view = { ...this.view, ...change };
    for (const f of this.listeners) f();
  }
}

export function useStore(s: Store): View { return useSyncExternalStore(s.subscribe, s.get); }
