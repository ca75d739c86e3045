import { AutoComplete, Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { post } from '../api';
import { useT } from '../i18n';
import type { CallView } from '../parts/call';
import { useAct } from './useAct';
import { deskWords } from './words';

// ToBot lends the caller to the bot for one thing: "take the payment, then come
// back". What is known goes with them.
export function ToBot({ call, close }: { call: CallView; close: () => void }) {
  const t = useT(deskWords), act = useAct();
  const [flow, setFlow] = useState(''), [step, setStep] = useState(''), [then, setThen] = useState<'agent' | 'end'>('agent'), [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    const ok = await act(() => post(`calls/${call.id}/bot`, { flow: flow.trim(), step: step.trim(), slots: known, then }));
    setBusy(false);
    if (ok) close();
  };
  const known = Object.fromEntries(Object.entries(call.slots).filter(([k, v]) => !k.includes('.') && !v.includes('*')));
  const flows = [...new Set(call.lines.map((l) => l.intent).filter((x): x is string => !!x))];
  return (
    <Modal open title={t('botTitle')} onCancel={close} onOk={() => void go()} okText={t('giveBot')} cancelText={t('cancel')} okButtonProps={{ disabled: !flow.trim(), loading: busy }} destroyOnClose width={460}>
      <Form layout="vertical">
        <Form.Item label={t('flow')} htmlFor="bot-flow"><AutoComplete id="bot-flow" autoFocus value={flow} onChange={setFlow} options={flows.map((value) => ({ value }))} placeholder={t('flowPlaceholder')} /></Form.Item>
        <Form.Item label={t('step')} htmlFor="bot-step"><Input id="bot-step" value={step} onChange={(e) => setStep(e.target.value)} /></Form.Item>
        <Form.Item label={t('afterwards')}><Radio.Group value={then} onChange={(e) => setThen(e.target.value)} options={[{ value: 'agent', label: t('backToMe') }, { value: 'end', label: t('endThere') }]} /></Form.Item>
        {Object.keys(known).length > 0 && <p className="muted flat">{t('slotsKnown', { slots: Object.entries(known).map(([k, v]) => `${k} ${v}`).join(', ') })}</p>}
      </Form>
    </Modal>
  );
}
