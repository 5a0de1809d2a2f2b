// The part of ECharts that pages use. Chinese and English come with the core.
import { BarChart, LineChart, RadarChart } from "echarts/charts";
import { GridComponent, RadarComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, RadarChart, GridComponent, RadarComponent, TooltipComponent, SVGRenderer]);

export { init };
