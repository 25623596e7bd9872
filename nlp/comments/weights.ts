import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { nlpFile } from "../files.ts";
import { gramBits } from "./grams.ts";
import type { Head } from "./judge.ts";
import { type SpanWeights, spanBits, tagCount } from "./spans.ts";

/** The trained part of the comment reader: polarity, neutrality (and the log-odds above which it wins), and the keyword tagger. */
export type CommentWeights = { polarity: Head; neutral: Head; neutralAbove: number; spans: SpanWeights };

type Header = { polarity: Plain; neutral: Plain; neutralAbove: number; spans: { scale: number; after: number[] } };
type Plain = { scale: number; bias: number; dense: number[] };

const path = () => nlpFile("model/comments.bin");
const size = 1 << gramBits;
const spanSize = (1 << spanBits) * tagCount;

/** Writes weights as a JSON header and the weights as bytes, compressed. */
export function saveWeights(weights: CommentWeights): void {
  const heads = [weights.polarity, weights.neutral].map(asBytes);
  const spans = spansAsBytes(weights.spans);
  const header: Header = {
    polarity: heads[0]!.plain,
    neutral: heads[1]!.plain,
    neutralAbove: weights.neutralAbove,
    spans: { scale: spans.scale, after: [...spans.after] },
  };
  const text = Buffer.from(JSON.stringify(header));
  const front = Buffer.alloc(4);
  front.writeUInt32LE(text.length);
  const parts = [...heads.map((h) => h.bytes), spans.rows as Int8Array].map((bytes) => Buffer.from(bytes.buffer));
  const whole = Buffer.concat([front, text, ...parts]);
  writeFileSync(path(), brotliCompressSync(whole, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}

/** Reads what `saveWeights` wrote. */
export function loadWeights(): CommentWeights {
  const whole = brotliDecompressSync(readFileSync(path()));
  const headerSize = whole.readUInt32LE(0);
  const header = JSON.parse(whole.toString("utf8", 4, 4 + headerSize)) as Header;
  const bytes = (at: number, count: number) =>
    new Int8Array(whole.buffer, whole.byteOffset + 4 + headerSize + at, count);
  const head = (plain: Plain, at: number): Head => ({
    grams: bytes(at, size),
    scale: plain.scale,
    bias: plain.bias,
    dense: Float64Array.from(plain.dense),
  });
  return {
    polarity: head(header.polarity, 0),
    neutral: head(header.neutral, size),
    neutralAbove: header.neutralAbove,
    spans: {
      rows: bytes(2 * size, spanSize),
      scale: header.spans.scale,
      after: Float64Array.from(header.spans.after),
    },
  };
}

/** Weights as they are after saving and loading: what ships, and what is to be measured. */
export function rounded(weights: CommentWeights): CommentWeights {
  const { polarity, neutral, neutralAbove, spans } = weights;
  return { polarity: asBytes(polarity).head, neutral: asBytes(neutral).head, neutralAbove, spans: spansAsBytes(spans) };
}

function spansAsBytes({ rows, scale, after }: SpanWeights): SpanWeights {
  let largest = 1e-9;
  for (let i = 0; i < spanSize; i++) largest = Math.max(largest, Math.abs(rows[i]! * scale));
  const unit = largest / 127;
  const bytes = Int8Array.from({ length: spanSize }, (_, i) => Math.round((rows[i]! * scale) / unit));
  return { rows: bytes, scale: unit, after: after.map((w) => Math.round(w * 1e5) / 1e5) };
}

/** The same head with its gram weights rounded to bytes: what ships, and what is to be measured. */
export function asBytes(head: Head): { plain: Plain; bytes: Int8Array; head: Head } {
  let largest = 1e-9;
  for (let i = 0; i < size; i++) largest = Math.max(largest, Math.abs(head.grams[i]!));
  const scale = (Math.min(largest, 4) * head.scale) / 127;
  const bytes = Int8Array.from({ length: size }, (_, i) =>
    Math.max(-127, Math.min(127, Math.round((head.grams[i]! * head.scale) / scale))),
  );
  const dense = Array.from(head.dense, (w) => Math.round(w * 1e5) / 1e5);
  const plain = { scale, bias: Math.round(head.bias * 1e5) / 1e5, dense };
  return { plain, bytes, head: { grams: bytes, scale, bias: plain.bias, dense: Float64Array.from(dense) } };
}
