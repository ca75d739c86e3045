import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';

use([BarChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

// Chart draws an option of ECharts; label says for readers of a screen what it is.
export default function Chart({ option, label, height = 240 }: { option: EChartsCoreOption; label: string; height?: number }) {
  const box = useRef<HTMLDivElement>(null), chart = useRef<ReturnType<typeof init>>();
  useEffect(() => {
    const c = chart.current = init(box.current!, undefined, { renderer: 'svg' });
    const watch = new ResizeObserver(() => c.resize());
    watch.observe(box.current!);
    return () => { watch.disconnect(); c.dispose(); };
  }, []);
  useEffect(() => {
    chart.current!.setOption({ animation: false, textStyle: { fontFamily: 'inherit', color: '#1c2424' }, ...option }, true);
  }, [option]);
  return <div ref={box} role="img" aria-label={label} style={{ height, width: '100%' }} />;
}
