import { Form, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { post } from '../api';
import { useLanguage, useT } from '../i18n';
import type { CallView } from '../parts/call';
import { flowName, named, useBot, useSlotWords } from '../parts/bot';
import { useAct } from './useAct';
import { deskWords } from './words';

// ToBot lends the caller to the bot for one thing: "take the payment, then come
// back". What is known goes with them.
export function ToBot({ call, close }: { call: CallView; close: () => void }) {
  const t = useT(deskWords), act = useAct(), bot = useBot(), l = useLanguage(), words = useSlotWords();
  const [flow, setFlow] = useState<string>(), [step, setStep] = useState(''), [then, setThen] = useState<'agent' | 'end'>('agent'), [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    const ok = await act(() => post(`calls/${call.id}/bot`, { flow, step, slots: known, then }));
    setBusy(false);
    if (ok) close();
  };
  const known = Object.fromEntries(Object.entries(call.slots).filter(([k, v]) => !k.includes('.') && !v.includes('*')));
  const flows = (bot?.flows ?? []).map((f) => ({ value: f.name, label: flowName(bot, l, f.name) })).sort((a, b) => a.label.localeCompare(b.label));
  const chosen = bot?.flows.find((f) => f.name === flow);
  const steps = (chosen?.steps ?? []).map((value) => ({ value, label: chosen?.step_titles?.[value]?.[l] ?? named(value) }));
  return (
    <Modal open title={t('botTitle')} onCancel={close} onOk={() => void go()} okText={t('giveBot')} cancelText={t('cancel')} okButtonProps={{ disabled: !flow, loading: busy }} destroyOnClose width={460}>
      <Form layout="vertical">
        <Form.Item label={t('flow')} htmlFor="bot-flow"><Select<string> id="bot-flow" autoFocus showSearch optionFilterProp="label" value={flow} onChange={(v) => { setFlow(v); setStep(''); }} options={flows} placeholder={t('choose')} /></Form.Item>
        {steps.length > 0 && <Form.Item label={t('step')} htmlFor="bot-step"><Select id="bot-step" value={step} onChange={setStep} options={[{ value: '', label: t('fromStart') }, ...steps]} /></Form.Item>}
        <Form.Item label={t('afterwards')}><Radio.Group value={then} onChange={(e) => setThen(e.target.value)} options={[{ value: 'agent', label: t('backToMe') }, { value: 'end', label: t('endThere') }]} /></Form.Item>
        {Object.keys(known).length > 0 && <p className="muted flat">{t('slotsKnown', { slots: Object.entries(known).map(([k, v]) => `${words.name(k)} ${words.value(k, v)}`).join(', ') })}</p>}
      </Form>
    </Modal>
  );
}
