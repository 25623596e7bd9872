import { join } from "node:path";
import type { Chart, Panel } from "#cards/chart.ts";
import { root } from "#db/migrations.ts";

const wide = 860;
/** What a phone shows without scrolling sideways. */
export const narrow = 356;
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

/** The chart as SVG with live text, for pages; `narrow` for those of a phone. */
export async function drawSvg(chart: Chart, width = wide): Promise<string> {
  loading ??= loadEcharts();
  const echarts = await loading;
  const heights = chart.panels.map((panel) => panelHeight(panel) + legendHeight(panel, width));
  const height = headHeight + heights.reduce((a, b) => a + b, 0) + 12;
  const drawing = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    drawing.setOption(optionOf(chart, heights, width));
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

/** On a phone names and title of a panel do not fit in one line. */
const legendHeight = (panel: Panel, width: number): number => (width < wide && panel.series.length > 1 ? 24 : 0);

function optionOf(chart: Chart, heights: number[], width: number): Record<string, unknown> {
  const isNarrow = width < wide;
  const [left, right] = isNarrow ? [4, 46] : [20, 70];
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
      {
        text: clipped(chart.title, isNarrow ? 21 : 42),
        left,
        top: 14,
        textStyle: { fontSize: isNarrow ? 16 : 19, fontWeight: "normal" },
      },
      {
        text: clipped(chart.note, isNarrow ? 36 : 80),
        left,
        top: 42,
        textStyle: { fontSize: 12, fontWeight: "normal", color: faint },
      },
      ...chart.panels.map((panel, i) => ({
        text: panel.title,
        left,
        top: tops[i]! + 10,
        textStyle: { fontSize: 14, fontWeight: "normal" },
      })),
    ],
    legend: chart.panels.flatMap((panel, i) =>
      panel.series.length > 1
        ? [
            {
              data: panel.series.map(({ name }) => name),
              ...(isNarrow ? { left, top: tops[i]! + 32 } : { right: 20, top: tops[i]! + 8 }),
              ...{ itemHeight: 9, itemWidth: 14, itemGap: isNarrow ? 8 : 10 },
            },
          ]
        : [],
    ),
    grid: chart.panels.map((panel, i) => ({
      left: panel.kind === "bars" ? (isNarrow ? 96 : 130) : isNarrow ? 44 : 60,
      right,
      top: tops[i]! + 40 + legendHeight(panel, width),
      height: heights[i]! - legendHeight(panel, width) - (panel.kind === "bars" ? 54 : 76),
    })),
    xAxis: chart.panels.map((panel, i) => (panel.kind === "bars" ? valueAxis(panel, i) : nameAxis(panel, i, isNarrow))),
    yAxis: chart.panels.map((panel, i) => (panel.kind === "bars" ? nameAxis(panel, i, isNarrow) : valueAxis(panel, i))),
    series: chart.panels.flatMap((panel, i) => panel.series.map((one) => seriesOf(panel, one, i))),
  };
}

function nameAxis(panel: Panel, gridIndex: number, isNarrow: boolean): object {
  return {
    type: "category",
    gridIndex,
    data: panel.names.map((name) => clipped(name, isNarrow ? 7 : 10)),
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
