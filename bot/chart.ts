import { join } from "node:path";
import type { Chart, Panel } from "#cards/chart.ts";
import { root } from "#db/migrations.ts";

const width = 860;
const headHeight = 64;
const family = "Noto Sans SC";
/** In a browser the machine's own fonts are drawn with where it has not that one. */
const families = `${family}, PingFang SC, Microsoft YaHei, sans-serif`;
const colours = ["#3564d4", "#b9c6e4", "#2a9d77", "#d98841", "#8a63c9", "#c4526a"];
const ink = "#20242c";
const faint = "#6b7280";

/** Loaded at the first picture: together they take a third of a second, and most runs never draw. */
async function loadEcharts() {
  const [core, charts, components, renderers] = await Promise.all([
    import("echarts/core"),
    import("echarts/charts"),
    import("echarts/components"),
    import("echarts/renderers"),
  ]);
  core.use([
    charts.BarChart,
    charts.LineChart,
    components.GridComponent,
    components.TitleComponent,
    components.LegendComponent,
    renderers.SVGRenderer,
  ]);
  return core;
}

let loading: ReturnType<typeof loadEcharts> | undefined;

/** The chart as SVG with live text, for pages. */
export async function drawSvg(chart: Chart): Promise<string> {
  loading ??= loadEcharts();
  const echarts = await loading;
  const heights = chart.panels.map(panelHeight);
  const height = headHeight + heights.reduce((a, b) => a + b, 0) + 12;
  const drawing = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    drawing.setOption(optionOf(chart, heights));
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose();
  }
}

/** The chart as a PNG for chats. Text is drawn with the font that ships with koloop, whatever the machine has. */
export async function drawPng(chart: Chart): Promise<Buffer> {
  const [svg, { Resvg }] = await Promise.all([drawSvg(chart), import("@resvg/resvg-js")]);
  const drawing = new Resvg(svg, {
    background: "#ffffff",
    // resvg leaves text out in silence where it finds no font, and it reads ttf and otf only.
    font: {
      loadSystemFonts: false,
      fontFiles: [join(root, "bot", "fonts", "noto-sans-sc.ttf")],
      defaultFontFamily: family,
      sansSerifFamily: family,
    },
  });
  return drawing.render().asPng();
}

function panelHeight(panel: Panel): number {
  if (panel.kind === "lines") return 220;
  return 66 + panel.names.length * (panel.series.length * 13 + 14);
}

function optionOf(chart: Chart, heights: number[]): Record<string, unknown> {
  let top = headHeight;
  const tops = heights.map((height) => {
    const own = top;
    top += height;
    return own;
  });
  return {
    animation: false,
    color: colours,
    textStyle: { fontFamily: families, color: ink },
    title: [
      { text: clipped(chart.title, 42), left: 20, top: 14, textStyle: { fontSize: 19, fontWeight: "normal" } },
      {
        text: clipped(chart.note, 80),
        left: 20,
        top: 42,
        textStyle: { fontSize: 12, fontWeight: "normal", color: faint },
      },
      ...chart.panels.map((panel, i) => ({
        text: panel.title,
        left: 20,
        top: tops[i]! + 10,
        textStyle: { fontSize: 14, fontWeight: "normal" },
      })),
    ],
    legend: chart.panels.flatMap((panel, i) =>
      panel.series.length > 1
        ? [{ data: panel.series.map(({ name }) => name), right: 20, top: tops[i]! + 8, itemHeight: 9, itemWidth: 14 }]
        : [],
    ),
    grid: chart.panels.map((panel, i) => ({
      left: panel.kind === "bars" ? 130 : 60,
      right: 70,
      top: tops[i]! + 40,
      height: heights[i]! - (panel.kind === "bars" ? 54 : 76),
    })),
    xAxis: chart.panels.map((panel, i) => (panel.kind === "bars" ? valueAxis(panel, i) : nameAxis(panel, i))),
    yAxis: chart.panels.map((panel, i) => (panel.kind === "bars" ? nameAxis(panel, i) : valueAxis(panel, i))),
    series: chart.panels.flatMap((panel, i) => panel.series.map((one) => seriesOf(panel, one, i))),
  };
}

function nameAxis(panel: Panel, gridIndex: number): object {
  return {
    type: "category",
    gridIndex,
    data: panel.names.map((name) => clipped(name, 10)),
    inverse: panel.kind === "bars",
    axisTick: { show: false },
    axisLine: { lineStyle: { color: "#d5d9e2" } },
    axisLabel: { color: ink, fontSize: 12, fontFamily: families, ...(panel.kind === "bars" && { interval: 0 }) },
  };
}

function valueAxis(panel: Panel, gridIndex: number): object {
  const shown = (value: number) => (panel.unit === "share" ? `${Math.round(value * 100)}%` : short(value));
  return {
    type: "value",
    gridIndex,
    min: 0,
    ...(panel.unit === "share" && { max: (axis: { max: number }) => Math.min(1, axis.max * 1.15) }),
    splitNumber: 4,
    splitLine: { lineStyle: { color: "#eef0f4" } },
    axisLabel: { color: faint, fontSize: 11, fontFamily: families, formatter: shown, show: panel.kind === "lines" },
  };
}

function seriesOf(panel: Panel, { name, values }: Panel["series"][number], index: number): object {
  const shown = ({ value }: { value: number }) =>
    panel.unit === "share" ? `${(value * 100).toFixed(1)}%` : short(value);
  return {
    name,
    type: panel.kind === "bars" ? "bar" : "line",
    xAxisIndex: index,
    yAxisIndex: index,
    silent: true,
    data: values.map((value) => value ?? "-"),
    ...(panel.kind === "bars"
      ? {
          barMaxWidth: 13,
          barGap: "15%",
          label: { show: true, position: "right", color: ink, fontSize: 11, fontFamily: families, formatter: shown },
        }
      : { symbolSize: 5, lineStyle: { width: 2 }, connectNulls: false }),
  };
}

const clipped = (text: string, length: number): string => {
  const signs = [...text];
  return signs.length > length ? `${signs.slice(0, length - 1).join("")}…` : text;
};

const short = (value: number): string =>
  value >= 10_000 ? `${Number((value / 10_000).toPrecision(3))}万` : String(Math.round(value * 100) / 100);
