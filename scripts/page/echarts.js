/* What the page takes of Apache ECharts; scripts/page-libraries packs just this into static/vendor/echarts.js. */
import { use } from 'echarts/core';
import { BarChart, CustomChart, LineChart, TreemapChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, CustomChart, LineChart, TreemapChart, GridComponent, TooltipComponent, SVGRenderer]);

export { init } from 'echarts/core';
