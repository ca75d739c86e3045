import { useT } from '../i18n';
import type { Mood } from './call';
import { emotions } from './theme';
import { clock } from './time';
import { partWords } from './words';

// heat is how far from calm an emotion is, -1 (pleased) to 1.
export function heat(m: Mood): number {
  const weight: Record<string, number> = { satisfied: -0.6, neutral: 0, urgent: 0.45, frustrated: 0.65, angry: 1, abusive: 1 };
  return (weight[m.name] ?? 0) * (m.name === 'neutral' ? 1 : Math.max(0.3, m.score));
}

// EmotionLine draws how the caller felt over the call: above the middle is heat,
// below it is content. Each point may be played from.
export function EmotionLine({ moods, length, seek, height = 56 }: { moods: Mood[]; length: number; seek?: (ms: number) => void; height?: number }) {
  const t = useT(partWords);
  if (moods.length === 0) return <p className="muted" style={{ margin: 0 }}>{t('noEmotion')}</p>;
  const end = Math.max(length, moods[moods.length - 1]!.at, 1), width = 300, pad = 6;
  const x = (ms: number) => pad + (ms / end) * (width - 2 * pad);
  const y = (m: Mood) => height / 2 - heat(m) * (height / 2 - pad);
  return (
    <figure style={{ margin: 0 }} data-testid="emotion-line">
      <svg viewBox={`0 0 ${width} ${height}`} width="100%" height={height} preserveAspectRatio="none" role="img" aria-label={`${t('emotionLine')}: ${moods.map((m) => `${clock(m.at)} ${t(m.name as 'angry')}`).join(', ')}`}>
        <line x1={0} x2={width} y1={height / 2} y2={height / 2} stroke="#cfd6d4" strokeDasharray="2 4" vectorEffect="non-scaling-stroke" />
        <polyline fill="none" stroke="#5c6666" strokeWidth={1.5} vectorEffect="non-scaling-stroke" points={moods.map((m) => `${x(m.at)},${y(m)}`).join(' ')} />
        {moods.map((m, i) => (
          <line key={i} x1={x(m.at)} x2={x(m.at)} y1={y(m) - 0.01} y2={y(m) + 0.01} stroke={emotions[m.name] ?? '#5c6666'} strokeWidth={8} strokeLinecap="round"
            vectorEffect="non-scaling-stroke" style={seek && { cursor: 'pointer' }} onClick={seek && (() => seek(m.at))}>
            <title>{`${clock(m.at)} ${t(m.name as 'angry')} ${Math.round(m.score * 100)} %`}</title>
          </line>
        ))}
      </svg>
    </figure>
  );
}
