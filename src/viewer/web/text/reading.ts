/** English texts of the log view and the file view. */
export const reading = {} as const;
