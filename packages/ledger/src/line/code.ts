/** Codes of a line's access, as in the store's enums. */
export const AccessCode = { unknown: 0, PPPoE: 1, IPoE: 2, mobile: 3, cloud: 4 } as const;
/** Codes of a line's class, as in the store's enums. */
export const ClassCode = { unknown: 0, consumer: 1, business: 2 } as const;

export type Access = keyof typeof AccessCode;
export type LineClass = keyof typeof ClassCode;

function finder<T extends string>(codes: Readonly<Record<T, number>>): (text: string) => T | undefined {
  const byLowerCase = new Map((Object.keys(codes) as T[]).map((name) => [name.toLowerCase(), name]));
  return (text) => byLowerCase.get(text.trim().toLowerCase());
}

/** The access that `text` names, in any case; empty is unknown. */
export const accessOf: (text: string) => Access | undefined = finder(AccessCode);
/** The class that `text` names, in any case. */
export const lineClassOf: (text: string) => LineClass | undefined = finder(ClassCode);
