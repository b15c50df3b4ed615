export const checkSubjects = ["schema", "parts", "spool", "rollups", "folder", "disk", "privacy"] as const;
export type CheckSubject = (typeof checkSubjects)[number];

/** One thing that a check saw. */
export type Finding = {
  subject: CheckSubject;
  /** `ok`: as it should be; `note`: worth knowing, nothing is wrong; `fault`: something is wrong. */
  state: "ok" | "note" | "fault";
  /** A sentence: what was seen, and of a fault what to do. */
  text: string;
};

export const findings = (subject: CheckSubject) => ({
  ok: (text: string): Finding => ({ subject, state: "ok", text }),
  note: (text: string): Finding => ({ subject, state: "note", text }),
  fault: (text: string): Finding => ({ subject, state: "fault", text }),
});

/** "1 row", "2 rows". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
