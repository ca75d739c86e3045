import { PauseOutlined, CaretRightOutlined } from '@ant-design/icons';
import { Button, Space } from 'antd';
import { forwardRef, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type WaveSurfer from 'wavesurfer.js';
import { useT } from '../i18n';
import { accent } from './theme';
import { clock } from './time';
import { partWords } from './words';

export interface Player { seek: (ms: number) => void }

// Waveform draws both channels of a recording and plays it. wavesurfer.js is
// loaded when one is first shown.
export const Waveform = forwardRef<Player, { url: string; time?: (ms: number) => void; height?: number }>(function Waveform({ url, time, height = 48 }, ref) {
  const t = useT(partWords);
  const box = useRef<HTMLDivElement>(null), wave = useRef<WaveSurfer>(), tell = useRef(time), wanted = useRef<number>();
  tell.current = time;
  const [playing, setPlaying] = useState(false), [at, setAt] = useState(0), [length, setLength] = useState(0);
  useEffect(() => {
    let gone = false, made: WaveSurfer | undefined;
    void import('wavesurfer.js').then(({ default: WaveSurfer }) => {
      if (gone || !box.current) return;
      const ws = WaveSurfer.create({ container: box.current, url, height, barWidth: 2, barGap: 1, normalize: false, cursorColor: '#1c2424', dragToSeek: true,
        splitChannels: [{ waveColor: '#8fb8b5', progressColor: accent }, { waveColor: '#b9bfbe', progressColor: '#4d5757' }] });
      made = wave.current = ws;
      ws.on('ready', (d) => {
        setLength(d * 1000);
        if (wanted.current !== undefined) { ws.setTime(wanted.current / 1000); wanted.current = undefined; void ws.play(); }
      });
      ws.on('timeupdate', (s) => { setAt(s * 1000); tell.current?.(s * 1000); });
      ws.on('play', () => setPlaying(true));
      ws.on('pause', () => setPlaying(false));
    });
    return () => { gone = true; made?.destroy(); wave.current = undefined; };
  }, [url, height]);
  useImperativeHandle(ref, () => ({
    seek: (ms) => {
      const ws = wave.current;
      if (!ws || !ws.getDuration()) { wanted.current = ms; return; }
      ws.setTime(ms / 1000);
      void ws.play();
    },
  }), []);
  return (
    <div data-testid="waveform" role="group" aria-label={t('recording')}>
      <div ref={box} />
      <Space size="small">
        <Button size="small" data-testid="play" aria-label={playing ? t('pause') : t('play')} icon={playing ? <PauseOutlined /> : <CaretRightOutlined />} onClick={() => void wave.current?.playPause()} />
        <span className="num muted">{clock(at)} / {clock(length)}</span>
        <small><span style={{ color: accent }}>■</span> {t('left')} <span style={{ color: '#4d5757' }}>■</span> {t('right')}</small>
      </Space>
    </div>
  );
});
