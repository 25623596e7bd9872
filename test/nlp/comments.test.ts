import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeCommentReads } from "#bot/commands/comments.ts";
import { readRows, sharedData } from "#nlp/comments/corpus.ts";
import { accuracy, macroF1, topicF1 } from "#nlp/comments/measure.ts";
import { readCommentPacks, spelledOut } from "#nlp/comments/packs.ts";
import { loadWeights } from "#nlp/comments/weights.ts";
import { type CommentReader, commentModel, createCommentReader, loadCommentModel } from "#nlp/comments.ts";
import { nlpFile } from "#nlp/files.ts";

let read: CommentReader;
beforeAll(() => {
  read = createCommentReader(loadCommentModel());
});

describe("sentiment", () => {
  it.each([
    ["送餐很快，味道也不错，下次还点", "positive"],
    ["等了一个半小时，饭都凉了，再也不点了", "negative"],
    ["质量没有问题，大小正合适，孩子喜欢得不得了", "positive"],
    ["用了两天就坏了，客服不理人", "negative"],
    ["房间挺干净，前台小姑娘也热情", "positive"],
    ["书印得模糊，错字一堆，看不下去", "negative"],
    ["今天终于见到偶像了，开心到飞起[哈哈]", "positive"],
    ["又被老板骂了，想哭[泪]", "negative"],
    ["请问各位车友，冬天机油换多少标号的合适？", "neutral"],
    ["The room was dirty and noisy, very disappointed", "negative"],
    ["Great phone, very fast, love it", "positive"],
  ])("hears %s as %s", (text, sentiment) => {
    expect(read(text).sentiment).toBe(sentiment);
  });

  it.each([
    ["好吃", "一点也不好吃"],
    ["这车省油", "这车不省油"],
    ["隔音好", "隔音不太好"],
    ["我喜欢", "我不喜欢"],
  ])("hears negation turn %s", (praise, blame) => {
    expect(read(praise).sentiment).toBe("positive");
    expect(read(blame).sentiment).toBe("negative");
  });

  it("does not take an idiom that holds a negator for blame", () => {
    expect(read("这家店真不错，没话说").sentiment).toBe("positive");
  });

  it("reads the same adjective by what it is said of", () => {
    expect(read("油耗真低").sentiment).toBe("positive");
    expect(read("油耗真高").sentiment).toBe("negative");
    expect(read("配置真高").sentiment).toBe("positive");
  });

  it("reads traditional characters as it reads simplified ones", () => {
    expect(read("味道非常難吃，態度惡劣").sentiment).toBe(read("味道非常难吃，态度恶劣").sentiment);
  });

  it("gives a probability as the score", () => {
    for (const text of ["很好", "差", "今天周三", ""]) {
      expect(read(text).score).toBeGreaterThanOrEqual(0);
      expect(read(text).score).toBeLessThanOrEqual(1);
    }
  });
});

describe("keywords", () => {
  it("are exact stretches of the text, five at most", () => {
    const text = "鱼很新鲜，汤也鲜美，服务周到，环境优雅，价格实惠，停车方便，位置好找";

    const { keywords } = read(text);

    expect(keywords.length).toBeGreaterThan(2);
    expect(keywords.length).toBeLessThanOrEqual(5);
    for (const word of keywords) expect(text).toContain(word);
  });

  it("name the thing and what is said of it apart", () => {
    expect(read("物流很快").keywords).toEqual(["物流", "很快"]);
  });
});

describe("aspects", () => {
  it.each([
    ["油耗真的太高了，失望", "fuel_use", "negative"],
    ["后排空间很大，坐三个人很宽敞", "space", "positive"],
    ["发动机动力强劲，提速快", "power", "positive"],
    ["隔音太差，胎噪大得吓人", "comfort", "negative"],
    ["这次优惠了两万，价格很合适", "price", "positive"],
  ])("of %s include %s, %s", (text, aspect, sentiment) => {
    expect(read(text).aspects).toContainEqual({ aspect, sentiment });
  });

  it("are judged apart where a comment weighs one against the other", () => {
    expect(read("油耗高，但是空间大").aspects).toEqual([
      { aspect: "fuel_use", sentiment: "negative" },
      { aspect: "space", sentiment: "positive" },
    ]);
  });

  it("are none where no car is spoken of", () => {
    expect(read("祝你生日快乐").aspects).toEqual([]);
  });
});

