/** What this reader has chosen before, in this browser. */
export const memory = {
  read(name: string): string | undefined {
    try {
      return localStorage.getItem(formatKey(name)) ?? undefined;
    } catch (error) {
      // Storage is blocked: nothing is remembered.
      if (error instanceof DOMException) return undefined;
      throw error;
    }
  },
  write(name: string, value: string): void {
    try {
      localStorage.setItem(formatKey(name), value);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  },
} as const;

function formatKey(name: string): string {
  return `batch-outputs ${name}`;
}
