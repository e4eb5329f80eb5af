/* What the page takes of Apache ECharts; scripts/page-libraries packs just this into static/vendor/echarts.js. */
export { init, use } from 'echarts/core';
export { BarChart, LineChart, PieChart, ScatterChart, TreemapChart, CustomChart } from 'echarts/charts';
export {
  AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent,
} from 'echarts/components';
export { LabelLayout, UniversalTransition } from 'echarts/features';
export { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
