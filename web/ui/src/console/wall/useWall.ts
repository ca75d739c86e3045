import { useEffect, useState } from 'react';
import { Feed, type AgentStatus, type Call, type CallBack, type Link, type Place, type QueueStatus } from '../../api';

export interface Alarm { kind: string; call?: string; text: string; at: string; skill?: string; value?: number; engine?: string }
export interface Snapshot { calls: Call[]; agents: AgentStatus[]; queues: QueueStatus[]; places: Place[]; callbacks: CallBack[]; alerts: Alarm[]; at: number }

const list = <T,>(l: T[] | null | undefined) => l ?? [];

// useWall is the state of the call centre, sent again whenever it changes.
export function useWall(): { wall?: Snapshot; link: Link } {
  const [wall, set] = useState<Snapshot>(), [link, setLink] = useState<Link>('connecting');
  useEffect(() => {
    const feed = new Feed<Partial<Snapshot>>({
      path: 'wall', seq: () => undefined, link: setLink,
      message: (m) => set({ calls: list(m.calls), agents: list(m.agents), queues: list(m.queues), places: list(m.places), callbacks: list(m.callbacks), alerts: list(m.alerts), at: Date.now() }),
    });
    return () => feed.close();
  }, []);
  return { wall, link };
}
