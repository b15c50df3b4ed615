/** What a look-up answers when no line held the address then. */
export const Unattributed = { noLease: -1, otherTime: -2, outsideCustomerSpace: -3 } as const;
