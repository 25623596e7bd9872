import { describe, expect, it } from "vitest";
import { drawPng, drawSvg, narrow } from "#bot/chart.ts";
import type { Chart } from "#cards/chart.ts";

const chart = (title: string): Chart => ({
  title,
  note: "截至 11月20日",
  alt: title,
  panels: [
    {
      title: "每一步",
      kind: "bars",
      unit: "share",
      names: ["查看", "接受", "交稿", "通过"],
      series: [
        { name: "这个任务", values: [0.8, 0.42, null, 0.9] },
        { name: "可比任务", values: [0.82, 0.5, 0.7, 0.88] },
      ],
    },
    {
      title: "阅读",
      kind: "lines",
      unit: "count",
      names: ["第1天", "第2天"],
      series: [{ name: "阅读", values: [1200, 23_400] }],
    },
  ],
});

describe("a picture", () => {
  it("shows Chinese: two titles of the same length give different pixels", async () => {
    const [one, other] = [await drawPng(chart("儿童安全座椅")), await drawPng(chart("周末露营车队"))];

    expect(one.subarray(1, 4).toString()).toBe("PNG");
    expect(one.equals(other)).toBe(false);
    expect(one.length).toBeLessThan(200_000);
  });

  it("leaves a gap where a value is missing, and never a zero", async () => {
    const svg = await drawSvg(chart("缺一个数"));

    expect(svg).toContain("42.0%");
    expect(svg).not.toContain(">0.0%<");
  });

  it("fits a phone, with the names of its lines below the title instead of beside it", async () => {
    const [phone, desk] = [await drawSvg(chart("智驾体验"), narrow), await drawSvg(chart("智驾体验"))];
    const sizeOf = (svg: string) => /<svg width="(\d+)" height="(\d+)"/.exec(svg)?.slice(1).map(Number) ?? [];
    const reaches = [...phone.matchAll(/translate\((\d+(?:\.\d+)?) /g)].map((hit) => Number(hit[1]));

    expect(sizeOf(phone)[0]).toBeLessThanOrEqual(358);
    expect(sizeOf(phone)[1]).toBe(sizeOf(desk)[1]! + 24);
    expect(Math.max(...reaches)).toBeLessThan(narrow);
  });

  it("survives a title that is longer than the picture and signs that mean something in SVG", async () => {
    const png = await drawPng(chart(`<script>&"'${"长".repeat(500)}`));

    expect(png.length).toBeGreaterThan(5000);
  });
});
