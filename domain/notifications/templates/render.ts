import { notificationKind, type NotificationKindName } from '../kinds.ts';
import { ACCOUNT } from './account.ts';
import { MONEY } from './money.ts';
import { OPERATIONS } from './operations.ts';
import { SECURITY } from './security.ts';
import type { Block, Template, TemplateInput } from './template.ts';

/** A template for every kind: a kind without one does not compile. */
export const TEMPLATES: Readonly<Record<NotificationKindName, Template>> = { ...SECURITY, ...ACCOUNT, ...MONEY, ...OPERATIONS };

export interface RenderedMail { subject: string; text: string; html: string }

/** Subject, text and HTML of a mail, all from one source. Throws `Problem` MAIL_FACT_MISSING. */
export function renderMail(kind: NotificationKindName, input: TemplateInput): RenderedMail {
  const { subject, blocks } = TEMPLATES[kind](input);
  const footer = notificationKind(kind)!.category === 'security'
    ? 'Mails about the security of your account cannot be switched off.'
    : 'You can switch off mails of this kind in your notification preferences.';
  const shown = blocks.filter((block) => typeof block === 'string' || 'link' in block || block.rows.length > 0);
  const title = oneLine(subject).slice(0, 150);
  return {
    subject: title,
    text: `${[...shown.map(asText), `-- \n${footer}`].join('\n\n')}\n`,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1b1f24;background:#ffffff">
<div style="max-width:36em;margin:0 auto">
${shown.map(asHtml).join('\n')}
<p style="color:#57606a;font-size:13px">${escaped(footer)}</p>
</div></body></html>
`,
  };
}

function asText(block: Block): string {
  if (typeof block === 'string') return oneLine(block);
  if ('link' in block) return `${oneLine(block.label)}:\n${oneLine(block.link)}`;
  return block.rows.map(([label, value]) => `${oneLine(label)}: ${oneLine(value)}`).join('\n');
}

function asHtml(block: Block): string {
  if (typeof block === 'string') return `<p>${escaped(oneLine(block))}</p>`;
  if ('link' in block) return `<p><a href="${escaped(oneLine(block.link))}">${escaped(oneLine(block.label))}</a></p>`;
  const cell = 'style="padding:2px 12px 2px 0;text-align:left;vertical-align:top"';
  return `<table role="presentation" style="border-collapse:collapse">\n${block.rows
    .map(([label, value]) => `<tr><th ${cell}>${escaped(oneLine(label))}</th><td ${cell}>${escaped(oneLine(value))}</td></tr>`).join('\n')}\n</table>`;
}

/** Without line breaks, other control characters and marks that turn the direction of what follows: a fact cannot add a line or a header. */
// eslint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
