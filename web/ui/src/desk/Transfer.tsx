import { Badge, Empty, Form, Input, Modal, Radio, Segmented } from 'antd';
import { useState } from 'react';
import { post, type AgentStatus, type QueueStatus } from '../api';
import { useT } from '../i18n';
import type { CallView } from '../parts/call';
import { partWords } from '../parts/words';
import { useAct } from './useAct';
import { useLoad } from './useLoad';
import { deskWords } from './words';

type Kind = 'agent' | 'skill' | 'number';

// Transfer sends the caller to somebody else, or asks that person first.
export function Transfer({ call, me, consult, close }: { call: CallView; me: string; consult: boolean; close: () => void }) {
  const t = useT(deskWords), act = useAct();
  const [kind, setKind] = useState<Kind>('agent'), [to, setTo] = useState<Record<Kind, string>>({ agent: '', skill: '', number: '' });
  const [reason, setReason] = useState(''), [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    const whom = { [kind]: to[kind].trim() };
    const ok = await act(() => post(`calls/${call.id}/${consult ? 'consult' : 'transfer'}`, consult ? whom : { ...whom, reason: reason.trim() || call.brief?.reason || '' }));
    setBusy(false);
    if (ok) close();
  };
  const pick = (v: string) => setTo({ ...to, [kind]: v });
  return (
    <Modal open title={consult ? t('consultTitle') : t('transferTitle')} onCancel={close} onOk={() => void go()} okText={consult ? t('ask') : t('go')} cancelText={t('cancel')}
      okButtonProps={{ disabled: !to[kind].trim(), loading: busy, 'data-testid': 'transfer-go' }} destroyOnClose width={460}>
      <Segmented<Kind> block value={kind} onChange={setKind} options={[{ value: 'agent', label: t('toAgent') }, { value: 'skill', label: t('toQueue') }, { value: 'number', label: t('toNumber') }]} style={{ marginBottom: 12 }} />
      {kind === 'agent' && <AgentList me={me} value={to.agent} pick={pick} />}
      {kind === 'skill' && <QueueList value={to.skill} pick={pick} />}
      {kind === 'number' && <Input autoFocus value={to.number} onChange={(e) => pick(e.target.value)} placeholder={t('number')} aria-label={t('number')} onPressEnter={() => { if (to.number.trim()) void go(); }} />}
      {!consult && <Form.Item label={t('transferReason')} htmlFor="transfer-reason" layout="vertical" style={{ marginTop: 12, marginBottom: 0 }}>
        <Input id="transfer-reason" value={reason} onChange={(e) => setReason(e.target.value)} placeholder={call.brief?.reason} maxLength={200} />
      </Form.Item>}
    </Modal>
  );
}

const word = { ready: 'ready', offered: 'offered', talking: 'talking', 'wrap-up': 'wrapUp', away: 'away', offline: 'offline' } as const;
const order = ['ready', 'wrap-up', 'talking', 'offered', 'away', 'offline'];

function AgentList({ me, value, pick }: { me: string; value: string; pick: (v: string) => void }) {
  const t = useT(deskWords), p = useT(partWords);
  const { data } = useLoad<{ agents: AgentStatus[] }>('agents');
  const others = (data?.agents ?? []).filter((a) => a.id !== me && a.state !== 'offline').sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || a.name.localeCompare(b.name));
  if (data && others.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('noOthers')} />;
  return (
    <Radio.Group value={value} onChange={(e) => pick(e.target.value)} className="picklist">
      {others.map((a) => <Radio key={a.id} value={a.id}><b>{a.name}</b> <Badge status={a.state === 'ready' ? 'success' : 'default'} text={p(word[a.state])} /> <span className="muted">{a.skills.join(', ')}</span></Radio>)}
    </Radio.Group>
  );
}

function QueueList({ value, pick }: { value: string; pick: (v: string) => void }) {
  const t = useT(deskWords);
  const { data } = useLoad<{ queues: QueueStatus[] }>('queues');
  if (data && data.queues.length === 0) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('noQueues')} />;
  return (
    <Radio.Group value={value} onChange={(e) => pick(e.target.value)} className="picklist">
      {data?.queues.map((q) => <Radio key={q.skill} value={q.skill}><b>{q.skill}</b> <span className="muted">{t('waitingN', { n: q.waiting, ready: q.ready })}</span></Radio>)}
    </Radio.Group>
  );
}
