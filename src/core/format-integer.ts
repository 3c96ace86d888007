/** `12`, `1,234,567`. `toLocaleString` loads the locale's data, which takes 17 ms of a command that takes 100. */
export function formatInteger(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
