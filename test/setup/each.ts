import { afterEach, expect, vi } from "vitest";

// What nobody expected on the console is a fault that a test has not noticed.
const complaint = vi.spyOn(console, "error");
afterEach(() => {
  const calls = complaint.mock.calls.map((call) => call.join(" "));
  complaint.mockClear();
  expect(calls, "unexpected console.error").toEqual([]);
});
