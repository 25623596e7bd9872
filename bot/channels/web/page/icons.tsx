const paths = {
  chats:
    "M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.6 3.7c-.5.4-1.2 0-1.2-.6V16A2.5 2.5 0 0 1 4 13.5Z M8 8h8 M8 11.5h5",
  me: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z M4.5 20.5c.6-3.7 3.6-6 7.5-6s6.900 2.300 7.500 6",
  people:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Z M2.500 19.500c.500-3.200 3-5.200 6.500-5.200s6 2 6.500 5.200 M16 4.300a3.500 3.500 0 0 1 0 6.400 M17.500 14.700c2.200.700 3.600 2.400 4 4.800",
  tasks: "M9 5h11 M9 12h11 M9 19h11 M3.500 5l1.200 1.200L7 4 M3.500 12l1.200 1.200L7 11 M3.500 19l1.200 1.200L7 18",
  segments:
    "M9 15.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11Z M15 20a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11Z",
  report: "M4 20V4 M4 20h16 M8.500 16v-4 M13 16V7.500 M17.500 16v-6",
  search: "M10.800 17.600a6.800 6.800 0 1 0 0-13.600 6.800 6.800 0 0 0 0 13.600Z M15.800 15.800 20.500 20.500",
  plus: "M12 5v14 M5 12h14",
  back: "M14.500 5.500 8 12l6.500 6.500",
  down: "M6 9.500l6 6 6-6",
  send: "M4.200 11.200 19 4.300c.6-.3 1.200.3.9.9L13 20c-.3.600-1.200.600-1.400 0l-2-5.600-5.500-2c-.6-.2-.6-1 .100-1.200Z M9.700 14.300l4-4",
  smile:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M8.300 14c.8 1.500 2.100 2.300 3.700 2.300s2.900-.8 3.700-2.300 M9 9.500v.5 M15 9.500v.5",
  close: "M6 6l12 12 M18 6 6 18",
  picture:
    "M5.500 4h13A1.500 1.500 0 0 1 20 5.500v13a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 18.500v-13A1.500 1.500 0 0 1 5.500 4Z M9 10.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3Z M4.500 17l4.500-4 3 2.500 4-4 3.500 3.500",
  check: "M5 12.500l4.500 4.500L19 7.500",
  checks: "M2.500 12.800l4 4L14.500 8 M11.300 15.600l1.300 1.300L21 8",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 7.500V12l3 2",
  alert: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 7.500v5.200 M12 16v.4",
  link: "M10 14a4 4 0 0 0 5.700 0l3.100-3.100a4 4 0 0 0-5.700-5.700L12 6.300 M14 10a4 4 0 0 0-5.700 0l-3.100 3.100a4 4 0 0 0 5.700 5.700l1.100-1.100",
  more: "M6 12h.010 M12 12h.010 M18 12h.010",
  open: "M14 4h6v6 M20 4l-8.500 8.500 M18 14v4.500A1.500 1.500 0 0 1 16.500 20h-11A1.500 1.500 0 0 1 4 18.500v-11A1.500 1.500 0 0 1 5.500 6H10",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z M12 11v5.500 M12 7.600v.4",
} as const;

export type IconName = keyof typeof paths;

/** A drawn sign; what it means is said by the button around it. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

/** koloop's sign: a loop that closes on the point in its middle. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d="M17.600 8A7 7 0 1 0 19 12.200"
        fill="none"
        stroke="currentColor"
        stroke-width="2.500"
        stroke-linecap="round"
      />
      <path
        d="M19.400 4.500v4.100h-4.100"
        fill="none"
        stroke="currentColor"
        stroke-width="2.200"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <circle cx="12" cy="12.200" r="2.300" fill="currentColor" />
    </svg>
  );
}
