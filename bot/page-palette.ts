/** The colours of pages without a script, by day and by night: those of the web messenger (`page/styles/base.css`). */
export const palette = `:root{color-scheme:light dark;--accent:#087f70;--on-accent:#fff;--link:#06695d;--soft:#e3f3ef;--surface:#fff;--ground:#e9efec;--quote:#f6f8f7;--line:#e1e7e5;--edge:#cfd8d5;--ink:#15201d;--faint:#566460;--danger:#c23a2e;--doubt:#9a4a08}
@media(prefers-color-scheme:dark){:root{--accent:#2fb3a0;--on-accent:#04211c;--link:#5fd0bf;--soft:#16352f;--surface:#1b2222;--ground:#0f1414;--quote:#232b2b;--line:#2a3333;--edge:#3b4646;--ink:#e6edeb;--faint:#a5b3af;--danger:#f08074;--doubt:#f0b06a}}
`;
