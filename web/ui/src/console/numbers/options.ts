// What the charts of the statistics show, as options of ECharts. Pure functions.
import type { EChartsCoreOption } from 'echarts/core';
import { emotions } from '../../parts/theme';
import type { Bucket, Stats } from './types';

export const colors = { contained: '#0b6b6b', transferred: '#8fb8b5', abandoned: '#b42318', other: '#b9bfbe' };
const grid = { left: 8, right: 16, top: 36, bottom: 8, containLabel: true };
const quiet = { axisLine: { lineStyle: { color: '#cfd6d4' } }, axisTick: { show: false }, axisLabel: { color: '#4d5757' }, splitLine: { lineStyle: { color: '#e9edec' } } };

// other is what of a bucket is neither the bot's alone, nor a person's, nor lost.
export const other = (b: Pick<Bucket, 'calls' | 'contained' | 'transferred' | 'abandoned'>) => Math.max(0, b.calls - b.contained - b.transferred - b.abandoned);

export function volume(series: Bucket[], labels: string[], t: (k: 'contained' | 'transferred' | 'abandoned' | 'other') => string, narrow = false): EChartsCoreOption {
  const bar = (key: keyof typeof colors, data: number[]) => ({ type: 'bar', stack: 'calls', name: t(key), data, itemStyle: { color: colors[key] }, barMaxWidth: 40 });
  return {
    grid: { ...grid, top: narrow ? 60 : grid.top }, tooltip: { trigger: 'axis' }, legend: { left: 0, top: 0, itemHeight: 10, itemWidth: 14 },
    xAxis: { type: 'category', data: labels, ...quiet }, yAxis: { type: 'value', minInterval: 1, ...quiet },
    series: [bar('contained', series.map((b) => b.contained)), bar('transferred', series.map((b) => b.transferred)), bar('abandoned', series.map((b) => b.abandoned)), bar('other', series.map(other))],
  };
}

export function waits(series: Bucket[], labels: string[], name: string, unit: string): EChartsCoreOption {
  return {
    grid: { ...grid, top: 16 }, tooltip: { trigger: 'axis', valueFormatter: (v: unknown) => `${v} ${unit}` },
    xAxis: { type: 'category', data: labels, ...quiet }, yAxis: { type: 'value', axisLabel: { formatter: `{value} ${unit}`, color: '#4d5757' }, splitLine: quiet.splitLine },
    series: [{ type: 'bar', name, data: series.map((b) => Math.round(b.wait_mean_ms / 100) / 10), color: colors.contained, barMaxWidth: 40 }],
  };
}

export function intents(list: Stats['intents'], t: (k: 'contained' | 'needed') => string, name: (intent: string) => string): EChartsCoreOption {
  const top = [...list].sort((a, b) => b.calls - a.calls).slice(0, 12).reverse();
  const bar = (name: string, color: string, data: number[]) => ({ type: 'bar', stack: 'x', name, itemStyle: { color }, data, barMaxWidth: 22 });
  return {
    grid, tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } }, legend: { left: 0, top: 0, itemHeight: 10, itemWidth: 14 },
    xAxis: { type: 'value', minInterval: 1, ...quiet }, yAxis: { type: 'category', data: top.map((i) => name(i.intent)), ...quiet },
    series: [bar(t('contained'), colors.contained, top.map((i) => i.contained)), bar(t('needed'), colors.transferred, top.map((i) => i.calls - i.contained))],
  };
}

export function feelings(list: Stats['emotions'], word: (e: string) => string): EChartsCoreOption {
  const order = Object.keys(emotions);
  const rows = [...list].sort((a, b) => order.indexOf(b.emotion) - order.indexOf(a.emotion));
  return {
    grid: { ...grid, top: 8 }, tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: { type: 'value', minInterval: 1, ...quiet }, yAxis: { type: 'category', data: rows.map((r) => word(r.emotion)), ...quiet },
    series: [{ type: 'bar', barMaxWidth: 22, data: rows.map((r) => ({ value: r.calls, itemStyle: { color: emotions[r.emotion] ?? colors.other } })) }],
  };
}

// byHour adds up the calls of each hour of the day.
export function byHour(series: Bucket[]): number[] {
  const hours = new Array<number>(24).fill(0);
  for (const b of series) hours[new Date(b.at).getHours()]! += b.calls;
  return hours;
}

export function busy(series: Bucket[], name: string): EChartsCoreOption {
  const hours = byHour(series), most = Math.max(...hours);
  return {
    grid: { ...grid, top: 8 }, tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: { type: 'category', data: hours.map((_, h) => `${h}`), ...quiet }, yAxis: { type: 'value', minInterval: 1, ...quiet },
    series: [{ type: 'bar', name, data: hours.map((n) => ({ value: n, itemStyle: { color: n === most && n > 0 ? colors.contained : colors.transferred } })) }],
  };
}
