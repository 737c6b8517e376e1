/** The number that `length` ASCII digits at `at` write, or -1 where one is no digit: what makes fixed date formats fast. */
export function fixedDigits(text: string, at: number, length: number): number {
  let value = 0;
  for (let place = at; place < at + length; place++) {
    const digit = text.charCodeAt(place) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}