describe("bad input", () => {
  it.each([
    ["an empty text", ""],
    ["blanks", "   \n\t "],
    ["lone surrogates", "好\ud83d吃\udc4d\udfff"],
    ["control characters", "\u0000\u0001很差\u200b"],
    ["a million characters", "很好吃。".repeat(250_000)],
    ["a million characters without a stop", "好".repeat(1_000_000)],
  ])("%s gets an answer, the same one twice", (_, text) => {
    const once = read(text);

    expect(read(text)).toEqual(once);
    expect(["positive", "neutral", "negative"]).toContain(once.sentiment);
  });
});

describe("a comment pack", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "koloop-packs-"));
    cpSync(nlpFile("packs/comments"), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("that is no YAML is refused with file and line", () => {
    writeFileSync(join(folder, "food.yaml"), "domain: food\npositive:\n  strong: [[好吃]\nnegative: {}\n");

    expect(() => readCommentPacks(folder)).toThrow(/^food\.yaml:\d+: /);
  });

  it("with an unknown field is refused with file, line and field", () => {
    writeFileSync(join(folder, "food.yaml"), "domain: food\npositive:\n  strongest: [[好吃]]\n");

    expect(() => readCommentPacks(folder)).toThrow(/^food\.yaml:\d+: positive: .*strongest/);
  });

  it("adds its words to what the reader hears, with no training", () => {
    writeFileSync(join(folder, "games.yaml"), "domain: games\npositive:\n  strong: [[嘎嘎乱杀版本]]\n");
    const weights = loadWeights();

    const { keywords } = createCommentReader(commentModel(readCommentPacks(folder), weights))("今天嘎嘎乱杀版本");

    expect(keywords).toContain("嘎嘎乱杀版本");
  });

  it("spells out its choices", () => {
    expect(spelledOut("送(得|)(慢|晚)")).toEqual(["送得慢", "送得晚", "送慢", "送晚"]);
  });
});

describe("the comments command", () => {
  const run = async (chunks: (string | Uint8Array)[]) => {
    let out = "";
    let err = "";
    const input = (async function* () {
      yield* chunks;
    })();
    const code = await writeCommentReads(input, { write: (t) => (out += t) }, { write: (t) => (err += t) }, read);
    return {
      out: out
        .split("\n")
        .filter(Boolean)
        .map((l) => JSON.parse(l) as { id: unknown }),
      err,
      code,
    };
  };

  it("answers each line in order, whatever chunks it came in", async () => {
    const bytes = Buffer.from('\uFEFF{"id":"a","text":"很好"}\n\n{"id":2,"text":"很差\u2028真的"}');
    const chunks = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1));

    const { out, err, code } = await run(chunks);

    expect(out.map((o) => o.id)).toEqual(["a", 2]);
    expect(out[0]).toMatchObject({ sentiment: "positive", keywords: ["很好"], aspects: [] });
    expect(err).toBe("");
    expect(code).toBe(0);
  });

  it("names each bad line by its number, goes on, and ends with 1", async () => {
    const { out, err, code } = await run(['{"id":1,"text":"好"}\nnonsense\n{"id":3}\n{"id":4,"text":"好"}\n']);

    expect(out.map((o) => o.id)).toEqual([1, 4]);
    expect(err).toMatch(/^line 2: .*\nline 3: text: .*\n$/);
    expect(code).toBe(1);
  });

  it("reads a line of ten megabytes", async () => {
    const { out, code } = await run([`{"id":1,"text":"${"很好吃".repeat(1_200_000)}"}\n`]);

    expect(out).toHaveLength(1);
    expect(code).toBe(0);
  });
});

const shared = existsSync(join(sharedData(), "general_weibo_ewect2020"));
describe.skipIf(!shared)("the committed model, on sets it may not learn from (needs ../shared/data)", () => {
  // Floors a little under the goals' own figures: a fall shows here; `koloop bench hearing` has the figures themselves.
  const sentiment = (text: string) => read(text).sentiment;

  it("reads weibo posts at a macro-F1 of 58 or more", () => {
    expect(macroF1(readRows("general_weibo_ewect2020", sharedData()), sentiment)).toBeGreaterThanOrEqual(58);
  });

  it("reads delivery reviews at an accuracy of 80 or more", () => {
    expect(accuracy(readRows("retail_waimai10k", sharedData()), sentiment)).toBeGreaterThanOrEqual(80);
  });

  it("names car topics at a micro-F1 of 78 or more, 52 with their sentiment", () => {
    const { topics, joint } = topicF1(readRows("auto_bdci2018", sharedData()), read);

    expect(topics).toBeGreaterThanOrEqual(78);
    expect(joint).toBeGreaterThanOrEqual(52);
  });
});
