import { Button, Form, Select } from 'antd';
import { useEffect, useState } from 'react';
import { errorWords } from '../api/explain';
import { useT } from '../i18n';
import { chosen, list, microphone, type Choice, type Devices } from './devices';
import { Levels } from './Levels';
import { Meter } from './level';
import type { Phone } from './Phone';
import { explainPhone, phoneWords } from './words';

// DevicePicker chooses microphone and speaker and lets one see that it works.
export function DevicePicker({ phone }: { phone: Phone }) {
  const t = useT(phoneWords), errors = useT(errorWords);
  const [devices, setDevices] = useState<Devices>({ inputs: [], outputs: [] });
  const [choice, setChoice] = useState(chosen), [meter, setMeter] = useState<{ read: () => { near: number }; close: () => void }>(), [problem, setProblem] = useState('');
  useEffect(() => {
    const look = () => void list().then(setDevices);
    look();
    navigator.mediaDevices?.addEventListener('devicechange', look);
    return () => navigator.mediaDevices?.removeEventListener('devicechange', look);
  }, [meter]);
  useEffect(() => () => meter?.close(), [meter]);
  const use = (c: Choice) => {
    setChoice(c);
    meter?.close();
    setMeter(undefined);
    void phone.use(c).catch((e) => setProblem(explainPhone(e, t, errors)));
  };
  const test = async () => {
    if (meter) { meter.close(); setMeter(undefined); return; }
    try {
      const mic = await microphone(choice.input), m = new Meter(mic);
      setProblem('');
      setMeter({ read: () => ({ near: m.level() }), close: () => { m.close(); for (const track of mic.getTracks()) track.stop(); } });
    } catch (e) {
      setProblem(explainPhone(e, t, errors));
    }
  };
  const options = (all: MediaDeviceInfo[]) => [{ value: '', label: t('systemDefault') },
    ...all.filter((d) => d.deviceId && d.deviceId !== 'default').map((d, i) => ({ value: d.deviceId, label: d.label || t('unnamed', { n: i + 1 }) }))];
  return (
    <Form layout="vertical" size="small" style={{ width: 260 }}>
      <Form.Item label={t('microphone')} htmlFor="device-input"><Select id="device-input" value={choice.input} options={options(devices.inputs)} onChange={(input) => use({ ...choice, input })} /></Form.Item>
      <Form.Item label={t('speaker')} htmlFor="device-output"><Select id="device-output" value={choice.output} options={options(devices.outputs)} onChange={(output) => use({ ...choice, output })} /></Form.Item>
      <Button size="small" onClick={() => void test()}>{meter ? t('stopTest') : t('test')}</Button>
      {meter && <Levels read={meter.read} />}
      {problem && <p role="alert">{problem}</p>}
    </Form>
  );
}
