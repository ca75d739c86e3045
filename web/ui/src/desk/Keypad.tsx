import { Button, Input } from 'antd';
import { useState } from 'react';
import { useT } from '../i18n';
import { phoneWords } from '../softphone';

const rows = '123456789*0#';

// Keypad sends keys into the call, by click or typed.
export function Keypad({ press }: { press: (key: string) => void }) {
  const t = useT(phoneWords);
  const [sent, setSent] = useState('');
  const send = (k: string) => { press(k); setSent((s) => (s + k).slice(-20)); };
  return (
    <div className="keypad" role="group" aria-label={t('keypad')}>
      <Input id="keys-sent" readOnly value={sent} aria-label={t('keypad')} className="num"
        onKeyDown={(e) => { if (/^[0-9*#]$/.test(e.key)) { e.preventDefault(); send(e.key); } }} />
      <div className="keys">{[...rows].map((k) => <Button key={k} onClick={() => send(k)} data-testid={`key-${k}`}>{k}</Button>)}</div>
    </div>
  );
}
