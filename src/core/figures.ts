/** 1234567 is "1,234,567". */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
