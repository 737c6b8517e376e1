/** What a mail server answered, as it may be kept and logged: one short line without any address, and without the recipient's name in his. */
export function said(answer: string, address: string | null = null): string {
  const local = address?.split('@')[0] ?? '';
  // eslint-disable-next-line no-control-regex
  const line = answer.replace(/[\u0000-\u001f\u007f]+/g, ' ').replace(/[^\s<>@]+@[^\s<>@]+/g, '…');
  return (local.length > 2 ? line.replaceAll(local, '…') : line).slice(0, 200).trim();
}
