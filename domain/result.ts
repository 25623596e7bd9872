/** An answer the caller must look at: the value, or the word that says why not. */
export type Result<T, R extends string = string> = { ok: true; value: T } | { ok: false; refused: R };

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });
export const refuse = <R extends string>(refused: R): { ok: false; refused: R } => ({ ok: false, refused });
