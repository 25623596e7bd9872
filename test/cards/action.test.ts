import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { actionTypes, decodeAction, encodeAction } from "#cards/action.ts";

const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/);

describe("an action's token", () => {
  it("comes back as the action it was made of, in 64 bytes at most", () => {
    fc.assert(
      fc.property(fc.constantFrom(...actionTypes), part, fc.option(part, { nil: undefined }), (type, id, arg) => {
        const action = arg === undefined ? { type, id } : { type, id, arg };
        const token = encodeAction(action);
        expect(Buffer.byteLength(token)).toBeLessThanOrEqual(64);
        expect(decodeAction(token)).toEqual(action);
      }),
    );
  });

  it("is undefined for anything that nobody encoded", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (token) => {
        const action = decodeAction(token);
        expect(action === undefined || encodeAction(action) === token).toBe(true);
      }),
    );
    expect(["", "sc", "zz.1", "sc.", "sc.1.2.3", `sc.${"x".repeat(80)}`].map(decodeAction)).toEqual(
      Array(6).fill(undefined),
    );
  });

  it("refuses an id that would not fit, before anybody presses it", () => {
    expect(() => encodeAction({ type: "task.send", id: "x".repeat(70) })).toThrow("over 64 bytes");
  });
});
