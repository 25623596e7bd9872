import { describe, expect, it, test } from "vitest";
import { isSensitive, maskPersonal, maskSensitive, mattersIn } from "#nlp/sensitive.ts";

describe("masks what identifies somebody", () => {
  it.each([
    "我电话13812345678",
    "１３８ 1234 5678 打这个",
    "座机 021-65432100",
    "身份证11010519491231002X",
    "卡号6222 0212 3456 7890 123",
    "邮箱 Ann.Lee@example.com",
    "微信号:ann_lee88",
    "我的车牌沪A·12345",
    "寄到人民路88号3栋502室",
    "call me on +44 7700 900123",
    "ring 415-555-0134",
    "12 Baker Street please",
  ])("%s", (text) => {
    const masked = maskPersonal(text);

    expect(masked).toContain("＊");
    expect(masked.replace(/＊/g, "")).not.toMatch(/\d{4}/);
    expect(masked).toHaveLength(text.length);
  });
});

describe("leaves alone", () => {
  it.each([
    "预算30万以内",
    "2024款 落地218000",
    "续航700公里",
    "七座 5米2",
    "订单号 A1024",
    "three kids, 2 dogs",
    "开了12年",
  ])("%s", (text) => {
    expect(maskSensitive(text)).toBe(text);
  });
});

describe("names the matter", () => {
  it.each([
    ["health", "我妈确诊糖尿病"],
    ["health", "she was diagnosed with cancer"],
    ["religion", "我们家信佛"],
    ["politics", "我是老党员"],
    ["sexuality", "我刚出柜"],
    ["finances", "月薪两万还有网贷"],
    ["minors", "我女儿叫李小萌"],
    ["minors", "儿子在读育才小学"],
    ["personal", "打13812345678"],
  ])("%s: %s", (matter, text) => {
    expect(mattersIn(text)).toContain(matter);
    expect(isSensitive(text)).toBe(true);
    expect(maskSensitive(text)).not.toBe(text);
  });
});

test.each(["怀孕五个月了", "家里两个娃", "我结婚了", "刚退休", "嫌贵,能便宜点吗", "they go to the gym daily"])(
  "what the taxonomy itself names is not sensitive: %s",
  (text) => {
    expect(mattersIn(text)).toEqual([]);
  },
);
